"""What came of visits: recorded one by one, remembered as history, folded into daily sums."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from news.errors import UnknownSource
from news.visit import History, Outcome, Validators, Visit
from storage.columns import table, upsert
from storage.tables import SightingRow, SourceRow, VisitDayRow, VisitRow

KEPT_RAW = timedelta(days=14)
ARRIVALS = 50
GOOD = {Outcome.NEW, Outcome.UNCHANGED}
SOURCES, VISITS, DAYS = table(SourceRow), table(VisitRow), table(VisitDayRow)


def record(conn: Connection, visit: Visit, *, next_visit_at: datetime, validators: Validators | None) -> None:
    """Store a visit and what it means for its source. `validators` None keeps those there are.

    Belongs in the unit that announces the visit's last entries: validators
    saved before their entries would lose them. Raises UnknownSource.
    """
    good = visit.outcome in GOOD
    change: dict[str, Any] = {"next_visit_at": next_visit_at}
    if validators is not None:
        change |= {
            "etag": validators.etag,
            "last_modified": validators.last_modified,
            "body_hash": validators.body_hash,
        }
    if visit.listed > 0:
        change["held_items"] = True
    if good:
        change |= {"failures": 0, "failing_since": None, "last_good": visit.at}
    else:
        change["failures"] = SOURCES.c.failures + 1
        change["failing_since"] = func.coalesce(SOURCES.c.failing_since, visit.at)
    if conn.execute(update(SOURCES).where(SOURCES.c.slug == visit.source).values(change)).rowcount == 0:
        raise UnknownSource(slug=visit.source)
    values = {name: getattr(visit, name) for name in Visit.__dataclass_fields__}
    conn.execute(insert(VISITS).values(values | {"day": visit.at.astimezone(UTC).date()}))


def recent(conn: Connection, slug: str, limit: int) -> tuple[Visit, ...]:
    """The source's latest visits, newest first, of the last 14 days."""
    rows = conn.execute(
        select(VISITS)
        .where(VISITS.c.source == slug)
        .order_by(VISITS.c.at.desc(), VISITS.c.id.desc())
        .limit(limit)
    )
    return tuple(_visit(row) for row in rows.mappings())


def history(conn: Connection, slug: str) -> History:
    """What is known of a source's past. Raises UnknownSource."""
    row = conn.execute(select(SOURCES).where(SOURCES.c.slug == slug)).mappings().one_or_none()
    if row is None:
        raise UnknownSource(slug=slug)
    seen = SightingRow.first_seen
    arrivals = conn.execute(
        select(seen).where(SightingRow.source == slug).order_by(seen.desc()).limit(ARRIVALS)
    ).scalars()
    last = recent(conn, slug, 1)
    return _history(row, tuple(arrivals), last[0] if last else None)


def histories(conn: Connection) -> dict[str, History]:
    """The history of every source, by slug."""
    inner = aliased(SightingRow)
    # The subquery walks one index and stops: a window over all sightings ever would not.
    newest = (
        select(inner.id)
        .where(inner.source == SOURCES.c.slug)
        .order_by(inner.first_seen.desc())
        .limit(ARRIVALS)
        .correlate(SOURCES)
        .scalar_subquery()
    )
    arrivals: dict[str, list[datetime]] = {}
    seen = select(SightingRow.source, SightingRow.first_seen).join(
        SOURCES, and_(SightingRow.source == SOURCES.c.slug, SightingRow.id.in_(newest))
    )
    for slug, at in conn.execute(seen.order_by(SightingRow.first_seen.desc())):
        arrivals.setdefault(slug, []).append(at)
    last_id = select(func.max(VISITS.c.id)).group_by(VISITS.c.source)
    lasts = conn.execute(select(VISITS).where(VISITS.c.id.in_(last_id))).mappings()
    last = {row["source"]: _visit(row) for row in lasts}
    return {
        row["slug"]: _history(row, tuple(arrivals.get(row["slug"], ())), last.get(row["slug"]))
        for row in conn.execute(select(SOURCES).order_by(SOURCES.c.slug)).mappings()
    }


def fold(conn: Connection, *, now: datetime) -> int:
    """Turn visits of days that ended 14 days ago into daily sums; returns how many were folded."""
    before = (now - KEPT_RAW).astimezone(UTC).date()
    old = VISITS.c.day < before
    sums = {
        "visits": func.count(),
        "failed": _times(Outcome.FAILED),
        "blocked": _times(Outcome.BLOCKED),
        "blank": _times(Outcome.BLANK),
        "unchanged": _times(Outcome.UNCHANGED),
        **{name: func.sum(VISITS.c[name]) for name in ("new", "changed", "bytes", "duration")},
    }
    days = select(VISITS.c.source, VISITS.c.day, *sums.values()).where(old)
    days = days.group_by(VISITS.c.source, VISITS.c.day)
    summed = upsert(conn, DAYS)
    # A clock that stood wrong may bring a visit of a day already folded: it is added.
    conn.execute(
        summed.from_select(["source", "day", *sums], days).on_conflict_do_update(
            index_elements=["source", "day"],
            set_={name: DAYS.c[name] + summed.excluded[name] for name in sums},
        )
    )
    return conn.execute(delete(VISITS).where(old)).rowcount


def _times(outcome: Outcome) -> Any:
    return func.sum(case((VISITS.c.outcome == outcome, 1), else_=0))


def _visit(row: RowMapping) -> Visit:
    values = {name: row[name] for name in Visit.__dataclass_fields__}
    return Visit(**{**values, "outcome": Outcome(values["outcome"])})


def _history(row: RowMapping, arrivals: tuple[datetime, ...], last: Visit | None) -> History:
    return History(
        arrivals=arrivals,
        failures=row["failures"],
        last=last,
        last_good=row["last_good"],
        failing_since=row["failing_since"],
        held_items=row["held_items"],
        added=row["added"],
    )
