"""The demonstration's web: many host names on one loopback port, plain HTTP/1.1 over asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from http import HTTPStatus

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PIECES = 240  # in which a page drips


@dataclass(frozen=True)
class Reply:
    """What an address answers; `seconds` is how long its bytes take to come."""

    status: int
    kind: str
    body: bytes
    seconds: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'"{blake2b(self.body, digest_size=8).hexdigest()}"'


@asynccontextmanager
async def listening(handle: Handle, address: str, port: int = 0) -> AsyncIterator[int]:
    """Hand every connection to `handle` until the block ends; gives the port's number."""
    talking: set[asyncio.Task[None]] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talking.add(task)
        try:
            # Cancelled at the end, it ends: before Python 3.12 asyncio logs a cancelled handler as an error.
            with suppress(OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
                await handle(reader, writer)
        finally:
            talking.discard(task)
            writer.close()

    server = await asyncio.start_server(met, address, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        left = list(talking)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def http(answer: Callable[[str, str, bool], Reply]) -> Handle:
    """Answer each request by host name, path, and whether only a change is asked for; one a connection."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        path = request.split(" ")[1] if request.count(" ") == 2 else ""
        conditional = "if-none-match" in headers
        reply = answer(headers.get("host", "").rpartition(":")[0], path, conditional)
        if reply.status == HTTPStatus.OK and headers.get("if-none-match") == reply.etag:
            reply = Reply(HTTPStatus.NOT_MODIFIED, reply.kind, b"", headers={"ETag": reply.etag})
        await _write(writer, reply)

    return handle


async def _write(writer: asyncio.StreamWriter, reply: Reply) -> None:
    tagged = {"ETag": reply.etag} if reply.status == HTTPStatus.OK else {}
    headers = {
        "Content-Type": reply.kind,
        "Content-Length": str(len(reply.body)),
        "Connection": "close",
        **tagged,
        **reply.headers,
    }
    said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n{said}\r\n".encode())
    size = max(1, len(reply.body) // PIECES) if reply.seconds else max(1, len(reply.body))
    for start in range(0, len(reply.body), size):
        writer.write(reply.body[start : start + size])
        await writer.drain()
        await asyncio.sleep(reply.seconds / PIECES)
