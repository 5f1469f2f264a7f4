"""Posts of X's API: long ones whole, what the API says against it."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.reading.entries import ListReading
from crawler.reading.tweets import read_tweets, search_address
from news.article import Published
from news.errors import ReadError

POST = {"id": "12", "text": "Short &lt;3 …", "created_at": "2022-12-13T16:25:01.000Z", "lang": "en"}


def read(said: Any, known: frozenset[int] = frozenset()) -> ListReading:
    return read_tweets(
        said if isinstance(said, bytes) else json.dumps(said).encode(),
        url="https://api.example/2/search",
        content_type="application/json",
        known=known,
        zone="America/New_York",
        languages=("en",),
        now=datetime(2022, 12, 14, tzinfo=UTC),
        account="https://x.com/spokesperson",
    )


def test_a_long_post_is_read_whole() -> None:
    long = POST | {"note_tweet": {"text": "At length: " + "words " * 80}}
    [entry] = read({"data": [long], "meta": {}}).entries
    assert entry.content is not None
    assert entry.content.count("words") == 80
    assert entry.title.startswith("At length: words")
    assert entry.published == Published(date(2022, 12, 13), datetime(2022, 12, 13, 16, 25, 1, tzinfo=UTC))
    assert entry.link == entry.guid == "https://x.com/spokesperson/status/12"


def test_known_posts_are_cut_and_broken_ones_left_out() -> None:
    first = read({"data": [POST, {"id": 7}, "x", {"id": "8", "text": " "}]})
    assert [entry.content for entry in first.entries] == ["Short <3 …"]
    known = frozenset(entry.block for entry in first.entries if entry.block is not None)
    assert read({"data": [POST]}, known).entries == ()


def test_nothing_said_lately() -> None:
    assert read({"meta": {"result_count": 0}}).listed == 0


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"title": "Unauthorized", "status": 401}, "X says: Unauthorized"),
        ({"detail": "Usage cap exceeded", "title": "x"}, "X says: Usage cap exceeded"),
        (b"<html>", "no JSON"),
        ([], "no list of posts"),
    ],
)
def test_another_answer_is_named(said: Any, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(said)


def test_the_address_names_the_account() -> None:
    assert "query=from%3Astatedeptspox+-is%3Aretweet" in search_address(
        "https://x.com/statedeptspox", "https://api.example/2/search"
    )
