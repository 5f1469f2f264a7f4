"""When something was published, from whatever a source writes: never an exception, never an invented hour.

A reader of dates must prefer silence to a wrong date: what is not understood is None, and the time of
appearance stands in for it elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crawler.reading.calendars import solar_hijri
from news.article import Published
from news.languages.registry import LANGUAGES

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=48)  # clocks and zones are wrong by hours, not by days
_LONGEST = 300  # characters looked at: a date cell or a dateline, not a text

_MIDNIGHT = re.compile(
    r"(?<![\d:.])00:00:00(?:\.0+)?\s*(?:Z|GMT|UTC|[+-]\d\d:?\d\d)?(?![\d:])", re.IGNORECASE
)
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?:[t ]?([0-2]\d)([0-5]\d)([0-5]\d)?)?(?!\d)")
# Not after a sign or a date's hyphen: "2022-12-13+04:00" names a zone, no hour.
_CLOCK = re.compile(
    r"(?<![\d+:.])(?<!\d\d-\d\d-)([01]?\d|2[0-3])"
    r"(?::([0-5]\d)(?::([0-5]\d|60)(?:[.,]\d+)?)?|\s?h\s?([0-5]\d)|\.([0-5]\d)(?=\s*uhr))(?![\d:])"
    r"\s*([ap]\.?m\b\.?)?"
)
_OFFSET = re.compile(r"\s*\(?\s*(?:utc|gmt)?\s*([+\-−])(\d\d?)(?::?([0-5]\d))?(?![\d:./-])\s*\)?")
_ZONE_NAME = re.compile(r"\s*\(?\s*([a-zмск]{1,4})\b\s*\)?")
# Abbreviations that mean one offset wherever they stand; minutes east of Greenwich (RFC 822; others as used).
_ZONE_NAMES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt"), 0),
    **{
        "est": -300,
        "edt": -240,
        "cst": -360,
        "cdt": -300,
        "mst": -420,
        "mdt": -360,
        "pst": -480,
        "pdt": -420,
    },
    **{"cet": 60, "cest": 120, "eet": 120, "eest": 180, "msk": 180, "мск": 180},
}
_YEAR_FIRST = re.compile(r"(?<![\d:])(\d{4})([-./])(\d\d?)\2(\d\d?)(?!\d)")
_YEAR_LAST = re.compile(r"(?<![\d:])(\d\d?)([-./])(\d\d?)\2(\d{4}|\d\d)(?!\d)")
_PARTS = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_ARMENIAN_COLON = re.compile(
    r"(?<=\d)\u0589(?=\d)"
)  # the full stop of Armenian, typed between hour and minute
_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_YEAR_REACH = 4  # parts between a month and its year: "2022-ci il 13 dekabr"


class Reading(NamedTuple):
    """A date as written: the day; the clock (hour, minute, second) and the minutes east of UTC, if said."""

    day: date
    clock: tuple[int, int, int] | None = None
    offset: int | None = None


def parse_date(
    text: str, *, zone: str, languages: Sequence[str], now: datetime, greenwich: bool = True
) -> Published | None:
    """The publication date written in `text` (a date cell, a feed's date, a dateline), None without one.

    `zone` is the IANA zone of times that name none and of the day; `languages` are ISO 639-1 codes whose
    month names are tried in order (English always, all where none is given); `now` is aware. A date without
    an hour has `at` None. A day without a year is the latest such day. Only dates between 1990 and 48 hours
    after `now` are believed. Of an hour that happens twice (daylight saving ends) it is the first.
    `greenwich` as for `feed_date`.
    """
    local = ZoneInfo(zone)
    reading = _read(_plain(text), zone, tuple(languages), now.astimezone(local).date())
    if reading and not greenwich and reading.offset == 0:
        reading = reading._replace(offset=None)
    return _published(reading, local, now) if reading else None


def feed_date(
    raw: str | None,
    parsed: Sequence[int] | None,
    *,
    zone: str,
    languages: Sequence[str],
    now: datetime,
    greenwich: bool = True,
) -> Published | None:
    """`parse_date` for a feed: of its raw string, and of feedparser's parse of it (a UTC time tuple).

    Our own reading goes first. feedparser's (it knows Korean, Greek and Hungarian forms) is believed only
    where year and day occur in the raw string: it reads 2016/6/29 as November 1st, 2016-06 as June 1st.
    `greenwich` False: hours labelled GMT, UTC, Z or +0000 are those of `zone` all the same. Midnight to the
    second, in whatever zone, is how templates print a day without an hour: it is that day.
    """
    if not raw:
        return None
    raw = _MIDNIGHT.sub(" ", raw[:_LONGEST])
    own = parse_date(raw, zone=zone, languages=languages, now=now, greenwich=greenwich)
    if own or parsed is None:
        return own
    try:
        year, month, day, hour, minute, second = parsed[:6]
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        near = [at.date() + timedelta(days=shift) for shift in (-1, 0, 1)]  # the parse is in UTC
    except (ValueError, OverflowError):
        return None
    numbers = {int(number) for number in re.findall(r"\d{1,4}", _plain(raw))}
    if not any(day.day in numbers and numbers & {day.year, day.year % 100} for day in near):
        return None
    said_hour = re.search(r"\d\s*[:시時]\s*\d|[tT]\d\d", raw)
    local = ZoneInfo(zone)
    clock = (at.hour, at.minute, at.second) if said_hour else None
    return _published(Reading(at.date(), clock, 0), local, now)


def _plain(text: str) -> str:
    """Lower case, ASCII digits, no marks of direction; I, İ and ı all become i, which no month name minds."""
    text = _DIRECTION.sub("", unicodedata.normalize("NFC", text[:_LONGEST]))
    text = "".join(str(unicodedata.digit(c, "")) or c if not c.isascii() else c for c in text)
    text = _ARMENIAN_COLON.sub(":", text)
    return text.lower().replace("i\u0307", "i").replace("ı", "i").replace("ي", "ی").replace("ك", "ک")


def _published(reading: Reading, local: ZoneInfo, now: datetime) -> Published | None:
    latest = now + AHEAD
    if not EARLIEST.year <= reading.day.year <= latest.year + 1:
        return None  # before any arithmetic: year 9999 overflows in astimezone
    if reading.clock is None:
        believed = EARLIEST.date() <= reading.day <= latest.astimezone(local).date()
        return Published(reading.day) if believed else None
    tz = local if reading.offset is None else timezone(timedelta(minutes=reading.offset))
    hour, minute, second = reading.clock
    at = datetime(reading.day.year, reading.day.month, reading.day.day, hour, minute, second, tzinfo=tz)
    at = at.astimezone(UTC)
    return Published(at.astimezone(local).date(), at) if EARLIEST <= at <= latest else None


def _read(text: str, zone: str, languages: tuple[str, ...], today: date) -> Reading | None:
    text = _COMPACT.sub(_with_separators, text)
    clock, offset, rest = _without_clock(text)
    day = (
        _numeric(rest, zone, languages) or _named(rest, languages, today) or _relative(rest, languages, today)
    )
    return Reading(day, clock, offset) if day else None


def _with_separators(compact: re.Match[str]) -> str:
    year, month, day, hour, minute, second = compact.groups()
    return f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second or '00'}".lower() if hour else "")


def _without_clock(text: str) -> tuple[tuple[int, int, int] | None, int | None, str]:
    """The clock time and its zone, and the text without the two."""
    found = _CLOCK.search(text)
    if not found:
        return None, None, text
    hour, minute = int(found[1]), int(found[2] or found[4] or found[5])
    if found[6]:
        if not 1 <= hour <= 12:
            return None, None, text
        hour = hour % 12 + (12 if found[6].startswith("p") else 0)
    end, offset = found.end(), None
    if signed := _OFFSET.match(text, end):
        minutes = int(signed[2]) * 60 + int(signed[3] or 0)
        if minutes <= 14 * 60:  # the easternmost zone there is
            end, offset = signed.end(), minutes if signed[1] == "+" else -minutes
    elif (named := _ZONE_NAME.match(text, end)) and named[1] in _ZONE_NAMES:
        end, offset = named.end(), _ZONE_NAMES[named[1]]
    return (hour, minute, min(int(found[3] or 0), 59)), offset, f"{text[: found.start()]} | {text[end:]}"


def _numeric(text: str, zone: str, languages: tuple[str, ...]) -> date | None:
    """2022-12-13, 13.12.2022, 14.12.22; day before month but where that cannot be, or on American slashes."""
    if found := _YEAR_FIRST.search(text):
        return _day(int(found[1]), int(found[3]), int(found[4]), solar="fa" in languages)
    if not (found := _YEAR_LAST.search(text)):
        return None
    day, month, year = int(found[1]), int(found[3]), _full_year(found[4])
    if month > 12 or (found[2] == "/" and zone.startswith("America/") and day <= 12):
        day, month = month, day
    return _day(year, month, day, solar="fa" in languages)


Part = tuple[str, tuple[bool, int] | None]  # digits, or a month: is it Solar Hijri, its number


def _named(text: str, languages: tuple[str, ...], today: date) -> date | None:
    """A month's name with a day beside it, nearest to a year ("mar. 13 déc. 2022" is no day in March)."""
    months, pattern = _months(languages)
    parts: list[Part] = [
        (part if part.isdigit() else "", months.get(part))
        for part in re.findall(rf"{pattern}|{_PARTS.pattern}", text)
    ]
    best: tuple[int, date] | None = None
    for place, (_, month) in enumerate(parts):
        used = _day_beside(parts, place) if month else None
        if month is None or used is None:
            continue
        distance, year = _year_near(parts, place, used)
        solar, number = month
        day = int(parts[used][0])
        found = _latest(number, day, today) if year is None else _day(year, number, day, solar=solar)
        if found and (best is None or distance < best[0]):
            best = distance, found
    return best[1] if best else None


def _day_beside(parts: list[Part], place: int) -> int | None:
    """Where the day stands: before the month's name, after it, or before it with a word between."""
    for other in (place - 1, place + 1, place - 2):
        if 0 <= other < len(parts) and 1 <= len(parts[other][0]) <= 2:
            return other
    return None


def _year_near(parts: list[Part], place: int, used: int) -> tuple[int, int | None]:
    """How far from the month the year stands, and the year; None where there is none."""
    after = place + 1
    if used < place and after < len(parts) and len(parts[after][0]) == 2:
        return 1, _full_year(parts[after][0])
    for distance in range(1, _YEAR_REACH + 1):
        for other in (place + distance, place - distance):
            if 0 <= other < len(parts) and len(parts[other][0]) == 4:
                return distance, int(parts[other][0])
    return _YEAR_REACH + 1, None


def _relative(text: str, languages: tuple[str, ...], today: date) -> date | None:
    words = set(_PARTS.findall(text))
    for code in _tried(languages):
        if words & {_plain(word) for word in LANGUAGES[code].today}:
            return today
        if words & {_plain(word) for word in LANGUAGES[code].yesterday}:
            return today - timedelta(days=1)
    return None


def _tried(languages: tuple[str, ...]) -> list[str]:
    known = [code for code in languages if code in LANGUAGES]
    return [*known, "en"] if known else list(LANGUAGES)


@lru_cache(maxsize=64)
def _months(languages: tuple[str, ...]) -> tuple[dict[str, tuple[bool, int]], str]:
    """Every form of a month to (is it Solar Hijri, its number), and the pattern of those of several words."""
    months: dict[str, tuple[bool, int]] = {}
    for code in _tried(languages):
        for solar, table in ((False, LANGUAGES[code].months), (True, LANGUAGES[code].solar_months)):
            for number, forms in enumerate(table, start=1):
                for form in forms:
                    months.setdefault(_plain(form), (solar, number))
    phrases = sorted((re.escape(form) for form in months if " " in form), key=len, reverse=True)
    return months, "|".join(phrases) or "(?!)"


def _full_year(digits: str) -> int:
    """Two digits as in RFC 2822, 4.3: 00 to 49 are this century."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 50 else 1900)


def _day(year: int, month: int, day: int, *, solar: bool) -> date | None:
    try:
        return solar_hijri(year, month, day) if solar and 1300 <= year < 1500 else date(year, month, day)
    except ValueError:
        return None


def _latest(month: int, day: int, today: date) -> date | None:
    """The latest such day that is not after tomorrow."""
    for year in (today.year + 1, today.year, today.year - 1):
        found = _day(year, month, day, solar=False)
        if found and found <= today + timedelta(days=1):
            return found
    return None
