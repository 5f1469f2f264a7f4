"""One connection on which commands and replies go in turn (RFC 5321 4.2), in the clear or under TLS."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass

from egress.arrivals import Arrivals
from egress.connection import tls_error, words
from news.errors import FetchError, Timeout

# RFC 5321 4.5.3.1.5 allows 512 octets a line; real servers say more. Nobody says this much.
LONGEST_LINE = 4 * 1024
LONGEST_REPLY = 64 * 1024
MOST_LINES = 100
SHOWN = 500
REPLY_LINE = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?", re.DOTALL)
ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply's code, and its lines without it."""

    code: int
    lines: tuple[str, ...]

    def __str__(self) -> str:
        """The server's words in one line: an enhanced code that every line repeats is said once."""
        first = ENHANCED.match(self.lines[0])
        repeated = first.group() if first else ""
        said = [self.lines[0], *(line.removeprefix(repeated).strip() for line in self.lines[1:])]
        return f"{self.code} {' '.join(part for part in said if part)}".strip()[:SHOWN]


class Conversation(Arrivals):
    """Both directions of one connection; `server` names it in errors, which are FetchErrors.

    Nothing the server says is lost: what it said before it hung up is read
    before the end is noticed, and `unasked` tells that it spoke out of turn.
    """

    def __init__(self, server: str) -> None:
        super().__init__()
        self.server = server
        self._room = asyncio.Event()
        self._room.set()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if len(self._buffer) > LONGEST_REPLY:  # nobody reads that much
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._room.set()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    @property
    def unasked(self) -> bool:
        """The server said something nobody asked for, or ended the conversation."""
        return bool(self._buffer) or self._ended

    async def send(self, data: bytes, limit: float) -> None:
        """Write `data` and wait while the network takes none, at most `limit` seconds."""
        if self.transport is None or self.transport.is_closing():
            raise self._broken()
        self.transport.write(data)
        try:
            async with asyncio.timeout(limit):
                await self._room.wait()
        except TimeoutError as error:
            reason = f"took nothing for {limit:g} s"
            raise Timeout(url=self.server, reason=reason, limit="write", seconds=limit) from error

    async def reply(self, limit: float) -> Reply:
        """The next reply, within `limit` seconds. Raises FetchError: no reply, or none that is one."""
        lines: list[str] = []
        codes: set[bytes] = set()
        try:
            async with asyncio.timeout(limit):
                while True:
                    match = REPLY_LINE.fullmatch(line := await self._line())
                    codes.add(match.group(1) if match else b"")
                    if match is None or len(codes) > 1 or len(lines) > MOST_LINES:
                        raise FetchError(url=self.server, reason=f"no SMTP reply: {_text(line)[:100]!r}")
                    lines.append(_text(match.group(3) or b""))
                    if match.group(2) != b"-":
                        return Reply(int(match.group(1)), tuple(lines))
        except TimeoutError as error:
            reason = f"no answer within {limit:g} s"
            raise Timeout(url=self.server, reason=reason, limit="reply", seconds=limit) from error

    async def start_tls(self, context: ssl.SSLContext, host: str, limit: float) -> None:
        """Go on under TLS, the server's name verified. Raises TlsError, Timeout.

        Words that came in the clear after the agreement are somebody else's
        (RFC 3207 5, CVE-2011-0411): the conversation ends.
        """
        if self.unasked or self.transport is None:
            raise FetchError(url=self.server, reason="spoke in the clear after STARTTLS was agreed")
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit):
                transport = await loop.start_tls(self.transport, self, context, server_hostname=host)
        except TimeoutError as error:
            reason = f"no TLS handshake within {limit:g} s"
            raise Timeout(url=self.server, reason=reason, limit="handshake", seconds=limit) from error
        except OSError as error:
            raise tls_error(self.server, error) from error
        if transport is None:
            raise self._broken()
        self.transport = transport

    def abort(self) -> None:
        """Hang up at once; nothing more is said or heard."""
        self._ended = True
        if self.transport is not None:
            self.transport.abort()

    async def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > LONGEST_LINE:
                raise FetchError(url=self.server, reason=f"a line longer than {LONGEST_LINE} bytes")
            if self._ended:
                raise self._broken()
            await self._arrival()
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return line

    def _broken(self) -> FetchError:
        how = f": {words(self._error)}" if isinstance(self._error, OSError) else ""
        return FetchError(url=self.server, reason=f"the connection broke off{how}")


def _text(line: bytes) -> str:
    return UNPRINTABLE.sub(" ", line.decode("utf-8", "replace")).strip()
