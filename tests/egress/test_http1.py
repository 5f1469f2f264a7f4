"""HTTP/1.1 as servers really speak it."""

import asyncio

import pytest

from egress.door import Limits, Response
from news.errors import FetchError, Refused, Timeout, TooLarge
from tests.egress.rig import OK, Listener, door, listening


async def got(answer: bytes, method: str = "GET", **limits: float) -> Response:
    async with listening(answer) as listener:
        return await door(listener, limits=Limits(idle=5, **limits)).fetch(listener.url(), method=method)  # type: ignore[arg-type]


def value(response: Response, name: bytes) -> bytes:
    return next(value for key, value in response.headers if key == name)


async def test_header_bytes_are_kept() -> None:
    response = await got(
        b'HTTP/1.1 200 OK\r\nETag: "caf\xe9"\r\nset-cookie: a\r\nSet-Cookie: b\r\nX-Empty:\r\n\r\nbody'
    )
    assert response.headers == (
        (b"ETag", b'"caf\xe9"'),
        (b"set-cookie", b"a"),
        (b"Set-Cookie", b"b"),
        (b"X-Empty", b""),
    )
    assert response.body == b"body"


@pytest.mark.parametrize(
    ("odd", "name", "expected"),
    [
        (b"Name : value\r\n", b"Name", b"value"),
        (b"Name\t:\tvalue \r\n", b"Name", b"value"),
        (b"Long: " + b"x" * 9216 + b"\r\n", b"Long", b"x" * 9216),
        (b"Folded: one\r\n  two\r\n\tthree\r\n", b"Folded", b"one two three"),
        (b"Folded:\r\n only\r\n", b"Folded", b"only"),
        (b"no colon here\r\nName: value\r\n", b"Name", b"value"),
        (b": nameless\r\nName: value\r\n", b"Name", b"value"),
        (b"Name: a\rb\x00c\r\n", b"Name", b"a b c"),
        (b"Name: value\n", b"Name", b"value"),
        ("Имя: значение\r\n".encode(), "Имя".encode(), "значение".encode()),
    ],
)
async def test_odd_headers(odd: bytes, name: bytes, expected: bytes) -> None:
    response = await got(b"HTTP/1.1 200 OK\r\n" + odd + b"Content-Length: 2\r\n\r\nok")
    assert value(response, name) == expected
    assert response.body == b"ok"


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", 200, b"to the end"),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, b"ok"),
        (b"HTTP/1.1 404 caf\xe9 :-(\r\n\r\ngone", 404, b"gone"),
        (b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 999 Odd\r\n\r\n", 999, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", 304, b""),
        (b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok and more", 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: utf-8\r\nContent-Length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Encoding: gzip\r\n\r\n", 200, b""),
    ],
)
async def test_odd_answers(answer: bytes, status: int, body: bytes) -> None:
    response = await got(answer)
    assert (response.status, response.body, response.remarks) == (status, body, ())


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    "chunks",
    [
        b"\r\n4\r\nwire\r\n5\r\nwatch\r\n0\r\n\r\n",
        b'\r\n4;ext="a;b"\r\nwire\r\n005 \r\nwatch\r\n00\r\nTrailer: x\r\nMore: y\r\n\r\n',
        b"\r\n4\nwire\n5\nwatch\n0\n\n",
        b"\r\n4\r\nwire\r\n5\r\nwatch\r\n0\r\n",
        b"\r\n9\r\nwirewatch\r\n0",
        b"Content-Length: 3\r\n\r\n9\r\nwirewatch\r\n0\r\n\r\n",
    ],
)
async def test_chunks(chunks: bytes) -> None:
    if chunks.endswith(b"\r\n0"):
        with pytest.raises(FetchError, match="incomplete"):
            await got(CHUNKED + chunks)
    else:
        assert (await got(CHUNKED + chunks)).body == b"wirewatch"


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 2\r\nContent-Length: 5\r\n",
        b"Content-Length: 2, 5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: nine\r\n",
        "Content-Length: ９\r\n".encode(),
    ],
)
async def test_lengths_nobody_can_believe(lengths: bytes) -> None:
    response = await got(b"HTTP/1.1 200 OK\r\n" + lengths + b"\r\nwirewatch")
    assert response.body == b"wirewatch"
    assert response.remarks[0].endswith("not believed")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "incomplete: closed without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "incomplete: closed inside the headers"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "incomplete: 4 of 10 bytes"),
        (CHUNKED + b"\r\n9\r\nwire", "incomplete: 4 of 9 bytes"),
        (CHUNKED + b"\r\n4\r\nwire\r\n", "incomplete: the connection ended before the last chunk"),
        (CHUNKED + b"\r\n-4\r\nwire\r\n", "chunk size b'-4' is no number"),
        (CHUNKED + b"\r\n\r\n", "chunk size b'' is no number"),
        (CHUNKED + b"\r\n2\r\nwire\r\n0\r\n\r\n", "a chunk is longer than it says"),
        (CHUNKED + b"\r\n" + b"1" * 9000, "a chunk line longer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "not an HTTP answer: b'SSH-2.0-OpenSSH"),
        (b"<html>\r\n\r\n", "not an HTTP answer"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "not an HTTP answer"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "protocol nobody asked for"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "transfer encoding gzip, chunked"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\nx", "content coding zstd"),
    ],
)
async def test_answers_that_cannot_be_used(answer: bytes, reason: str) -> None:
    with pytest.raises(FetchError, match=reason) as caught:
        await got(answer)
    assert caught.value.url.startswith("http://127.0.0.1:")
    assert caught.value.retryable


async def test_head_requests_have_no_body() -> None:
    assert (await got(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", method="HEAD")).body == b""


async def test_what_came_before_a_reset_counts() -> None:
    async def answer_and_reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno")
        await writer.drain()
        writer.transport.abort()  # what was not read of the request makes this a reset

    async with listening(script=answer_and_reset) as listener:
        fetched = await door(listener).fetch(listener.url(), method="POST", body=b"x" * 3_000_000)
    assert (fetched.status, fetched.body) == (413, b"no")


async def test_headers_have_a_cap() -> None:
    lots = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(60))
    assert len((await got(b"HTTP/1.1 200 OK\r\n" + lots + b"\r\n")).headers) == 60
    for endless in (lots * 2 + b"\r\n", b"X: " + b"y" * 200_000, lots * 3):
        with pytest.raises(TooLarge, match="headers"):
            await got(b"HTTP/1.1 200 OK\r\n" + endless)
    with pytest.raises(TooLarge, match="headers"):
        await got(b"\r\n" * 100_000)
    with pytest.raises(TooLarge, match="headers"):
        await got(b"HTTP/1.1 103 Hints\r\n\r\n" * 10_000)


async def test_bodies_have_a_cap() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async def endless_chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + b"\r\n")
        while True:
            writer.write(b"1\r\nx\r\n" * 10_000)
            await writer.drain()

    for script in (endless, endless_chunks):
        async with listening(script=script) as listener:
            with pytest.raises(TooLarge, match="body larger than 100000 bytes"):
                await door(listener, limits=Limits(body=100_000)).fetch(listener.url())
    with pytest.raises(TooLarge):
        await got(b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n", body=100_000)
    assert len((await got(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000, body=100_000)).body) == 100_000


async def drip(listener: Listener, **limits: float) -> None:
    await door(listener, limits=Limits(**limits)).fetch(listener.url())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n", CHUNKED + b"\r\n1"]
)
async def test_slow_servers(start: bytes) -> None:
    """Silence meets the idle limit, dripping the total one: before, in and after the headers."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        await asyncio.sleep(30)

    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(b"1")
            await asyncio.sleep(0.01)

    async with listening(script=silent) as listener:
        with pytest.raises(Timeout, match=r"not a byte within 0.1 s \(idle limit\)") as caught:
            await drip(listener, idle=0.1)
        assert (caught.value.limit, caught.value.seconds) == ("idle", 0.1)
    async with listening(script=dripping) as listener:
        with pytest.raises(Timeout, match=r"not finished within 0.3 s \(total limit\)"):
            await drip(listener, idle=0.2, total=0.3)


async def test_requests_go_out_byte_for_byte() -> None:
    async with listening() as listener:
        await door(listener).fetch(
            listener.url("/a?b=é#c"),
            headers=[(b"If-None-Match", b'W/"caf\xe9"'), (b"user-agent", b"wirewatch"), (b"X", b"")],
        )
        assert listener.heard[0] == (
            b"GET /a?b=%%C3%%A9 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            b'If-None-Match: W/"caf\xe9"\r\nuser-agent: wirewatch\r\nX: \r\n'
            b"Accept-Encoding: gzip, deflate, br\r\nConnection: close\r\n\r\n" % listener.port
        )
        await door(listener).fetch(
            listener.url(),
            method="POST",
            headers=[(b"Content-Length", b"99"), (b"Connection", b"keep-alive"), (b"ACCEPT-ENCODING", b"br")],
            body=b"{}",
        )
        assert listener.heard[1] == (
            b"POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nACCEPT-ENCODING: br\r\n"
            b"Content-Length: 2\r\nConnection: close\r\n\r\n" % listener.port
        )


@pytest.mark.parametrize(
    "header",
    [(b"X", b"a\r\nEvil: b"), (b"X", b"a\nb"), (b"X", b"\x00"), (b"X y", b""), (b"", b""), (b"X:", b"")],
)
async def test_a_header_that_would_end_its_line_is_not_sent(header: tuple[bytes, bytes]) -> None:
    async with listening() as listener:
        with pytest.raises(Refused, match="cannot be sent"):
            await door(listener).fetch(listener.url(), headers=[header])
        with pytest.raises(Refused, match="is no token"):
            await door(listener).fetch(listener.url(), method="GET / HTTP/1.1\r\nX:")
        assert listener.accepted == 0
