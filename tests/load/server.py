"""The load's web in a process of its own: `python -m tests.load.server FOLDER`.

It prints its ports as JSON and serves until its input is closed: the good
sources' feeds and pages by the clock in FOLDER, the hostile ones by their
script. At its end it prints how often the forbidden port was reached.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from collections import Counter
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from tests.load.clock import SharedClock
from tests.load.hostile import KINDS, RSS, Asked, head, many_items, packed
from tests.load.world import SHOWN, Load, Piece, World, host, item, page, rss
from tests.port import open_port

GET = re.compile(rb"GET (\S+) HTTP/1\.1\r\n")
HOST = re.compile(rb"\r\nhost: *([^\s:]+)", re.IGNORECASE)
KNOWN = re.compile(rb"\r\nif-none-match: *(\S+)", re.IGNORECASE)
# Longer than a TLS hello is: what begins so is no HTTP.
HELLO = b"\x16"
HOURLY = {"Cache_Control": "max-age=3600"}


class Web:
    """Answers for all hosts on one port."""

    def __init__(self, world: World, clock: SharedClock) -> None:
        self._world = world
        self._clock = clock
        self._sources = {host(source): source for source in range(world.load.good)}
        self._kinds = {kind.host: kind for kind in KINDS.values()}
        self._visits: Counter[str] = Counter()
        self.port = 0
        self.forbidden = ""

    async def receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(
            OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError
        ):
            try:
                await self._converse(reader, writer)
                await writer.drain()
            finally:
                writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.readexactly(1)
        if first == HELLO:
            writer.write(b"\x15\x03\x01 this is no TLS" * 20)
            return
        asked = first + await reader.readuntil(b"\r\n\r\n")
        got, to = GET.match(asked), HOST.search(asked)
        if got is None or to is None:
            writer.write(head("400 Bad Request", Content_Length="0"))
            return
        path, name = got[1].decode("ascii"), to[1].decode("ascii")
        if path == "/robots.txt":
            writer.write(head("404 Not Found", Content_Length="0"))
        elif name in self._sources:
            known = KNOWN.search(asked)
            writer.write(self._good(self._sources[name], path, known[1] if known else b""))
        else:
            await self._hostile(name, path, writer)

    async def _hostile(self, name: str, path: str, writer: asyncio.StreamWriter) -> None:
        self._visits[name] += path == "/feed.xml"
        asked = Asked(path, self._visits[name], f"http://{name}:{self.port}", self.forbidden, writer)
        kind = self._kinds[name]
        if path == "/feed.xml" or kind.everywhere:
            await kind.script(asked)
        else:
            writer.write(head("404 Not Found", Content_Length="0"))

    def _good(self, source: int, path: str, known: bytes) -> bytes:
        pieces, now = self._world.by_source[source], self._clock()
        if path == "/feed.xml":
            there = sum(piece.at <= now for piece in pieces)
            etag = f'"{source}-{there}"'
            if known.decode() == etag:
                return head("304 Not Modified", ETag=etag, **HOURLY)
            shown = reversed(pieces[max(0, there - SHOWN) : there])
            items = "".join(self._item(piece) for piece in shown)
            return self._answer(rss(f"Paper {source}", items), RSS, ETag=etag, **HOURLY)
        for piece in pieces:
            if piece.path == path and piece.on_page and piece.at <= now:
                return self._answer(page(piece), "text/html; charset=utf-8")
        return head("404 Not Found", Content_Length="0")

    @lru_cache(100_000)  # noqa: B019 - there is one web, and it lives as long as its process
    def _item(self, piece: Piece) -> str:
        return item(piece, f"http://{host(piece.source)}:{self.port}")

    @staticmethod
    def _answer(body: bytes, kind: str, **fields: str) -> bytes:
        return head(Content_Type=kind, Content_Length=str(len(body)), **fields) + body


def full() -> tuple[socket.socket, list[socket.socket]]:
    """A port whose line is full, so that further connections are never answered, and those who fill it."""
    port = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = []
    for _ in range(3):
        caller = socket.socket()
        caller.setblocking(False)
        caller.connect_ex(port.getsockname())
        waiting.append(caller)
    return port, waiting


async def main(folder: Path) -> None:
    load = Load(**json.loads((folder / "load.json").read_text("utf-8")))
    world = World(load)
    # Made beforehand: who makes it when it is asked for keeps the others waiting.
    _ = world.by_source, packed(), many_items()
    web = Web(world, SharedClock(folder / "clock"))
    reached: list[object] = []

    async def forbidden(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(writer)
        writer.close()

    taken, waiting = full()
    async with (
        open_port(forbidden, "127.0.0.1") as never,
        open_port(web.receive, "127.0.0.1") as web.port,
    ):
        web.forbidden = f"127.0.0.1:{never}"
        ports = {"web": web.port, "full": taken.getsockname()[1]}
        print(json.dumps(ports), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(json.dumps({"reached": len(reached)}), flush=True)
    for each in (taken, *waiting):
        each.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
