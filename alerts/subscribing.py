"""What a person asks for, as a subscription can have it: times, days, zones, each refused in words."""

from __future__ import annotations

import re
from datetime import time
from difflib import get_close_matches
from enum import StrEnum
from zoneinfo import available_timezones

from news.errors import SubscriptionError
from news.telling import Rhythm, Schedule


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


DAYS = tuple(Weekday)


def schedule(recipient: str, rhythm: Rhythm, at: str, day: Weekday | None) -> Schedule:
    """A digest's schedule; `at` is HH:MM, `day` for a weekly one (None: Monday). Raises SubscriptionError."""
    if not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", at, re.ASCII):
        remedy = "Write it as HH:MM, from 00:00 to 23:59."
        raise SubscriptionError(recipient=recipient, problem=f"no time of day: {at!r}", remedy=remedy)
    if day is not None and rhythm is not Rhythm.WEEKLY:
        remedy = "Only a weekly digest has a day of its own."
        problem = f"a day for a digest that comes {rhythm}: {day}"
        raise SubscriptionError(recipient=recipient, problem=problem, remedy=remedy)
    return Schedule(rhythm, time.fromisoformat(at), DAYS.index(day) if day is not None else 0)


def zone(recipient: str, name: str) -> str:
    """The name of an IANA zone. Raises SubscriptionError."""
    known = available_timezones()
    if name not in known:
        near = get_close_matches(name, sorted(known), n=1)
        remedy = f"Did you mean {near[0]}?" if near else "Write an IANA zone such as Asia/Baku."
        raise SubscriptionError(recipient=recipient, problem=f"no such time zone: {name!r}", remedy=remedy)
    return name
