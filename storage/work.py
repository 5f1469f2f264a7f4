"""What is to be done now: due visits and pages to read, one per host, each claim a lease."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)

from news.visit import Validators
from news.work import ReadTask, VisitTask
from storage.columns import latest, table, upsert
from storage.identity import entry_of
from storage.sources import source_of
from storage.tables import ArticleRow, HostRow, SightingRow, SourceRow

SOURCES, HOSTS = table(SourceRow), table(HostRow)
ARTICLES, SIGHTINGS = table(ArticleRow), table(SightingRow)
Task = VisitTask | ReadTask
# Statements for every task are built once: building one costs more than running it.
RELEASE = (
    update(HOSTS)
    .where(HOSTS.c.host == bindparam("which"), HOSTS.c.holder == bindparam("ours"))
    .values(holder=None, lease_until=None, next_at=bindparam("until"))
)


def claim(
    conn: Connection,
    *,
    now: datetime,
    limit: int,
    holder: str,
    lease: timedelta,
    slugs: Collection[str] | None = None,
) -> tuple[Task, ...]:
    """Hand out at most `limit` tasks, at most one per host, and lease their hosts to `holder`.

    A host is free when nobody's lease on it stands at `now` and its pause is
    over. Oldest due first, visits and pages in turn, both among hosts and at
    one host, so that ten thousand pages hold up no visit. The attempt at a
    page is counted here, before the try. A task not released is handed out
    again when `lease` is over. `slugs` restricts to these sources.
    """
    hosts = _lease(conn, _free_hosts(conn, now, limit, slugs), now, holder, now + lease)
    visits = _due_visits(conn, hosts, now, slugs)
    reads = _due_reads(conn, hosts, now, slugs)
    chosen: list[Task] = []
    for host, visit_last in hosts.items():
        visit, read = visits.get(host), reads.get(host)
        task = (read or visit) if visit_last else (visit or read)
        if task is None:  # another service was faster
            release(conn, host, holder, next_at=now)
        else:
            chosen.append(task)
    _count(conn, chosen)
    return tuple(chosen)


def release(conn: Connection, host: str, holder: str, *, next_at: datetime) -> None:
    """Give a host back, not to be asked again before `next_at`; nothing if the lease is not ours."""
    conn.execute(RELEASE, {"which": host, "ours": holder, "until": next_at})


def release_all(conn: Connection) -> int:
    """Free every host: for a start that knows to be the only service. Returns how many were held."""
    held = HOSTS.c.holder.is_not(None)
    return conn.execute(update(HOSTS).where(held).values(holder=None, lease_until=None)).rowcount


def pending(
    conn: Connection, slugs: Collection[str] | None = None, *, now: datetime | None = None
) -> tuple[int, int]:
    """How many visits are due (by `now`; None: at any time) and how many pages wait to be read."""
    visits = select(func.count()).select_from(SOURCES).where(SOURCES.c.enabled, _among(slugs))
    if now is not None:
        visits = visits.where(SOURCES.c.next_visit_at <= now)
    reads = select(func.count()).select_from(_waiting()).where(_among(slugs))
    return conn.execute(visits).scalar_one(), conn.execute(reads).scalar_one()


def next_due(conn: Connection, now: datetime, slugs: Collection[str] | None = None) -> datetime | None:
    """The earliest moment, not before `now`, when `claim` could give something; None: never as it stands."""
    visits = select(SOURCES.c.host, func.min(SOURCES.c.next_visit_at).label("due"))
    visits = visits.where(SOURCES.c.enabled, _among(slugs)).group_by(SOURCES.c.host)
    reads = select(ARTICLES.c.host, func.min(ARTICLES.c.next_try_at).label("due"))
    reads = reads.select_from(_waiting()).where(_among(slugs)).group_by(ARTICLES.c.host)
    due = union_all(visits, reads).subquery()
    possible = latest(
        due.c.due,
        func.coalesce(HOSTS.c.next_at, due.c.due),
        func.coalesce(HOSTS.c.lease_until, due.c.due),
    )
    earliest = select(func.min(possible)).select_from(due.outerjoin(HOSTS, HOSTS.c.host == due.c.host))
    moment: datetime | None = conn.execute(earliest).scalar()
    return None if moment is None else max(moment, now)


def _free_hosts(conn: Connection, now: datetime, limit: int, slugs: Collection[str] | None) -> list[str]:
    """Hosts to lease, the longest due first, those with visits and those with pages in turn."""
    visits = select(SOURCES.c.host, func.min(SOURCES.c.next_visit_at).label("due"))
    visits = visits.where(SOURCES.c.enabled, SOURCES.c.next_visit_at <= now, _among(slugs))
    reads = select(ARTICLES.c.host, func.min(ARTICLES.c.next_try_at).label("due"))
    reads = reads.select_from(_waiting()).where(ARTICLES.c.next_try_at <= now, _among(slugs))
    turns = [
        _oldest(conn, visits.group_by(SOURCES.c.host), now, limit),
        _oldest(conn, reads.group_by(ARTICLES.c.host), now, limit),
    ]
    hosts = dict.fromkeys(host for host in chain(*zip_longest(*turns)) if host is not None)
    return list(hosts)[:limit]


def _oldest(conn: Connection, due_hosts: Select[Any], now: datetime, limit: int) -> Sequence[str]:
    due = due_hosts.subquery()
    free = or_(
        HOSTS.c.host.is_(None),
        and_(HOSTS.c.next_at <= now, or_(HOSTS.c.lease_until.is_(None), HOSTS.c.lease_until <= now)),
    )
    joined = due.outerjoin(HOSTS, HOSTS.c.host == due.c.host)
    query = select(due.c.host).select_from(joined).where(free).order_by(due.c.due, due.c.host)
    return conn.execute(query.limit(limit)).scalars().all()


def _lease(
    conn: Connection, hosts: Sequence[str], now: datetime, holder: str, until: datetime
) -> dict[str, bool]:
    """Take those hosts that are still free; returns each with whether a visit had the last turn.

    One conditional upsert: of two services only one gets the row back. Sorted,
    so that two of them never wait for each other.
    """
    if not hosts:
        return {}
    rows = [
        {"host": host, "holder": holder, "lease_until": until, "next_at": now, "visit_last": False}
        for host in sorted(hosts)
    ]
    leases = upsert(conn, HOSTS).values(rows)
    free = or_(HOSTS.c.lease_until.is_(None), HOSTS.c.lease_until <= now)
    taken = conn.execute(
        leases.on_conflict_do_update(
            index_elements=["host"],
            set_={"holder": leases.excluded.holder, "lease_until": leases.excluded.lease_until},
            where=and_(HOSTS.c.next_at <= now, free),
        ).returning(HOSTS.c.host, HOSTS.c.visit_last)
    )
    won = {row.host: row.visit_last for row in taken}
    return {host: won[host] for host in hosts if host in won}


def _due_visits(
    conn: Connection, hosts: Collection[str], now: datetime, slugs: Collection[str] | None
) -> dict[str, VisitTask]:
    """The longest due source of each host."""
    due = select(SOURCES).where(SOURCES.c.host.in_(hosts), SOURCES.c.next_visit_at <= now)
    due = due.where(SOURCES.c.enabled, _among(slugs)).order_by(SOURCES.c.next_visit_at, SOURCES.c.slug)
    tasks: dict[str, VisitTask] = {}
    if hosts:
        for row in conn.execute(due).mappings():
            tasks.setdefault(row["host"], _visit_task(row))
    return tasks


def _due_reads(
    conn: Connection, hosts: Collection[str], now: datetime, slugs: Collection[str] | None
) -> dict[str, ReadTask]:
    """The first page of each host: news before a first visit's backlog, then the longest due."""
    if not hosts:
        return {}
    first = (
        select(ARTICLES.c.id)
        .select_from(_waiting())
        .where(ARTICLES.c.host == HOSTS.c.host, ARTICLES.c.next_try_at <= now, _among(slugs))
        .order_by(ARTICLES.c.backfill, ARTICLES.c.next_try_at, ARTICLES.c.id)
        .limit(1)
        .correlate(HOSTS)
        .scalar_subquery()
    )
    firsts = conn.execute(select(first).where(HOSTS.c.host.in_(hosts))).scalars()
    ids = [first for first in firsts if first is not None]
    if not ids:
        return {}
    query = (
        select(*SOURCES.c, *(column.label(f"article_{column.name}") for column in ARTICLES.c))
        .join(ARTICLES, ARTICLES.c.source == SOURCES.c.slug)
        .where(ARTICLES.c.id.in_(ids))
    )
    entries = _entries(conn, ids)
    rows = conn.execute(query).mappings()
    return {row["article_host"]: _read_task(row, entries[row["article_id"]]) for row in rows}


def _entries(conn: Connection, ids: Collection[int]) -> dict[int, RowMapping]:
    """What the latest sighting of each article in its own source said."""
    query = (
        select(SIGHTINGS)
        .join(ARTICLES, and_(SIGHTINGS.c.article == ARTICLES.c.id, SIGHTINGS.c.source == ARTICLES.c.source))
        .where(ARTICLES.c.id.in_(ids))
        .order_by(SIGHTINGS.c.last_seen, SIGHTINGS.c.id)
    )
    return {row["article"]: row for row in conn.execute(query).mappings()}


def _count(conn: Connection, tasks: Collection[Task]) -> None:
    """Note the attempts at pages, and whose turn it was at each host."""
    tried = [task.article for task in tasks if isinstance(task, ReadTask)]
    if tried:
        counted = update(ARTICLES).where(ARTICLES.c.id.in_(tried))
        conn.execute(counted.values(attempts=ARTICLES.c.attempts + 1))
    if tasks:
        visited = HOSTS.c.host.in_([task.host for task in tasks if isinstance(task, VisitTask)])
        turns = update(HOSTS).where(HOSTS.c.host.in_([task.host for task in tasks]))
        conn.execute(turns.values(visit_last=visited))


def _visit_task(row: RowMapping) -> VisitTask:
    return VisitTask(
        source=source_of(row),
        host=row["host"],
        due=row["next_visit_at"],
        validators=Validators(row["etag"], row["last_modified"], row["body_hash"]),
        previous=row["last_good"],
    )


def _read_task(row: RowMapping, sighting: RowMapping) -> ReadTask:
    return ReadTask(
        article=row["article_id"],
        source=source_of(row),
        host=row["article_host"],
        entry=entry_of(sighting),
        attempts=row["article_attempts"],
        crashes=row["article_crashes"],
    )


def _waiting() -> FromClause:
    """Articles that wait to be read, where their source is not switched off."""
    on = and_(ARTICLES.c.source == SOURCES.c.slug, SOURCES.c.enabled, ARTICLES.c.next_try_at.is_not(None))
    return ARTICLES.join(SOURCES, on)


def _among(slugs: Collection[str] | None) -> ColumnElement[bool]:
    return true() if slugs is None else SOURCES.c.slug.in_(slugs)
