"""The pack's outlets as small sites of our own writing that have the structure recorded of the real ones:
visited over real HTTP under their own names, read, judged and stored as the service does it.

Each folder in `pages` is one source: what its address answers (`list.*`), the pages of articles, and what is
to be told of each article in `expected.toml`. What is listed there without a page was not saved, so the
list's word on it stands in. Pages hold the addresses of the real hosts; they are led to the small web when
served.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import tomllib
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from crawler.outcomes import Visited
from news.article import Article, ArticleState
from news.languages.registry import LANGUAGES
from news.source import Rules, Source
from news.urls import canonical_url
from tests.collector import collecting
from tests.packs.pack import SOURCES
from tests.web import Reply, Web, serving

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2023, 1, 2, 12, tzinfo=UTC)
BY_SLUG = {source.slug: source for source in SOURCES}
SAVED = sorted(folder.name for folder in PAGES.iterdir())
EXPECTED = {slug: tomllib.loads((PAGES / slug / "expected.toml").read_text("utf-8")) for slug in SAVED}
ARTICLES = [(slug, article) for slug in SAVED for article in EXPECTED[slug]["article"]]
# No charset: the documents say theirs themselves, or leave it to be found out.
TYPES = {".html": "text/html", ".xml": "application/xml", ".json": "application/json"}
LANGUAGES_OF_THE_PACK = {"en", "ru", "az", "hy", "ka", "tr", "fa", "fr", "de"}

Archive = dict[str, Article]


class Served:
    """The saved sites on one small web."""

    def __init__(self, web: Web) -> None:
        self.web = web
        addresses = [BY_SLUG[slug].url for slug in SAVED] + [article["url"] for _, article in ARTICLES]
        hosts = {urlsplit(address).hostname or "" for address in addresses}
        self.real = re.compile(rf"https?://({'|'.join(map(re.escape, sorted(hosts)))})(?![\w.-])")

    def here(self, text: str) -> str:
        """`text` with the addresses of these sites as the small web has them."""
        return self.real.sub(lambda found: f"http://{found[1]}:{self.web.port}", text)

    def there(self, address: str) -> str:
        return address.replace(f":{self.web.port}", "")

    def put(self, address: str, file: Path, headers: dict[str, str]) -> None:
        body = self.here(file.read_bytes().decode("latin-1")).encode("latin-1")
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.compress(body)
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        reply = Reply(body, headers={"Content-Type": TYPES[file.suffix], **headers})
        for each in {path, path if parts.query else f"{path.rstrip('/')}/"}:
            self.web.put(parts.hostname or "", each, reply)

    def source(self, slug: str) -> Source:
        """The pack's source, its address and rules led to the small web."""
        source = BY_SLUG[slug]
        rules = {rule.name: getattr(source.rules, rule.name) for rule in fields(Rules)}
        led: dict[str, Any] = {name: self.here(said) for name, said in rules.items() if isinstance(said, str)}
        return replace(source, url=self.here(source.url), rules=replace(source.rules, **led), enabled=True)


async def read_all(web: Web, folder: Path) -> Archive:
    """What is stored after one round over all saved sources, by the canonical addresses of the real sites."""
    served = Served(web)
    for slug in SAVED:
        (listed,) = PAGES.glob(f"{slug}/list.*")
        served.put(BY_SLUG[slug].url, listed, EXPECTED[slug].get("headers", {}))
    for slug, article in ARTICLES:
        if "page" in article:
            served.put(article["url"], PAGES / slug / article["page"], {})
    async with collecting(web, folder, languages=tuple(LANGUAGES)) as desk:
        desk.clock.now = NOW
        for slug in SAVED:
            facts = {each.name: getattr(served.source(slug), each.name) for each in fields(Source)}
            await desk.add(facts.pop("slug"), facts.pop("url"), **facts)
        await desk.round()
        visits = [outcome.visit for outcome in desk.outcomes if isinstance(outcome, Visited)]
        assert {visit.source: visit.reason for visit in visits if visit.reason} == {}
        return {canonical_url(served.there(item.url or "")): item for item in await desk.items()}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    with serving() as web:
        return asyncio.run(read_all(web, tmp_path_factory.mktemp("outlets")))


def told(article: Article) -> dict[str, Any]:
    """What is stored of an article, in the words of `expected.toml`."""
    published = article.published
    when = {} if published is None else {"at": published.at} if published.at else {"day": published.day}
    lines = {"title": article.title, "author": article.author, "language": article.language}
    return {**{key: said for key, said in lines.items() if said}, **when, "text": article.text.split("\n")}


@pytest.mark.parametrize(
    ("slug", "wanted"), ARTICLES, ids=[f"{slug}-{article['title']}" for slug, article in ARTICLES]
)
def test_an_article_is_read_as_it_was_published(slug: str, wanted: dict[str, Any], archive: Archive) -> None:
    article = archive[canonical_url(wanted["url"])]
    found = told(article)
    if article.state is ArticleState.READ:
        assert found == {key: said for key, said in wanted.items() if key not in ("url", "page")}
    else:
        assert "page" not in wanted
        assert {key: said for key, said in found.items() if key not in ("text", "language")} == {
            key: said for key, said in wanted.items() if key != "url"
        }
    if article.published is not None and article.published.at is not None:
        zone = ZoneInfo(BY_SLUG[slug].zone)
        assert article.published.day == article.published.at.astimezone(zone).date()


def test_nothing_else_is_taken_for_an_article(archive: Archive) -> None:
    assert archive.keys() == {canonical_url(wanted["url"]) for _, wanted in ARTICLES}


def test_forty_outlets_in_nine_languages_by_every_kind_of_way() -> None:
    read = [(BY_SLUG[slug], article) for slug, article in ARTICLES if "text" in article]
    assert len({source.outlet for source, _ in read}) >= 40
    assert {article["language"] for _, article in read} == LANGUAGES_OF_THE_PACK
    assert {source.spider for source, _ in read} == {source.spider for source in SOURCES} - {"x"}


def test_every_rule_of_the_pack_is_tried_on_a_page() -> None:
    def rules(source: Source) -> tuple[Any, ...]:
        said = source.rules
        read = (said.item, said.link, said.title, said.date, said.body, said.article_title, said.article_date)
        return (
            source.outlet,
            source.spider,
            *(None if rule is None else re.sub("/(en|ru|hy|am)/", "", rule) for rule in read),
        )

    wanted = {rules(source) for source in SOURCES if source.rules.item or source.rules.body}
    assert wanted - {rules(BY_SLUG[slug]) for slug in SAVED} == set()
