"""The judge: one child that keeps what it judges with, and is set up anew after it died."""

from __future__ import annotations

from typing import Any

from workers.child import Child
from workers.limits import MIB, Limits
from workers.messages import Call

LIMITS = Limits(cpu=5.0, wall=5.0, memory=1024 * MIB)


class Judge:
    """One child whose state is what `setup` ("package.module:function") returned for `args`, loaded once.

    The time to load does not count against a task's limits.
    """

    def __init__(self, setup: str, *args: Any, limits: Limits = LIMITS) -> None:
        self._child = Child(limits, setup=Call(setup, args))

    async def start(self) -> None:
        """Spawn and set up the child now."""
        await self._child.start()

    async def run(self, function: str, *args: Any, task: str) -> Any:
        """What `function` returns for the state and `args`, one task after the other.

        `task` says in words what is being done; errors are those of `Readers.run`.
        """
        return await self._child.call(Call(function, args), task, lambda: None)

    async def close(self) -> None:
        """Kill the child; tasks under way or in line raise `ReaderUnavailable`."""
        await self._child.close()
