"""A wirewatch of a test's own: real parts over a small web, with a clock the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.outcomes import AnyOutcome, Visited
from crawler.parts import Parts
from news.article import Article
from news.source import Kind, Source
from storage import articles, sources
from storage.database import no_checkpoint
from tests.web import Web
from wirewatch.sections import Crawl, Egress
from wirewatch.settings import Settings
from wirewatch.wiring import collect_round, open_parts
from workers.limits import Limits

START = datetime(2022, 12, 12, 10, 0, tzinfo=UTC)


@dataclass
class Clock:
    """The time by which things are due; it moves only when the test says so."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Collector:
    """Sources, rounds and what they gave."""

    web: Web
    settings: Settings
    parts: Parts
    clock: Clock
    outcomes: list[AnyOutcome] = field(default_factory=list)

    async def add(self, slug: str, url: str, **facts: Any) -> Source:
        known: dict[str, Any] = {
            "outlet": slug,
            "name": slug.title(),
            "kind": Kind.AGENCY,
            "languages": ("en",),
        }
        source = Source(slug=slug, url=url, **{**known, **facts})
        await self.parts.database.write(sources.put, source, now=self.clock(), by_hand=True)
        return source

    async def round(self, *slugs: str) -> list[AnyOutcome]:
        """One round over all sources, or those named; the outcomes of this round."""
        egress = self.settings.egress.model_copy(update={"hosts": self.web.hosts()})
        settings = self.settings.model_copy(update={"egress": egress})
        outcomes: list[AnyOutcome] = []
        await collect_round(settings, self.parts, slugs or None, observe=outcomes.append)
        self.outcomes += outcomes
        return outcomes

    async def visit(self, slug: str) -> Visited:
        """One round of one source; its visit."""
        (visited,) = [outcome for outcome in await self.round(slug) if isinstance(outcome, Visited)]
        return visited

    async def items(self, **filters: Any) -> tuple[Article, ...]:
        return await self.parts.database.read(articles.items, limit=100_000, **filters)

    async def item(self, title: str) -> Article:
        (found,) = [article for article in await self.items() if article.title == title]
        return found


def settings_for(
    web: Web, folder: Path, database: str = "", languages: tuple[str, ...] = ("en", "ru"), **crawl: Any
) -> Settings:
    """Settings that reach the small web and nothing else, without waits between requests."""
    return Settings(
        data=folder,
        database=database,
        languages=languages,
        crawl=Crawl(contact="tests@example.org", **{"delay": 0.0, **crawl}),
        egress=Egress(allow=(f"127.0.0.1:{web.port}",), idle=5.0, total=20.0),
    )


@asynccontextmanager
async def collecting(
    web: Web,
    folder: Path,
    database: str = "",
    checkpoint: Callable[[str], None] = no_checkpoint,
    reader_limits: Limits | None = None,
    languages: tuple[str, ...] = ("en", "ru"),
    **crawl: Any,
) -> AsyncIterator[Collector]:
    settings = settings_for(web, folder, database, languages, **crawl)
    clock = Clock()
    parts = await open_parts(settings, clock=clock, checkpoint=checkpoint, reader_limits=reader_limits)
    try:
        yield Collector(web, settings, parts, clock)
    finally:
        await parts.close()
