"""What somebody hands in, page by page or address by address: recognised as what a visit finds is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update

from news.article import ArticleState, Brought, Entry, Judgement, Reading
from news.errors import UnknownSource
from storage import announcing, articles, topics
from storage.changes import notify
from storage.columns import table
from storage.identity import keys_of, look
from storage.tables import ArticleRow, ArticleUrlRow, SightingRow, SourceRow

SOURCES, ARTICLES = table(SourceRow), table(ArticleRow)
URLS, SIGHTINGS = table(ArticleUrlRow), table(SightingRow)
BY_URL = select(URLS.c.article).where(URLS.c.url_key == bindparam("url"), URLS.c.article.is_not(None))
BY_KEY = select(SIGHTINGS.c.article).where(SIGHTINGS.c.guid_key.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Where a page went. `new`: there was no text of it before; `loud` of its matches may be told of."""

    article: int
    new: bool
    loud: int = 0


def known(conn: Connection, slug: str, entry: Entry) -> tuple[int, ArticleState] | None:
    """The article that an entry of this source would be recognised as, by its address or guid, and its state.

    Raises UnknownSource.
    """
    outlet = conn.execute(select(SOURCES.c.outlet).where(SOURCES.c.slug == slug)).scalar_one_or_none()
    if outlet is None:
        raise UnknownSource(slug=slug)
    seen = look(outlet, entry)
    found = conn.execute(BY_URL, {"url": seen.url}).scalar() if seen.url is not None else None
    if found is None:
        shared = [() if seen.url is None else (seen.url,), ()]
        keys = {
            key
            for proves in shared
            for each in keys_of(slug, [seen], proves)
            for key in (each.own, each.whole)
        }
        found = conn.execute(BY_KEY, {"keys": list(keys)}).scalar()
    if found is None:
        return None
    state = conn.execute(select(ARTICLES.c.state).where(ARTICLES.c.id == found)).scalar_one()
    return found, ArticleState(state)


def announce(conn: Connection, slug: str, entries: Sequence[Entry], *, at: datetime) -> tuple[int, int]:
    """Leave the articles at these addresses to be read, for the archive; returns how many were not known, and
    how many were. Raises UnknownSource."""
    unknown = [entry for entry in entries if known(conn, slug, entry) is None]
    listing = announcing.Listing(slug, unknown, at, after=None, backfill=True, brought=Brought.IMPORT)
    [found] = announcing.announce_all(conn, [listing])
    notify(conn)
    return found.new, len(entries) - found.new


def hand_in(
    conn: Connection,
    slug: str,
    entry: Entry,
    reading: Reading,
    judgement: Judgement,
    *,
    at: datetime,
    brought: Brought,
    quiet: bool,
    said_by: str | None = None,
) -> HandedIn | None:
    """Keep a page that was read, in one unit with what was found in it. `quiet`: it rings nobody.

    A known article whose text is there keeps it; a clipping marks it all the same. Returns None where the
    topics have changed since it was judged: it is to be judged again. Raises UnknownSource.
    """
    if judgement.index is not None and judgement.edition != topics.held_edition(conn):
        return None
    before = known(conn, slug, entry)
    if before is None:
        listing = announcing.Listing(slug, [entry], at, None, quiet, brought, said_by)
        announcing.announce_all(conn, [listing])
        before = known(conn, slug, entry)
        assert before is not None, "what was announced is known"
    elif before[1] is ArticleState.UNREADABLE or (before[1] is ArticleState.ANNOUNCED and not quiet):
        # What a visit announced and nobody has read yet stays news, whoever brings its page.
        conn.execute(update(ARTICLES).where(ARTICLES.c.id == before[0]).values(backfill=quiet))
    article, state = before
    handed = HandedIn(article, new=False)
    if state in (ArticleState.ANNOUNCED, ArticleState.UNREADABLE):
        stored = articles.store(conn, article, reading, judgement, at=at)
        handed = HandedIn(stored.article, not stored.merged and stored.revision is not None, stored.loud)
    if brought is Brought.CLIP and state is not ArticleState.REMOVED:
        marked: dict[str, Any] = {"brought": brought} | ({"said_by": said_by} if said_by else {})
        conn.execute(update(ARTICLES).where(ARTICLES.c.id == handed.article).values(marked))
    notify(conn)
    return handed


def waiting(conn: Connection, slugs: Collection[str], until: datetime) -> tuple[int, int]:
    """How many imported articles of these sources are to be read by `until`, and how many later."""
    counted = select(
        func.coalesce(func.sum(case((ARTICLES.c.next_try_at <= until, 1), else_=0)), 0),
        func.coalesce(func.sum(case((ARTICLES.c.next_try_at > until, 1), else_=0)), 0),
    ).where(
        ARTICLES.c.next_try_at.is_not(None),
        ARTICLES.c.brought == Brought.IMPORT,
        ARTICLES.c.source.in_(slugs),
    )
    due, later = conn.execute(counted).one()
    return due, later
