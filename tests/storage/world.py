"""A small world for storage tests: one clock, one source to begin with, entries made in a line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from news.article import Article, Entry, Judgement, Published, Reading, TextOrigin
from news.source import Kind, Source
from storage import announcing, articles, sources
from storage.announcing import Announced, Listing
from storage.articles import Stored

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def source(slug: str = "mfa", **facts: Any) -> Source:
    known: dict[str, Any] = {
        "outlet": slug.partition("-")[0],
        "name": slug,
        "kind": Kind.MINISTRY,
        "url": f"https://{slug.partition('-')[0]}.example/{slug}.xml",
        "languages": ("hy", "en"),
    }
    return Source(slug=slug, **{**known, **facts})


def add(conn: Connection, *slugs: str, **facts: Any) -> None:
    for slug in slugs:
        sources.put(conn, source(slug, **facts), now=NOON, by_hand=False)


def entry(name: str, **facts: Any) -> Entry:
    """An entry called `name`, with link, guid and title made of it unless told otherwise."""
    known: dict[str, Any] = {
        "link": f"https://mfa.example/{name}",
        "guid": f"id-{name}",
        "title": f"On {name}",
    }
    return Entry(**{**known, **facts})


def at_hour(hour: int) -> Published:
    moment = datetime(2026, 11, 2, hour, tzinfo=UTC)
    return Published(moment.date(), moment)


def tell(
    conn: Connection, entries: Sequence[Entry], minutes: float = 0, slug: str = "mfa", backfill: bool = False
) -> Announced:
    """Announce entries that stand in a document so many minutes after noon."""
    listing = Listing(slug, entries, at=after(minutes), after=after(minutes - 10), backfill=backfill)
    [announced] = announcing.announce_all(conn, [listing])
    return announced


def told(conn: Connection, **filters: Any) -> list[Article]:
    """The articles there are, the first first."""
    return sorted(articles.items(conn, limit=100_000, **filters), key=lambda item: item.id)


def keep(
    conn: Connection,
    article: int,
    text: str = "A text.",
    minutes: float = 1,
    text_hash: bytes | None = None,
    **facts: Any,
) -> Stored:
    """Store a text read so many minutes after noon."""
    reading = Reading(**{"title": "", "text": text, "origin": TextOrigin.PAGE, **facts})
    return articles.store(conn, article, reading, Judgement("en", text_hash), at=after(minutes))
