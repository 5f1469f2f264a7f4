"""All of feedparser's own test feeds: we read what it reads, and read twice they give nothing new.

Plain feedparser gets the same response headers. Its titles and links go through the normalisation of ours
(`headline`, `web_link`): what is compared is which items are found and which words and addresses they hold,
not markup, blanks, or addresses nobody can fetch.
"""

import io
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

from crawler.reading.blocks import find_blocks
from crawler.reading.entries import ListReading, Said, headline, web_link
from crawler.reading.feeds import read_feed
from news.errors import NotAFeed, ReadError
from tests.corpora import corpus

URL = "http://127.0.0.1:8097/some/feed.xml"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
FLOOR = tomllib.loads((Path(__file__).parents[2] / "floors.toml").read_text("utf-8"))["feed_corpus"]
MARKUP = {"text/html", "application/xhtml+xml"}

# Every feed read otherwise than feedparser reads it, and why that is right.
EXPLAINED = {
    "json/example.json": "feedparser 6 reads no JSON Feed",
    "wellformed/sanitize/entry_title_crazy.xml": "unclosed scripts in a title: their words are left out",
}

Listed = list[tuple[str, str | None]]


def feeds() -> list[tuple[str, bytes]]:
    root = corpus("feedparser-feeds/tests")
    return [
        (str(path.relative_to(root)), path.read_bytes()) for path in sorted(root.rglob("*")) if path.is_file()
    ]


def content_type(body: bytes) -> str | None:
    """The header a test feed asks to be served with, in its leading comment."""
    found = re.search(rb"^\s*Header:\s*Content-type:\s*(.+?)\s*$", body[:2_000], re.IGNORECASE | re.MULTILINE)
    return found[1].decode("ascii", "replace") if found else None


def plain(body: bytes) -> Listed:
    headers = {"content-type": content_type(body) or "application/xml", "content-location": URL}
    return [
        (title(entry), web_link(entry.get("link")))
        for entry in feedparser.parse(io.BytesIO(body), response_headers=headers).entries
    ]


def title(entry: Any) -> str:
    detail = entry.get("title_detail") or {}
    return headline(Said(entry.get("title", ""), detail.get("type") in MARKUP))[:1_000]


def ours(body: bytes, known: frozenset[int] = frozenset()) -> ListReading:
    return read_feed(
        body, url=URL, content_type=content_type(body), known=known, zone="UTC", languages=(), now=NOW
    )


def listed(body: bytes) -> Listed:
    try:
        return [(entry.title, entry.link) for entry in ours(body).entries]
    except ReadError:
        return []


def test_entries_titles_and_links_are_feedparsers() -> None:
    cases = feeds()
    different = {name for name, body in cases if listed(body) != plain(body)}
    assert different == set(EXPLAINED)
    assert 1 - len(different) / len(cases) >= FLOOR
    print(f"{len(cases)} feeds, {len(different)} read otherwise")


def test_a_second_reading_after_a_blank_gives_nothing_new() -> None:
    cut = whole = 0
    for name, body in feeds():
        try:
            first = ours(body)
        except NotAFeed:
            continue
        known = frozenset(entry.block for entry in first.entries if entry.block is not None)
        second = ours(body + blank(body), known)
        if known:
            assert second.entries == (), name
            assert set(second.blocks) == known, name
            cut += 1
        else:
            assert second.entries == first.entries, name
            whole += bool(first.entries)
        assert second.listed == first.listed, name
        assert (second.title, second.language, second.ttl) == (first.title, first.language, first.ttl), name
    assert cut > 100 * whole, "nearly all feeds are cut"


def blank(body: bytes) -> bytes:
    """A blank after the root element, in the document's encoding."""
    for mark, charset in (
        (b"\x00\x00\x00<", "utf-32-be"),
        (b"<\x00\x00\x00", "utf-32-le"),
        (b"\x00<", "utf-16-be"),
        (b"<\x00", "utf-16-le"),
    ):
        if mark in body[:8]:
            return " ".encode(charset)
    return b" "


@pytest.mark.parametrize("share", [2, 3])
def test_items_cut_leave_the_others_as_they_were(share: int) -> None:
    """With every second or third item known, the rest of a feed reads as in the whole."""
    for name, body in feeds():
        blocks = find_blocks(body, content_type(body))
        if blocks is None or len(set(blocks.hashes)) < 2:
            continue
        first = ours(body)
        known = frozenset(blocks.hashes[::share])
        second = ours(body, known)
        assert second.entries == tuple(entry for entry in first.entries if entry.block not in known), name
