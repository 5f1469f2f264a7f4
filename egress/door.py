"""The only door out: every HTTP request of wirewatch goes through `Door.fetch`.

Nothing of the environment is asked: no proxies, no .netrc, no cookies.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from egress.addresses import Target, parse_url
from egress.connection import attach, connect, resolve, timed_out, tls_context
from egress.guard import Guard
from egress.http1 import Header, compose, receive
from egress.incoming import Incoming
from egress.resolver import Resolver, StaticHosts, SystemResolver
from news.errors import FetchError


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds without a byte (also for resolving, connecting and the TLS handshake together), seconds in
    all, bytes of a body after decompression, bytes of all headers."""

    idle: float = 15.0
    total: float = 60.0
    body: int = 10 * 1024 * 1024
    headers: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. `headers` are the name and value bytes as sent, in order; `body` is decoded.

    `url` is the one asked for, normalised; `address` the peer's; `remarks`
    say in words what was odd about the framing.
    """

    url: str
    status: int
    headers: tuple[Header, ...]
    body: bytes
    address: str
    remarks: tuple[str, ...] = ()


class Door:
    """Fetches over HTTP/1.1, one connection per request, guarded at the socket. Follows no redirects.

    `hosts` (see `StaticHosts`) goes before `resolver`, which is the system's
    where none is given. `close` gives its threads back.
    """

    def __init__(
        self,
        guard: Guard,
        resolver: Resolver | None = None,
        *,
        hosts: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._guard = guard
        self._system = SystemResolver()
        self._resolver = StaticHosts(hosts or {}, resolver or self._system)
        self._limits = limits or Limits()
        self._contexts: dict[bool, ssl.SSLContext] = {}

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Sequence[Header] = (),
        body: bytes = b"",
        insecure_tls: bool = False,
        limits: Limits | None = None,
    ) -> Response:
        """One request, one response, whatever its status.

        `headers` go out byte for byte and in order; Host, Accept-Encoding and
        Connection are added. `insecure_tls` leaves certificates unverified: a
        source's recorded exception. Raises FetchError or one of its kinds, with the URL.
        """
        target = parse_url(url)
        request = compose(target, method, tuple(headers), body)
        limits = limits or self._limits
        context = self._context(insecure_tls) if target.scheme == "https" else None
        try:
            async with asyncio.timeout(limits.total):
                return await self._exchange(target, method, request, context, limits)
        except TimeoutError as error:
            raise timed_out(target.url, "total", limits.total) from error
        except FetchError as error:
            if error.url == target.url:
                raise
            # Raised below, where only the host was known.
            raise type(error)(**{**error.facts, "url": target.url}) from error

    async def _exchange(
        self, target: Target, method: str, request: bytes, context: ssl.SSLContext | None, limits: Limits
    ) -> Response:
        incoming = Incoming(target.url, limits.idle, limits.headers, limits.body)
        address = await self._connect(incoming, target, context, limits.idle)
        assert incoming.transport is not None
        try:
            incoming.transport.write(request)
            head, body, remarks = await receive(incoming, method, limits.body)
        finally:
            # Not close(): a TLS goodbye would wait for a server that no longer listens.
            incoming.transport.abort()
        return Response(target.url, head.status, head.headers, body, address, remarks)

    async def _connect(
        self, incoming: Incoming, target: Target, context: ssl.SSLContext | None, limit: float
    ) -> str:
        """Resolve once, connect, shake hands; all within `limit` seconds. Returns the peer's address."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit
        try:
            async with asyncio.timeout_at(deadline):
                addresses = await resolve(self._resolver, target.host, target.port)
                left = deadline - loop.time()
                sock, address = await connect(self._guard, addresses, target.port, target.host, left)
                await attach(sock, incoming, target.host, context)
        except TimeoutError as error:
            raise timed_out(target.url, "connect", limit) from error
        return address

    def _context(self, insecure: bool) -> ssl.SSLContext:
        """Made once: reading the system's certificates takes some 20 ms."""
        if insecure not in self._contexts:
            self._contexts[insecure] = tls_context(insecure)
        return self._contexts[insecure]

    def close(self) -> None:
        self._system.close()
