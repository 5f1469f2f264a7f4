"""Feeds of our own writing and what they say, item by item: a bare clone is judged by these."""

import json
import pickle
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.entries import ListReading
from crawler.reading.feeds import read_feed
from news.article import Entry, Published

GOLD = sorted((Path(__file__).parents[2] / "gold" / "feeds").glob("*.feed"))


def case(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    gold = json.loads(path.with_suffix(".json").read_text("utf-8"))
    source = gold["source"]
    source["now"] = datetime.fromisoformat(source["now"])
    source["languages"] = tuple(source["languages"])
    return source, gold["expected"]


def without_block(entry: Entry) -> Entry:
    return Entry(**{name: getattr(entry, name) for name in Entry.__slots__ if name != "block"})


def expected_entry(said: dict[str, Any]) -> Entry:
    day, at = said.pop("day", None), said.pop("at", None)
    published = (
        Published(date.fromisoformat(day), datetime.fromisoformat(at) if at else None) if day else None
    )
    return Entry(published=published, **said)


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_a_gold_feed_is_read_as_a_person_reads_it(path: Path) -> None:
    source, expected = case(path)
    reading = read_feed(path.read_bytes(), **source)
    entries = tuple(expected_entry(said) for said in expected.pop("entries"))
    assert tuple(without_block(entry) for entry in reading.entries) == entries
    assert {name: getattr(reading, name) for name in expected} == expected
    assert pickle.loads(pickle.dumps(reading)) == reading


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_each_item_of_a_gold_feed_is_recognised_unparsed(path: Path) -> None:
    source, _ = case(path)
    body = path.read_bytes()
    first = read_feed(body, **source)
    blocks = tuple(entry.block for entry in first.entries)
    assert None not in blocks
    for seen in range(len(blocks) + 1):
        known = frozenset(block for block in blocks[seen:] if block is not None)
        again = read_feed(body, known=known, **source)
        assert again == ListReading(
            entries=first.entries[:seen],
            blocks=tuple(block for block in blocks[seen:] if block is not None),
            listed=first.listed,
            ttl=first.ttl,
            title=first.title,
            language=first.language,
        )
