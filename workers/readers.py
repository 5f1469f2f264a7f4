"""Readers: several killable children that read what sources sent, shared out fairly among the sources."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any
from weakref import WeakValueDictionary

from news.errors import ReaderFailed, ReaderUnavailable
from workers.child import Child
from workers.limits import Limits
from workers.messages import Call


class Readers:
    """`count` children that import `preload` and then run functions by name, each task within `limits`.

    `checkpoint` is called with `"in the reader"` as soon as a task was handed over.
    """

    def __init__(
        self,
        count: int = 2,
        limits: Limits | None = None,
        preload: tuple[str, ...] = (),
        checkpoint: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._children = [Child(limits or Limits(), preload) for _ in range(count)]
        self._free: asyncio.LifoQueue[Child] = asyncio.LifoQueue()
        for child in self._children:
            self._free.put_nowait(child)
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._suspects: set[str] = set()
        self._suspects_line = asyncio.Lock()
        self._replacing: set[asyncio.Task[None]] = set()
        self._checkpoint = checkpoint

    async def start(self) -> None:
        """Spawn and load all children now, so that the first tasks need not wait for it."""
        await asyncio.gather(*(child.start() for child in self._children))

    async def run(self, function: str, *args: Any, owner: str, task: str, **kwargs: Any) -> Any:
        """What `function` ("package.module:function") returns for these arguments, which must pickle.

        `owner` (a source's slug) holds at most one reader; its further tasks
        stand in a line of their own, so owners take turns whatever the length
        of their lines. Owners whose last task cost a reader its life hold one
        between them all. `task` says in words what is being done.

        Raises what `WirewatchError` the function raises; `ReaderFailed` where
        it took too long, too much memory, its child's life, or raised anything
        else; `ReaderUnavailable` where no child was to be had.
        """
        line = self._lines.setdefault(owner, asyncio.Lock())
        async with line, self._suspects_line if owner in self._suspects else nullcontext():
            child = await self._free.get()
            try:
                value = await child.call(
                    Call(function, args, kwargs), task, lambda: self._checkpoint("in the reader")
                )
            except ReaderFailed:
                self._suspects.add(owner)
                raise
            finally:
                self._give_back(child)
        self._suspects.discard(owner)
        return value

    def _give_back(self, child: Child) -> None:
        """One that lost its life has a successor first: its start is no wait for those not to blame."""
        if child.pid is not None:
            self._free.put_nowait(child)
            return
        replacing = asyncio.create_task(self._replace(child))
        self._replacing.add(replacing)
        replacing.add_done_callback(self._replacing.discard)

    async def _replace(self, child: Child) -> None:
        with suppress(ReaderUnavailable):  # whoever takes it next is told why
            await child.start()
        self._free.put_nowait(child)

    async def close(self) -> None:
        """Kill all children at once; tasks under way or in line raise `ReaderUnavailable`."""
        await asyncio.gather(*(child.close() for child in self._children))
        await asyncio.gather(*self._replacing)
