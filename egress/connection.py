"""Connections through the guard, in the clear or under TLS."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Sequence
from contextlib import ExitStack

from egress.addresses import effective
from egress.guard import Guard
from egress.resolver import Resolver
from news.errors import FetchError, NameNotResolved, Refused, Timeout, TlsError


async def resolve(resolver: Resolver, host: str, port: int) -> Sequence[str]:
    """The addresses of `host`, asked once. An address is its own answer. Raises NameNotResolved."""
    try:
        effective(host)
    except ValueError:
        pass
    else:
        return [host]
    try:
        answers = await resolver(host, port)
    except OSError as error:
        raise NameNotResolved(url=host, reason=f"name not resolved: {words(error)}") from error
    if not answers:
        raise NameNotResolved(url=host, reason="name not resolved: it has no address")
    return answers


async def connect(
    guard: Guard, addresses: Sequence[str], port: int, host: str, limit: float
) -> tuple[socket.socket, str]:
    """A connected socket to the first of `addresses` that the guard lets pass and that answers.

    Every address is checked before a packet goes to it, and the peer of the
    connected socket again: nothing is resolved in between. `limit` (seconds)
    is shared evenly, so that one dead address leaves time for the next.
    Returns the socket and its peer's address. Raises Refused, FetchError, and
    TimeoutError where the last address took too long.
    """
    permitted: list[str] = []
    problem: Exception = FetchError(url=host, reason="no address")
    for address in addresses:
        try:
            guard.check(address, port, host)
            permitted.append(address)
        except Refused as refusal:
            problem = refusal
    deadline = asyncio.get_running_loop().time() + limit
    for left, address in zip(range(len(permitted), 0, -1), permitted, strict=True):
        share = (deadline - asyncio.get_running_loop().time()) / left
        try:
            async with asyncio.timeout(share):
                return await _dial(guard, address, port, host)
        except TimeoutError as error:
            problem = error
        except OSError as error:
            problem = FetchError(url=host, reason=f"no connection to {address}: {words(error)}")
    raise problem


async def _dial(guard: Guard, address: str, port: int, host: str) -> tuple[socket.socket, str]:
    wanted = effective(address)
    family = socket.AF_INET6 if wanted.version == 6 else socket.AF_INET
    with ExitStack() as unless_handed_over:
        sock = unless_handed_over.enter_context(socket.socket(family, socket.SOCK_STREAM))
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(sock, (str(wanted), port))
        peer, peer_port = sock.getpeername()[:2]
        guard.check(peer, peer_port, host)
        if effective(peer) != wanted or peer_port != port:
            raise Refused(url=host, reason=f"connected to {peer}:{peer_port} instead of {wanted}:{port}")
        unless_handed_over.pop_all()
    return sock, str(wanted)


def tls_context(insecure: bool) -> ssl.SSLContext:
    """TLS 1.2 or newer against the system's certificates; `insecure`: whoever answers is believed."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


async def attach(
    sock: socket.socket, protocol: asyncio.Protocol, host: str, context: ssl.SSLContext | None
) -> None:
    """Hand a connected socket to `protocol`; after the handshake where `context` is given (SNI: `host`).

    Takes the socket over and closes it on failure; the time limit is the
    caller's. Raises TlsError with the verifier's reason.
    """
    loop = asyncio.get_running_loop()
    name = host if context else None
    try:
        await loop.create_connection(lambda: protocol, sock=sock, ssl=context, server_hostname=name)
    except OSError as error:
        raise tls_error(host, error) from error


def tls_error(host: str, error: OSError) -> TlsError:
    """What went wrong in a handshake with `host`, in words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsError(url=host, reason=f"certificate: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return TlsError(url=host, reason=f"handshake: {words(error)}")
    return TlsError(url=host, reason="the server broke off during the handshake")


def timed_out(url: str, limit: str, seconds: float) -> Timeout:
    """A Timeout that names its limit: connect, idle or total."""
    what = {"connect": "no connection", "idle": "not a byte", "total": "not finished"}[limit]
    reason = f"{what} within {seconds:g} s ({limit} limit)"
    return Timeout(url=url, reason=reason, limit=limit, seconds=seconds)


def words(error: OSError) -> str:
    """An operating system's or TLS library's error in words, without its numbers."""
    if isinstance(error, ssl.SSLError):
        return (error.reason or str(error)).replace("_", " ").lower()
    if isinstance(error, socket.gaierror):
        return str(error.strerror or error).lower()
    return os.strerror(error.errno).lower() if error.errno else str(error) or type(error).__name__
