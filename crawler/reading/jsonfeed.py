"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser 6 does not read."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler.reading.blocks import block_hash
from crawler.reading.dates import parse_date
from crawler.reading.entries import (
    ListReading,
    Said,
    entry,
    headline,
    joined,
    language_code,
    sifted,
    web_link,
)
from crawler.reading.jsontext import text_of_body
from news.article import Entry, Published
from news.errors import NotAFeed


def looks_like_json(body: bytes) -> bool:
    """Whether the first character is that of a JSON object."""
    return body.removeprefix(codecs.BOM_UTF8)[:1_000].lstrip()[:1] == b"{"


def read_json_feed(
    body: bytes,
    *,
    url: str,
    known: frozenset[int],
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
) -> ListReading:
    """As `crawler.reading.feeds.read_feed`; an item's block is the hash of its members, sorted by name."""
    try:
        feed = json.loads(text_of_body(body))
    except (ValueError, RecursionError) as error:
        raise NotAFeed(url=url, reason=f"begins like JSON but is none ({error})") from error
    items = feed.get("items")
    if "jsonfeed.org/version/" not in str(feed.get("version", "")) or not isinstance(items, list):
        raise NotAFeed(url=url, reason="JSON, but not a JSON Feed (its version or items are missing)")
    items = [item for item in items if isinstance(item, dict)]
    return sifted(
        ((item, _hash(item)) for item in items),
        known,
        lambda item, block: _entry(item, block, url, zone, languages, now),
        title=headline(Said(_text(feed, "title"))) or None,
        language=language_code(_text(feed, "language")),
        next_url=_older(_text(feed, "next_url"), url),
    )


def _older(link: str, url: str) -> str | None:
    """Where older items are (https://www.jsonfeed.org/version/1.1/, `next_url`)."""
    older = web_link(link)
    return older if older != url else None


def _hash(item: Mapping[str, Any]) -> int:
    return block_hash(json.dumps(item, sort_keys=True).encode())


def _entry(
    item: Mapping[str, Any], digest: int, url: str, zone: str, languages: tuple[str, ...], now: datetime
) -> Entry:
    written = _text(item, "content_text")
    markup = _text(item, "content_html")
    content = Said(markup, markup=True) if markup else Said(written)
    return entry(
        link=joined(url, _text(item, "url") or _text(item, "external_url")),
        title=Said(_text(item, "title")),
        guid=_identifier(item.get("id")),
        summary=Said(_text(item, "summary")),
        content=content if content.text else None,
        author=_author(item),
        published=_published(item, zone, languages, now),
        language=_text(item, "language"),
        block=digest,
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _identifier(value: Any) -> str | None:
    """An id as a string; the specification asks readers to accept numbers too."""
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def _author(item: Mapping[str, Any]) -> str | None:
    authors = item.get("authors")
    several = authors if isinstance(authors, list) else [item.get("author")]  # `author` is 1.0
    names = [_text(author, "name") for author in several if isinstance(author, dict)]
    return ", ".join(name for name in names if name) or None


def _published(
    item: Mapping[str, Any], zone: str, languages: tuple[str, ...], now: datetime
) -> Published | None:
    for name in ("date_published", "date_modified"):
        if found := parse_date(_text(item, name), zone=zone, languages=languages, now=now):
            return found
    return None
