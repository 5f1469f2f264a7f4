"""The period somebody asks about, in their own zone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Query
from pydantic import BeforeValidator

from review.desk.admission import Visitor
from review.desk.parts import Desk
from review.timeline import Zoom, period_of
from storage.timeline import Period

YEARS = (1990, 2100)
# A field of a form that was left empty is one that was not given.
BLANK = BeforeValidator(lambda given: None if given == "" else given)
At = Annotated[
    datetime | None,
    Query(description="A moment; without a zone in yours, a date alone is its beginning."),
    BLANK,
]


def zone_of(desk: Desk, who: Visitor) -> str:
    """The zone the visitor lives in."""
    return (who.account.zone if who.account else "") or desk.zone


def period_at(desk: Desk, zone: str, zoom: Zoom, at: datetime | None) -> Period:
    """The period a moment is in (without a zone: the visitor's; None: now). Raises HTTPException (422)."""
    moment = at or desk.clock()
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise HTTPException(422, f"at: a moment from {YEARS[0]} to {YEARS[1]} is wanted")
    return period_of(zoom, moment, zone)
