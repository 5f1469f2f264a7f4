"""Lists paged back: where each back-fill is, so that any process goes on where another was killed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from news.article import ArticleState, Brought
from news.errors import UnknownSource
from news.work import Backfill, BackfillState, BackfillTask
from storage.changes import notify
from storage.columns import table, upsert
from storage.identity import digest
from storage.sources import host_of, source_of
from storage.tables import ArticleRow, BackfillPageRow, BackfillRow, HostRow, SourceRow

SOURCES, ARTICLES = table(SourceRow), table(ArticleRow)
HOSTS = table(HostRow)
BACKFILLS, PAGES = table(BackfillRow), table(BackfillPageRow)
# A list whose pages never end is given up here.
MOST_PAGES = 20_000


class Begun(StrEnum):
    """What came of asking for a back-fill: it began, went on where it had been, or had been done before."""

    NEW = "new"
    RESUMED = "resumed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """A back-fill, and of the articles it brought how many are `to_read` now, and how many are to be tried
    again `later`."""

    backfill: Backfill
    to_read: int
    later: int


def begin(conn: Connection, slug: str, since: datetime, *, now: datetime, again: bool = False) -> Begun:
    """Have the lists of a source paged back to `since` (UTC). Raises UnknownSource.

    One under way, or one that stopped or did not go so far back, goes on
    where it is; one that is done stays done, unless it is asked for `again`.
    One that came to the end of the lists begins anew for an earlier date:
    there may have been what was left out.
    """
    url = conn.execute(select(SOURCES.c.url).where(SOURCES.c.slug == slug)).scalar_one_or_none()
    if url is None:
        raise UnknownSource(slug=slug)
    row = conn.execute(select(BACKFILLS).where(BACKFILLS.c.source == slug)).mappings().one_or_none()
    done = row is not None and row["state"] in (BackfillState.ENDED, BackfillState.REACHED)
    if row is not None and not again and not (row["state"] == BackfillState.ENDED and since < row["since"]):
        if done and since >= row["since"]:
            return Begun.DONE
        _go_on(conn, row, min(since, row["since"]), now)
        return Begun.RESUMED
    conn.execute(delete(PAGES).where(PAGES.c.source == slug))
    conn.execute(delete(BACKFILLS).where(BACKFILLS.c.source == slug))
    start = {"source": slug, "since": since, "waiting": [url], "host": host_of(url), "next_try_at": now}
    counts = dict.fromkeys(("attempts", "pages", "listed", "found"), 0)
    conn.execute(insert(BACKFILLS).values(**start, **counts, state=BackfillState.RUNNING, started=now))
    # The latest is visited first: what only a back-fill has seen is told to nobody.
    conn.execute(update(SOURCES).where(SOURCES.c.slug == slug).values(next_visit_at=now))
    notify(conn)
    return Begun.NEW


def _go_on(conn: Connection, row: RowMapping, since: datetime, now: datetime) -> None:
    change = {"since": since, "state": BackfillState.RUNNING, "reason": None, "ended": None, "attempts": 0}
    conn.execute(
        update(BACKFILLS).where(BACKFILLS.c.source == row["source"]).values(**change, next_try_at=now)
    )
    notify(conn)


def give_up(conn: Connection, slug: str) -> None:
    """Page no further; what was found stays."""
    conn.execute(delete(PAGES).where(PAGES.c.source == slug))
    conn.execute(delete(BACKFILLS).where(BACKFILLS.c.source == slug))


def due_hosts(restricted: bool) -> Select[Any]:
    """Hosts with a list page due by the parameter `now`, each with since when; of the sources `slugs` where
    that is `restricted`."""
    due = BACKFILLS.c.next_try_at <= bindparam("now", type_=BACKFILLS.c.next_try_at.type)
    query = select(BACKFILLS.c.host, func.min(BACKFILLS.c.next_try_at).label("due"))
    return query.where(due, _among(restricted)).group_by(BACKFILLS.c.host)


def earliest(restricted: bool) -> Select[Any]:
    """Each host's earliest moment at which a list page falls due."""
    query = select(BACKFILLS.c.host, func.min(BACKFILLS.c.next_try_at).label("due"))
    return query.where(BACKFILLS.c.next_try_at.is_not(None), _among(restricted)).group_by(BACKFILLS.c.host)


def due(conn: Connection, hosts: Collection[str], asked: Mapping[str, Any]) -> dict[str, BackfillTask]:
    """The longest due list page of each host; `asked` as in `storage.work.claim`."""
    columns = [BACKFILLS.c[name].label(f"backfill_{name}") for name in _TASK]
    query = select(*SOURCES.c, *columns).join(BACKFILLS, BACKFILLS.c.source == SOURCES.c.slug)
    query = query.where(
        BACKFILLS.c.host.in_(bindparam("hosts", expanding=True)),
        BACKFILLS.c.next_try_at <= bindparam("now", type_=BACKFILLS.c.next_try_at.type),
        _among("slugs" in asked),
    ).order_by(BACKFILLS.c.next_try_at.desc(), SOURCES.c.slug.desc())
    rows = conn.execute(query, {**asked, "hosts": list(hosts)}).mappings() if hosts else ()
    return {row["backfill_host"]: _task(row) for row in rows}


_TASK = ("host", "waiting", "since", "pages", "attempts")


def _task(row: RowMapping) -> BackfillTask:
    return BackfillTask(
        source=source_of(row),
        host=row["backfill_host"],
        url=row["backfill_waiting"][0],
        since=row["backfill_since"],
        pages=row["backfill_pages"],
        attempts=row["backfill_attempts"],
        visited=row["last_good"],
    )


def read(
    conn: Connection,
    task: BackfillTask,
    *,
    key: bytes | None,
    listed: int,
    found: int,
    oldest: datetime | None,
    onward: Sequence[str],
    state: BackfillState,
    reason: str | None,
    now: datetime,
) -> None:
    """Note that the task's page was read and where to go on; nothing if another was faster.

    A list that goes round ends: pages that were read are not asked again, and
    none leads on that lists the same as another did (`key`; None: nothing).
    The page that went back far enough stays the next: who goes on from there
    to an earlier date finds what was left out of it.
    """
    row = _locked(conn, task)
    if row is None:
        return
    slug = task.source.slug
    waiting = row["waiting"]
    if state is not BackfillState.REACHED:
        onward = [] if key is not None and _listed_before(conn, slug, key) else onward
        noted = {"source": slug, "url_key": digest("page", task.url), "listed_key": key or b""}
        conn.execute(upsert(conn, PAGES).values(noted).on_conflict_do_nothing())
        waiting = _still_waiting(conn, slug, [*waiting[1:], *onward])
    if state is BackfillState.RUNNING and (not waiting or row["pages"] + 1 >= MOST_PAGES):
        state = BackfillState.ENDED
    running = state is BackfillState.RUNNING
    change = {
        "waiting": waiting,
        "host": host_of(waiting[0]) if waiting else row["host"],
        "next_try_at": now if running else None,
        "attempts": 0,
        "pages": row["pages"] + 1,
        "listed": row["listed"] + listed,
        "found": row["found"] + found,
        "oldest": min(filter(None, (row["oldest"], oldest)), default=None),
        "state": state,
        "reason": reason,
        "ended": None if running else now,
    }
    conn.execute(update(BACKFILLS).where(BACKFILLS.c.source == slug).values(change))


def missed(
    conn: Connection, task: BackfillTask, *, reason: str, retry_at: datetime | None, now: datetime
) -> None:
    """Note that the task's page could not be had: again at `retry_at` (None: it has stopped here)."""
    if _locked(conn, task) is None:
        return
    stopped = {} if retry_at else {"state": BackfillState.STOPPED, "ended": now}
    change = {"attempts": BACKFILLS.c.attempts + 1, "next_try_at": retry_at, "reason": reason, **stopped}
    conn.execute(update(BACKFILLS).where(BACKFILLS.c.source == task.source.slug).values(change))


def standing(conn: Connection, slugs: Collection[str], now: datetime) -> tuple[Standing, ...]:
    """How the back-fills of these sources stand, by slug."""
    waits = select(
        ARTICLES.c.source,
        func.sum(case((ARTICLES.c.next_try_at <= now, 1), else_=0)),
        func.sum(case((ARTICLES.c.next_try_at > now, 1), else_=0)),
    ).where(
        ARTICLES.c.next_try_at.is_not(None),
        ARTICLES.c.brought == Brought.BACKFILL,
        ARTICLES.c.source.in_(slugs),
    )
    waiting = {row[0]: (row[1], row[2]) for row in conn.execute(waits.group_by(ARTICLES.c.source))}
    rows = conn.execute(
        select(BACKFILLS).where(BACKFILLS.c.source.in_(slugs)).order_by(BACKFILLS.c.source)
    ).mappings()
    return tuple(Standing(_backfill(row), *waiting.get(row["source"], (0, 0))) for row in rows)


def is_due(conn: Connection, slugs: Collection[str], until: datetime) -> bool:
    """Whether a list page of one of these sources may be asked for by then: by us, or by who has its host."""
    waits = HOSTS.c.next_at > until
    asked = select(BACKFILLS.c.source).where(
        BACKFILLS.c.source.in_(slugs),
        BACKFILLS.c.next_try_at <= until,
        BACKFILLS.c.host.not_in(select(HOSTS.c.host).where(waits)),
    )
    return conn.execute(asked.limit(1)).first() is not None


def unreadable(conn: Connection, slugs: Collection[str]) -> dict[str, int]:
    """How many of the articles that back-fills brought could not be read, by source."""
    counted = select(ARTICLES.c.source, func.count()).where(
        ARTICLES.c.state == ArticleState.UNREADABLE,
        ARTICLES.c.brought == Brought.BACKFILL,
        ARTICLES.c.source.in_(slugs),
    )
    return {row[0]: row[1] for row in conn.execute(counted.group_by(ARTICLES.c.source))}


def _backfill(row: RowMapping) -> Backfill:
    values = {name: row[name] for name in Backfill.__dataclass_fields__}
    return Backfill(**{**values, "waiting": tuple(row["waiting"]), "state": BackfillState(row["state"])})


def _locked(conn: Connection, task: BackfillTask) -> RowMapping | None:
    """The back-fill's row, if this page is still its next."""
    query = select(BACKFILLS).where(BACKFILLS.c.source == task.source.slug).with_for_update()
    row = conn.execute(query).mappings().one_or_none()
    return row if row is not None and row["waiting"][:1] == [task.url] else None


def _listed_before(conn: Connection, slug: str, key: bytes) -> bool:
    same = select(PAGES.c.source).where(PAGES.c.source == slug, PAGES.c.listed_key == key).limit(1)
    return conn.execute(same).first() is not None


def _still_waiting(conn: Connection, slug: str, urls: Sequence[str]) -> list[str]:
    """These addresses, each once, without those that were read."""
    keys = {digest("page", url): url for url in urls}
    if not keys:
        return []
    known = select(PAGES.c.url_key).where(PAGES.c.source == slug, PAGES.c.url_key.in_(keys))
    asked = set(conn.execute(known).scalars())
    return list(dict.fromkeys(url for url in urls if digest("page", url) not in asked))


def _among(restricted: bool) -> ColumnElement[bool]:
    return BACKFILLS.c.source.in_(bindparam("slugs", expanding=True)) if restricted else true()
