"""What is to be done now: due visits and pages to read, one per host, each claim a lease."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import chain, zip_longest
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
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

from news.article import Brought
from news.source import Source
from news.visit import Validators
from news.work import BackfillTask, ReadTask, VisitTask
from storage import backfills, rhythms, visits
from storage.columns import latest, table, unindexed, upsert_for
from storage.identity import entry_of
from storage.rhythms import RHYTHMS
from storage.sources import source_of
from storage.tables import ArticleRow, HostRow, SightingRow, SourceRow

SOURCES, HOSTS = table(SourceRow), table(HostRow)
ARTICLES, SIGHTINGS = table(ArticleRow), table(SightingRow)
Task = VisitTask | ReadTask | BackfillTask
# A feed may name pages at any number of hosts, and every one of them may hang: so many of one source's
# pages are read at once, however many hosts they are at.
PAGES_AT_ONCE = 4
# Statements for every task are built once: building one costs more than running it.
RELEASE = (
    update(HOSTS)
    .where(HOSTS.c.host == bindparam("which"), HOSTS.c.holder == bindparam("ours"))
    .values(holder=None, lease_until=None, next_at=bindparam("until"))
)
# Sources none of whose pages is being read.
_IDLE = SOURCES.c.slug.not_in(bindparam("reading", expanding=True))
PAGES = (
    select(*SOURCES.c, *(column.label(f"article_{column.name}") for column in ARTICLES.c))
    .join(ARTICLES, ARTICLES.c.source == SOURCES.c.slug)
    .where(ARTICLES.c.id.in_(bindparam("ids", expanding=True)))
)
SAID = (
    select(SIGHTINGS)
    .join(ARTICLES, SIGHTINGS.c.article == ARTICLES.c.id)
    .where(unindexed(SIGHTINGS.c.source) == ARTICLES.c.source)
    .where(ARTICLES.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(SIGHTINGS.c.last_seen, SIGHTINGS.c.id)
)
TRIED = (
    update(ARTICLES)
    .where(ARTICLES.c.id.in_(bindparam("ids", expanding=True)))
    .values(attempts=ARTICLES.c.attempts + 1)
)
TURNS = (
    update(HOSTS)
    .where(HOSTS.c.host.in_(bindparam("claimed", expanding=True)))
    .values(visit_last=HOSTS.c.host.in_(bindparam("hosts", expanding=True)))
)


def claim(
    conn: Connection,
    *,
    now: datetime,
    limit: int,
    holder: str,
    lease: timedelta,
    slugs: Collection[str] | None = None,
    reading: Collection[str] = (),
    paging: bool = True,
) -> tuple[Task, ...]:
    """Hand out at most `limit` tasks, at most one per host, and lease their hosts to `holder`.

    A host is free when nobody's lease on it stands at `now` and its pause is
    over. Oldest due first, visits and pages in turn, both among hosts and at
    one host, so that ten thousand pages hold up no visit; a back-fill's next
    list page when its host has nothing else due. The attempt at a
    page is counted here, before the try. A task not released is handed out
    again when `lease` is over. `slugs` restricts to these sources; those that
    are `reading` get no page, and none gets more than PAGES_AT_ONCE. Without
    `paging` no list is paged back.
    """
    asked = {"now": now, "reading": list(reading), **_named(slugs)}
    hosts = _lease(conn, _free_hosts(conn, limit, asked, paging), now, holder, now + lease)
    due, reads = _due_visits(conn, hosts, asked), _due_reads(conn, hosts, asked)
    idle = [host for host in hosts if host not in due and host not in reads] if paging else []
    lists = backfills.due(conn, idle, asked)
    pages: Counter[str] = Counter()
    chosen: list[Task] = []
    for host, visit_last in hosts.items():
        visit, read = due.get(host), reads.get(host)
        if read and pages[read.source.slug] >= PAGES_AT_ONCE:
            read = None
        task: Task | None = (read or visit) if visit_last else (visit or read)
        task = task or lists.get(host)
        if task is None:  # another service was faster, or its source has pages enough
            release(conn, host, holder, next_at=now)
            continue
        chosen.append(task)
        if task is read:
            pages[read.source.slug] += 1
    _count(conn, chosen)
    return tuple(chosen)


def release(conn: Connection, host: str, holder: str, *, next_at: datetime) -> None:
    """Give a host back, not to be asked again before `next_at`; nothing if the lease is not ours."""
    conn.execute(RELEASE, {"which": host, "ours": holder, "until": next_at})


def release_each(conn: Connection, holder: str, hosts: Collection[tuple[str, datetime]]) -> None:
    """`release` several at once: each host with its `next_at`."""
    conn.execute(RELEASE, [{"which": host, "ours": holder, "until": until} for host, until in hosts])


def release_all(conn: Connection) -> int:
    """Free every host: for a start that knows to be the only service. Returns how many were held."""
    held = HOSTS.c.holder.is_not(None)
    return conn.execute(update(HOSTS).where(held).values(holder=None, lease_until=None)).rowcount


def release_held(conn: Connection, holder: str, *, next_at: datetime) -> int:
    """Give back what `holder` still holds, before it leaves; returns how many hosts that were."""
    held = update(HOSTS).where(HOSTS.c.holder == holder)
    return conn.execute(held.values(holder=None, lease_until=None, next_at=next_at)).rowcount


def outstanding(conn: Connection, slugs: Collection[str] | None, until: datetime) -> int:
    """How many visits and pages are to be done by `until`, those under way included.

    What a host asked to wait for longer, or a page is tried again later, is not among them.
    """
    free = or_(HOSTS.c.host.is_(None), HOSTS.c.next_at <= until)
    visits = select(func.count()).select_from(SOURCES.outerjoin(HOSTS, HOSTS.c.host == SOURCES.c.host))
    visits = visits.where(
        SOURCES.c.enabled, SOURCES.c.next_visit_at <= until, free, _among(slugs is not None)
    )
    reads = select(func.count()).select_from(_waiting().outerjoin(HOSTS, HOSTS.c.host == ARTICLES.c.host))
    reads = reads.where(ARTICLES.c.next_try_at <= until, free, _among(slugs is not None))
    asked = _named(slugs)
    return conn.execute(visits, asked).scalar_one() + conn.execute(reads, asked).scalar_one()


def pending(
    conn: Connection, slugs: Collection[str] | None = None, *, now: datetime | None = None
) -> tuple[int, int]:
    """How many visits are due (by `now`; None: at any time) and how many pages wait to be read."""
    visits = select(func.count()).select_from(SOURCES).where(SOURCES.c.enabled, _among(slugs is not None))
    if now is not None:
        visits = visits.where(SOURCES.c.next_visit_at <= now)
    reads = select(func.count()).select_from(_waiting()).where(_among(slugs is not None))
    return conn.execute(visits, _named(slugs)).scalar_one(), conn.execute(reads, _named(slugs)).scalar_one()


def held_back(
    conn: Connection, now: datetime, slugs: Collection[str] | None = None
) -> tuple[tuple[Source, datetime, str | None], ...]:
    """The due sources whose host is not to be visited before a moment yet to come, by slug.

    With each the moment, and who has the host until then; None: the host itself asked to wait.
    """
    until = latest(HOSTS.c.next_at, func.coalesce(HOSTS.c.lease_until, HOSTS.c.next_at)).label("until")
    due = select(SOURCES, until, HOSTS.c.holder, HOSTS.c.lease_until)
    due = due.join(HOSTS, HOSTS.c.host == SOURCES.c.host)
    due = due.where(SOURCES.c.enabled, SOURCES.c.next_visit_at <= now, until > now)
    due = due.where(_among(slugs is not None)).order_by(SOURCES.c.slug)
    rows = conn.execute(due, _named(slugs)).mappings()
    return tuple(
        (source_of(row), row["until"], row["holder"] if row["lease_until"] == row["until"] else None)
        for row in rows
    )


def next_due(
    conn: Connection, now: datetime, slugs: Collection[str] | None = None, *, paging: bool = True
) -> datetime | None:
    """The earliest moment, not before `now`, when `claim` could give something; None: never as it stands."""
    moment: datetime | None = conn.execute(_earliest(slugs is not None, paging), _named(slugs)).scalar()
    return None if moment is None else max(moment, now)


@cache
def _earliest(restricted: bool, paging: bool) -> Select[Any]:
    visits = select(SOURCES.c.host, func.min(SOURCES.c.next_visit_at).label("due"))
    visits = visits.where(SOURCES.c.enabled, _among(restricted)).group_by(SOURCES.c.host)
    reads = select(ARTICLES.c.host, func.min(ARTICLES.c.next_try_at).label("due"))
    reads = reads.select_from(_waiting()).where(_among(restricted)).group_by(ARTICLES.c.host)
    lists = [backfills.earliest(restricted)] if paging else []
    due = union_all(visits, reads, *lists).subquery()
    possible = latest(
        due.c.due,
        func.coalesce(HOSTS.c.next_at, due.c.due),
        func.coalesce(HOSTS.c.lease_until, due.c.due),
    )
    return select(func.min(possible)).select_from(due.outerjoin(HOSTS, HOSTS.c.host == due.c.host))


def _free_hosts(conn: Connection, limit: int, asked: Mapping[str, Any], paging: bool) -> list[str]:
    """Hosts to lease, the longest due first, those with visits, with pages and with lists in turn."""
    these = {**asked, "limit": limit}
    turns = [conn.execute(oldest, these).scalars().all() for oldest in _oldest("slugs" in asked, paging)]
    hosts = dict.fromkeys(host for host in chain(*zip_longest(*turns)) if host is not None)
    return list(hosts)[:limit]


@cache
def _oldest(restricted: bool, paging: bool) -> tuple[Select[Any], ...]:
    """Free hosts by how long their oldest visit is due; the same by their oldest page, and list."""
    now = bindparam("now", type_=HOSTS.c.next_at.type)
    visits = select(SOURCES.c.host, func.min(SOURCES.c.next_visit_at).label("due"))
    visits = visits.where(SOURCES.c.enabled, SOURCES.c.next_visit_at <= now, _among(restricted))
    reads = select(ARTICLES.c.host, func.min(ARTICLES.c.next_try_at).label("due"))
    reads = reads.select_from(_waiting()).where(ARTICLES.c.next_try_at <= now, _among(restricted), _IDLE)
    unheld = or_(HOSTS.c.lease_until.is_(None), HOSTS.c.lease_until <= now)
    free = or_(HOSTS.c.host.is_(None), and_(HOSTS.c.next_at <= now, unheld))

    def first(due_hosts: Select[Any]) -> Select[Any]:
        due = due_hosts.subquery()
        joined = due.outerjoin(HOSTS, HOSTS.c.host == due.c.host)
        query = select(due.c.host).select_from(joined).where(free).order_by(due.c.due, due.c.host)
        return query.limit(bindparam("limit"))

    lists = [backfills.due_hosts(restricted)] if paging else []
    return tuple(map(first, [visits.group_by(SOURCES.c.host), reads.group_by(ARTICLES.c.host), *lists]))


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
    taken = conn.execute(_leases(conn.dialect.name), rows)
    won = {row.host: row.visit_last for row in taken}
    return {host: won[host] for host in hosts if host in won}


@cache
def _leases(dialect: str) -> Executable:
    # The rows apart: with them in it, it would be compiled anew each time. `next_at` of a row is now;
    # the moment itself must not stand in it: of many rows at once, the cached one would be kept.
    leases = upsert_for(dialect, HOSTS)
    asked_at = leases.excluded.next_at
    free = or_(HOSTS.c.lease_until.is_(None), HOSTS.c.lease_until <= asked_at)
    return leases.on_conflict_do_update(
        index_elements=["host"],
        set_={"holder": leases.excluded.holder, "lease_until": leases.excluded.lease_until},
        where=and_(HOSTS.c.next_at <= asked_at, free),
    ).returning(HOSTS.c.host, HOSTS.c.visit_last)


def _due_visits(conn: Connection, hosts: Collection[str], asked: Mapping[str, Any]) -> dict[str, VisitTask]:
    """The longest due source of each host."""
    tasks: dict[str, VisitTask] = {}
    if hosts:
        these = {**asked, "hosts": list(hosts)}
        for row in conn.execute(_due_sources("slugs" in asked), these).mappings():
            tasks.setdefault(row["host"], _visit_task(row))
    return tasks


@cache
def _due_sources(restricted: bool) -> Select[Any]:
    at_hosts = SOURCES.c.host.in_(bindparam("hosts", expanding=True))
    due = select(SOURCES, visits.ARRIVED_LATELY.label("arrivals"), *rhythms.FIELDS)
    due = due.select_from(SOURCES.outerjoin(RHYTHMS, RHYTHMS.c.source == SOURCES.c.slug))
    due = due.where(at_hosts, SOURCES.c.next_visit_at <= bindparam("now"))
    due = due.where(SOURCES.c.enabled, _among(restricted))
    return due.order_by(SOURCES.c.next_visit_at, SOURCES.c.slug)


def _due_reads(conn: Connection, hosts: Collection[str], asked: Mapping[str, Any]) -> dict[str, ReadTask]:
    """The first page of each host: news before a first visit's backlog, then the longest due."""
    if not hosts:
        return {}
    these = {**asked, "hosts": list(hosts)}
    firsts = conn.execute(_first_pages("slugs" in asked), these).scalars()
    ids = [first for first in firsts if first is not None]
    if not ids:
        return {}
    entries = _entries(conn, ids)
    rows = conn.execute(PAGES, {"ids": ids}).mappings()
    return {row["article_host"]: _read_task(row, entries[row["article_id"]]) for row in rows}


@cache
def _first_pages(restricted: bool) -> Select[Any]:
    first = (
        select(ARTICLES.c.id)
        .select_from(_waiting())
        .where(
            ARTICLES.c.host == HOSTS.c.host,
            ARTICLES.c.next_try_at <= bindparam("now"),
            _among(restricted),
            _IDLE,
        )
        .order_by(ARTICLES.c.backfill, ARTICLES.c.next_try_at, ARTICLES.c.id)
        .limit(1)
        .correlate(HOSTS)
        .scalar_subquery()
    )
    return select(first).where(HOSTS.c.host.in_(bindparam("hosts", expanding=True)))


def _entries(conn: Connection, ids: Collection[int]) -> dict[int, RowMapping]:
    """What the latest sighting of each article in its own source said."""
    return {row["article"]: row for row in conn.execute(SAID, {"ids": list(ids)}).mappings()}


def _count(conn: Connection, tasks: Collection[Task]) -> None:
    """Note the attempts at pages, and whose turn it was at each host."""
    tried = [task.article for task in tasks if isinstance(task, ReadTask)]
    if tried:
        conn.execute(TRIED, {"ids": tried})
    turns = {"hosts": [task.host for task in tasks if isinstance(task, VisitTask)]}
    if tasks:
        conn.execute(TURNS, {**turns, "claimed": [task.host for task in tasks]})


def _visit_task(row: RowMapping) -> VisitTask:
    return VisitTask(
        source=source_of(row),
        host=row["host"],
        due=row["next_visit_at"],
        validators=Validators(row["etag"], row["last_modified"], row["body_hash"]),
        previous=row["last_good"],
        history=visits.history_of(row, tuple(sorted(row["arrivals"], reverse=True))),
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
    """Articles that wait to be read, where their source is not switched off or somebody asked for them."""
    asked = or_(SOURCES.c.enabled, ARTICLES.c.brought != Brought.VISIT)
    on = and_(ARTICLES.c.source == SOURCES.c.slug, asked, ARTICLES.c.next_try_at.is_not(None))
    return ARTICLES.join(SOURCES, on)


def _among(restricted: bool) -> ColumnElement[bool]:
    return SOURCES.c.slug.in_(bindparam("slugs", expanding=True)) if restricted else true()


def _named(slugs: Collection[str] | None) -> dict[str, Any]:
    return {} if slugs is None else {"slugs": list(slugs)}
