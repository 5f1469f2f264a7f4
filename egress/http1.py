"""HTTP/1.1 as servers really speak it: one request per connection, header bytes kept as they came.

Why not a library: those at hand refuse bytes that real servers send
(`ETag: "caf\\xe9"`, a 9 kB header, `Name : value`, a doubled Content-Length), know
only a total timeout, or decide on host names. With `Connection: close` there is
never a second response on a connection, so leniency in framing cannot smuggle one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from egress.addresses import Target
from egress.decoding import Body, too_large
from egress.incoming import Incoming
from news.errors import FetchError, Refused

Header = tuple[bytes, bytes]

TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
STATUS_LINE = re.compile(rb"HTTP/(\d)\.(\d)[ \t]+(\d{3})(?!\d)")
# RFC 9112 2.2: a bare CR, as a NUL, is never taken for what it might do elsewhere.
UNSENDABLE = re.compile(rb"[\r\n\x00]")
# The connection is ours: one request, framed by us.
OURS = {b"connection", b"content-length", b"transfer-encoding", b"te", b"upgrade", b"keep-alive", b"expect"}
ACCEPT_ENCODING = b"gzip, deflate, br"


@dataclass(frozen=True, slots=True)
class Head:
    status: int
    headers: tuple[Header, ...]

    def values(self, name: bytes) -> list[bytes]:
        """Every value of a header (`name` in lower case), in order."""
        return [value for key, value in self.headers if key.lower() == name]

    def tokens(self, name: bytes) -> list[str]:
        """The comma-separated tokens of a header, lower case."""
        listed = b",".join(self.values(name)).decode("latin-1").lower().split(",")
        return [token.strip() for token in listed if token.strip() not in {"", "identity"}]


def compose(target: Target, method: str, headers: tuple[Header, ...], body: bytes) -> bytes:
    """The bytes of a request: the given headers as they are and in order, then those that are missing.

    Headers that belong to the connection are ours and are left out of the
    given ones. Raises Refused where a header could end its line.
    """
    if not TOKEN.fullmatch(method.encode("ascii", "replace")):
        raise Refused(url=target.url, reason=f"method {method!r} is no token")
    lines = [f"{method} {target.path} HTTP/1.1".encode("ascii")]
    given = set()
    for name, value in headers:
        if not TOKEN.fullmatch(name) or UNSENDABLE.search(value):
            raise Refused(url=target.url, reason=f"request header {name!r} cannot be sent as it is")
        if name.lower() not in OURS:
            given.add(name.lower())
            lines.append(name + b": " + value)
    if b"host" not in given:
        lines.insert(1, b"Host: " + target.authority.encode("ascii"))
    if b"accept-encoding" not in given:
        lines.append(b"Accept-Encoding: " + ACCEPT_ENCODING)
    if body or method in {"POST", "PUT", "PATCH"}:
        lines.append(b"Content-Length: %d" % len(body))
    lines.append(b"Connection: close")
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def receive(incoming: Incoming, method: str, cap: int) -> tuple[Head, bytes, tuple[str, ...]]:
    """One response: its head, its decoded body (at most `cap` bytes), and what was odd about it.

    Interim answers (1xx) are passed over. Raises FetchError, Timeout, TooLarge.
    """
    head = await _head(incoming)
    while head.status < 200:
        if head.status == 101:
            raise FetchError(url=incoming.url, reason="switches to a protocol nobody asked for")
        head = await _head(incoming)
    if method == "HEAD" or head.status in {204, 304}:
        return head, b"", ()
    codings = head.tokens(b"content-encoding")
    body = Body(incoming.url, codings, cap)
    remarks = await _body(incoming, head, body, cap)
    return head, body.finish(), remarks


async def _head(incoming: Incoming) -> Head:
    lines = (await incoming.head()).split(b"\n")
    match = STATUS_LINE.match(lines[0])
    if not match:
        raise FetchError(url=incoming.url, reason=f"not an HTTP answer: {lines[0][:40]!r}")
    return Head(int(match[3]), tuple(_headers(lines[1:])))


def _headers(lines: list[bytes]) -> list[Header]:
    """Header lines as (name, value) bytes. A folded line goes on its header (RFC 9112 5.2), a line
    without colon is nothing, white space around name and value is not part of them."""
    headers: list[Header] = []
    for raw in lines:
        line = raw.removesuffix(b"\r").replace(b"\r", b" ").replace(b"\x00", b" ")
        if line[:1] in {b" ", b"\t"}:
            if headers and line.strip():
                name, value = headers[-1]
                headers[-1] = (name, (value + b" " + line.strip(b" \t")).strip(b" "))
            continue
        name, colon, value = line.partition(b":")
        if colon and name.strip(b" \t"):
            headers.append((name.strip(b" \t"), value.strip(b" \t")))
    return headers


async def _body(incoming: Incoming, head: Head, body: Body, cap: int) -> tuple[str, ...]:
    """Read the body by its framing (RFC 9112 6.3) into `body`. Returns remarks.

    Equal Content-Lengths are one. Where they disagree or make no sense none is
    believed: the body ends where the connection does, and a remark says so.
    """
    transfer = head.tokens(b"transfer-encoding")
    if transfer and transfer != ["chunked"]:
        raise FetchError(url=incoming.url, reason=f"transfer encoding {', '.join(transfer)} not understood")
    if transfer:
        await _chunks(incoming, body)
        return ()
    lengths = set(head.tokens(b"content-length"))
    if len(lengths) == 1 and re.fullmatch(r"[0-9]{1,18}", length := next(iter(lengths))):
        if int(length) > cap:
            raise too_large(incoming.url, cap)
        await _exactly(incoming, body, int(length))
        return ()
    while piece := await incoming.some(cap):
        body.feed(piece)
    return (f"Content-Length {' and '.join(sorted(lengths))} not believed",) if lengths else ()


async def _exactly(incoming: Incoming, body: Body, length: int) -> None:
    missing = length
    while missing:
        piece = await incoming.some(missing)
        if not piece:
            raise incomplete(incoming.url, f"{length - missing} of {length} bytes")
        missing -= len(piece)
        body.feed(piece)


async def _chunks(incoming: Incoming, body: Body) -> None:
    """Chunked framing (RFC 9112 7.1), extensions and trailers passed over. A server that closes right
    after the last chunk, without the empty line, has said all it had to say."""
    while True:
        line = await incoming.line()
        if line is None:
            raise incomplete(incoming.url, "the connection ended before the last chunk")
        size = line.partition(b";")[0].strip(b" \t")
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,16}", size):
            raise FetchError(url=incoming.url, reason=f"chunk size {size[:20]!r} is no number")
        if not int(size, 16):
            break
        await _exactly(incoming, body, int(size, 16))
        if await incoming.line():
            raise FetchError(url=incoming.url, reason="a chunk is longer than it says")
    while await incoming.line():
        pass


def incomplete(url: str, what: str) -> FetchError:
    return FetchError(url=url, reason=f"incomplete: {what}")
