"""When a message that could not be delivered is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

# A passing trouble (greylisting) is over in minutes; then hourly, well within what servers bear.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30))
HOURLY = timedelta(hours=1)
# RFC 5321 4.5.4.1: "the give-up time generally needs to be at least 4-5 days".
GIVE_UP = timedelta(days=5)


def next_try(first_try_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """When to try again after the failed try number `attempts` (from 1) that ended `now`.

    None where that would be more than five days after the first try.
    """
    wait = WAITS[attempts - 1] if attempts <= len(WAITS) else HOURLY
    at = now + wait
    return at if at <= first_try_at + GIVE_UP else None
