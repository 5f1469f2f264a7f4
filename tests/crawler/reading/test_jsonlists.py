"""Lists that come as JSON, and pages drawn from it: paths, templates, dates, what is not there."""

import html
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.reading.entries import ListReading
from crawler.reading.jsonlists import read_json_list
from news.article import Published
from news.errors import ReadError
from news.source import Rules

NOW = datetime(2026, 11, 3, tzinfo=UTC)
URL = "https://agency.example/en/articles?page=1"
RULES = Rules(
    item="props.articles.data",
    link="https://agency.example/en/article/{id}",
    title="title",
    date="published_at",
)
ITEMS: list[dict[str, Any]] = [
    {"id": 1207, "title": "Talks &amp; visits", "published_at": "2026-11-02 11:20:00", "views": 7},
    {"id": 1206, "title": "The road", "published_at": 1_793_500_000, "views": 9},
    {"id": None, "title": "No number", "published_at": "soon"},
]


def read(body: str, rules: Rules = RULES, known: frozenset[int] = frozenset()) -> ListReading:
    return read_json_list(
        body.encode(),
        url=URL,
        content_type="text/html",
        known=known,
        zone="Asia/Yerevan",
        languages=("en",),
        now=NOW,
        rules=rules,
    )


def document(items: list[dict[str, Any]] | None = None) -> str:
    return json.dumps(
        {"component": "Articles", "props": {"articles": {"data": ITEMS if items is None else items}}}
    )


def test_items_by_paths_and_templates() -> None:
    found = read(document())
    assert found.listed == 3
    assert [(entry.link, entry.title, entry.published) for entry in found.entries] == [
        (
            "https://agency.example/en/article/1207",
            "Talks & visits",
            Published(date(2026, 11, 2), datetime(2026, 11, 2, 7, 20, tzinfo=UTC)),
        ),
        (
            "https://agency.example/en/article/1206",
            "The road",
            Published(date(2026, 11, 1), datetime(2026, 11, 1, 2, 26, 40, tzinfo=UTC)),
        ),
        (None, "No number", None),
    ]


@pytest.mark.parametrize(
    ("page", "json_rule"),
    [
        (f'<div id="app" data-page="{html.escape(document())}"></div>', "#app@data-page"),
        (f'<script id="__NEXT_DATA__" type="application/json">{document()}</script>', "script#__NEXT_DATA__"),
    ],
)
def test_the_json_inside_a_page(page: str, json_rule: str) -> None:
    rules = Rules(item=RULES.item, link=RULES.link, title=RULES.title, date=RULES.date, json=json_rule)
    assert [entry.title for entry in read(f"<html><body>{page}</body></html>", rules).entries] == [
        "Talks & visits",
        "The road",
        "No number",
    ]


def test_relative_addresses_and_lists_without_a_name() -> None:
    rules = Rules(item="", link="url.0", title="names.en", summary="lead")
    [only] = read(
        '[{"url": ["/en/1"], "names": {"en": "One"}, "lead": "<p>In short.</p>"}, 7]', rules
    ).entries
    assert (only.link, only.title, only.summary) == ("https://agency.example/en/1", "One", "In short.")


def test_a_counter_of_views_changes_nothing_a_title_does() -> None:
    known = frozenset(entry.block for entry in read(document()).entries if entry.block is not None)
    counted = [item | {"views": 100} for item in ITEMS]
    again = read(document(counted), known=known)
    assert (again.entries, len(again.blocks)) == ((), 3)
    changed = read(document([ITEMS[0] | {"title": "Talks"}, *ITEMS[1:]]), known=known)
    assert [entry.title for entry in changed.entries] == ["Talks"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body>Welcome</body></html>", "no JSON"),
        ('{"props": {"articles": {}}}', "no array at rules.item"),
        ("[" * 100_000, "no JSON"),
        ("", "no JSON"),
    ],
    ids=["page", "moved", "deep", "empty"],
)
def test_another_form_is_named(body: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(body)
