"""The crew: one long-lived Scrapy crawler per kind of spider, all fed by one dispatcher."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner

from crawler.dispatch import Dispatcher
from crawler.parts import Parts


async def crawl(parts: Parts, dispatcher: Dispatcher, settings: Mapping[str, Any]) -> None:
    """Run every spider until the dispatcher ends. `settings` are Scrapy's (`wirewatch.scrapy_settings`).

    A crawler that fails to start ends the others too, with its error.
    """
    runner = AsyncCrawlerRunner(dict(settings))
    async with asyncio.TaskGroup() as group:
        group.create_task(dispatcher.run())
        for name in runner.spider_loader.list():
            group.create_task(_attend(runner, name, parts, dispatcher))


async def _attend(runner: AsyncCrawlerRunner, name: str, parts: Parts, dispatcher: Dispatcher) -> None:
    await runner.crawl(name, parts=parts, dispatcher=dispatcher)
