"""Rules proposed for lists: on the packs' pages they must find what the packs' own rules find."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.reading.proposing import Proposal, propose_rules
from news.errors import ReadError
from news.source import Source
from tests.packs.pack import SOURCES

PAGES = Path(__file__).parents[2] / "packs" / "pages"
LISTS = [one for one in SOURCES if one.spider == "listing" and (PAGES / one.slug / "list.html").exists()]
NOW = datetime(2023, 1, 2, 12, tzinfo=UTC)
URL = "https://agency.example/en/news/"


def expected(source: Source) -> list[tuple[str, str]]:
    told = tomllib.loads((PAGES / source.slug / "expected.toml").read_text("utf-8"))
    return [(entry["link"], entry["title"]) for entry in told["entry"]]


def proposed(source: Source, example: str = "", title: str = "") -> tuple[Proposal, ...]:
    told = tomllib.loads((PAGES / source.slug / "expected.toml").read_text("utf-8"))
    return propose_rules(
        (PAGES / source.slug / "list.html").read_bytes(),
        url=source.url,
        content_type="text/html; charset=utf-8",
        zone=source.zone,
        languages=source.languages,
        now=told["now"],
        example=example,
        title=title,
    )


def same_items(source: Source, found: tuple[Proposal, ...]) -> bool:
    """Whether the best proposal collects the addresses that the pack's rules collect."""
    links = [link for link, _ in expected(source)]
    return bool(found) and [entry.link for entry in found[0].entries] == links


def same_titles(source: Source, found: tuple[Proposal, ...]) -> bool:
    return same_items(source, found) and [entry.title for entry in found[0].entries] == [
        title for _, title in expected(source)
    ]


def test_the_packs_lists_by_their_structure_alone(capsys: pytest.CaptureFixture[str]) -> None:
    found = {source.slug: proposed(source) for source in LISTS}
    items = [source.slug for source in LISTS if same_items(source, found[source.slug])]
    titles = [source.slug for source in LISTS if same_titles(source, found[source.slug])]
    with capsys.disabled():
        print(
            f"\nproposed alone: {len(items)} of {len(LISTS)} lists as the pack, {len(titles)} with its titles"
        )
    missed = sorted({source.slug for source in LISTS} - set(items))
    assert len(items) >= 0.8 * len(LISTS), missed
    assert len(titles) >= 0.7 * len(LISTS), sorted(set(items) - set(titles))


def test_the_packs_lists_from_one_article(capsys: pytest.CaptureFixture[str]) -> None:
    items, missed = 0, []
    for source in LISTS:
        link, title = expected(source)[1]
        if same_titles(source, proposed(source, link, title)):
            items += 1
        else:
            missed.append(source.slug)
    with capsys.disabled():
        print(f"\nproposed from an article: {items} of {len(LISTS)} lists as the pack")
    assert items >= 0.8 * len(LISTS), missed


def propose(body: str, example: str = "", title: str = "") -> Proposal:
    return propose_rules(
        f"<html><body>{MENU}{body}{FOOT}</body></html>".encode(),
        url=URL,
        content_type="text/html; charset=utf-8",
        zone="Asia/Baku",
        languages=("en",),
        now=NOW,
        example=example,
        title=title,
    )[0]


MENU = (
    "<div class='top-menu'><ul>"
    + "".join(f"<li><a href='/en/section-{n}'>Section of the agency number {n}</a></li>" for n in range(12))
    + "</ul></div>"
)
FOOT = (
    "<div class='bottom'>"
    + "".join(f"<p><a href='/en/about-{n}'>About us {n}</a></p>" for n in range(6))
    + "</div>"
)
TITLES = [
    "Minister receives the ambassador of a neighbour",
    "Statement on the situation on the road",
    "Answer of the spokesperson to a question",
    "Consultations were held in the capital",
    "A delegation visits the border province",
]


def cards(item: str) -> str:
    return "".join(item.format(n=n, id=9000 + n, title=title, day=20 - n) for n, title in enumerate(TITLES))


STRUCTURES = {
    "table": "<table class='list'>"
    + cards("<tr><td>{day}.12.2022</td><td><a href='/en/item/{id}'>{title}</a></td></tr>")
    + "</table>",
    "definitions": "<div id='archive'>"
    + cards("<p><b>{day} December 2022</b> <a href='/en/item/{id}'>{title}</a></p>")
    + "</div>",
    "cards with a section's link first": "<div class='grid'>"
    + cards(
        "<div class='card card-{id}'><a class='cat' href='/en/politics/{n}'>Politics</a>"
        "<h3><a href='/en/item/{id}'>{title}</a></h3>"
        "<time datetime='2022-12-{day}T10:00:00+04:00'>{day} Dec</time>"
        "<p>The first words of the text, which go on for a while and say little that is new.</p></div>"
    )
    + "</div>",
    "whole cards": cards(
        "<a class='news-card' href='/en/item/{id}'><img src='x'>"
        "<span class='when'>{day} Dec 2022, 10:30</span>"
        "<span class='news-card__title'>{title}</span><span>Some words of summary</span></a>"
    ),
    "rows of cards": "".join(
        "<div class='row'>"
        + "".join(
            f"<div class='col-md-6 item'><a href='/en/item/{9000 + n}'><img alt=''></a><h4>"
            f"<a href='/en/item/{9000 + n}'>{TITLES[n]}</a></h4><small>{20 - n}.12.2022</small></div>"
            for n in pair
        )
        + "</div>"
        for pair in ((0, 1), (2, 3), (4,))
    ),
    "no dates": "<ul class='headlines'>" + cards("<li><a href='/en/item/{id}'>{title}</a></li>") + "</ul>",
    "unnamed": "<main><div>"
    + cards("<div><div><span>{day}/12/2022</span></div><div><a href='/en/item/{id}'>{title}</a></div></div>")
    + "</div></main>",
}


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("told", [False, True])
def test_lists_of_many_structures(name: str, told: bool) -> None:
    given = ("/en/item/9001", TITLES[1]) if told else ("", "")
    found = propose(STRUCTURES[name], *given)
    assert [entry.title for entry in found.entries] == TITLES, found.rules
    assert [entry.link for entry in found.entries] == [
        f"https://agency.example/en/item/{9000 + n}" for n in range(5)
    ]
    days = [entry.published.day.isoformat() if entry.published else None for entry in found.entries]
    wanted = [None] * 5 if name == "no dates" else [f"2022-12-{20 - n}" for n in range(5)]
    assert days == wanted, found.rules
    assert "nth-" not in str(found.rules) or name == "table"


def test_further_pages_are_told_by_the_numbers_that_lead_to_them() -> None:
    pager = "<div class='pager'><a href='?y=2022&amp;p=2'>2</a><a href='?y=2022&amp;p=3'>3</a></div>"
    found = propose(STRUCTURES["table"] + pager)
    assert found.rules.page_url == f"{URL}?y=2022&p={{page}}"
    assert propose(STRUCTURES["table"]).rules.page_url is None


def test_an_article_that_the_page_does_not_list_is_said() -> None:
    with pytest.raises(ReadError, match="no link to /en/item/1 on this page"):
        propose(STRUCTURES["table"], "/en/item/1")


def test_a_page_without_a_list_has_no_proposal() -> None:
    page = "<html><body><h1>About</h1><p>One <a href='/en/a'>link to another page</a>.</p></body></html>"
    given = {"zone": "UTC", "languages": ("en",), "now": NOW}
    assert propose_rules(page.encode(), url=URL, content_type=None, **given) == ()  # type: ignore[arg-type]
    assert propose_rules(b"", url=URL, content_type=None, **given) == ()  # type: ignore[arg-type]
