"""The web of `benchmarks.many` in a process of its own: thousands of feeds, and hostile ones among them.

`python -m benchmarks.crowd` prints its port and serves until its input is closed. `/N/feed.xml` is feed N,
empty until a line comes in; from then on one request of twenty, the same in every run, finds an item more
than the last, and all others are answered 304. `/hostile/K` is hostile in its own way, as `HOSTILE` has them.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import sys
from collections import Counter
from random import Random

from benchmarks.server import KNOWN, Connection
from benchmarks.world import sentence

ASKED = re.compile(rb"GET /(hostile/)?(\d+)(?:/feed\.xml)? HTTP/1\.1\r\n")
NEW_ONE_IN = 20
SHOWN = 30
WORDS = 20  # sentences of 12 words an item
RSS = b"Content-Type: application/rss+xml; charset=utf-8\r\n"


class Crowd:
    """How often each feed was asked for, and how many items it holds."""

    def __init__(self) -> None:
        self.open = False
        self._asked: Counter[int] = Counter()
        self._items: Counter[int] = Counter()

    def answer(self, head: bytes) -> bytes:
        """The answer to a request's head; nothing at all where that is the way of a hostile one."""
        asked = ASKED.match(head)
        if asked is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        number = int(asked[2])
        self._asked[number] += 1
        if asked[1]:
            return HOSTILE[number](self._asked[number])
        if self.open and Random(f"{number}-{self._asked[number]}").randrange(NEW_ONE_IN) == 0:
            self._items[number] += 1
        etag = b'"%d-%d"' % (number, self._items[number])
        known = KNOWN.search(head)
        if known is not None and known[1] == etag:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % etag
        return _ok(_feed(number, self._items[number]), RSS + b"ETag: %b\r\n" % etag)


def _ok(body: bytes, headers: bytes = RSS) -> bytes:
    return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (headers, len(body), body)


def _feed(number: int, items: int) -> bytes:
    listed = "".join(_item(number, serial) for serial in range(items, max(items - SHOWN, 0), -1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>Feed {number}</title><link>http://feed-{number}.example/</link>"
        f"<description>All news</description><language>en</language>\n{listed}</channel></rss>\n"
    ).encode()


def _item(number: int, serial: int) -> str:
    random = Random(f"{number}/{serial}")
    text = " ".join(sentence(random, 12) for _ in range(WORDS))
    return (
        f"<item>\n<title>{sentence(random, 6)[:-1]}</title>\n<link>http://feed-{number}.example/{serial}</link>\n"
        f"<guid>{number}-{serial}</guid>\n<content:encoded>{text}</content:encoded>\n</item>\n"
    )


def _flood(times: int) -> bytes:
    return _feed_of(f"flood {times}", 1_000)


def _feed_of(name: str, count: int) -> bytes:
    items = "".join(
        f"<item><title>{name} {n}</title><guid>{name} {n}</guid><description>{name}</description></item>"
        for n in range(count)
    )
    return _ok(f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'.encode())


_BOMB = gzip.compress(b"<rss>" + b" " * (64 << 20))
HOSTILE = (
    lambda times: b"",  # takes the request and says nothing
    lambda times: (
        b"HTTP/1.1 200 OK\r\n%bContent-Length: 90000\r\n\r\n<rss><channel>" % RSS
    ),  # stops in the middle
    lambda times: _ok(b"<rss>" + b"x" * (12 << 20)),  # larger than any feed may be
    lambda times: _ok(b"<rss><channel>" + b"<a>" * 300_000),  # nested beyond reading
    _flood,  # a thousand new items at each visit
    lambda times: b"HTTP/1.1 302 Found\r\nLocation: /hostile/5\r\nContent-Length: 0\r\n\r\n",  # in a circle
    lambda times: b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    lambda times: _ok(_BOMB, RSS + b"Content-Encoding: gzip\r\n"),
    lambda times: b"\x15\x03\x01\x00\x02\x02\x28",  # no HTTP
    lambda times: _feed_of("x" * (1 << 20), 1),  # a title of a megabyte
)


async def main() -> None:
    loop = asyncio.get_running_loop()
    crowd = Crowd()
    server = await loop.create_server(lambda: Connection(crowd), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    crowd.open = True
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(main())
