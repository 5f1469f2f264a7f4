"""What every connection of ours does with what comes in: keep it, notice the end, wake who waits."""

from __future__ import annotations

import asyncio
from typing import cast


class Arrivals(asyncio.Protocol):
    """A connection's reading side: `_buffer` is what came and was not read yet.

    Not asyncio's StreamReader, which after a reset withholds what came before
    it: many a server answers, closes and resets at once.
    """

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._ended = False
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._wake()

    def eof_received(self) -> None:
        self._ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._error = self._error or exc
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    async def _arrival(self) -> None:
        """Wait until something comes or the connection ends; the time limit is the caller's."""
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter
