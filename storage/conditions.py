"""What the operator was told of sources, and the lengths of their latest texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from news.article import TextOrigin
from news.telling import Message, Planned, Subscription, Told
from news.visit import Health, State
from storage import deliveries
from storage.changes import notify
from storage.columns import table, upsert
from storage.tables import ArticleRow, ConditionRow, MarkRow, RevisionRow

CONDITIONS, MARKS = table(ConditionRow), table(MarkRow)
ARTICLES, REVISIONS = table(ArticleRow), table(RevisionRow)
# Lengths kept of each source: the latest few are compared with the rest.
LENGTHS = 40
TEXTS, WEEK, TELLING = "texts", "weekly report", "telling"


def note_lengths(conn: Connection, *, limit: int) -> int:
    """Take up to `limit` texts that came since the last call into their sources' lengths; returns how many.

    Each article counts by its first text, one that could not be had as 0.
    """
    _alone(conn, TEXTS)
    reached = _mark(conn, TEXTS)
    if reached is None:  # what is there already is no news
        latest: int = conn.execute(select(func.coalesce(func.max(REVISIONS.c.id), 0))).scalar_one()
        _set_mark(conn, TEXTS, latest)
        return 0
    length = case((REVISIONS.c.origin == TextOrigin.SUMMARY, 0), else_=func.length(REVISIONS.c.text))
    texts = select(REVISIONS.c.id, REVISIONS.c.number, ARTICLES.c.source, length.label("length"))
    texts = texts.join(ARTICLES, ARTICLES.c.id == REVISIONS.c.article).where(REVISIONS.c.id > reached)
    rows = conn.execute(texts.order_by(REVISIONS.c.id).limit(limit)).all()
    latest_of: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        if row.number == 1:
            latest_of[row.source].append(row.length)
    if latest_of:
        _add_lengths(conn, latest_of)
    if rows:
        _set_mark(conn, TEXTS, rows[-1].id)
    return len(rows)


def told(conn: Connection) -> dict[str, tuple[State, datetime | None]]:
    """The bad state each source's operator was told of, and since when it is in it; none for the others."""
    rows = conn.execute(select(CONDITIONS).where(CONDITIONS.c.told.is_not(None)))
    return {row.source: (State(row.told), row.since) for row in rows}


def tell(
    conn: Connection,
    broke: Mapping[str, Health],
    recovered: Collection[str],
    message: Message,
    to: Subscription,
    *,
    now: datetime,
    domain: str,
) -> bool:
    """Note these changes and plan the message that tells of them, in one unit.

    False, and nothing is done, where another service told of any of them meanwhile.
    """
    _alone(conn, TELLING)
    known = told(conn)
    if broke.keys() & known.keys() or not set(recovered) <= known.keys():
        return False
    _put(conn, {slug: (str(health.state), health.since) for slug, health in broke.items()}, now)
    _put(conn, dict.fromkeys(recovered, (None, None)), now)
    _deliver(conn, message, to, now, domain)
    return True


def week_told(conn: Connection) -> int | None:
    """The latest week of which there was a report, as year * 100 + ISO week; None: there was none yet."""
    return _mark(conn, WEEK)


def begin_weeks(conn: Connection, week: int) -> None:
    """Count reports from the week after this one on: the first days have nothing to tell."""
    if _mark(conn, WEEK) is None:
        _set_mark(conn, WEEK, week)


def tell_week(
    conn: Connection, week: int, message: Message, to: Subscription, *, now: datetime, domain: str
) -> bool:
    """Plan the report of a week, in one unit; False where there is one."""
    _alone(conn, TELLING)
    reached = _mark(conn, WEEK)
    if reached is not None and reached >= week:
        return False
    _set_mark(conn, WEEK, week)
    _deliver(conn, message, to, now, domain)
    return True


def _deliver(conn: Connection, message: Message, to: Subscription, now: datetime, domain: str) -> None:
    body = deliveries.keep_body(conn, message, now=now)
    deliveries.add_all(conn, [Planned(to, Told.HEALTH, body)], now=now, domain=domain)
    notify(conn)


def _put(conn: Connection, states: Mapping[str, tuple[str | None, datetime | None]], now: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {"source": slug, "lengths": [], "told": state, "since": since, "told_at": now}
        for slug, (state, since) in states.items()
    ]
    if rows:
        added = upsert(conn, CONDITIONS)
        new = {name: added.excluded[name] for name in ("told", "since", "told_at")}
        conn.execute(added.on_conflict_do_update(index_elements=["source"], set_=new), rows)


def _add_lengths(conn: Connection, latest: Mapping[str, Sequence[int]]) -> None:
    kept = select(CONDITIONS.c.source, CONDITIONS.c.lengths).where(CONDITIONS.c.source.in_(sorted(latest)))
    before: dict[str, list[int]] = {row.source: row.lengths for row in conn.execute(kept)}
    rows: list[dict[str, Any]] = [
        {"source": slug, "lengths": [*before.get(slug, []), *lengths][-LENGTHS:]}
        for slug, lengths in latest.items()
    ]
    added = upsert(conn, CONDITIONS)
    new = {"lengths": added.excluded.lengths}
    conn.execute(added.on_conflict_do_update(index_elements=["source"], set_=new), rows)


def _mark(conn: Connection, name: str) -> int | None:
    """How far it has come; None: it has not begun."""
    mark: int | None = conn.execute(select(MARKS.c.number).where(MARKS.c.name == name)).scalar()
    return mark


def _alone(conn: Connection, name: str) -> None:
    """On PostgreSQL another service that is about the same waits here until this unit ends."""
    _set_mark(conn, f"{name} is taken", 0)


def _set_mark(conn: Connection, name: str, number: int) -> None:
    added = upsert(conn, MARKS).values(name=name, number=number)
    conn.execute(added.on_conflict_do_update(index_elements=["name"], set_={"number": number}))
