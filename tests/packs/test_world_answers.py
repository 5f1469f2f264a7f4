"""Answers of our own writing in the structure of the real ones, read as the pack's sources are read."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.entries import ListReading
from crawler.reading.feeds import read_feed
from crawler.reading.jsonlists import read_json_list
from crawler.reading.telegram import read_channel
from news.source import Source
from tests.packs.test_world import SOURCES

ANSWERS = Path(__file__).parent / "world"
EXPECTED = tomllib.loads((ANSWERS / "expected.toml").read_text("utf-8"))
BY_SLUG = {source.slug: source for source in SOURCES}
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TYPES = {
    ".atom": "application/atom+xml",
    ".rdf": "application/rdf+xml",
    ".rss": "application/rss+xml",
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
}


def read(source: Source, file: Path) -> ListReading:
    """What the source's spider is to read of an answer."""
    said: dict[str, Any] = {
        "url": source.url,
        "content_type": TYPES[file.suffix],
        "known": frozenset[int](),
        "zone": source.zone,
        "languages": source.languages,
        "now": NOW,
    }
    body = file.read_bytes()
    if source.spider == "jsonlist":
        return read_json_list(body, rules=source.rules, **said)
    if source.spider == "telegram":
        return read_channel(body, split=source.rules.split, **said)
    return read_feed(body, **said)


@pytest.mark.parametrize("slug", EXPECTED)
def test_an_answer_gives_its_entries(slug: str) -> None:
    told = EXPECTED[slug]
    found = read(BY_SLUG[slug], ANSWERS / told["file"])
    entries = [
        [entry.link, entry.title, entry.published.at if entry.published else None] for entry in found.entries
    ]
    assert entries == told["entries"]


def test_every_spider_of_the_pack_has_such_an_answer() -> None:
    assert {BY_SLUG[slug].spider for slug in EXPECTED} == {source.spider for source in SOURCES}
