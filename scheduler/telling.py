"""Telling beside the crawl: what was stored is planned at once, and what was planned is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import partial

from scheduler.jobs import guarded, kept_up


@dataclass(frozen=True, slots=True)
class Telling:
    """What the root hands in of `alerts`.

    `plan_instant` plans alerts for these articles (None: for whatever is
    untold), `plan_digests` the digests that are due; `send` hands over
    deliveries until `stop`, `wake` has it look at once.
    """

    plan_instant: Callable[[Collection[int] | None], Awaitable[object]]
    plan_digests: Callable[[], Awaitable[object]]
    send: Callable[[], Awaitable[object]]
    wake: Callable[[], object]
    stop: Callable[[], object]


class Teller:
    """Keeps telling. It may be rung at any time, any number of times: it plans one thing after the other."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._rung = asyncio.Event()
        self._stored: set[int] = set()
        self._all = True  # what was stored before the start, or by others
        self._ended = asyncio.Event()

    def stored(self, articles: Collection[int]) -> None:
        """These articles were just committed with their matches."""
        self._stored.update(articles)
        self._rung.set()

    def look_soon(self) -> None:
        """Plan whatever is due and untold, and try what waits to be sent."""
        self._all = True
        self._rung.set()

    async def tick(self) -> None:
        """The safety net, and the hour of digests."""
        self.look_soon()

    def stop(self) -> None:
        self._ended.set()
        self._rung.set()
        self._telling.stop()

    async def run(self) -> None:
        """Until `stop`. A message under way is brought to its end by the outbox."""
        async with asyncio.TaskGroup() as group:
            group.create_task(kept_up("send", self._telling.send, self._ended))
            group.create_task(self._plan())

    async def _plan(self) -> None:
        self._rung.set()
        while True:
            await self._rung.wait()
            self._rung.clear()
            if self._ended.is_set():
                return
            articles = None if self._all else frozenset(self._stored)
            self._stored.clear()
            # Alerts first: somebody waits for those.
            await guarded("plan alerts", partial(self._telling.plan_instant, articles))
            if articles is None:
                self._all = False
                await guarded("plan digests", self._telling.plan_digests)
            self._telling.wake()
