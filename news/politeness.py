"""What a server says about coming again, in seconds (RFC 9110 10.2.3, RFC 9111 5.2 and 5.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SOONEST = 60.0
LATEST = 7 * 86400.0
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:e\+?\d+)?", re.ASCII | re.IGNORECASE)
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d+)', re.ASCII | re.IGNORECASE)
_NOT_KEPT = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?![\w-])", re.ASCII | re.IGNORECASE)


def parse_retry_after(value: bytes | str | None, now: datetime) -> float | None:
    """Seconds from `now` (aware) until a `Retry-After`, given as seconds or as a date.

    Held to 60 s (the past, a negative number) and seven days (the absurd);
    None where there is none or it cannot be read.
    """
    text = _text(value)
    seconds = float(text) if _NUMBER.fullmatch(text) else _until(text, now)
    return None if seconds is None else min(max(seconds, SOONEST), LATEST)


def parse_max_age(
    cache_control: bytes | str | None, expires: bytes | str | None, now: datetime
) -> float | None:
    """Seconds from `now` (aware) for which a response stays fresh, at most seven days.

    `max-age` goes before `Expires`; None where neither asks to wait, or
    `no-cache` or `no-store` says not to.
    """
    control = _text(cache_control)
    if _NOT_KEPT.search(control):
        return None
    age = _MAX_AGE.search(control)
    seconds = float(age[1]) if age else _until(_text(expires), now)
    return min(seconds, LATEST) if seconds and seconds > 0 else None


def _text(value: bytes | str | None) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else value or "").strip()


def _until(date: str, now: datetime) -> float | None:
    """Seconds until an HTTP date in any of its three forms, which are all UTC unless they say otherwise."""
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):  # what it raises over one garbage or another
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp()
