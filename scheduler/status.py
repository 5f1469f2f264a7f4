"""What a running service answers on 127.0.0.1: `/healthz` and `/metrics`, to this machine only.

A few lines of HTTP/1.1 of our own: one request a connection, no body read,
nothing but GET and HEAD. The Host header is compared, so that a page in a
browser here cannot read it under a name that leads to loopback.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

import structlog

LOOPBACK = "127.0.0.1"
PATIENCE = 5.0
LONGEST = 8192


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered: an HTTP status, a media type, a body."""

    status: HTTPStatus
    kind: str
    body: bytes


Answers = dict[str, Callable[[], Awaitable[Page]]]


def as_json(status: HTTPStatus, value: object) -> Page:
    return Page(status, "application/json", json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n")


def plain(status: HTTPStatus, text: str) -> Page:
    return Page(status, "text/plain; charset=utf-8", text.encode() + b"\n")


class Status:
    """Serves `answers` (path: what makes the page) on a loopback port.

    Where the port is taken the service goes on without: news are not held
    back for it, and whoever watches the port sees that nobody answers. Each
    `start` tries again.
    """

    def __init__(self, port: int, answers: Answers) -> None:
        self._port = port
        self._answers = answers
        self._server: asyncio.Server | None = None
        self._complained = False

    async def start(self) -> None:
        """Listen, unless it does already or the port is 0 (off). A taken port is said once."""
        if self._server is not None or self._port == 0:
            return
        try:
            self._server = await asyncio.start_server(self._serve, LOOPBACK, self._port, limit=LONGEST)
        except OSError as error:
            if not self._complained:
                structlog.get_logger("status").error(
                    "status port cannot be had: going on without; set service.port to another",
                    port=self._port,
                    reason=error.strerror or str(error),
                )
            self._complained = True

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                page = await self._page(head)
                writer.write(_response(page, bare=head.startswith("HEAD ")))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # who asks no further, or asks too much, is answered nothing
        finally:
            writer.close()

    async def _page(self, head: str) -> Page:
        request, *lines = head.split("\r\n")
        method, _, rest = request.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        hosts = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:")]
        if len(hosts) != 1 or hosts[0].lower() not in (f"{LOOPBACK}:{self._port}", f"localhost:{self._port}"):
            return plain(HTTPStatus.MISDIRECTED_REQUEST, "this is asked for under another name")
        if method not in ("GET", "HEAD"):
            return plain(HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD")
        answer = self._answers.get(path)
        if answer is None:
            return plain(HTTPStatus.NOT_FOUND, f"there are {', '.join(self._answers)}")
        return await answer()


def _response(page: Page, *, bare: bool) -> bytes:
    head = (
        f"HTTP/1.1 {page.status.value} {page.status.phrase}\r\n"
        f"Content-Type: {page.kind}\r\nContent-Length: {len(page.body)}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )
    return head.encode("latin-1") + (b"" if bare else page.body)
