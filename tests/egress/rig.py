"""Servers that say exactly the bytes they are told to, and what a test needs to reach them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from egress.door import Door, Limits
from egress.guard import Guard
from tests.port import open_port

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Listener:
    """One listening port. `accepted` counts connections, `heard` keeps the request heads."""

    host: str
    port: int = 0
    accepted: int = 0
    heard: list[bytes] = field(default_factory=list)

    @property
    def entry(self) -> str:
        """As an entry of egress.allow."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def url(self, path: str = "/", host: str = "", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}" if host else f"{scheme}://{self.entry}{path}"


@asynccontextmanager
async def listening(
    answer: bytes | Callable[[bytes], bytes] = OK,
    *,
    script: Script | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Listener]:
    """A server on `port` (0: a free one): answers bytes, bytes by request head, or by a script."""
    listener = Listener(host)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        listener.heard.append(head)
        if script:
            await script(reader, writer)
        else:
            writer.write(answer(head) if callable(answer) else answer)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.accepted += 1
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await converse(reader, writer)
        finally:
            writer.transport.abort()

    async with open_port(handle, host, port, tls) as listener.port:
        yield listener


def door(*allowed: Listener | str, limits: Limits | None = None, **kwargs: object) -> Door:
    """A door that lets through to these listeners and no others."""
    entries = [one if isinstance(one, str) else one.entry for one in allowed]
    return Door(Guard(entries), limits=limits or Limits(idle=5, total=10), **kwargs)  # type: ignore[arg-type]


def fixed(*addresses: str) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A resolver that answers every name with these."""

    async def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolver
