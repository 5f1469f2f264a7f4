"""A small web of many host names on one loopback port: real HTTP, scripted answers, every request noted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from aiohttp import web


@dataclass
class Reply:
    """What a path answers. `hang` seconds pass before the first byte."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0


Answer = Reply | Callable[[web.Request], Reply | Awaitable[Reply]]


@dataclass
class Asked:
    """One request as it arrived; `at` is the server loop's monotonic time in seconds."""

    host: str
    path: str
    headers: dict[str, str]
    at: float


class Web:
    """The web as tests see it: `put` pages, read `asked`."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, str], Answer] = {}
        self.names: dict[str, str] = {}
        self.asked: list[Asked] = []
        self.port = 0
        self.on_request: Callable[[Asked], None] = lambda asked: None

    def put(self, host: str, path: str, answer: Answer | bytes | str, **headers: str) -> str:
        """Answer `path` of `host` ("*": whatever else is asked there); returns its address."""
        if isinstance(answer, bytes | str):
            answer = Reply(answer, headers={"Content-Type": "text/html; charset=utf-8", **headers})
        self.pages[host, path] = answer
        return self.url(host, path)

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    def hosts(self) -> dict[str, str]:
        """What `egress.hosts` must say for these names to be found."""
        return {**self.names, **{host: "127.0.0.1" for host, _ in self.pages}}

    def count(self, host: str, path: str | None = None) -> int:
        return sum(asked.host == host and path in (None, asked.path) for asked in self.asked)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        host = request.host.rpartition(":")[0] or request.host
        asked = Asked(host, request.path_qs, dict(request.headers), asyncio.get_running_loop().time())
        self.asked.append(asked)
        self.on_request(asked)
        found = self.pages.get((host, request.path_qs)) or self.pages.get((host, "*"))
        if found is None:
            return web.Response(status=404, text="nothing here")
        reply = found if isinstance(found, Reply) else found(request)
        if not isinstance(reply, Reply):
            reply = await reply
        if reply.hang:
            await asyncio.sleep(reply.hang)
        if self._unchanged(request, reply):
            return web.Response(status=304, headers={k: v for k, v in reply.headers.items() if k == "ETag"})
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        return web.Response(status=reply.status, headers=reply.headers, body=body)

    @staticmethod
    def _unchanged(request: web.Request, reply: Reply) -> bool:
        etag = reply.headers.get("ETag")
        return etag is not None and request.headers.get("If-None-Match") == etag


@contextmanager
def serving() -> Iterator[Web]:
    """The web, served from a thread of its own until the block ends."""
    site = Web()
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def start() -> web.AppRunner:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_route("*", "/{path:.*}", site.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        listener = web.TCPSite(runner, "127.0.0.1", 0)
        await listener.start()
        site.port = runner.addresses[0][1]
        return runner

    def run() -> None:
        runner = loop.run_until_complete(start())
        loop.call_soon(started.set)  # before that, to stop it would end it without its cleaning up
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        for left in asyncio.all_tasks(loop):
            left.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@dataclass(frozen=True)
class Item:
    """An item as a test feed lists it."""

    title: str
    link: str
    guid: str | None = None
    at: datetime | None = datetime(2022, 12, 12, 9, 30, tzinfo=UTC)
    summary: str = ""
    content: str | None = None

    def rss(self) -> str:
        parts = [f"<title>{escape(self.title)}</title>", f"<link>{escape(self.link)}</link>"]
        if self.guid is not None:
            parts.append(f'<guid isPermaLink="false">{escape(self.guid)}</guid>')
        if self.at is not None:
            parts.append(f"<pubDate>{format_datetime(self.at)}</pubDate>")
        if self.summary:
            parts.append(f"<description>{escape(self.summary)}</description>")
        if self.content is not None:
            parts.append(f"<content:encoded>{escape(self.content)}</content:encoded>")
        return f"<item>{''.join(parts)}</item>"


def rss(items: list[Item], title: str = "News") -> str:
    """An RSS 2.0 document."""
    listed = "\n".join(item.rss() for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(title)}</title><link>http://example.org/</link><description>d</description>\n"
        f"{listed}\n</channel></rss>"
    )


def article(title: str, words: str, paragraphs: int = 6) -> str:
    """An article page with navigation, a body of its own words and a footer."""
    body = "".join(
        f"<p>{escape(words)} Paragraph {number} of the report says what was said on the day, and by whom.</p>"
        for number in range(1, paragraphs + 1)
    )
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title></head><body>"
        f"<nav><a href=/>Home</a> <a href=/about>About</a></nav><main><article><h1>{escape(title)}</h1>"
        f"{body}</article></main><footer>All rights reserved</footer></body></html>"
    )
