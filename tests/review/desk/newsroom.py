"""A small newsroom for tests of the desk: sources, topics, and articles in which they were found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from news.article import Entry, IndexTerms, Judgement, Published, Reading, TextOrigin
from news.source import Kind, Source, Tier
from news.watch import Evidence, Field, Found, Term
from storage import announcing, articles, sources, topics
from storage.announcing import Listing
from storage.database import Connection
from tests.review.desk.sitting import START

MINISTRY = Source(
    slug="mfa",
    outlet="mfa",
    name="Ministry of Bridges",
    kind=Kind.MINISTRY,
    url="https://mfa.example/feed",
    tier=Tier.MUST_HAVE,
    languages=("en",),
    speaks_for="Bridgeland",
)
AGENCY = Source(
    slug="wire",
    outlet="wire",
    name="The Wire",
    kind=Kind.AGENCY,
    url="https://wire.example/feed",
    languages=("ru", "fa"),
    country="AZ",
)
TITLE = "Bridge is open"
TEXT = "Bridge is open\nThe ministers met on Monday. They spoke of the Hakari bridge again.\nThen they left."


def open_newsroom(conn: Connection) -> None:
    """Two sources, two topics."""
    for source in (MINISTRY, AGENCY):
        sources.put(conn, source, now=START, by_hand=False)
    topics.put(conn, "bridge", "Hakari bridge", [Term("Hakari bridge", "en"), Term("мост", "ru")], now=START)
    topics.put(conn, "talks", "Talks", [Term("ministers", "en")], now=START)


def proof(text: str, form: str, term: str | None = None, field: Field = Field.TEXT) -> Evidence:
    """Where a form stands first in a text, in the line it stands in."""
    at = text.index(form)
    line = text.rfind("\n", 0, at) + 1, (text + "\n").index("\n", at)
    return Evidence(field, at, at + len(form), form, term or form, None if field is Field.TITLE else line)


def publish(
    conn: Connection,
    /,
    name: str = "it",
    *found: str,
    minutes: float = 0,
    slug: str = "mfa",
    title: str = TITLE,
    text: str = TEXT,
    language: str = "en",
    proofs: Sequence[Evidence] | None = None,
    link: str | None = None,
    **said: Any,
) -> int:
    """An article that appeared so many minutes after the start, and the topics found in it; its number."""
    at = START + timedelta(minutes=minutes)
    published = Published(at.date(), at - timedelta(hours=1))
    link = link or f"https://{slug}.example/{name}"
    listed = Entry(**{"link": link, "title": title, "guid": name, "published": published, **said})
    after = at - timedelta(minutes=10)
    [announced] = announcing.announce_all(conn, [Listing(slug, [listed], at=at, after=after, backfill=False)])
    assert announced.new == 1
    number = max(item.id for item in articles.items(conn, limit=1000))
    shown = proofs if proofs is not None else (proof(text, "Hakari bridge"),)
    each = tuple(Found(topic, topics.get(conn, topic).version, tuple(shown)) for topic in found)
    judged = Judgement(language, None, IndexTerms(1, ()), each, topics.edition(conn))
    reading = Reading("", text, TextOrigin.PAGE, author=said.get("author"))
    articles.store(conn, number, reading, judged, at=at + timedelta(minutes=1))
    return number
