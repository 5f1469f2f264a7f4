"""What came of visits: recorded one by one, remembered as history, folded into daily sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Update,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from news.cadence import MOMENTS
from news.errors import UnknownSource
from news.trace import Trace
from news.visit import GOOD, History, Outcome, Validators, Visit
from storage import rhythms
from storage.columns import gathered, table, upsert
from storage.rhythms import RHYTHMS
from storage.tables import ConditionRow, SightingRow, SourceRow, VisitDayRow, VisitRow

KEPT_RAW = timedelta(days=14)
ARRIVALS = 50
SOURCES, VISITS, DAYS = table(SourceRow), table(VisitRow), table(VisitDayRow)
SIGHTINGS, CONDITIONS = table(SightingRow), table(ConditionRow)
# What every visit asks and says is built once: building a statement costs more than running it.
ADD_VISIT = insert(VISITS)
VALIDATORS = tuple(Validators.__dataclass_fields__)
VISIT_FIELDS = tuple(Visit.__dataclass_fields__)
PAST_FIELDS = "failures", "last_good", "failing_since", "held_items", "added", "trace"
FRESH_TRACE = asdict(Trace())
LAST_ID = (
    select(VISITS.c.id)
    .where(VISITS.c.source == SOURCES.c.slug)
    .order_by(VISITS.c.at.desc(), VISITS.c.id.desc())
    .limit(1)
    .correlate(SOURCES)
    .scalar_subquery()
)
PASTS = select(
    SOURCES.c.slug,
    *(SOURCES.c[name] for name in PAST_FIELDS),
    *(VISITS.c[name] for name in VISIT_FIELDS),
    *rhythms.FIELDS,
    CONDITIONS.c.lengths,
).select_from(
    SOURCES.outerjoin(VISITS, VISITS.c.id == LAST_ID)
    .outerjoin(RHYTHMS, RHYTHMS.c.source == SOURCES.c.slug)
    .outerjoin(CONDITIONS, CONDITIONS.c.source == SOURCES.c.slug)
)
PAST = PASTS.where(SOURCES.c.slug == bindparam("slug"))
# The latest moments at which something arrived at a source of an enclosing statement: all the cadence asks.
# Gathered into one value, since a row costs more than a value; the subquery walks one index and stops.
_LATEST = (
    select(SIGHTINGS.c.first_seen.label("at"))
    .where(SIGHTINGS.c.source == SOURCES.c.slug)
    .order_by(SIGHTINGS.c.first_seen.desc())
    .limit(ARRIVALS)
    .correlate(SOURCES)
    .subquery()
)
_MOMENTS = select(_LATEST.c.at).distinct().order_by(_LATEST.c.at.desc()).limit(MOMENTS).subquery()
ARRIVED_LATELY = select(gathered(_MOMENTS.c.at)).scalar_subquery()
ARRIVED = (
    select(SightingRow.first_seen)
    .where(SightingRow.source == bindparam("slug"))
    .order_by(SightingRow.first_seen.desc())
    .limit(ARRIVALS)
)


@dataclass(frozen=True, slots=True)
class DayOfVisits:
    """What a source's visits of one day (UTC) came to: how many there were, how many of them could not be
    had, were refused or gave nothing, and how many new items they found."""

    day: date
    visits: int
    failed: int
    blocked: int
    blank: int
    new: int

    @property
    def bad(self) -> int:
        return self.failed + self.blocked + self.blank


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit to be stored, when to come again, and what the next request sends back (None: as before).

    `trace` is what its source's visits have left behind by now (None: as before); `arrived`: what it found
    new is an arrival, not the backlog of a first visit.
    """

    visit: Visit
    next_visit_at: datetime
    validators: Validators | None
    trace: Trace | None = None
    arrived: bool = False


def record(conn: Connection, visit: Visit, *, next_visit_at: datetime, validators: Validators | None) -> None:
    """Store a visit and what it means for its source. `validators` None keeps those there are.

    Belongs in the unit that announces the visit's last entries: validators
    saved before their entries would lose them. Raises UnknownSource.
    """
    record_all(conn, [Recorded(visit, next_visit_at, validators)])


def record_all(conn: Connection, records: Sequence[Recorded]) -> None:
    """`record` several at once, at the cost of a few statements for all. Raises UnknownSource."""
    changes: dict[Change, list[dict[str, Any]]] = defaultdict(list)
    for each in records:
        visit, validators = each.visit, each.validators
        change = {"which": visit.source, "next_visit_at": each.next_visit_at, "now": visit.at}
        if validators is not None:
            change |= {name: getattr(validators, name) for name in VALIDATORS}
        if each.trace is not None:
            change["trace"] = trace_row(each.trace)
        kind = Change(_standing(visit), validators is not None, visit.listed > 0, each.trace is not None)
        changes[kind].append(change)
    for kind, rows in changes.items():
        if conn.execute(_change(kind), rows).rowcount != len(rows):
            raise UnknownSource(slug=", ".join(row["which"] for row in rows))
    conn.execute(ADD_VISIT, [_visit_row(each.visit) for each in records])
    arrivals = [_arrival_row(each.visit) for each in records if each.arrived and each.visit.new]
    if arrivals:
        rhythms.arrived(conn, arrivals)


def _visit_row(visit: Visit) -> dict[str, Any]:
    return {name: getattr(visit, name) for name in VISIT_FIELDS} | {"day": visit.at.astimezone(UTC).date()}


def _arrival_row(visit: Visit) -> dict[str, Any]:
    at = visit.at.astimezone(UTC)
    return {"source": visit.source, "day": at.date(), "hours": 1 << at.hour, "entries": visit.new}


def trace_row(trace: Trace) -> dict[str, Any]:
    """A trace as it is kept: without what is as at its start."""
    return {name: value for name, value in asdict(trace).items() if value != FRESH_TRACE[name]}


@dataclass(frozen=True, slots=True)
class Change:
    """What a visit changes of its source: by whether it was good (None: it was not made), brought
    validators, listed items, and left a trace."""

    good: bool | None
    validated: bool
    listed: bool
    traced: bool


def _standing(visit: Visit) -> bool | None:
    return None if visit.outcome is Outcome.SKIPPED else visit.outcome in GOOD


@cache
def _change(kind: Change) -> Update:
    names = ["next_visit_at", *(VALIDATORS if kind.validated else ()), *(["trace"] if kind.traced else [])]
    change: dict[str, Any] = {name: bindparam(name) for name in names}
    if kind.listed:
        change["held_items"] = True
    if kind.good:
        change |= {"failures": 0, "failing_since": None, "last_good": bindparam("now")}
    elif kind.good is False:
        change["failures"] = SOURCES.c.failures + 1
        change["failing_since"] = func.coalesce(
            SOURCES.c.failing_since, bindparam("now", type_=SOURCES.c.failing_since.type)
        )
    return update(SOURCES).where(SOURCES.c.slug == bindparam("which")).values(change)


def recent(conn: Connection, slug: str, limit: int) -> tuple[Visit, ...]:
    """The source's latest visits, newest first, of the last 14 days."""
    rows = conn.execute(
        select(VISITS)
        .where(VISITS.c.source == slug)
        .order_by(VISITS.c.at.desc(), VISITS.c.id.desc())
        .limit(limit)
    )
    return tuple(visit_of(row) for row in rows.mappings())


def days(conn: Connection, slug: str, since: date) -> tuple[DayOfVisits, ...]:
    """A source's visits by days (UTC) from `since` on, the latest first: those folded and those of late."""
    here = VISITS.c.source == slug, VISITS.c.day >= since
    late = select(
        VISITS.c.day,
        func.count(),
        _times(Outcome.FAILED) + _times(Outcome.GONE),
        _times(Outcome.BLOCKED),
        _times(Outcome.BLANK),
        func.sum(VISITS.c.new),
    )
    early = select(*(DAYS.c[name] for name in ("day", "visits", "failed", "blocked", "blank", "new")))
    rows = [
        *conn.execute(late.where(*here).group_by(VISITS.c.day)),
        *conn.execute(early.where(DAYS.c.source == slug, DAYS.c.day >= since)),
    ]
    found: dict[date, DayOfVisits] = {}
    for day, *counts in rows:
        before = found.get(day, DayOfVisits(day, 0, 0, 0, 0, 0))
        sums = (had + int(more) for had, more in zip(astuple(before)[1:], counts, strict=True))
        found[day] = DayOfVisits(day, *sums)
    return tuple(sorted(found.values(), key=lambda each: each.day, reverse=True))


def requests_a_day(conn: Connection, slug: str, now: datetime, days: int = 7) -> float:
    """How many visits were made on an average day of the last `days`, or of those since the first."""
    these = VISITS.c.source == slug, VISITS.c.at > now - timedelta(days=days)
    counted, first = conn.execute(
        select(func.count(), func.min(VISITS.c.at)).where(*these, VISITS.c.outcome != Outcome.SKIPPED)
    ).one()
    if first is None:
        return 0.0
    past: float = max((now - first).total_seconds() / 86400, 1.0)
    return counted / past if counted else 0.0


def history(conn: Connection, slug: str) -> History:
    """What is known of a source's past. Raises UnknownSource."""
    row = conn.execute(PAST, {"slug": slug}).mappings().one_or_none()
    if row is None:
        raise UnknownSource(slug=slug)
    arrivals = conn.execute(ARRIVED, {"slug": slug}).scalars()
    return history_of(row, tuple(arrivals), visit_of(row) if row["source"] is not None else None)


def histories(conn: Connection) -> dict[str, History]:
    """The history of every source, by slug, without single arrivals: its trace has the latest."""
    return {
        row["slug"]: history_of(row, (), visit_of(row) if row["source"] is not None else None)
        for row in conn.execute(PASTS.order_by(SOURCES.c.slug)).mappings()
    }


def fold(conn: Connection, *, now: datetime) -> int:
    """Turn visits of days that ended 14 days ago into daily sums; returns how many were folded."""
    before = (now - KEPT_RAW).astimezone(UTC).date()
    old = VISITS.c.day < before
    sums = {
        "visits": func.count(),
        "failed": _times(Outcome.FAILED) + _times(Outcome.GONE),
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


def visit_of(row: RowMapping) -> Visit:
    """A visit's row, or a row that holds its columns, as the visit it tells of."""
    values = {name: row[name] for name in VISIT_FIELDS}
    return Visit(**{**values, "outcome": Outcome(values["outcome"])})


def history_of(row: RowMapping, arrivals: tuple[datetime, ...], last: Visit | None = None) -> History:
    """A source's row with its rhythm's columns (and `lengths`), and what arrived there, as its History."""
    return History(
        arrivals=arrivals,
        failures=row["failures"],
        last=last,
        last_good=row["last_good"],
        failing_since=row["failing_since"],
        held_items=row["held_items"],
        added=row["added"],
        trace=Trace(**row["trace"]),
        rhythm=rhythms.rhythm_of(row),
        lengths=tuple(row.get("lengths") or ()),
    )
