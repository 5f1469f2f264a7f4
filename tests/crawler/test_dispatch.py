"""What is handed out to spiders, and that all of them hear of the end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from crawler.dispatch import Dispatcher
from tests.collector import Collector


async def test_a_spider_that_is_ready_only_after_the_end_is_told_of_it(desk: Collector) -> None:
    dispatcher = Dispatcher(desk.parts, horizon=timedelta(seconds=30))
    await dispatcher.run()
    async with asyncio.timeout(10):
        assert [task async for task in dispatcher.tasks("feed")] == []
