"""Readers: several killable children that read what sources sent, shared out fairly among the sources."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

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
        self._checkpoint = checkpoint

    async def start(self) -> None:
        """Spawn and load all children now, so that the first tasks need not wait for it."""
        await asyncio.gather(*(child.start() for child in self._children))

    async def run(self, function: str, *args: Any, owner: str, task: str, **kwargs: Any) -> Any:
        """What `function` ("package.module:function") returns for these arguments, which must pickle.

        `owner` (a source's slug) holds at most one reader; its further tasks
        stand in a line of their own, so owners take turns whatever the length
        of their lines. `task` says in words what is being done.

        Raises what `WirewatchError` the function raises; `ReaderFailed` where
        it took too long, too much memory, its child's life, or raised anything
        else; `ReaderUnavailable` where no child was to be had.
        """
        line = self._lines.setdefault(owner, asyncio.Lock())
        async with line:
            child = await self._free.get()
            try:
                return await child.call(
                    Call(function, args, kwargs), task, lambda: self._checkpoint("in the reader")
                )
            finally:
                self._free.put_nowait(child)

    async def close(self) -> None:
        """Kill all children at once; tasks under way or in line raise `ReaderUnavailable`."""
        await asyncio.gather(*(child.close() for child in self._children))
