"""Rules proposed for lists: on the packs' pages they must find what the packs' own rules find."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.listing import read_list
from crawler.reading.proposing import Proposal, propose_rules
from news.article import Entry
from news.errors import ReadError
from news.source import Source
from tests.packs.pack import SOURCES

PAGES = Path(__file__).parents[2] / "packs" / "pages"
LISTS = [one for one in SOURCES if one.spider == "listing" and (PAGES / one.slug / "list.html").exists()]
NOW = datetime(2023, 1, 2, 12, tzinfo=UTC)
URL = "https://agency.example/en/news/"


def read(source: Source) -> tuple[Entry, ...]:
    """What the pack's own rules collect on its page."""
    return read_list(page_of(source), rules=source.rules, known=frozenset(), **told(source)).entries


def page_of(source: Source) -> bytes:
    return (PAGES / source.slug / "list.html").read_bytes()


def told(source: Source) -> dict[str, Any]:
    return {
        "url": source.url,
        "content_type": "text/html; charset=utf-8",
        "zone": source.zone,
        "languages": source.languages,
        "now": NOW,
    }


def proposed(source: Source, example: str = "", title: str = "") -> tuple[Entry, ...]:
    """What the best proposal collects."""
    found = propose_rules(page_of(source), example=example, title=title, **told(source))
    return found[0].entries if found else ()


def links(entries: tuple[Entry, ...]) -> list[str | None]:
    return [entry.link for entry in entries]


def told_alike(found: tuple[Entry, ...], wanted: tuple[Entry, ...]) -> bool:
    """The same titles, and the same dates where the pack's rules look for them (some leave them to pages)."""
    pairs = list(zip(found, wanted, strict=True))
    return all(one.title == other.title and other.published in (None, one.published) for one, other in pairs)


def test_the_packs_lists_by_their_structure_alone(capsys: pytest.CaptureFixture[str]) -> None:
    missed, other = [], []
    repeating = [source for source in LISTS if len(read(source)) > 1]  # of one item nothing tells a list
    for source in repeating:
        found, wanted = proposed(source), read(source)
        if links(found) != links(wanted):
            missed.append(source.slug)
        elif not told_alike(found, wanted):
            other.append(source.slug)
    same = len(repeating) - len(missed)
    with capsys.disabled():
        print(f"\nalone: {same} of {len(repeating)} lists as the pack; titles or dates differ in {other}")
    assert same >= 0.9 * len(repeating), missed
    assert same - len(other) >= 0.8 * len(repeating), other


def test_the_packs_lists_from_one_article(capsys: pytest.CaptureFixture[str]) -> None:
    missed, other = [], []
    for source in LISTS:
        wanted = read(source)
        shown = wanted[min(1, len(wanted) - 1)]
        found = proposed(source, shown.link or "", shown.title)
        if links(found) != links(wanted):
            missed.append(source.slug)
        elif not told_alike(found, wanted):
            other.append(source.slug)
    same = len(LISTS) - len(missed)
    with capsys.disabled():
        print(
            f"\nfrom an article: {same} of {len(LISTS)} lists as the pack; titles or dates differ in {other}"
        )
    assert same >= 0.9 * len(LISTS), missed
    assert same - len(other) >= 0.8 * len(LISTS), other


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
    "day and hour apart": cards(
        "<section class='post'><p><i class='day'>{day}.12.2022</i> <i class='hour'>14:0{n}</i></p>"
        "<a href='/en/item/{id}'>{title}</a></section>"
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
    if name == "day and hour apart":
        assert all(entry.published and entry.published.at for entry in found.entries)
    assert "nth-" not in str(found.rules) or name == "table"


def test_further_pages_are_told_by_the_numbers_that_lead_to_them() -> None:
    pager = "<div class='pager'><a href='?y=2022&amp;p=2'>2</a><a href='?y=2022&amp;p=3'>3</a></div>"
    found = propose(STRUCTURES["table"] + pager)
    assert found.rules.page_url == f"{URL}?y=2022&p={{page}}"
    assert propose(STRUCTURES["table"]).rules.page_url is None


def test_an_article_that_the_page_does_not_list_is_said() -> None:
    with pytest.raises(ReadError, match="no list with /en/item/1 on this page"):
        propose(STRUCTURES["table"], "/en/item/1")


def test_a_page_without_a_list_has_no_proposal() -> None:
    page = "<html><body><h1>About</h1><p>One <a href='/en/a'>link to another page</a>.</p></body></html>"
    given = {"zone": "UTC", "languages": ("en",), "now": NOW}
    assert propose_rules(page.encode(), url=URL, content_type=None, **given) == ()  # type: ignore[arg-type]
    assert propose_rules(b"", url=URL, content_type=None, **given) == ()  # type: ignore[arg-type]
