"""What is no feed says so, what is half a feed gives what it has, and nothing a feed says is trusted."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.entries import ListReading
from crawler.reading.feeds import read_feed
from news.errors import Interstitial, NotAFeed, ReadError

URL = "https://news.example.test/rss"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def read(body: bytes, known: frozenset[int] = frozenset(), content_type: str | None = None) -> ListReading:
    return read_feed(
        body, url=URL, content_type=content_type, known=known, zone="UTC", languages=("en",), now=NOW
    )


def rss(*items: str, head: str = "") -> bytes:
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>T</title>"
        f"{head}{''.join(items)}</channel></rss>"
    ).encode()


def item(number: int, extra: str = "") -> str:
    return f"<item><title>Number {number}</title><link>/{number}</link>{extra}</item>"


def known(reading: ListReading) -> frozenset[int]:
    return frozenset(entry.block for entry in reading.entries if entry.block is not None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\x00", "empty"),
        (b"plain words", "neither RSS"),
        (b"<html><body><h1>Our news</h1><p>Welcome</p></body></html>", "HTML page"),
        (b"<!DOCTYPE html><html><body><item>one</item></body></html>", "HTML page"),
        (b"<opml version='2.0'><body/></opml>", "neither RSS"),
        (b"{broken", "begins like JSON"),
        (b"[" * 10 + b"{", "neither RSS"),
        (b'{"a":' * 50_000, "begins like JSON"),
        (b'{"version": "1", "items": []}', "not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 3}', "not a JSON Feed"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(NotAFeed, match=reason):
        read(body)


@pytest.mark.parametrize("reference", ["&#xD800;", "&#xdfff;", "&#x00DBFF;", "&#55296;", "&#057343;"])
def test_half_a_character_costs_no_feed(reference: str) -> None:
    reading = read(rss(f"<item><title>before {reference} after</title></item>", item(2)))
    assert [entry.title for entry in reading.entries] == ["before \ufffd after", "Number 2"]


def test_the_neighbours_of_half_characters_stay() -> None:
    (entry,) = read(rss("<item><title>&#xD7FF;&#xE000;&#55295;&#57344;</title></item>")).entries
    assert entry.title == "\ud7ff\ue000\ud7ff\ue000"


def test_a_challenge_instead_of_the_feed_is_named_as_such() -> None:
    body = (
        b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
        b"<script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1'></script></body></html>"
    )
    with pytest.raises(Interstitial):
        read(body, content_type="text/html")


def test_a_new_item_among_known_ones_is_the_only_one_read() -> None:
    before = read(rss(item(1), item(2)))
    after = read(rss(item(3), item(1), item(2)), known(before))
    assert [entry.title for entry in after.entries] == ["Number 3"]
    assert (after.listed, frozenset(after.blocks)) == (3, known(before))


def test_a_changed_item_is_read_again() -> None:
    before = read(rss(item(1), item(2)))
    after = read(rss(item(1), item(2, "<description>more</description>")), known(before))
    assert [(entry.title, entry.summary) for entry in after.entries] == [("Number 2", "more")]


def test_equal_items_are_each_told_and_cut_together() -> None:
    before = read(rss(item(1), item(1)))
    assert len(before.entries) == before.listed == 2
    after = read(rss(item(1), item(1)), known(before))
    assert (after.entries, after.listed, len(after.blocks)) == ((), 2, 2)


def test_a_feed_that_is_no_xml_is_read_whole_and_still_says_only_what_is_new() -> None:
    broken = item(9).replace("Number", "Profit & loss&nbsp;")
    before = read(rss(item(1), broken))
    assert [entry.title for entry in before.entries] == ["Number 1", "Profit & loss 9"]
    after = read(rss(broken, item(2), item(1)), known(before) - {before.entries[1].block or 0})
    assert [entry.title for entry in after.entries] == ["Profit & loss 9", "Number 2"]
    assert after.listed == 3


def test_items_that_cannot_be_told_apart_are_read_whole_every_time() -> None:
    nested = rss("<item><title>Outer</title><item><title>Inner</title></item></item>")
    first = read(nested)
    assert {entry.block for entry in first.entries} == {None}
    assert read(nested, frozenset({1, 2})) == first


def test_items_in_other_charsets_are_read_whole() -> None:
    body = rss(item(1)).replace(b"utf-8", b"utf-16").decode().encode("utf-16")
    reading = read(body)
    assert [(entry.title, entry.block) for entry in reading.entries] == [("Number 1", None)]


def test_what_an_entry_says_is_capped() -> None:
    long = "word " * 60_000
    link = f"https://e.test/{'x' * 3_000}"
    reading = read(
        rss(
            f"<item><title>{long}</title><link>{link}</link><description>{long}</description>"
            f"<guid isPermaLink='false'>{'g' * 3_000}1</guid><author>{long}</author></item>",
            f"<item><title>Two</title><guid isPermaLink='false'>{'g' * 3_000}2</guid></item>",
        )
    )
    first, second = reading.entries
    assert len(first.title) <= 1_000
    assert first.title.endswith("word…")
    assert len(first.summary) <= 10_000
    assert len(first.author or "") <= 300
    assert first.link is None
    assert len(first.guid or "") == len(second.guid or "") == 2_048
    assert first.guid != second.guid


def test_text_is_storable_whatever_the_feed_holds() -> None:
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1",
        "title": "a\ud800\x00b",
        "items": [{"id": "i\ud800", "title": "t\x00\x1b\u2028x", "content_text": "c\ud800"}, "no item", 7],
    }
    reading = read(json.dumps(feed).encode())
    (entry,) = reading.entries
    assert (reading.title, entry.title, entry.guid, entry.content) == ("ab", "t x", "i", "c")


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>60</ttl>", 3_600.0),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999999</ttl>", None),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", 86_400.0),
        ("<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 900.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3_600.0),
        ("<sy:updatePeriod>sometimes</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_a_feed_may_ask_to_be_left_alone(head: str, seconds: float | None) -> None:
    body = rss(item(1), head=head).replace(
        b"<rss ", b"<rss xmlns:sy='http://purl.org/rss/1.0/modules/syndication/' "
    )
    assert read(body).ttl == seconds


def test_yandex_full_text_is_the_article() -> None:
    body = rss(
        item(1, "<description>lead</description><yandex:full-text>The whole.</yandex:full-text>")
    ).replace(b"<rss ", b"<rss xmlns:yandex='http://news.yandex.ru' ")
    (entry,) = read(body).entries
    assert (entry.summary, entry.content) == ("lead", "The whole.")


PIECES = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<entry>",
        "<title>",
        "</title>",
        "<title type='html'>",
        "<link>",
        "</link>",
        "<link href='a'/>",
        "<guid>",
        "</guid>",
        "<pubDate>",
        "</pubDate>",
        "&#xD800;",
        "&#99999999;",
        "&#x;",
        "&nbsp;",
        "&x;",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<x:y>",
        "<svg>",
        "</svg>",
        "<source>",
        "</image>",
        "<image>",
        "<author>",
        "</author>",
        "http://[",
        "9999-12-31",
        "Ω",
        "\x00",
        "<content type='xhtml'><div>",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(PIECES, max_size=12).map("".join), st.sampled_from([None, "text/html", "text/xml; charset=x"])
)
def test_any_middle_of_a_feed_is_read_or_refused(middle: str, content_type: str | None) -> None:
    body = rss(item(1), middle, item(2))
    try:
        first = read(body, content_type=content_type)
    except ReadError:
        return
    again = read(body + b"\n", known(first), content_type)
    assert again.listed == first.listed
    assert known(again) <= known(first)
    assert all(entry.block is None for entry in again.entries)
