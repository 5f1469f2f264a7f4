"""Servers that do what broke others: one kind of harm each, and what wirewatch must make of it."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import format_datetime
from functools import cache
from random import Random

from benchmarks.world import sentence
from news.visit import Outcome
from tests.load.clock import START
from tests.load.world import rss

RSS = "application/rss+xml"
MIB = 2**20


@dataclass
class Asked:
    """One request to a hostile host. `visit` counts those for its feed, from 1; `root` is its own address."""

    path: str
    visit: int
    root: str
    forbidden: str  # host:port of a server that nobody may reach
    writer: asyncio.StreamWriter

    async def say(self, body: bytes, status: str = "200 OK", **headers: str) -> None:
        """A whole answer."""
        fields = {"Content_Type": RSS, "Content_Length": str(len(body)), **headers}
        self.writer.write(head(status, **fields) + body)
        await self.writer.drain()


def head(status: str = "200 OK", **fields: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode()


Script = Callable[[Asked], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`does` says in words what it does, `made` what wirewatch makes of it: the outcomes its visits may have,
    words of the last visit's reason ("" where all is well; "|" between those that go in turn), and how many
    articles come of it in a day."""

    name: str
    does: str
    script: Script
    outcomes: frozenset[Outcome]
    reason: str = ""
    articles: int | None = 0
    scheme: str = "http"
    everywhere: bool = False  # else whatever is not its feed is not there

    @property
    def host(self) -> str:
        return f"{self.name}.test"


async def silent(asked: Asked) -> None:
    await asyncio.sleep(600)


async def stops(asked: Asked) -> None:
    asked.writer.write(head(Content_Type=RSS, Content_Length="5000") + b"<?xml")
    await asyncio.sleep(600)


async def drips(asked: Asked) -> None:
    asked.writer.write(head(Content_Type=RSS))
    while True:
        asked.writer.write(b" ")
        await asked.writer.drain()
        await asyncio.sleep(0.2)


async def endless(asked: Asked) -> None:
    asked.writer.write(head(Content_Type=RSS))
    while True:
        asked.writer.write(b"<item>" * 10_000)
        await asked.writer.drain()


async def bomb(asked: Asked) -> None:
    await asked.say(packed(), Content_Encoding="gzip")


@cache
def packed() -> bytes:
    """64 MiB in 64 kB."""
    return gzip.compress(b" " * (64 * MIB))


async def loops(asked: Asked) -> None:
    onward = {"/feed.xml": "/a", "/a": "/b"}.get(asked.path, "/feed.xml")
    await asked.say(b"", "301 Moved Permanently", Location=f"{asked.root}{onward}")


async def leads_inside(asked: Asked) -> None:
    forbidden = (
        f"http://{asked.forbidden}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]:22/",
        "file:///etc/passwd",
        "http://2130706433/",
    )
    await asked.say(b"", "302 Found", Location=forbidden[asked.visit % len(forbidden)])


async def asks_to_wait(asked: Asked) -> None:
    wait = ("-1", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "1e9")[min(asked.visit, 4) - 1]
    status = "503 Service Unavailable" if asked.visit % 2 else "429 Too Many Requests"
    await asked.say(b"busy", status, Retry_After=wait)


async def torn(asked: Asked) -> None:
    whole = listed(asked, 30)
    await asked.say(whole[: len(whole) * 2 // 3])


async def no_feed(asked: Asked) -> None:
    await asked.say(b"<rss><channel><<<&&& " + bytes(range(1, 256)) * 40)


async def laughs(asked: Asked) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    words = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]><rss version="2.0"><channel>'
    await asked.say(f"{words}<title>&l9;</title></channel></rss>".encode())


async def deep(asked: Asked) -> None:
    await asked.say(rss("Deep", f"<item><title>t</title>{'<a>' * 200_000}</item>"))


async def quadratic(asked: Asked) -> None:
    """One element of 100,000 attributes keeps feedparser busy for over a minute."""
    attributes = " ".join(f'a{n}="x"' for n in range(100_000))
    await asked.say(rss("Quadratic", f"<b {attributes}/><item><title>t</title></item>"))


async def runaway_page(asked: Asked) -> None:
    """Text extraction would run for more than a minute over its one page."""
    if asked.path == "/feed.xml":
        await asked.say(rss("Runaway", f"<item><title>t</title><link>{asked.root}/page</link></item>"))
    else:
        words = "<b>x</b> y " * 50_000
        await asked.say(f"<html><body><article><p>{words}</p>".encode(), Content_Type="text/html")


async def wrong_charset(asked: Asked) -> None:
    russian = f"<item><title>Дорога закрыта</title><description>{'Не проехать. ' * 9}</description></item>"
    said = rss("Газета", russian).decode()
    await asked.say(said.encode("cp1251"), Content_Type=f"{RSS}; charset=utf-16")


async def ten_thousand(asked: Asked) -> None:
    await asked.say(many_items())


@cache
def many_items() -> bytes:
    items = (f"<item><title>Item {n} of many</title><guid>m{n}</guid></item>" for n in range(10_000))
    return rss("Many", "\n".join(items))


async def one_guid(asked: Asked) -> None:
    await asked.say(listed(asked, 30, guid="the same"))


async def new_guids(asked: Asked) -> None:
    await asked.say(listed(asked, 30, guid=f"v={asked.visit}-{{}}"))


async def odd_dates(asked: Asked) -> None:
    dates = (
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "0000-00-00",
        "Thu, 01 Jan 2099 00:00:00 GMT",
        "Mon, 32 Foo 1850 99:99:99 +9999",
        "1" * 400,
    )
    await asked.say(listed(asked, len(dates), dates=dates))


async def naughty(asked: Asked) -> None:
    words = "NUL \x00 \x0b \x1b[31m \u202e &#xD800; &#0; <script>alert(1)</script> \r\nBcc: a@b.test"
    items = "".join(
        f"<item><title>{words} {n}</title><guid>{words} {n}</guid>"
        f"<description><![CDATA[{words} <img src=x onerror=alert(1)>]]></description></item>"
        for n in range(10)
    )
    await asked.say(rss("Naughty", items).replace(b"Naughty", b"Na\xed\xa0\x80ughty\x00"))


async def long_title(asked: Asked) -> None:
    await asked.say(rss("Long", f"<item><title>{'word ' * (MIB // 5)}</title><guid>long</guid></item>"))


async def consent(asked: Asked) -> None:
    """A feed at first, then a page that asks for consent, with 200 and the feed's type."""
    if asked.visit == 1:
        await asked.say(listed(asked, 3))
        return
    words = "Bevor Sie fortfahren: We use cookies. Accept all cookies to continue."
    page = f"<!doctype html><html><head><title>Before you continue</title></head><body>{words}</body></html>"
    await asked.say(page.encode())


async def empties(asked: Asked) -> None:
    await asked.say(listed(asked, 5) if asked.visit == 1 else rss("Empty", ""))


async def flips(asked: Asked) -> None:
    """Every title and summary is another at each visit."""
    await asked.say(listed(asked, 20, edition=asked.visit))


async def floods(asked: Asked) -> None:
    """A hundred new items at each visit."""
    await asked.say(listed(asked, 100, guid=f"f{asked.visit}-{{}}", edition=asked.visit, links=False))


async def nothing(asked: Asked) -> None:
    """It never comes to that: the connection is not taken, or is no HTTP."""


def listed(
    asked: Asked,
    many: int,
    guid: str = "{}",
    edition: int = 1,
    dates: tuple[str, ...] = (),
    links: bool = True,
) -> bytes:
    """A feed of made-up items; their pages are not there."""
    items = []
    for number in range(many):
        random = Random(f"{asked.root.partition(':')[2]} {edition} {number}")
        date = dates[number] if dates else format_datetime(START)
        link = f"<link>{asked.root}/{number}</link>" if links else ""
        items.append(
            f"<item><title>{sentence(random, 8)} {number}</title>{link}<guid>{guid.format(number)}</guid>"
            f"<pubDate>{date}</pubDate><description>{sentence(random, 20)}</description></item>\n"
        )
    return rss("Listed", "".join(items))


GOOD, FAILED = frozenset({Outcome.NEW, Outcome.UNCHANGED}), frozenset({Outcome.FAILED})
KINDS = {
    kind.name: kind
    for kind in (
        Kind("never-connects", "its port takes no connection", nothing, FAILED, "connect"),
        Kind("silent", "takes the request and says nothing", silent, FAILED, "not a byte within"),
        Kind("stops", "stops in the middle of the body", stops, FAILED, "not a byte within"),
        Kind("drips", "sends five bytes a second, for ever", drips, FAILED, "total limit"),
        Kind("endless", "a body without end", endless, FAILED, "larger"),
        Kind("bomb", "64 MiB packed into 64 kB", bomb, FAILED, "larger"),
        Kind("loops", "redirects in a circle", loops, FAILED, "redirect", everywhere=True),
        Kind(
            "leads-inside",
            "redirects to addresses that are not public",
            leads_inside,
            FAILED,
            "not public|scheme 'file'",
        ),
        Kind("asks-to-wait", "429 and 503 with absurd Retry-After", asks_to_wait, FAILED, "the server"),
        Kind("torn", "XML cut off in the middle", torn, GOOD, "", 20),
        Kind("no-feed", "bytes that are no XML", no_feed, GOOD, ""),
        Kind("laughs", "a billion laughs", laughs, GOOD, "", 0),
        Kind("deep", "200,000 nested elements", deep, GOOD | FAILED, "", None),
        Kind("quadratic", "a reader would run for a minute", quadratic, FAILED, "reader"),
        Kind(
            "runaway-page",
            "a page whose reader would run for a minute",
            runaway_page,
            GOOD,
            "",
            1,
            everywhere=True,
        ),
        Kind("wrong-charset", "says UTF-16 and UTF-8, is Windows-1251", wrong_charset, GOOD, "", 1),
        Kind("ten-thousand", "10,000 items", ten_thousand, GOOD, "", 10_000),
        Kind("one-guid", "30 items with one guid", one_guid, GOOD, "", 30),
        Kind("new-guids", "other guids at each visit", new_guids, GOOD, "", 30),
        Kind("odd-dates", "years 0, 9999 and none", odd_dates, GOOD, "", 6),
        Kind("naughty", "NULs, lone surrogates, controls, markup", naughty, GOOD, "", 10),
        Kind("long-title", "a title of 1 MB", long_title, GOOD, "", 1),
        Kind("consent", "a consent page with 200", consent, GOOD | {Outcome.BLOCKED}, "consent page", 3),
        Kind("no-tls", "garbage for a TLS handshake", nothing, FAILED, "handshake", scheme="https"),
        Kind("flips", "other titles and summaries at each visit", flips, GOOD, "", 20),
        Kind("floods", "100 new items at each visit", floods, GOOD, "", None),
        Kind("empties", "a list that is suddenly empty", empties, GOOD | {Outcome.BLANK}, "none", 5),
    )
}
