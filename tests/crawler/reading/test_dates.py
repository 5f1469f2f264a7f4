"""Dates as sources really write them, and that nothing they write does harm."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.calendars import solar_hijri
from crawler.reading.dates import AHEAD, EARLIEST, feed_date, parse_date
from news.article import Published
from news.languages.registry import LANGUAGES

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def read(text: str, zone: str = "UTC", *languages: str, now: datetime = NOW) -> str | None:
    """The day, and the instant in UTC where one is said, as one string."""
    found = parse_date(text, zone=zone, languages=languages, now=now)
    if found is None:
        return None
    return str(found.day) if found.at is None else f"{found.day} {found.at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("text", "zone", "language", "expected"),
    [
        # lists and pages of ministries and agencies
        ("13 December, 2022", "Asia/Yerevan", "en", "2022-12-13"),
        ("13 декабрь, 2022", "Asia/Yerevan", "ru", "2022-12-13"),
        ("13.12.2022", "Asia/Yerevan", "hy", "2022-12-13"),
        ("13 December 2022", "Asia/Baku", "en", "2022-12-13"),
        ("14:07 13.12.2022", "Europe/Moscow", "ru", "2022-12-13 2022-12-13T11:07:00Z"),
        ("13.12.2022 (14:07)", "Europe/Moscow", "ru", "2022-12-13 2022-12-13T11:07:00Z"),
        ("29 дек 2022, 12:38", "Europe/Moscow", "ru", "2022-12-29 2022-12-29T09:38:00Z"),
        ("11 марта 2023, 20:09", "Europe/Moscow", "ru", "2023-03-11 2023-03-11T17:09:00Z"),
        ("13:07 , 15 декабря, 2022", "Asia/Yerevan", "ru", "2022-12-15 2022-12-15T09:07:00Z"),
        ("Пятница, 30 Декабря, 2022 года, 18:30", "Asia/Yerevan", "ru", "2022-12-30 2022-12-30T14:30:00Z"),
        ("ЕРЕВАН, 16 дек - Sputnik.", "Europe/Moscow", "ru", "2025-12-16"),
        ("YEREVAN, December 29. /TASS/.", "Europe/Moscow", "en", "2025-12-29"),
        ("BAKU, Azerbaijan, December 14.", "Asia/Baku", "en", "2025-12-14"),
        ("Baku/14.12.22/Turan:", "Asia/Baku", "en", "2022-12-14"),
        ("11 Nov 2022, 10:29", "Asia/Baku", "en", "2022-11-11 2022-11-11T06:29:00Z"),
        ("23 February 2023 18:49 (UTC+04:00)", "UTC", "en", "2023-02-23 2023-02-23T14:49:00Z"),
        ("10 Aprel 2023 04:56", "Asia/Baku", "az", "2023-04-10 2023-04-10T00:56:00Z"),
        ("Bugün, 06:39", "Asia/Baku", "az", "2026-11-24 2026-11-24T02:39:00Z"),
        ("Сегодня, 12:30", "Europe/Moscow", "ru", "2026-11-24 2026-11-24T09:30:00Z"),
        ("Dünən, 23:59", "Asia/Baku", "az", "2026-11-23 2026-11-23T19:59:00Z"),
        ("Tarix: 21-02-2023, 09:26", "Asia/Baku", "az", "2023-02-21 2023-02-21T05:26:00Z"),
        ("18.12.2025 | 01:35", "Asia/Yerevan", "hy", "2025-12-18 2025-12-17T21:35:00Z"),
        ("2026-05-31 11:20:00", "Asia/Yerevan", "hy", "2026-05-31 2026-05-31T07:20:00Z"),
        ("29 դեկտեմբերի, 2022, 12։38", "Asia/Yerevan", "hy", "2022-12-29 2022-12-29T08:38:00Z"),
        ("13 დეკემბერი 2022, 14:07", "Asia/Tbilisi", "ka", "2022-12-13 2022-12-13T10:07:00Z"),
        ("۱ دی ۱۴۰۱، ۱۳:۲۰", "Asia/Tehran", "fa", "2022-12-22 2022-12-22T09:50:00Z"),
        ("December, 25, 2022 - 15:35", "Asia/Tehran", "en", "2022-12-25 2022-12-25T12:05:00Z"),
        ("14.12.2022 [15:40]", "Asia/Baku", "az", "2022-12-14 2022-12-14T11:40:00Z"),
        ("14:25 • 21.12.22", "Asia/Yerevan", "hy", "2022-12-21 2022-12-21T10:25:00Z"),
        ("16 декабря, 2022 08:30", "Asia/Baku", "ru", "2022-12-16 2022-12-16T04:30:00Z"),
        (
            "Agenda.ge, 21 Dec 2022 - 13:40, Tbilisi, Georgia",
            "Asia/Tbilisi",
            "en",
            "2022-12-21 2022-12-21T09:40:00Z",
        ),
        ("Stand: 16.12.2022 14:47 Uhr", "Europe/Berlin", "de", "2022-12-16 2022-12-16T13:47:00Z"),
        ("Stand: 16.12.2022 14.47 Uhr", "Europe/Berlin", "de", "2022-12-16 2022-12-16T13:47:00Z"),
        ("۲۰ آبان ۱۳۹۹", "Asia/Tehran", "fa", "2020-11-10"),
        ("۱۳ دسامبر ۲۰۲۲", "Asia/Tehran", "fa", "2022-12-13"),
        ("Çar, 29 Nis 2026 15:00:00 +0300", "UTC", "tr", "2026-04-29 2026-04-29T12:00:00Z"),
        ("13 KASIM 2022", "Europe/Istanbul", "tr", "2022-11-13"),
        ("2022-ci il 13 dekabr", "Asia/Baku", "az", "2022-12-13"),
        ("2022 թ. դեկտեմբերի 13-ին", "Asia/Yerevan", "hy", "2022-12-13"),
        ("13 დეკემბერს, 2022", "Asia/Tbilisi", "ka", "2022-12-13"),
        ("13 грудня 2022 р., 14:07", "Europe/Kyiv", "uk", "2022-12-13 2022-12-13T12:07:00Z"),
        ("13 كانون الأول 2022", "Asia/Beirut", "ar", "2022-12-13"),
        ("١٣ ديسمبر ٢٠٢٢", "Asia/Beirut", "ar", "2022-12-13"),
        ("mar. 13 déc. 2022 à 14h30", "Europe/Paris", "fr", "2022-12-13 2022-12-13T13:30:00Z"),
        ("Le 1er août 2022", "Europe/Paris", "fr", "2022-08-01"),
        # machines
        ("2022-12-13T14:07:05.123+04:00", "UTC", "en", "2022-12-13 2022-12-13T10:07:05Z"),
        ("2022-12-13T22:07:05Z", "Asia/Baku", "en", "2022-12-14 2022-12-13T22:07:05Z"),
        ("20221213T140705Z", "UTC", "en", "2022-12-13 2022-12-13T14:07:05Z"),
        ("20221213", "UTC", "en", "2022-12-13"),
        ("2022-12-13+04:00", "UTC", "en", "2022-12-13"),
        ("Tue, 13 Dec 2022 14:07:00 GMT", "Asia/Baku", "az", "2022-12-13 2022-12-13T14:07:00Z"),
        ("Tue, 13 Dec 22 14:07 -0500", "UTC", "en", "2022-12-13 2022-12-13T19:07:00Z"),
        ("Tue Dec 13 14:07:00 2022", "UTC", "en", "2022-12-13 2022-12-13T14:07:00Z"),
        ("Вторник 13 Дек 2022 14:30:00 MSK", "UTC", "ru", "2022-12-13 2022-12-13T11:30:00Z"),
        ("12/06/2022 3:05 PM EST", "America/New_York", "en", "2022-12-06 2022-12-06T20:05:00Z"),
        ("06/12/2022", "Europe/London", "en", "2022-12-06"),
        ("12/29/2022", "Europe/London", "en", "2022-12-29"),
        ("2016/6/29", "UTC", "en", "2016-06-29"),
    ],
)
def test_a_date_is_read_as_written(text: str, zone: str, language: str, expected: str) -> None:
    assert read(text, zone, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12:30",
        "31 February 2022",
        "2003-12",
        "2022",
        "December 2022",
        "soon",
        "0000-00-00",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "999999999999999999999-01-01",
        "1989-12-31",
        "27 November 2026",
        "2026-11-26T12:00:01Z",
        "32.13.2022",
    ],
)
def test_what_is_no_date_or_not_believed_is_none(text: str) -> None:
    assert read(text) is None


def test_the_near_future_is_believed() -> None:
    assert read("2026-11-26T12:00:00Z") == "2026-11-26 2026-11-26T12:00:00Z"
    assert read("26 November 2026") == "2026-11-26"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Yesterday, 14:05"),
        ("en", "yesterday at 2:05 pm"),
        ("ru", "Вчера, 14:05"),
        ("ru", "вчера в 14:05"),
        ("uk", "Вчора, 14:05"),
        ("tr", "Dün, 14:05"),
        ("tr", "DÜN 14:05"),
        ("az", "Dünən, 14:05"),
        ("az", "DÜNƏN, 14:05"),
        ("hy", "Երեկ, 14:05"),
        ("hy", "երեկ՝ 14։05"),
        ("ka", "გუშინ, 14:05"),
        ("fa", "دیروز، ۱۴:۰۵"),
        ("ar", "أمس، ١٤:٠٥"),
        ("fr", "Hier à 14h05"),
        ("fr", "hier, 14:05"),
        ("de", "Gestern, 14:05 Uhr"),
        ("de", "gestern um 14.05 Uhr"),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Yerevan", "Europe/Moscow", "America/New_York"])
def test_yesterday_is_the_day_before_the_clocks_in_the_sources_zone(
    language: str, text: str, zone: str
) -> None:
    # In Yerevan and Moscow it is the 25th already, in New York the 24th.
    now = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    found = parse_date(text, zone=zone, languages=(language,), now=now)
    local = datetime(2026, 11, 23 if zone == "America/New_York" else 24, 14, 5, tzinfo=ZoneInfo(zone))
    assert found == Published(local.date(), local.astimezone(UTC))
    assert parse_date(text, zone=zone, languages=(), now=now) == found, "of any language, where none is given"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Today, 06:39"),
        ("ru", "Сегодня в 06:39"),
        ("uk", "Сьогодні, 06:39"),
        ("tr", "Bugün 06:39"),
        ("az", "Bugün, 06:39"),
        ("hy", "Այսօր, 06:39"),
        ("ka", "დღეს, 06:39"),
        ("fa", "امروز ۰۶:۳۹"),
        ("ar", "اليوم 06:39"),
        ("fr", "Aujourd’hui à 6h39"),
        ("de", "Heute, 06:39 Uhr"),
    ],
)
def test_today_is_the_clocks_day_in_the_sources_zone(language: str, text: str) -> None:
    assert read(text, "Asia/Baku", language) == "2026-11-24 2026-11-24T02:39:00Z"


def test_a_zone_is_a_place_with_a_history() -> None:
    assert (
        read("1 July 2015 12:00", "Asia/Baku") == "2015-07-01 2015-07-01T07:00:00Z"
    )  # summer time until 2015
    assert read("1 July 2016 12:00", "Asia/Baku") == "2016-07-01 2016-07-01T08:00:00Z"


def test_an_hour_that_happens_twice_is_the_first() -> None:
    assert read("27.10.2024 02:30", "Europe/Berlin") == "2024-10-27 2024-10-27T00:30:00Z"


def test_a_day_without_year_is_the_latest_such_day() -> None:
    new_year = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    assert read("December 31", now=new_year) == "2025-12-31"
    assert read("January 2", now=new_year) == "2026-01-02"
    assert read("29 February", now=new_year) is None


def test_feedparsers_reading_is_only_believed_where_the_string_bears_it_out() -> None:
    def feed(raw: str, *parsed: int) -> Published | None:
        struct = time.struct_time((*parsed, 0, 0, 0)) if parsed else None
        return feed_date(raw, struct, zone="Asia/Seoul", languages=("en",), now=NOW)

    assert feed("2016/6/29", 2016, 11, 1, 0, 0, 0) == Published(date(2016, 6, 29))
    assert feed("2016-06", 2016, 6, 1, 0, 0, 0) is None
    assert feed("2004년 05월 28일  오후 11:31:58", 2004, 5, 28, 14, 31, 58) == Published(
        date(2004, 5, 28), datetime(2004, 5, 28, 14, 31, 58, tzinfo=UTC)
    )
    assert feed("garbage", 9999, 1, 1, 0, 0, 0) is None
    assert feed("Κυρ, 11 Ιούλ 10000", 10000, 7, 11, 0, 0, 0) is None
    assert feed("") is None


MONTHS = [month for language in LANGUAGES.values() for month in language.months + language.solar_months]
SCRAPS = st.sampled_from(
    [form for month in MONTHS for form in month]
    + ["2022", "13", "31", "29", "9999", "0001", "14:07", "24:00", "00:00:60", "+14:00", "-12:00", "PM"]
    + ["GMT", ".", "/", "-", ",", " ", "T", "Z", "(", ")", "۱۳۹۹", "٣", "\u200f", "\ud800", "\x00", "1h30"]
)
DATELIKE = st.lists(SCRAPS, max_size=9).map("".join) | st.lists(SCRAPS, max_size=9).map(" ".join)
ZONES = st.sampled_from(["UTC", "Asia/Tehran", "Pacific/Kiritimati", "America/New_York"])


@settings(max_examples=1_000, deadline=None)
@given(st.text(max_size=60) | DATELIKE, ZONES, st.sampled_from([(), ("fa",), ("tr", "az"), ("xx",)]))
def test_any_text_is_a_believable_date_or_none(text: str, zone: str, languages: tuple[str, ...]) -> None:
    found = parse_date(text, zone=zone, languages=languages, now=NOW)
    if found is not None:
        assert EARLIEST.date() <= found.day <= (NOW + AHEAD).astimezone(ZoneInfo(zone)).date()
        assert found.at is None or EARLIEST <= found.at <= NOW + AHEAD


@settings(max_examples=300)
@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 11, 24)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_iso_dates_come_back_as_the_same_instant(local: datetime, minutes: int) -> None:
    local = local.replace(microsecond=0)
    sign, size = "+" if minutes >= 0 else "-", abs(minutes)
    found = parse_date(
        f"{local.isoformat()}{sign}{size // 60:02}:{size % 60:02}", zone="UTC", languages=(), now=NOW
    )
    assert found is not None
    assert found.at == (local - timedelta(minutes=minutes)).replace(tzinfo=UTC)


def test_a_very_long_text_is_looked_at_only_so_far() -> None:
    begun = time.process_time()
    assert read("1" * 1_000_000) is None
    assert read(("1 ян" * 300_000) + "2022", "UTC", "ru") is None
    assert time.process_time() - begun < 2  # seconds


@pytest.mark.parametrize(
    ("year", "month", "day", "expected"),
    [
        (1300, 1, 1, date(1921, 3, 21)),
        (1357, 11, 22, date(1979, 2, 11)),
        (1399, 8, 20, date(2020, 11, 10)),
        (1399, 12, 30, date(2021, 3, 20)),
        (1400, 1, 1, date(2021, 3, 21)),
        (1403, 12, 30, date(2025, 3, 20)),
        (1404, 1, 1, date(2025, 3, 21)),
        (1405, 1, 1, date(2026, 3, 21)),
    ],
)
def test_the_iranian_calendar(year: int, month: int, day: int, expected: date) -> None:
    assert solar_hijri(year, month, day) == expected


@pytest.mark.parametrize("day", [(1400, 12, 30), (1400, 13, 1), (1400, 7, 31), (1500, 1, 1), (1400, 1, 0)])
def test_days_the_iranian_calendar_has_not(day: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"no such day|out of range"):
        solar_hijri(*day)
