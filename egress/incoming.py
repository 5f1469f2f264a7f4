"""The bytes of one connection as they come in, under the idle limit and the caps."""

from __future__ import annotations

import asyncio
import re

from egress.arrivals import Arrivals
from egress.connection import timed_out, words
from egress.decoding import too_large
from news.errors import FetchError, TooLarge

HEAD_END = re.compile(rb"\r?\n\r?\n")
# What may lie unread before the sender is made to wait.
HIGH_WATER = 128 * 1024
LONGEST_LINE = 8 * 1024


class Incoming(Arrivals):
    """A connection's reading side. `idle` in seconds; `headers` and `body` cap the bytes as sent.

    Interim heads count as headers. Chunk framing and trailers count as body, with a quarter of
    the cap to spare: a million one-byte chunks are as good as a large body.
    """

    def __init__(self, url: str, idle: float, headers: int, body: int) -> None:
        super().__init__()
        self.url = url
        self._idle = idle
        self._headers = headers
        self._cap = body
        self._left = body + body // 4 + LONGEST_LINE
        self._paused = False

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if len(self._buffer) > HIGH_WATER and self.transport and not self._paused:
            self._paused = True
            self.transport.pause_reading()

    async def _more(self) -> bool:
        """Wait for more; False at the end. Raises Timeout after `idle` seconds without a byte."""
        had = len(self._buffer)
        if not self._ended:
            if self._paused and self.transport:
                self._paused = False
                self.transport.resume_reading()
            try:
                async with asyncio.timeout(self._idle):
                    await self._arrival()
            except TimeoutError as error:
                raise timed_out(self.url, "idle", self._idle) from error
        if len(self._buffer) == had and isinstance(self._error, OSError):
            raise FetchError(url=self.url, reason=f"the connection broke off: {words(self._error)}")
        return len(self._buffer) > had

    async def head(self) -> bytes:
        """Status line and headers, up to the empty line. Raises TooLarge beyond the headers' cap."""
        searched = 0
        while True:
            if not searched:
                self._skip_empty_lines()
            end = HEAD_END.search(self._buffer, max(0, searched - 3))
            if (end.start() if end else len(self._buffer)) > self._headers:
                raise TooLarge(url=self.url, reason="headers larger than their cap")
            if end:
                head = bytes(self._buffer[: end.start()])
                del self._buffer[: end.end()]
                self._headers -= len(head)
                return head
            searched = len(self._buffer)
            if not await self._more():
                what = (
                    f"closed inside the headers ({searched} bytes)"
                    if searched
                    else "closed without an answer"
                )
                raise FetchError(url=self.url, reason=f"incomplete: {what}")

    def _skip_empty_lines(self) -> None:
        """Before a status line they are nothing (RFC 9112 2.2), but they count."""
        empty = len(self._buffer) - len(self._buffer.lstrip(b"\r\n"))
        del self._buffer[:empty]
        self._headers -= empty

    async def some(self, most: int) -> bytes:
        """Between one and `most` bytes of the body, b"" at the connection's end."""
        if not self._buffer:
            await self._more()
        piece = bytes(self._buffer[:most])
        del self._buffer[: len(piece)]
        return self._counted(piece)

    async def line(self) -> bytes | None:
        """One line of the framing without its end, None where the connection ended first."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > LONGEST_LINE:
                raise FetchError(url=self.url, reason=f"a chunk line longer than {LONGEST_LINE} bytes")
            if not await self._more():
                return None
        piece = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        return self._counted(piece).rstrip(b"\r\n")

    def _counted(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise too_large(self.url, self._cap)
        return piece
