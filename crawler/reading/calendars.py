"""The Solar Hijri calendar of Iran, in which Persian pages write their dates."""

from __future__ import annotations

from datetime import date, timedelta

# Leap years of the 33-year cycle, by year modulo 33: exact against the astronomical calendar for 1343 to 1472
# (1964 to 2093), see https://en.wikipedia.org/wiki/Solar_Hijri_calendar.
_LEAP = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
_EPOCH = (1300, date(1921, 3, 21))  # 1 Farvardin 1300


def solar_hijri(year: int, month: int, day: int) -> date:
    """The Gregorian date of a Solar Hijri one, years 1300 to 1499; ValueError: no such day."""
    if not 1300 <= year < 1500:
        raise ValueError(f"year {year} is out of range")
    if not 1 <= month <= 12 or not 1 <= day <= _length(year, month):
        raise ValueError(f"no such day: {year}-{month}-{day}")
    first_year, first_day = _EPOCH
    days = sum(365 + (passed % 33 in _LEAP) for passed in range(first_year, year))
    days += sum(_length(year, passed) for passed in range(1, month))
    return first_day + timedelta(days=days + day - 1)


def _length(year: int, month: int) -> int:
    if month <= 6:
        return 31
    return 30 if month < 12 else 29 + (year % 33 in _LEAP)
