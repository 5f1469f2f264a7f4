"""What feeds of the region get wrong, each as it was seen, and what an analyst would make of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.reading.entries import ListReading
from crawler.reading.feeds import read_feed
from news.errors import NotAFeed

NOW = datetime(2026, 4, 29, 12, 20, tzinfo=UTC)


def read(body: str | bytes, zone: str = "Europe/Istanbul", content_type: str | None = None) -> ListReading:
    if isinstance(body, str):
        body = body.encode()
    return read_feed(
        body,
        url="https://haber.example.test/rss",
        content_type=content_type,
        known=frozenset(),
        zone=zone,
        languages=("tr", "az", "ru"),
        now=NOW,
    )


def rss(*items: str, declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f'{declaration}<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'


def dated(*dates: str) -> str:
    return rss(
        *(
            f"<item><title>Haber {number}</title><link>https://haber.example.test/{number}</link>"
            f"<pubDate>{date}</pubDate></item>"
            for number, date in enumerate(dates)
        )
    )


def moments(reading: ListReading) -> list[str | None]:
    found = [entry.published for entry in reading.entries]
    return [None if each is None else f"{each.at:%d %H:%M}" if each.at else f"{each.day}" for each in found]


@pytest.mark.parametrize("label", ["GMT", "UTC", "Z", "+0000"])
def test_a_local_hour_labelled_as_greenwichs_is_the_sources(label: str) -> None:
    # 15:05 in Istanbul is 12:05 in Greenwich: a quarter of an hour ago, not in two and three quarters.
    read_as = moments(read(dated(f"Wed, 29 Apr 2026 15:05:00 {label}", f"Wed, 29 Apr 2026 09:00:00 {label}")))
    assert read_as == ["29 12:05", "29 06:00"]


def test_a_label_nothing_speaks_against_is_believed() -> None:
    assert moments(read(dated("Wed, 29 Apr 2026 12:05:00 GMT", "Wed, 29 Apr 2026 09:00:00 GMT"))) == [
        "29 12:05",
        "29 09:00",
    ]


def test_a_clock_that_is_minutes_ahead_changes_no_zone() -> None:
    assert moments(read(dated("Wed, 29 Apr 2026 12:45:00 GMT"))) == ["29 12:45"]


def test_what_lies_ahead_by_any_reading_stays_as_it_is_said() -> None:
    tomorrow = dated("Thu, 30 Apr 2026 18:00:00 GMT", "Wed, 29 Apr 2026 15:05:00 GMT")
    assert moments(read(tomorrow)) == ["30 18:00", "29 15:05"]
    assert moments(read(dated("Wed, 29 Apr 2026 15:05:00 GMT"), zone="America/New_York")) == ["29 15:05"]


def test_an_offset_that_is_no_zero_is_believed() -> None:
    assert moments(read(dated("Wed, 29 Apr 2026 15:05:00 +0300"))) == ["29 12:05"]
    assert moments(read(dated("Wed, 29 Apr 2026 15:05:00 +0200"))) == ["29 13:05"]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Çar, 29 Nis 2026 15:05:00 +0300", "29 12:05"),
        ("Çar, 29 Nis 2026 15:05:00 GMT", "29 12:05"),
        ("Sal, 28 Nisan 2026 23:30:00", "28 20:30"),
        ("Salı, 28 NİSAN 2026 10:00", "28 07:00"),
        ("Pzt, 27 Nis 2026", "2026-04-27"),
    ],
)
def test_turkish_days_and_months(date: str, expected: str) -> None:
    assert moments(read(dated(date))) == [expected]


@pytest.mark.parametrize(
    "date",
    [
        "Tue, 28 Apr 2026 00:00:00 GMT",
        "Tue, 28 Apr 2026 00:00:00 +0300",
        "28 Nisan 2026 00:00:00",
        "2026-04-28T00:00:00Z",
        "2026-04-28T00:00:00.000+03:00",
        "2026-04-28 00:00:00",
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Istanbul", "America/New_York"])
def test_midnight_to_the_second_is_a_day_without_an_hour(date: str, zone: str) -> None:
    assert moments(read(dated(date), zone=zone)) == ["2026-04-28"]


def test_a_minute_past_midnight_is_an_hour() -> None:
    assert moments(read(dated("Tue, 28 Apr 2026 00:01:00 +0300"))) == ["27 21:01"]
    assert moments(read(dated("Tue, 28 Apr 2026 10:00:00 +0300"))) == ["28 07:00"]


def test_neither_guid_nor_description() -> None:
    (entry,) = read(rss("<item><title>Xəbər</title><link>https://xeber.example.test/1</link></item>")).entries
    assert (entry.title, entry.link, entry.guid, entry.summary) == (
        "Xəbər",
        "https://xeber.example.test/1",
        None,
        "",
    )


def test_one_guid_for_all_items() -> None:
    items = (
        f"<item><title>Xəbər {number}</title><link>https://xeber.example.test/{number}</link>"
        "<guid isPermaLink='false'>https://xeber.example.test</guid></item>"
        for number in range(3)
    )
    reading = read(rss(*items))
    assert [entry.link for entry in reading.entries] == [f"https://xeber.example.test/{n}" for n in range(3)]
    assert len({entry.block for entry in reading.entries}) == reading.listed == 3


def test_a_feed_that_is_valid_and_empty_is_no_error() -> None:
    reading = read(rss())
    assert (reading.entries, reading.listed, reading.title) == ((), 0, "T")


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><head><title>RSS</title></head><body><h1>RSS</h1>"
        "<ul><li><a href='/rss/1'>Siyasət</a></li></ul></body></html>",
        "\n<HTML><BODY>404</BODY></HTML>",
    ],
)
def test_html_where_the_feed_was_is_named(body: str) -> None:
    with pytest.raises(NotAFeed, match="HTML page instead of a feed"):
        read(body, content_type="application/rss+xml")


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("&amp;quot;Yol&amp;quot; a&amp;ccedil;ıqdır", '"Yol" açıqdır'),
        ("Rəsm&amp;nbsp;sərgisi", "Rəsm sərgisi"),
        ("&amp;amp;quot;Yol&amp;amp;quot;", '"Yol"'),
        ("&amp;#39;Yol&amp;#39; &amp;ndash; açıq", "'Yol' – açıq"),
        ("<![CDATA[&quot;Yol&quot; &amp;laquo;A&amp;raquo;]]>", '"Yol" «A»'),
        ("AT&amp;T &lt; B&amp;Q", "AT&T < B&Q"),
    ],
)
def test_entities_escaped_twice_in_a_title(written: str, title: str) -> None:
    (entry,) = read(rss(f"<item><title>{written}</title><link>https://e.test/1</link></item>")).entries
    assert entry.title == title


def test_cdata_escaped_into_the_text() -> None:
    item = (
        "<item><title>X</title><description>&lt;![CDATA[&lt;p&gt;Xəbərin qısa məzmunu.&lt;/p&gt;]]&gt;"
        "</description></item>"
    )
    (entry,) = read(rss(item)).entries
    assert entry.summary == "Xəbərin qısa məzmunu."


RUSSIAN = (
    "<item><title>Движение по дороге восстановлено</title>"
    "<description>Сообщили в министерстве.</description></item>"
)


@pytest.mark.parametrize(
    "declaration", ["", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8"?>']
)
@pytest.mark.parametrize("content_type", [None, "text/xml", "application/rss+xml; charset=utf-8"])
def test_windows_1251_without_saying_so(declaration: str, content_type: str | None) -> None:
    reading = read(rss(RUSSIAN, declaration=declaration).encode("cp1251"), content_type=content_type)
    assert [(entry.title, entry.summary) for entry in reading.entries] == [
        ("Движение по дороге восстановлено", "Сообщили в министерстве.")
    ]
    assert reading.entries[0].block is not None, "known items must still be told by their bytes"


def test_windows_1251_that_says_so_and_utf_8_with_a_bad_byte_are_left_alone() -> None:
    said = rss(RUSSIAN, declaration='<?xml version="1.0" encoding="windows-1251"?>').encode("cp1251")
    assert read(said).entries[0].title == "Движение по дороге восстановлено"
    stray = rss(RUSSIAN).encode().replace("дороге".encode(), "дорог".encode() + b"\xd0")
    assert read(stray).entries[0].summary == "Сообщили в министерстве."


def test_a_blank_line_before_the_declaration() -> None:
    reading = read("\n\r\n  " + rss("<item><title>Xəbər</title></item>"))
    assert [(entry.title, entry.block is not None) for entry in reading.entries] == [("Xəbər", True)]
