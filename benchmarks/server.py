"""The bench's web: HTTP on loopback in a process of its own, as cheap as can be.

`python -m benchmarks.server` prints its port and serves until its input is
closed: on 127.0.0.1, and on an address of its own for every feed. Addresses in
feeds follow the Host asked for. `/edition/STEP/EDITION/VALIDATORS` turns all
feeds to another edition.
"""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Protocol, cast

from benchmarks.scenarios import ITEMS, MOST_FEEDS, feed_address
from benchmarks.world import feed_document, page

ASKED = re.compile(rb"GET (\S+) HTTP/1\.1\r\n")
HOST = re.compile(rb"\r\nhost: *(\S+)", re.IGNORECASE)
KNOWN = re.compile(rb"\r\nif-none-match: *(\S+)", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Web:
    """What the server shows now: `newest` is the serial number at the top of every feed."""

    def __init__(self) -> None:
        self.newest = ITEMS
        self.validators = True

    def answer(self, head: bytes) -> bytes:
        """The answer to a request's head, without its Connection header."""
        asked, host = ASKED.match(head), HOST.search(head)
        if asked is None or host is None:
            return _answer(400, b"", b"")
        root = f"http://{host[1].decode('ascii')}"
        match asked[1].decode("ascii").strip("/").split("/"):
            case ["edition", step, edition, validators]:
                self.newest = ITEMS + int(step) * int(edition)
                self.validators = validators == "1"
                return _answer(200, b"ok", b"Content-Type: text/plain\r\n")
            case [feed, "feed.xml"]:
                return self._feed(int(feed), root, KNOWN.search(head))
            case [feed, "news", name]:
                body = page(int(feed), int(name.removesuffix(".html")), root)
                return _answer(200, body, b"Content-Type: text/html; charset=utf-8\r\n")
        return _answer(404, b"nothing here", b"Content-Type: text/plain\r\n")

    def _feed(self, feed: int, root: str, known: re.Match[bytes] | None) -> bytes:
        headers = b"Content-Type: application/rss+xml; charset=utf-8\r\n"
        if self.validators:
            etag = b'"%d-%d"' % (feed, self.newest)
            if known is not None and known[1] == etag:
                return _answer(304, b"", b"ETag: %s\r\n" % etag)
            headers += b"ETag: %s\r\n" % etag
        return _answer(200, feed_document(feed, self.newest, root), headers)


def _answer(status: int, body: bytes, headers: bytes) -> bytes:
    words = {200: b"OK", 304: b"Not Modified", 400: b"Bad Request", 404: b"Not Found"}
    length = b"" if status == 304 else b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 %d %s\r\n%s%s\r\n%s" % (status, words[status], headers, length, body)


class Answers(Protocol):
    """What can say something to the head of a request (without the empty line that ends it)."""

    def answer(self, head: bytes) -> bytes: ...


class Connection(asyncio.Protocol):
    """One connection, kept open for further requests unless the client asks to close it."""

    def __init__(self, web: Answers) -> None:
        self._web = web
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            self._transport.write(self._web.answer(head))
            if CLOSE.search(head):
                self._transport.close()


async def main() -> None:
    loop = asyncio.get_running_loop()
    web = Web()
    control = await loop.create_server(lambda: Connection(web), "127.0.0.1", 0)
    port = control.sockets[0].getsockname()[1]
    addresses = [feed_address(number) for number in range(MOST_FEEDS)]
    feeds = await loop.create_server(lambda: Connection(web), addresses, port)
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    control.close()
    feeds.close()


if __name__ == "__main__":
    asyncio.run(main())
