"""A pack's folder as the commands take it: imported whole, and visited whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from news.errors import CatalogueError
from tests.web import Item, Reply, Web, rss
from wirewatch.commands import sources, topics
from wirewatch.settings import Settings, load

RSS = {"Content-Type": "application/rss+xml"}
HEAD = '[[source]]\nslug = "{slug}"\nname = "{slug}"\nkind = "agency"\nurl = "{url}"\n'
TOPIC = '[[topic]]\nslug = "lachin"\nname = "Lachin"\nterms.en = ["Lachin"]\n'
LIST = '<html><body><ul><li><a href="/1">Road closed on Monday</a></li></ul></body></html>'
CONSENT = (
    "<html><head><title>Before you continue</title></head><body>"
    '<form action="https://consent.google.com/save" method="POST"><button>Accept all</button></form>'
    "</body></html>"
)


@pytest.fixture
def settings(web: Web, tmp_path: Path) -> Settings:
    hosts = ", ".join(f'"{name}.test" = "127.0.0.1"' for name in ("agency", "other", "third"))
    (tmp_path / "settings.toml").write_text(
        'languages = ["en"]\n[crawl]\ncontact = "tests@example.org"\ndelay = 0.2\nreaders = 1\n'
        f'[egress]\nallow = ["127.0.0.1:{web.port}"]\nhosts = {{ {hosts} }}\n',
        "utf-8",
    )
    return load(tmp_path / "settings.toml")


def pack(settings: Settings, *blocks: str) -> Path:
    folder = settings.folder / "packs" / "own"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all.toml").write_text("\n".join(blocks), "utf-8")
    return folder


def block(slug: str, url: str, *lines: str) -> str:
    return HEAD.format(slug=slug, url=url) + "".join(f"{line}\n" for line in lines)


def run(settings: Settings, *arguments: str) -> Any:
    return CliRunner().invoke(sources.app, list(arguments), obj=settings)


def listed(settings: Settings, app: Any) -> list[str]:
    said = CliRunner().invoke(app, ["list", "--json"], obj=settings).stdout
    return [row["slug"] for row in json.loads(said)]


def test_a_pack_is_imported_whole_or_not_at_all(settings: Settings) -> None:
    folder = pack(settings, block("a", "https://a.example/rss"), block("b", "https://b.example/rss"), TOPIC)
    said = run(settings, "import", str(folder))
    assert said.stdout == "2 sources, 2 of them new\n1 topics, 1 of them new\n"
    assert (listed(settings, sources.app), listed(settings, topics.app)) == (["a", "b"], ["lachin"])
    pack(settings, block("c", "https://a.example/rss"), TOPIC.replace("terms", "trems"))
    refused = run(settings, "import", str(folder))
    assert isinstance(refused.exception, CatalogueError)
    assert "all.toml: lachin: trems: no such key" in str(refused.exception)
    assert listed(settings, sources.app) == ["a", "b"]


@pytest.fixture
def mixed(settings: Settings, web: Web) -> Settings:
    """A pack with a working feed, a list, a consent page, and an address that is gone."""
    item = Item(
        "Road closed", web.url("agency.test", "/1"), guid="1", at=datetime.now(UTC) - timedelta(hours=1)
    )
    feed = web.put("agency.test", "/rss", Reply(rss([item]), headers=RSS))
    page = web.put("agency.test", "/list", LIST)
    consent = web.put("other.test", "/rss", CONSENT)
    pack(
        settings,
        block("gone", web.url("third.test", "/gone")),
        block("feed", feed, 'confidence = "audited"'),
        block(
            "page", page, 'tier = "must-have"', 'spider = "listing"', 'rules = { item = "li", link = "a" }'
        ),
        block("consent", consent, 'tier = "background"'),
        block("off", web.url("third.test", "/off"), "enabled = false"),
        TOPIC,
    )
    return settings


def test_a_whole_pack_is_checked_politely(mixed: Settings, web: Web) -> None:
    web.asked.clear()
    result = run(mixed, "check", "--pack", "own", "--json")
    assert result.exit_code == 1
    rows = {row["slug"]: row for row in json.loads(result.stdout)}
    assert list(rows) == ["page", "feed", "gone", "consent"], "must-haves first; what is off is not visited"
    assert {slug: row["works"] for slug, row in rows.items()} == {
        **{"page": True, "feed": True},
        **{"gone": False, "consent": False},
    }
    assert (rows["feed"]["entries"], rows["feed"]["reason"]) == (1, "works")
    assert rows["feed"]["confidence"] == "audited"
    assert rows["feed"]["published"] is not None
    assert rows["gone"]["reason"] == "the server answers 404"
    assert rows["gone"]["remedy"] == "Look for its new address on the site."
    assert rows["consent"]["remedy"]
    assert "gone: the server answers 404" in result.stderr
    assert "2 of 4 sources work" in result.stderr
    asked = [each for each in web.asked if each.host == "agency.test"]
    assert [each.path for each in asked] == ["/robots.txt", "/list", "/rss"], "robots.txt is asked for once"
    pauses = [after.at - before.at for before, after in pairwise(asked)]
    assert min(pauses) >= mixed.crawl.delay
    assert not list(mixed.data.glob("*.db")), "the database is not so much as opened"


def test_the_report_is_kept_as_a_page(mixed: Settings) -> None:
    result = run(mixed, "check", "--pack", str(mixed.folder / "packs" / "own"))
    assert "what to do" in result.stdout
    (page,) = (mixed.data / "reports").iterdir()
    assert page.name == f"check-own-{datetime.now(UTC):%Y-%m-%d}.md"
    text = page.read_text("utf-8")
    assert "2 of 4 sources work." in text
    assert "| gone | useful | no | 0 |" in text


def test_all_working_is_status_0(settings: Settings, web: Web) -> None:
    old = Item("Road open", web.url("agency.test", "/1"), guid="1")
    pack(settings, block("old", web.put("agency.test", "/old", Reply(rss([old]), headers=RSS))))
    result = run(settings, "check", "--pack", "own")
    assert result.exit_code == 0
    assert "nothing new for longer than its silence of 168 h" in " ".join(result.stdout.split())


@pytest.mark.parametrize("arguments", [(), ("a", "--pack", "own")])
def test_either_a_source_or_a_pack_is_checked(settings: Settings, arguments: tuple[str, ...]) -> None:
    result = run(settings, "check", *arguments)
    assert result.exit_code == 2
    assert "one of them" in result.stderr
