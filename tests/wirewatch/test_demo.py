"""The demonstration as it is run: what arrives, what is refused, and that a second run adds nothing."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from news.article import Article, ArticleState
from news.errors import SettingsError, StorageError
from news.source import Kind, Source
from storage import articles, sources
from storage.database import Connection, Database
from tests.databases import PostgresqlDatabases
from tests.port import free_port
from tests.wirewatch.running import logging_put_back
from wirewatch.commands.demo import NOTICE
from wirewatch.demo import pages
from wirewatch.demo.ground import a_port_of, refuse_other_settings
from wirewatch.demo.outlet import INVENTED, Form, Stage, Text, outlets, topics
from wirewatch.demo.play import play
from wirewatch.demo.web import listening

# Both names of a town, as texts of each language pair them, in the language's own order.
PAIRS = {
    "az": ("Xankəndi/Stepanakert", "Şuşa/Şuşi"),
    "en": ("Khankendi/Stepanakert", "Shusha/Shushi", "Berdzor/Lachin town"),
    "fa": ("استپاناکرت/خانکندی", "شوشا/شوشی"),
    "hy": ("Խանքենդի/Ստեփանակերտ", "Շուշա/Շուշի"),
    "ru": ("Степанакерт/Ханкенди", "Шуша/Шуши"),
    "tr": ("Hankendi/Stepanakert", "Şuşa/Şuşi"),
}
BAD = (
    "the server has an error (503)",
    "consent page instead of the content",
    "is not public; if it is meant, list it in egress.allow",
    "not finished within 6 s (total limit)",
    "reader timeout",
    "read leniently: 2 articles kept",
)


@dataclass(frozen=True)
class Runs:
    """Two runs in one folder: what each said, and what the mail server had after each."""

    folder: Path
    first: str
    second: str
    mails: tuple[EmailMessage, ...]
    files_after: int

    @property
    def digest(self) -> str:
        (found,) = [mail for mail in self.mails if mail["To"] == "analyst@demo.example"]
        part = found.get_body(("plain",))
        assert part
        return "\n".join(part.get_content().splitlines())


@pytest.fixture(scope="module", autouse=True)
def loggers() -> Iterator[None]:
    with logging_put_back():
        yield


def run(folder: Path, capture: pytest.CaptureFixture[str]) -> str:
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    well = asyncio.run(play(folder, once=True))
    said = capture.readouterr().out
    assert well, said
    return said


def twice(folder: Path, capture: pytest.CaptureFixture[str]) -> Runs:
    first = run(folder, capture)
    files = sorted((folder / "inbox").glob("*.eml"))
    second = run(folder, capture)
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    after = len(list((folder / "inbox").glob("*.eml")))
    return Runs(folder, first, second, tuple(mails), after)


def everything_was_told_once(runs: Runs) -> None:
    assert [str(mail["To"]) for mail in runs.mails].count("desk@demo.example") == 7
    assert len(runs.mails) == 8
    assert runs.files_after == 8, "the second run sends nothing"
    assert "Nothing was sent in this run" in runs.second
    assert "43 articles in all; 43 came in this run" in runs.first
    assert "43 articles in all; 0 came in this run" in runs.second


def each_bad_site_is_named(runs: Runs) -> None:
    for said in (runs.first, runs.second):
        words = " ".join(said.split())
        for reason in BAD:
            assert reason in words, reason
        assert "The port that must not be reached has seen 0 connections." in said


def the_digest_proves_itself_in_six_languages(runs: Runs) -> None:
    for proof in (
        "Lachin corridor",
        "Lachin road",
        "Laçın yolunda",
        "Laçın Koridoru",
        "Лачинскому коридору",
        "Լաչինի միջանցքում",
        "qaz təchizatının",
        "دالان لاچین",
    ):
        assert f"*{proof}*" in " ".join(runs.digest.split()), proof
    assert "said 13 Dec 2022 (no hour given)" in runs.digest
    assert runs.digest.rstrip() in runs.first


def what_is_the_same_is_said_honestly(runs: Runs) -> None:
    one = r"recognised: item \d+ is one article seen at \S*northern-wire\.demo\.example"
    assert re.search(one, runs.first)
    channel = r"one article seen at (channel\S+/bridges/101 and bridges|bridges\S+ and channel)"
    assert re.search(channel, " ".join(runs.first.split()))
    assert "(harbour-press) carries item" in runs.first


def test_two_runs_on_sqlite(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a data folder in the environment, as the image has it."""
    monkeypatch.setenv("WIREWATCH_DATA", str(tmp_path))
    runs = twice(tmp_path / "demo", capsys)
    assert [each.name for each in tmp_path.iterdir()] == ["demo"]
    command = r"env -u WIREWATCH_DATA \S+ --settings \S+/demo/settings\.toml items\n"
    assert re.search(command, runs.first)
    everything_was_told_once(runs)
    each_bad_site_is_named(runs)
    the_digest_proves_itself_in_six_languages(runs)
    what_is_the_same_is_said_honestly(runs)
    held = asyncio.run(held_by(f"sqlite:///{runs.folder / 'wirewatch.db'}"))
    assert sum(each.state is ArticleState.UNREADABLE for each in held) == 3
    listed = [outlet for outlet in outlets() if outlet.listed]
    older = [text for outlet in listed for text in outlet.texts if text.stage is Stage.BEFORE]
    assert sum(each.backfill for each in held) == len(older) - 1, "one of them stands at two places"
    assert not any(notice in each.text for each in held for notice in INVENTED.values())


@pytest.mark.soak
def test_two_runs_on_postgresql(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    postgresql_databases: PostgresqlDatabases,
) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE", postgresql_databases.blank())
    runs = twice(tmp_path / "demo", capsys)
    everything_was_told_once(runs)
    each_bad_site_is_named(runs)
    the_digest_proves_itself_in_six_languages(runs)


async def held_by(url: str) -> tuple[Article, ...]:
    database = await Database.open(url)
    try:
        return await database.read(articles.items, limit=1000)
    finally:
        await database.close()


@pytest.mark.soak
def test_it_stays_up_until_it_is_interrupted(tmp_path: Path) -> None:
    """Everything is published in the end, the edit among it; Ctrl-C ends it with status 0."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WIREWATCH_")}
    settings = tmp_path / "settings.toml"
    settings.write_text("", "utf-8")
    command = [sys.executable, "-m", "wirewatch.main", "--settings", str(settings), "demo"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    said = []
    with process.stdout as lines:
        for line in lines:
            said.append(line)
            if line.startswith("everything is published"):
                process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert sum("collected: item" in line for line in said) == 8
    assert sum("changed: version 2" in line for line in said) == 1
    assert sum("mail to desk@demo.example" in line for line in said) == 6


async def test_a_real_archive_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wirewatch.db"
    database = await Database.open(f"sqlite:///{file}")
    await database.write(add_a_real_source)
    await database.close()
    with pytest.raises(StorageError, match="not the demonstration's"):
        await play(tmp_path, once=True)
    assert await held_by(f"sqlite:///{file}") == ()
    assert not (tmp_path / "settings.toml").exists()


def add_a_real_source(conn: Connection) -> None:
    real = Source("courier", "courier", "A real one", Kind.NEWSPAPER, "https://courier.example.org/feed.xml")
    sources.put(conn, real, now=datetime.now(UTC), by_hand=True)


def test_other_settings_of_the_environment_are_refused() -> None:
    refuse_other_settings(
        {"WIREWATCH_DATABASE": "", "WIREWATCH_DATA": "", "WIREWATCH_CORPORA": "", "HOME": ""}
    )
    with pytest.raises(SettingsError, match="WIREWATCH_MAIL__HOST"):
        refuse_other_settings({"WIREWATCH_MAIL__HOST": "mail.example.org"})


async def test_where_the_port_is_taken_the_sites_keep_it_at_another_address() -> None:
    async def nobody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Nobody asks."""

    async with listening(nobody, "127.0.0.1", free_port()) as taken, a_port_of(nobody, taken) as found:
        address, port = found
        assert port == taken
        assert address != "127.0.0.1"


def test_broken_xml_is_broken() -> None:
    (courier,) = [outlet for outlet in outlets() if outlet.form is Form.BROKEN]
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(pages.broken(courier, courier.texts, "http://courier.demo.example"))


def texts() -> Iterator[tuple[str, Text]]:
    for outlet in outlets():
        for text in outlet.texts:
            yield outlet.language, text
            if text.edited:
                yield outlet.language, text.edited


def test_there_are_some_forty_texts_of_a_bearable_length() -> None:
    lengths = [len(text.body.split()) for _, text in texts() if text.trouble is None]
    assert len(lengths) > 40
    assert min(lengths) >= 60
    assert max(lengths) <= 200


@pytest.mark.parametrize("language", sorted(PAIRS))
def test_places_with_two_names_are_named_in_pairs(language: str) -> None:
    for code, text in texts():
        whole = f"{text.title}\n{text.summary}\n{text.body}"
        if code != language:
            continue
        for pair in PAIRS[language]:
            rest = whole.replace(pair, "")
            for name in pair.split("/"):
                assert name not in rest, f"{name} stands alone in {text.slug}"


def test_no_name_of_the_road_stands_alone_in_our_own_voice() -> None:
    ours = [NOTICE, *(outlet.shows for outlet in outlets()), *re.findall(r'name = "(.*)"', topics())]
    for words in ours:
        rest = words.replace("Lachin corridor / Lachin road", "")
        assert not re.search("corridor|Lachin|blockade|closure|protest", rest), words
