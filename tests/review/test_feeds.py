"""A feed is read by others' programs as it was meant, whatever was published in it."""

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from alerts.composing.passages import Passage, Piece
from news.article import Published
from review.feeds import Feed, FeedEntry, atom, json_feed
from tests.review.test_citing import ARTICLE

FEED = Feed(
    title="Lachin corridor",
    address="https://desk.example/feeds/secret.atom",
    home="https://desk.example/topics/lachin",
    desk="https://desk.example",
    updated=datetime(2022, 12, 14, tzinfo=UTC),
)
QUOTE = Passage((Piece("Traffic on the "), Piece("corridor", marked=True), Piece(" stopped.")), "ltr", "en")
MATCHED = datetime(2022, 12, 13, 22, tzinfo=UTC)
URL = "https://d.example/a?x=1&y=2"
ENTRY = FeedEntry(replace(ARTICLE, url=URL), "The Daily", ("Lachin corridor",), MATCHED, (QUOTE,))


def read(*entries: FeedEntry) -> Any:
    found = feedparser.parse(io.BytesIO(atom(FEED, entries)), sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


def items(*entries: FeedEntry) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(json_feed(FEED, entries))["items"]
    return found


def test_atom_as_a_reader_reads_it() -> None:
    found = read(ENTRY)
    assert found.version == "atom10"
    assert (found.feed.title, found.feed.id) == ("Lachin corridor", "https://desk.example/topics/lachin")
    assert {link.rel: link.href for link in found.feed.links}["self"] == FEED.address
    [entry] = found.entries
    assert (entry.id, entry.link) == ("https://desk.example/articles/7", URL)
    assert (entry.title, entry.author) == (ARTICLE.title, "The Daily")
    assert (entry.published, entry.updated) == ("2022-12-13T10:05:00+00:00", "2022-12-13T22:00:00+00:00")
    assert [tag.term for tag in entry.tags] == ["Lachin corridor"]
    assert entry.summary == (
        "The Daily, 13 Dec 2022, 10:05; seen 13 Dec 2022, 21:30 UTC\n“Traffic on the corridor stopped.”"
    )


def test_json_feed_says_the_same() -> None:
    document = json.loads(json_feed(FEED, [ENTRY]))
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == FEED.address
    assert document["items"] == [
        {
            "id": "https://desk.example/articles/7",
            "url": URL,
            "title": ARTICLE.title,
            "content_text": read(ENTRY).entries[0].summary,
            "date_published": "2022-12-13T10:05:00+00:00",
            "date_modified": "2022-12-13T22:00:00+00:00",
            "authors": [{"name": "The Daily"}],
            "tags": ["Lachin corridor"],
            "language": "en",
        }
    ]


def test_a_date_without_an_hour_is_never_midnight() -> None:
    dated = replace(ENTRY, article=replace(ARTICLE, published=Published(date(2022, 12, 13))))
    [entry] = read(dated).entries
    assert "published" not in entry
    assert "13 Dec 2022 (no hour given)" in entry.summary
    assert "date_published" not in items(dated)[0]


def test_an_article_without_an_address_leads_to_the_desk() -> None:
    for url in (None, "javascript:alert(1)", "data:text/html,x"):
        bare = replace(ENTRY, article=replace(ARTICLE, url=url))
        assert read(bare).entries[0].link == items(bare)[0]["url"] == "https://desk.example/articles/7"


def test_an_empty_feed_is_one() -> None:
    assert read().entries == []
    assert items() == []


HOSTILE = "</title><script>alert(1)</script>]]>&lt;<!-- \x00\x0b\ud800\ufffe\u202e {{7*7}}"


def test_markup_in_a_title_is_text() -> None:
    hostile = replace(
        ENTRY, article=replace(ARTICLE, title=HOSTILE), source=HOSTILE, topics=(HOSTILE,), passages=()
    )
    document = atom(FEED, [hostile])
    assert b"<script" not in document
    text = "</title><script>alert(1)</script>]]>&lt;<!-- {{7*7}}"
    [item] = items(hostile)
    assert (item["title"], item["tags"]) == (text, [text])
    [entry] = read(hostile).entries
    assert entry.title_detail.type == "text/plain"
    assert entry.title == text


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_borne(title: str, said: str) -> None:
    quote = Passage((Piece(said),), "ltr", None)
    hostile = replace(
        ENTRY, article=replace(ARTICLE, title=title), source=said, topics=(said,), passages=(quote,)
    )
    assert len(read(hostile).entries) == len(items(hostile)) == 1
