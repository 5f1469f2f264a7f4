"""What packs bring, and which of them were loaded: sources and topics that follow their pack until a hand
changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, delete, insert, select, text, update

from news.pack import Pack
from storage import sources, topics
from storage.changes import notify
from storage.columns import table
from storage.tables import PackRow

TABLE = table(PackRow)
# Two commands that start at once must not both bring the same pack to PostgreSQL; SQLite has one writer.
LOCK = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=0x7061636B)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a pack did: how much it holds, how much of it is new, and, by slug, what it no longer
    holds and is therefore disabled (sources) or removed (topics)."""

    sources: int
    topics: int
    new: int
    disabled: tuple[str, ...]
    removed: tuple[str, ...]


def digests(conn: Connection) -> dict[str, bytes]:
    """The digest of every pack as it was loaded last, by name."""
    rows = conn.execute(select(TABLE.c.name, TABLE.c.digest))
    return {row.name: row.digest for row in rows}


def load(conn: Connection, pack: Pack, *, now: datetime) -> Loaded | None:
    """Bring in a pack in one unit; None where it was loaded as it is. What a hand changed stays."""
    if conn.dialect.name == "postgresql":
        conn.execute(LOCK)
    if digests(conn).get(pack.name) == pack.digest:
        return None
    disabled = _disable_left(conn, pack)
    removed = _remove_left(conn, pack, now)
    if disabled or removed:
        # Another pack may hold what this one gave up: it is loaded again by the next command.
        conn.execute(delete(TABLE).where(TABLE.c.name != pack.name))
    new = sources.put_all(conn, pack.sources, now=now, by_hand=False, pack=pack.name)
    new += _put_topics(conn, pack, now)
    conn.execute(delete(TABLE).where(TABLE.c.name == pack.name))
    conn.execute(insert(TABLE).values(name=pack.name, digest=pack.digest, loaded=now))
    notify(conn)
    return Loaded(len(pack.sources), len(pack.topics), new, disabled, removed)


def _disable_left(conn: Connection, pack: Pack) -> tuple[str, ...]:
    """Sources are never deleted: what they gave is kept."""
    kept = {source.slug for source in pack.sources}
    rows = sources.TABLE.c
    brought = select(rows.slug).where(
        rows.pack == pack.name, rows.enabled, ~rows.changed_by_hand, ~rows.enabled_by_hand
    )
    left = _left(conn, brought, kept)
    conn.execute(update(sources.TABLE).where(rows.slug.in_(left)).values(enabled=False))
    return left


def _remove_left(conn: Connection, pack: Pack, now: datetime) -> tuple[str, ...]:
    kept = {topic.slug for topic in pack.topics}
    rows = topics.TOPICS.c
    brought = select(rows.slug).where(rows.pack == pack.name, rows.removed.is_(None), ~rows.changed_by_hand)
    left = _left(conn, brought, kept)
    for slug in left:
        topics.remove(conn, slug, now=now, pack=pack.name)
    return left


def _left(conn: Connection, brought: Select[str], kept: set[str]) -> tuple[str, ...]:
    return tuple(sorted(set(conn.execute(brought).scalars()) - kept))


def _put_topics(conn: Connection, pack: Pack, now: datetime) -> int:
    """Those no hand has changed or removed; how many were not there."""
    rows = topics.TOPICS.c
    by_hand = set(conn.execute(select(rows.slug).where(rows.changed_by_hand)).scalars())
    free = [topic for topic in pack.topics if topic.slug not in by_hand]
    return topics.put_all(conn, free, now=now, pack=pack.name)
