"""List pages by CSS rules: the structures of real ministries, in pages of our own writing."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.entries import ListReading
from crawler.reading.listing import read_list
from news.article import Entry
from news.errors import CatalogueError, Interstitial
from news.source import Rules

GOLD = Path(__file__).parents[2] / "gold/pages/lists"
NOW = datetime(2023, 1, 2, 12, tzinfo=UTC)
URL = "https://ministry.example/en/news/"
RULES = Rules(item="li", link="a", date="time")


def read(body: str, rules: Rules = RULES, known: frozenset[int] = frozenset(), url: str = URL) -> ListReading:
    return read_list(
        body.encode(),
        url=url,
        content_type="text/html; charset=utf-8",
        rules=rules,
        zone="Asia/Baku",
        languages=("en",),
        known=known,
        now=NOW,
    )


def told(entry: Entry) -> dict[str, Any]:
    published = entry.published
    return {
        "link": entry.link,
        "title": entry.title,
        "day": published.day.isoformat() if published else None,
        "at": published.at.isoformat() if published and published.at else None,
    }


@pytest.mark.parametrize("page", sorted(GOLD.glob("*.html")), ids=lambda page: page.stem)
def test_a_ministrys_list_is_read(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))
    found = read_list(
        page.read_bytes(),
        url=expected["url"],
        content_type="text/html",
        rules=Rules(**expected["rules"]),
        zone=expected["zone"],
        languages=tuple(expected["languages"]),
        known=frozenset(),
        now=NOW,
    )
    assert [told(entry) for entry in found.entries] == expected["entries"]
    assert found.listed == expected["listed"]
    assert found.next_url == expected["next"]
    assert found.blocks == ()


def test_known_items_are_cut_and_a_changed_one_is_read_again() -> None:
    page = "<ul><li><a href=1>One</a></li><li><a href=2>Two</a></li></ul>"
    first = read(page)
    blocks = [entry.block for entry in first.entries]
    known = frozenset(block for block in blocks if block is not None)
    assert len(known) == 2
    assert all(-(1 << 63) <= block < 1 << 63 for block in known)
    again = read(page, known=known)
    assert (again.entries, again.blocks, again.listed) == ((), tuple(blocks), 2)
    changed = read(page.replace("Two", "Two, corrected"), known=known)
    assert [entry.title for entry in changed.entries] == ["Two, corrected"]
    assert changed.blocks == (blocks[0],)
    assert changed.listed == 2


@pytest.mark.parametrize(
    "href",
    ["#top", "javascript:open()", "mailto:press@ministry.example", "", "http://[", "data:text/html,x"],
)
def test_a_link_that_leads_nowhere_makes_no_entry(href: str) -> None:
    found = read(f"<ul><li><a href='{href}'>Nothing</a></li><li><a href='/a'>Something</a></li></ul>")
    assert [entry.link for entry in found.entries] == ["https://ministry.example/a"]
    assert found.listed == 1


def test_the_first_usable_link_of_an_item_counts() -> None:
    found = read("<li><a href='#share'>Share</a><a href='/a#comments'>Headline</a></li>", Rules(item="li"))
    assert [entry.link for entry in found.entries] == ["https://ministry.example/a"]


def test_links_are_joined_to_the_base_address() -> None:
    found = read("<base href='../archive/'><li><a href='7.html'>Seven</a></li>")
    assert found.entries[0].link == "https://ministry.example/en/archive/7.html"


def test_a_picture_link_gives_its_description_as_title() -> None:
    found = read("<li><a href=/a><img src=x.png alt='Talks in Baku'></a></li>")
    assert found.entries[0].title == "Talks in Baku"


def test_one_article_linked_twice_is_one_entry() -> None:
    found = read("<li class=top><a href=/a>Headline</a></li><li><a href=/a>Headline</a></li>")
    assert (len(found.entries), found.listed) == (1, 1)


def test_a_date_for_machines_goes_before_the_words() -> None:
    page = "<li><a href=/a>A</a><time datetime='2022-12-13T08:00:00+04:00'>today</time></li>"
    published = read(page).entries[0].published
    assert published is not None
    assert published.at == datetime(2022, 12, 13, 4, tzinfo=UTC)


def test_a_post_without_headline_keeps_its_text() -> None:
    post = "The bulletin of the contingent. " * 30
    found = read(f"<div class=post><p>{post}</p><a href=/post/1>1</a></div>", Rules(".post", "a", "p"))
    entry = found.entries[0]
    assert len(entry.title) <= 300
    assert entry.title.endswith("…")
    assert entry.summary == post.strip()


def test_a_list_without_items_is_empty_and_a_notice_is_told() -> None:
    assert read("<html><body><p>No news today.</p></body></html>").listed == 0
    with pytest.raises(Interstitial) as caught:
        read("<html><head><title>Just a moment...</title></head><body>Wait</body></html>")
    assert caught.value.kind == "challenge"


@pytest.mark.parametrize(
    ("rules", "rule"),
    [
        (Rules(item="li["), "item"),
        (Rules(item="li", link="a::nothing("), "link"),
        (Rules(item="li", title="!!"), "title"),
        (Rules(item="li", date="time:nth-child(x)"), "date"),
        (Rules(item="li", next="a["), "next"),
        (Rules(), "item"),
    ],
)
def test_a_bad_rule_is_named(rules: Rules, rule: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read("<li><a href=/a>A</a><time>today</time></li>", rules)
    assert f"rules.{rule}" in str(caught.value)


def test_the_next_page_is_another_page() -> None:
    rules = Rules(item="li", next="a.next")
    assert read("<a class=next href='?page=2'>2</a>", rules).next_url == f"{URL}?page=2"
    assert read(f"<a class=next href='{URL}'>1</a>", rules).next_url is None


def test_ten_thousand_items_are_read_in_one_go() -> None:
    items = "".join(f"<li><a href='/{n}'>Item {n}</a></li>" for n in range(10_000))
    found = read(f"<ul>{items}</ul>")
    assert (len(found.entries), found.listed) == (10_000, 10_000)
