"""WordPress' posts: texts, times, authors, the next page; what a site says against it."""
# ruff: noqa: E501 - answers as they come

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.reading.entries import ListReading
from crawler.reading.wordpress import read_posts
from news.article import Published
from news.errors import Interstitial, ReadError

NOW = datetime(2022, 12, 14, 12, tzinfo=UTC)
URL = "https://radio.example/wp-json/wp/v2/posts?per_page=12"
POST: dict[str, Any] = {
    "id": 71_001,
    "date": "2022-12-13T14:05:00",
    "date_gmt": "2022-12-13T10:05:00",
    "modified_gmt": "2022-12-13T10:30:00",
    "guid": {"rendered": "https://radio.example/?p=71001"},
    "link": "https://radio.example/2022/12/13/the-road/",
    "title": {"rendered": "The road &#8211; closed"},
    "content": {"rendered": "<p>First paragraph.</p>\n<p>Second.</p>", "protected": False},
    "excerpt": {"rendered": "<p>First [&hellip;]</p>"},
    "yoast_head_json": {"author": "A. Writer"},
}


def read(posts: Any, url: str = URL, known: frozenset[int] = frozenset()) -> ListReading:
    return read_posts(
        posts if isinstance(posts, bytes) else json.dumps(posts).encode(),
        url=url,
        content_type="application/json",
        known=known,
        zone="Asia/Yerevan",
        languages=("en",),
        now=NOW,
    )


def test_a_post_is_an_entry_with_its_text() -> None:
    found = read([POST])
    [entry] = found.entries
    assert (entry.title, entry.content) == ("The road – closed", "First paragraph.\nSecond.")
    assert entry.published == Published(date(2022, 12, 13), datetime(2022, 12, 13, 10, 5, tzinfo=UTC))
    assert (entry.guid, entry.author) == ("https://radio.example/?p=71001", "A. Writer")
    assert found.next_url == f"{URL}&page=2"
    assert read([POST], f"{URL}&page=9").next_url == f"{URL}&page=10"


def test_the_day_is_the_sites() -> None:
    late = POST | {"date_gmt": "2022-12-13T21:30:00", "date": "2022-12-14T01:30:00"}
    published = read([late]).entries[0].published
    assert published == Published(date(2022, 12, 14), datetime(2022, 12, 13, 21, 30, tzinfo=UTC))
    unset = read([POST | {"date_gmt": "0000-00-00T00:00:00"}]).entries[0].published
    assert unset == Published(date(2022, 12, 13), datetime(2022, 12, 13, 10, 5, tzinfo=UTC))


def test_only_the_fields_that_were_asked_for() -> None:
    [entry] = read(
        [{"title": {"rendered": "A title"}, "link": POST["link"], "date_gmt": POST["date_gmt"]}]
    ).entries
    assert (entry.title, entry.content, entry.summary, entry.author) == ("A title", None, "", None)


def test_known_posts_are_cut_and_changed_ones_are_not() -> None:
    other = POST | {"id": 2, "link": "https://radio.example/2"}
    known = frozenset(entry.block for entry in read([POST, other]).entries if entry.block is not None)
    again = read([POST, other | {"modified_gmt": "2022-12-14T10:00:00"}], known=known)
    assert ([entry.link for entry in again.entries], len(again.blocks), again.listed) == (
        ["https://radio.example/2"],
        1,
        2,
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            b'{"code": "rest_no_route", "message": "No route was found.", "data": {"status": 404}}',
            "No route was found",
        ),
        (b'{"posts": []}', "no list of WordPress posts"),
        (b"<html><body>Welcome</body></html>", "no JSON"),
    ],
)
def test_another_answer_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(body)


def test_a_challenge_is_one() -> None:
    with pytest.raises(Interstitial):
        read(
            b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
        )


def test_no_posts_lead_nowhere() -> None:
    assert (read([]).entries, read([]).next_url) == ((), None)
