"""The pack's rules on pages of our own writing that have the structure recorded of the real ones."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.articles import read_article
from crawler.reading.listing import read_list
from news.article import Entry, Published
from news.source import Source
from tests.packs.pack import SOURCES

PAGES = Path(__file__).parent / "pages"
BY_SLUG = {source.slug: source for source in SOURCES}
LISTS = [source for source in SOURCES if source.spider == "listing"]
# The sources of an outlet share its rules: one article page is enough for them.
ARTICLES = {source.outlet for source in SOURCES if source.rules.body}


def expected(slug: str) -> dict[str, Any]:
    return tomllib.loads((PAGES / slug / "expected.toml").read_text("utf-8"))


def when(published: Published | None) -> tuple[date | None, datetime | None]:
    return (published.day, published.at) if published else (None, None)


@pytest.mark.parametrize("source", LISTS, ids=lambda source: source.slug)
def test_a_list_gives_its_articles(source: Source) -> None:
    told = expected(source.slug)
    found = read_list(
        (PAGES / source.slug / "list.html").read_bytes(),
        url=source.url,
        content_type="text/html; charset=utf-8",
        rules=source.rules,
        zone=source.zone,
        languages=source.languages,
        known=frozenset(),
        now=told["now"],
    )
    assert [(entry.link, entry.title, when(entry.published)) for entry in found.entries] == [
        (entry["link"], entry["title"], (entry.get("day"), entry.get("at"))) for entry in told["entry"]
    ]
    assert found.next_url is None, "no pager is recorded, so none is followed"


@pytest.mark.parametrize("page", sorted(PAGES.glob("*/article.html")), ids=lambda page: page.parent.name)
def test_an_article_gives_its_text(page: Path) -> None:
    source, told = BY_SLUG[page.parent.name], expected(page.parent.name)
    article = told["article"]
    found = read_article(
        page.read_bytes(),
        url=article["url"],
        final_url=article["url"],
        content_type="text/html; charset=utf-8",
        rules=source.rules,
        zone=source.zone,
        languages=source.languages,
        now=told["now"],
        entry=Entry(link=article["url"], title=""),
    )
    assert found.title == article["title"]
    assert when(found.published) == (article["day"], article.get("at"))
    assert found.text.split("\n") == article["text"]


def test_every_outlet_with_a_rule_for_texts_has_such_a_page() -> None:
    assert {BY_SLUG[page.parent.name].outlet for page in PAGES.glob("*/article.html")} == ARTICLES
    rules = {
        (source.outlet, source.rules.body, source.rules.article_title, source.rules.article_date)
        for source in SOURCES
        if source.rules.body
    }
    assert len(rules) == len(ARTICLES)
