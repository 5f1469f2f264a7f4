"""A listening port whose conversations end with the test, and one that is free."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import cast

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

# Below what systems hand out by themselves (Linux: from 32,768), so that a free port stays free until it
# is used; processes that test at once begin apart.
_PORTS = count(12_000 + os.getpid() % 200 * 100)


def free_port() -> int:
    """A port of the loopback interface on which nobody listens, for a server that must be told its own."""
    for port in _PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            break
    return port


@asynccontextmanager
async def open_port(
    handle: Handle, host: str, port: int = 0, tls: ssl.SSLContext | None = None, limit: int = 1 << 16
) -> AsyncIterator[int]:
    """Hand each connection to `handle` in a task of its own, cancelled at the end; the port's number."""
    tasks: set[asyncio.Task[None]] = set()

    async def received(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(cast("asyncio.Task[None]", asyncio.current_task()))
        await handle(reader, writer)

    server = await asyncio.start_server(received, host, port, ssl=tls, limit=limit)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
