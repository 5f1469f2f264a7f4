"""The telling benches' outside world in a process of its own: feeds that publish, and a mail sink.

`python -m benchmarks.wire HOSTS` prints the ports of the web and of the sink.
A line `N` on its input publishes the next item of feed N, with its whole text
in the feed; an empty line ends it, and it prints one line of JSON: for each item
by its serial number when the first response held it, and for each mail when
it was accepted (its subject's last word, the recipient, its size in bytes). Times are the
machine's monotonic clock in seconds.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from random import Random
from typing import cast

from benchmarks.server import Connection
from benchmarks.world import sentence

ASKED = re.compile(rb"GET /(\d+)/feed.xml HTTP/1\.1\r\n")
SUBJECT = re.compile(rb"^Subject: (.*(?:\r\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)
SERIAL = re.compile(rb"serial(\d+)")
SHOWN = 30
WORDS = 20  # sentences of 12 words an item


class Feeds:
    """What the feeds hold: serial numbers, newest first, and when each was first answered."""

    def __init__(self, hosts: int) -> None:
        self.items: list[list[int]] = [[] for _ in range(hosts)]
        self.first_shown: dict[int, float] = {}
        self._serial = 0

    def publish(self, host: int) -> None:
        self._serial += 1
        self.items[host].insert(0, self._serial)

    def answer(self, head: bytes) -> bytes:
        """The answer to one request; whatever is no feed is not there."""
        asked = ASKED.match(head)
        if asked is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        host = int(asked[1])
        body = self._document(host).encode()
        for serial in self.items[host][:SHOWN]:
            self.first_shown.setdefault(serial, time.monotonic())
        head = b"Content-Type: application/rss+xml; charset=utf-8\r\nContent-Length: %d\r\n" % len(body)
        return b"HTTP/1.1 200 OK\r\n%s\r\n%s" % (head, body)

    def _document(self, host: int) -> str:
        items = "".join(_item(host, serial) for serial in self.items[host][:SHOWN])
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
            f"<title>Feed {host}</title><link>http://feed-{host}.example/</link>"
            f"<description>All news</description><language>en</language>\n{items}</channel></rss>\n"
        )


def _item(host: int, serial: int) -> str:
    random = Random(serial)
    text = " ".join(sentence(random, 12) for _ in range(WORDS))
    return (
        f"<item>\n<title>{sentence(random, 6)[:-1]} serial{serial}</title>\n"
        f"<link>http://feed-{host}.example/{serial}</link>\n<guid>{host}-{serial}</guid>\n"
        f"<content:encoded>The Lachin corridor was spoken of. {text}</content:encoded>\n</item>\n"
    )


class Sink(asyncio.Protocol):
    """One SMTP session (RFC 5321) with a server that takes everything and keeps only the times."""

    def __init__(self, accepted: list[tuple[str, str, int, float]]) -> None:
        self._accepted = accepted
        self._heard = b""
        self._recipient = ""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 sink ready\r\n")

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while True:
            mark = b"\r\n.\r\n" if self._in_data else b"\r\n"
            if mark not in self._heard:
                return
            said, _, self._heard = self._heard.partition(mark)
            self._message(said) if self._in_data else self._command(said)

    def _message(self, raw: bytes) -> None:
        serial = SERIAL.search(raw[: raw.find(b"\r\n\r\n")]) or SERIAL.search(raw)
        name = serial[1].decode() if serial else ""
        self._accepted.append((name, self._recipient, len(raw), time.monotonic()))
        self._in_data = False
        self._transport.write(b"250 taken\r\n")

    def _command(self, said: bytes) -> None:
        verb = said[:4].upper()
        if verb == b"EHLO":
            self._transport.write(b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
        elif verb == b"DATA":
            self._in_data = True
            self._transport.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            if verb == b"RCPT":
                self._recipient = said[8:].strip(b" <>").decode()
            self._transport.write(b"250 fine\r\n")


async def main(hosts: int) -> None:
    loop = asyncio.get_running_loop()
    feeds = Feeds(hosts)
    accepted: list[tuple[str, str, int, float]] = []
    web = await loop.create_server(lambda: Connection(feeds), "127.0.0.1", 0)
    sink = await loop.create_server(lambda: Sink(accepted), "127.0.0.1", 0)
    print(web.sockets[0].getsockname()[1], sink.sockets[0].getsockname()[1], flush=True)
    while said := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        feeds.publish(int(said))
    print(json.dumps({"shown": feeds.first_shown, "accepted": accepted}), flush=True)
    web.close()
    sink.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
