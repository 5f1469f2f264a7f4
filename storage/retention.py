"""What nobody needs any more goes, in small units: page bytes, words of old mails, articles of no topic.

Nothing that was told, that matched a topic, or of which somebody said something, is ever removed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, or_, select, update

from news.telling import DeliveryState
from storage import judgements
from storage.columns import table
from storage.deliveries import EMPTIED
from storage.removals import REMOVED
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    RevisionBytesRow,
    RevisionRow,
    SightingRow,
    SourceRow,
)
from storage.telling_tables import BodyRow, DeliveryRow, LedgerRow, MatchRow

# For so long an item may be missing from a list and still be known there (`storage.articles.known_blocks`).
LISTS_DIFFER = timedelta(days=1)

SOURCES, ARTICLES, URLS = table(SourceRow), table(ArticleRow), table(ArticleUrlRow)
SIGHTINGS, REVISIONS, BYTES = table(SightingRow), table(RevisionRow), table(RevisionBytesRow)
BODIES, DELIVERIES = table(BodyRow), table(DeliveryRow)
MATCHES, LEDGER = table(MatchRow), table(LedgerRow)
# Rows of one unit: it takes a few milliseconds, and nobody waits longer for the writer.
UNIT = 100


@dataclass(frozen=True, slots=True)
class Rules:
    """Days after which pages' bytes, mails' words and unmatched articles go; 0: kept for good."""

    pages: int = 0
    mails: int = 0
    unmatched: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """How much went, or would go: pages with their bytes (compressed), mails, articles."""

    pages: int = 0
    page_bytes: int = 0
    mails: int = 0
    articles: int = 0


def preview(conn: Connection, rules: Rules, now: datetime) -> Gone:
    """What these rules would remove now."""
    pages, size, mails, articles = 0, 0, 0, 0
    if rules.pages:
        old = _old_pages(now - timedelta(days=rules.pages)).subquery()
        size_of = func.coalesce(func.sum(func.length(BYTES.c.raw)), 0)
        sized = select(func.count(), size_of).join(old, old.c.revision == BYTES.c.revision)
        pages, size = conn.execute(sized).one()
    if rules.mails:
        settled = _settled_bodies(now - timedelta(days=rules.mails)).subquery()
        mails = conn.execute(select(func.count()).select_from(settled)).scalar_one()
    last: int | None = 0
    while rules.unmatched and last is not None:
        found, last = _forgotten(conn, now - timedelta(days=rules.unmatched), last)
        articles += len(found)
    return Gone(pages, size, mails, articles)


def drop_pages(conn: Connection, *, before: datetime) -> tuple[int, int]:
    """Remove the bytes of some pages read before then; returns how many (0: none is left), and their size."""
    which = conn.execute(_old_pages(before).order_by(BYTES.c.revision).limit(UNIT)).scalars().all()
    size = select(func.coalesce(func.sum(func.length(BYTES.c.raw)), 0)).where(BYTES.c.revision.in_(which))
    bytes_gone = conn.execute(size).scalar_one()
    conn.execute(delete(BYTES).where(BYTES.c.revision.in_(which)))
    return len(which), bytes_gone


def empty_mails(conn: Connection, *, before: datetime, words: str) -> int:
    """Put `words` in place of some mails' words, all of whose deliveries were settled before then.

    The subject stays, and so does everything that says what was sent to whom
    and when. Returns how many; 0: none is left.
    """
    which = conn.execute(_settled_bodies(before).order_by(BODIES.c.id).limit(UNIT)).scalars().all()
    for body in which:
        change = {"text": words, "html": f"<p>{words}</p>", "key": EMPTIED + body.to_bytes(8)}
        conn.execute(update(BODIES).where(BODIES.c.id == body).values(change))
    return len(which)


def drop_unmatched(conn: Connection, *, before: datetime, after: int = 0) -> tuple[int, int | None]:
    """Remove some articles, of ids above `after`, that matched no topic and stand in no list any more.

    That is: the list of each source that ever had it was last read a day
    after the article was last seen there, so no visit can announce it again.
    Returns how many, and the id to go on after (None: this was the last unit).
    """
    found, last = _forgotten(conn, before, after, lock=True)
    if found:
        revisions = select(REVISIONS.c.id).where(REVISIONS.c.article.in_(found))
        conn.execute(delete(BYTES).where(BYTES.c.revision.in_(revisions)))
        judgements.forget_readers(conn, found)
        for rows in (REVISIONS, SIGHTINGS, URLS):
            conn.execute(delete(rows).where(rows.c.article.in_(found)))
        conn.execute(delete(ARTICLES).where(ARTICLES.c.id.in_(found)))
    return len(found), last


def _old_pages(before: datetime) -> Select[Any]:
    joined = BYTES.join(REVISIONS, REVISIONS.c.id == BYTES.c.revision)
    return select(BYTES.c.revision).select_from(joined).where(REVISIONS.c.at < before)


def _settled_bodies(before: datetime) -> Select[Any]:
    """Bodies made before then of which no delivery is open, parked (it may be sent again) or younger."""
    settled = DELIVERIES.c.state.in_([DeliveryState.SENT, DeliveryState.FAILED])
    lately = func.coalesce(DELIVERIES.c.sent_at, DELIVERIES.c.planned_at) >= before
    wanted = exists().where(DELIVERIES.c.body == BODIES.c.id, or_(~settled, lately))
    full = func.substr(BODIES.c.key, 1, len(EMPTIED)) != EMPTIED
    return select(BODIES.c.id).where(BODIES.c.made_at < before, full, ~wanted)


def _forgotten(
    conn: Connection, before: datetime, after: int, *, lock: bool = False
) -> tuple[list[int], int | None]:
    """Of the next candidates above the id `after` those that stand in no list, and the last one's id.

    With `lock` no list of their outlets is announced before this unit ends.
    """
    candidates = (
        select(ARTICLES.c.id, ARTICLES.c.outlet).where(_unmatched(before), ARTICLES.c.id > after)
    ).order_by(ARTICLES.c.id)
    rows = conn.execute(candidates.limit(UNIT)).all()
    if not rows:
        return [], None
    if lock:
        outlets = select(SOURCES.c.slug).where(SOURCES.c.outlet.in_({row.outlet for row in rows}))
        conn.execute(outlets.order_by(SOURCES.c.slug).with_for_update(key_share=True))
    ids = [row.id for row in rows]
    seen = conn.execute(
        select(SIGHTINGS.c.article, SIGHTINGS.c.source, SIGHTINGS.c.last_seen).where(
            SIGHTINGS.c.article.in_(ids)
        )
    ).all()
    lists = _last_lists(conn, {row.source for row in seen})
    stand = {
        row.article
        for row in seen
        if row.last_seen >= min(before, lists.get(row.source, row.last_seen) - LISTS_DIFFER)
    }
    return [article for article in ids if article not in stand], ids[-1]


def _unmatched(before: datetime) -> ColumnElement[bool]:
    """Nothing about it is under way, judged or told, it is old enough, and not to be kept away for good."""
    return and_(
        ~REMOVED,
        ARTICLES.c.appeared_by < before,
        ARTICLES.c.next_try_at.is_(None),
        ~exists().where(MATCHES.c.article == ARTICLES.c.id),
        ~exists().where(LEDGER.c.article == ARTICLES.c.id),
        ~judgements.SAID,
    )


def _last_lists(conn: Connection, slugs: Collection[str]) -> dict[str, datetime]:
    """When each source's list was last read: what stood in it then was seen then."""
    last = select(SIGHTINGS.c.source, func.max(SIGHTINGS.c.last_seen).label("at"))
    last = last.where(SIGHTINGS.c.source.in_(slugs)).group_by(SIGHTINGS.c.source)
    return {row.source: row.at for row in conn.execute(last)}
