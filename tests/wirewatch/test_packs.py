"""Packs named in the settings: where they are found, when they are loaded, what a broken one stops."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from news.errors import CatalogueError, SettingsError
from storage import sources, topics
from storage.database import Database
from wirewatch import packs
from wirewatch.database import database
from wirewatch.settings import Settings, load
from wirewatch.wiring import open_parts

SOURCE = '[[source]]\nslug = "{}"\nname = "A"\nkind = "agency"\nurl = "https://a.example/rss"\n'
TOPIC = '[[topic]]\nslug = "lachin"\nname = "Lachin"\nterms.en = ["Lachin"]\n'


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all.toml").write_text(text, "utf-8")
    return folder


def settings_with(folder: Path, *names: str, url: str = "") -> Settings:
    quoted = ", ".join(f'"{name}"' for name in names)
    (folder / "settings.toml").write_text(f'packs = [{quoted}]\ndatabase = "{url}"\n', "utf-8")
    return load(folder / "settings.toml")


@pytest.fixture
def built_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packs that come with the program."""
    folder = tmp_path / "installed" / "packs"
    monkeypatch.setattr(packs, "BUILT_IN", folder)
    return folder


async def slugs(opened: Database) -> tuple[list[str], list[str]]:
    found = await opened.read(sources.all_sources)
    watched = await opened.read(topics.all_topics)
    return [source.slug for source in found if source.enabled], [topic.slug for topic in watched]


def test_the_settings_own_packs_go_before_the_programs(tmp_path: Path, built_in: Path) -> None:
    theirs = write(built_in / "caucasus", SOURCE.format("a"))
    settings = settings_with(tmp_path, "caucasus")
    assert packs.find_all(settings) == {"caucasus": theirs}
    ours = write(tmp_path / "packs" / "caucasus", SOURCE.format("b"))
    assert packs.find_all(settings) == {"caucasus": ours}


def test_a_path_is_taken_as_it_is(tmp_path: Path, built_in: Path) -> None:
    own, other = (write(tmp_path / name, TOPIC) for name in ("own", "other"))
    settings = settings_with(tmp_path, "./own", str(other))
    assert packs.find_all(settings) == {"own": own, "other": other}
    with pytest.raises(SettingsError, match="two packs are named own"):
        packs.find_all(settings_with(tmp_path, "./own", str(own)))


def test_a_pack_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, built_in: Path) -> None:
    write(built_in / "caucasus", TOPIC)
    write(tmp_path / "packs" / "own", TOPIC)
    with pytest.raises(SettingsError) as missing:
        packs.find_all(settings_with(tmp_path, "nowhere"))
    said = str(missing.value)
    assert said.startswith(
        f"{tmp_path}/settings.toml: packs: no folder {tmp_path}/packs/nowhere or {built_in}"
    )
    assert "There are: caucasus, own." in said


async def test_a_pack_is_loaded_when_its_files_change(
    tmp_path: Path, built_in: Path, database_url: str
) -> None:
    folder = write(tmp_path / "packs" / "own", SOURCE.format("a") + SOURCE.format("b") + TOPIC)
    settings = settings_with(tmp_path, "own", url=database_url)
    async with database(settings) as opened:
        assert await slugs(opened) == (["a", "b"], ["lachin"])
    write(folder, SOURCE.format("b") + SOURCE.format("c"))
    with capture_logs() as logs:
        async with database(settings) as opened:
            assert await slugs(opened) == (["b", "c"], [])
    assert [log["event"] for log in logs] == [
        "pack loaded",
        "sources left the pack and are disabled",
        "topics left the pack and are removed",
    ]
    assert (logs[1]["sources"], logs[2]["topics"]) == ("a", "lachin")
    with capture_logs() as logs:
        async with database(settings):
            pass
    assert logs == [], "the same files are not loaded again"


async def test_a_broken_pack_stops_collecting_but_not_looking(
    tmp_path: Path, built_in: Path, database_url: str
) -> None:
    folder = write(tmp_path / "packs" / "own", SOURCE.format("a"))
    settings = settings_with(tmp_path, "own", url=database_url)
    async with database(settings):
        pass
    write(folder, SOURCE.format("a").replace("kind", "kynd"))
    with capture_logs() as logs:
        async with database(settings) as opened:
            assert await slugs(opened) == (["a"], [])
    (log,) = logs
    assert log["event"] == "packs are not loaded"
    assert "all.toml: a: kynd: no such key. Did you mean kind?" in log["reason"]
    with pytest.raises(CatalogueError, match="a: kynd"):
        await open_parts(settings)
    with pytest.raises(SettingsError, match="no folder"):
        await open_parts(settings_with(tmp_path, "nowhere", url=database_url))
