"""Rules for lists that scripts draw from JSON: Inertia, Next.js, plain JSON, and what is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest

from crawler.reading.proposing import Proposal, propose_rules
from news.errors import ReadError
from tests.crawler.reading.test_proposing import PAGES, TITLES, told
from tests.packs.pack import SOURCES

NOW = datetime(2023, 1, 2, 12, tzinfo=UTC)
URL = "https://agency.example/en/articles"
HITS = [
    {"article_id": 1099812 + n, "title": title, "published_at": f"2022-12-{20 - n} 11:20:00", "views": 7 * n}
    for n, title in enumerate(TITLES)
]
INERTIA = {
    "component": "List",
    "props": {"menu": [{"name": "News", "url": "/en/news"}] * 3, "data": {"hits": HITS}},
}


def propose(body: str, example: str = "", title: str = "") -> tuple[Proposal, ...]:
    return propose_rules(
        body.encode(),
        url=URL,
        content_type="text/html; charset=utf-8",
        zone="Asia/Yerevan",
        languages=("en",),
        now=NOW,
        example=example,
        title=title,
    )


def inertia(document: Any) -> str:
    return f'<html><body><div id="app" data-page="{escape(json.dumps(document))}"></div></body></html>'


@pytest.mark.parametrize("title", ["", TITLES[2]])
def test_addresses_are_made_as_the_examples_is(title: str) -> None:
    (found, *_) = propose(inertia(INERTIA), "https://agency.example/en/article/1099814", title)
    assert found.spider == "jsonlist"
    assert (found.rules.json, found.rules.item) == ("div#app@data-page", "props.data.hits")
    assert (found.rules.link, found.rules.title) == (
        "https://agency.example/en/article/{article_id}",
        "title",
    )
    assert found.rules.date == "published_at"
    assert [entry.title for entry in found.entries] == TITLES
    assert found.entries[0].link == "https://agency.example/en/article/1099812"
    assert found.entries[0].published
    assert found.entries[0].published.at == datetime(2022, 12, 20, 7, 20, tzinfo=UTC)


def test_without_an_example_it_is_said_that_one_is_needed() -> None:
    with pytest.raises(
        ReadError, match=r"a list in JSON \(div#app@data-page, 'props.data.hits'\) says no addr"
    ):
        propose(inertia(INERTIA))


def test_lists_that_say_their_addresses_need_none() -> None:
    posts = [
        {
            "attributes": {"headline": title, "createdAt": 1671500000 - 9000 * n},
            "url": f"/a/{n}",
            "img": f"/i/{n}.jpg",
        }
        for n, title in enumerate(TITLES)
    ]
    data = json.dumps({"props": {"posts": posts}})
    page = f"<script id='__NEXT_DATA__' type='application/json'>{data}</script>"
    (found, *_) = propose(page)
    assert (found.rules.json, found.rules.item) == ("script#__NEXT_DATA__", "props.posts")
    assert (found.rules.link, found.rules.title) == ("url", "attributes.headline")
    assert found.rules.date == "attributes.createdAt"
    assert found.entries[1].link == "https://agency.example/a/1"
    assert all(entry.published for entry in found.entries)
    (alone, *_) = propose(json.dumps(posts))
    assert (alone.rules.json, alone.rules.item, alone.rules.link) == (None, "", "url")


def test_the_packs_list_in_json_from_one_article() -> None:
    (source,) = [each for each in SOURCES if each.slug == "armenpress-en"]
    body = (PAGES / source.slug / "list.html").read_bytes()
    (found, *_) = propose_rules(body, example="https://armenpress.am/en/article/1099801", **told(source))
    names = ("item", "link", "title", "date")
    assert [getattr(found.rules, name) for name in names] == [getattr(source.rules, name) for name in names]


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "[" * 100_000,
        '{"a": [1, 2, 3]}',
        '[{"title": 7}, {"title": 8}]',
        inertia({"x": [{"name": "News"}] * 9}),
    ],
)
def test_what_is_no_list_gives_nothing(body: str) -> None:
    assert propose(body) == ()
