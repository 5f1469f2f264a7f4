"""When a digest is due and which span it covers, from a subscription and the moment alone.

A digest is not fired by a timer but found to be due, on any tick: the latest
scheduled local time that has passed and was not told. Timers skip and double
around daylight saving and lose what a stopped process missed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from news.telling import Rhythm, Schedule, Subscription, Window

DAY = timedelta(days=1)
# A digest told so far ahead of now was told by a clock that stood wrong: no change of zone (at most 26 hours,
# from UTC+14 to UTC-12) puts one there.
CLOCK_WAS_WRONG = timedelta(hours=26)


def due_window(subscription: Subscription, told_slots: Collection[str], now: datetime) -> Window | None:
    """The window of the digest that is due at `now`, None where none is.

    `told_slots` are slots there is a digest of already. Those that passed
    untold before the latest one are covered by it and counted in `missed`.
    """
    schedule = subscription.schedule
    if schedule is None or subscription.paused is not None:
        return None
    zone = ZoneInfo(subscription.zone)
    day = _latest(schedule, zone, now)
    due, slot = instant(day, schedule, zone), slot_of(day, schedule)
    covered = covered_until(subscription, now)
    if slot in told_slots or due <= subscription.starts_at or (covered is not None and due <= covered):
        return None
    if covered is None and subscription.told_until is not None:
        before = instant(_step(day, schedule, -1), schedule, zone)
        return Window(slot, due, max(before, subscription.starts_at), now)
    after = max(covered or subscription.starts_at, subscription.starts_at)
    return Window(slot, due, after, now, _missed(after, day, schedule, zone, told_slots))


def window_now(subscription: Subscription, told_slots: Collection[str], now: datetime) -> Window:
    """The window of a digest asked for at `now`: the due one, else that of the present local day or week.

    The subscription is one that has a schedule. Whether the slot was told is
    for the caller to look up.
    """
    due = due_window(subscription, told_slots, now)
    if due is not None:
        return due
    schedule = subscription.schedule
    assert schedule is not None
    zone = ZoneInfo(subscription.zone)
    day = now.astimezone(zone).date()
    if schedule.rhythm is Rhythm.WEEKLY:
        day += timedelta(days=schedule.weekday - day.weekday())
    covered = covered_until(subscription, now)
    after = min(now, max(covered or subscription.starts_at, subscription.starts_at))
    planned = instant(day, schedule, zone)
    # Asked for before its first one was due, it is not late.
    return Window(slot_of(day, schedule), planned if planned > subscription.starts_at else now, after, now)


def next_window(subscription: Subscription, told_slots: Collection[str], now: datetime) -> Window:
    """The window of the next digest as far as it has come by `now`: the due one, else the following one, also
    while it is paused. The subscription is one that has a schedule."""
    going = replace(subscription, paused=None)
    due = due_window(going, told_slots, now)
    if due is not None:
        return due
    following, schedule = next_due(going, told_slots, now), going.schedule
    assert following is not None
    assert schedule is not None
    after = min(now, max(covered_until(going, now) or going.starts_at, going.starts_at))
    day = following.astimezone(ZoneInfo(going.zone)).date()
    return Window(slot_of(day, schedule), following, after, now)


def next_due(subscription: Subscription, told_slots: Collection[str], now: datetime) -> datetime | None:
    """The next moment after `now` at which a digest falls due; None for instant and paused ones."""
    schedule = subscription.schedule
    if schedule is None or subscription.paused is not None:
        return None
    zone = ZoneInfo(subscription.zone)
    covered = covered_until(subscription, now)
    floor = max(now, subscription.starts_at, covered or now)
    day = _latest(schedule, zone, floor)
    while True:
        day = _step(day, schedule, 1)
        due = instant(day, schedule, zone)
        if due > floor and slot_of(day, schedule) not in told_slots:
            return due


def covered_until(subscription: Subscription, now: datetime) -> datetime | None:
    """Up to when digests were made; None where there was none, or only one of a clock that stood wrong."""
    told = subscription.told_until
    return None if told is None or told - now > CLOCK_WAS_WRONG else told


def instant(day: date, schedule: Schedule, zone: ZoneInfo) -> datetime:
    """The moment (UTC) of the schedule's local time on that day.

    A time that comes twice means the first; one that the clock skips is
    reckoned by the offset before the gap (PEP 495, fold=0), so it comes as
    much later as the clock was put forward.
    """
    return datetime.combine(day, schedule.at, zone).astimezone(UTC)


def slot_of(day: date, schedule: Schedule) -> str:
    """What there is exactly one digest for: the local date, or the ISO week of a weekly one."""
    if schedule.rhythm is not Rhythm.WEEKLY:
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _weekdays(schedule: Schedule) -> Collection[int]:
    if schedule.rhythm is Rhythm.WEEKLY:
        return (schedule.weekday,)
    return range(5 if schedule.rhythm is Rhythm.WEEKDAYS else 7)


def _step(day: date, schedule: Schedule, by: int) -> date:
    """The next (`by` 1) or the last (-1) scheduled day from `day`, itself excluded."""
    day += by * DAY
    while day.weekday() not in _weekdays(schedule):
        day += by * DAY
    return day


def _latest(schedule: Schedule, zone: ZoneInfo, now: datetime) -> date:
    """The latest scheduled day whose instant is not after `now`."""
    day = _step(now.astimezone(zone).date() + 2 * DAY, schedule, -1)
    while instant(day, schedule, zone) > now:
        day = _step(day, schedule, -1)
    return day


def _missed(
    after: datetime, last: date, schedule: Schedule, zone: ZoneInfo, told_slots: Collection[str]
) -> int:
    """How many scheduled days have their moment after `after`, lie before `last` and were not told."""
    first = after.astimezone(zone).date()
    if instant(first, schedule, zone) <= after:
        first += DAY
    weeks, rest = divmod(max((last - first).days, 0), 7)
    days = _weekdays(schedule)
    # Counted, not walked: a clock that jumped ten years ahead must not cost thousands of steps.
    passed = weeks * len(days) + sum((first.weekday() + number) % 7 in days for number in range(rest))
    # One that was asked for before its time was not missed.
    told = (_day_of(slot, schedule) for slot in told_slots)
    return passed - sum(day is not None and first <= day < last and day.weekday() in days for day in told)


def _day_of(slot: str, schedule: Schedule) -> date | None:
    """The scheduled day of a slot; None for one of another rhythm."""
    if (schedule.rhythm is Rhythm.WEEKLY) != ("W" in slot):
        return None
    if "W" not in slot:
        return date.fromisoformat(slot)
    year, _, week = slot.partition("-W")
    return date.fromisocalendar(int(year), int(week), schedule.weekday + 1)
