"""TLS is verified; what is wrong is said; an exception from it is per request."""

import asyncio
import socket
import ssl

import pytest

from egress.door import Limits
from news.errors import Timeout, TlsError
from tests.certificates import HOST, MakeContext
from tests.egress.rig import OK, door, listening

HOSTS = {HOST: "127.0.0.1", "other.test": "127.0.0.1"}


async def test_a_good_certificate_with_the_name_sent_along(served: MakeContext) -> None:
    context = served()
    names: list[str | None] = []
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    async with listening(tls=context) as listener:
        fetched = await door(listener, hosts=HOSTS).fetch(listener.url("/", HOST, "https"))
        assert (fetched.body, fetched.address) == (b"ok", "127.0.0.1")
        assert names == [HOST]
        assert b"\r\nHost: wire.test:%d\r\n" % listener.port in listener.heard[0]


async def test_an_address_with_a_certificate_of_its_own(served: MakeContext) -> None:
    async with listening(tls=served("127.0.0.1")) as listener:
        assert (await door(listener).fetch(listener.url(scheme="https"))).status == 200


@pytest.mark.parametrize(
    ("subject", "days", "by_itself", "reason"),
    [
        (HOST, (-9, -1), False, "certificate: certificate has expired"),
        (HOST, (1, 9), False, "certificate: certificate is not yet valid"),
        ("elsewhere.test", (-1, 1), False, "certificate: Hostname mismatch, .*'wire.test'"),
        (HOST, (-1, 1), True, "certificate: self[- ]signed certificate"),
    ],
)
async def test_a_bad_certificate_and_the_exception_from_it(
    served: MakeContext, subject: str, days: tuple[int, int], by_itself: bool, reason: str
) -> None:
    async with listening(tls=served(subject, days, by_itself=by_itself)) as listener:
        way_out = door(listener, hosts=HOSTS)
        url = listener.url("/", HOST, "https")
        with pytest.raises(TlsError, match=reason) as caught:
            await way_out.fetch(url)
        assert caught.value.url == url
        assert (await way_out.fetch(url, insecure_tls=True)).body == b"ok"
        with pytest.raises(TlsError, match=reason):
            await way_out.fetch(url)
        assert len(listener.heard) == 1, "nothing was asked of a server that was not believed"


async def test_an_authority_nobody_knows(served: MakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    context = served()
    monkeypatch.delenv("SSL_CERT_FILE")
    async with listening(tls=context) as listener:
        with pytest.raises(TlsError, match="certificate: unable to get local issuer certificate"):
            await door(listener, hosts=HOSTS).fetch(listener.url("/", HOST, "https"))


@pytest.mark.parametrize("insecure", [False, True])
async def test_old_tls_is_refused_even_by_exception(served: MakeContext, insecure: bool) -> None:
    """A blocking server: asyncio's own hangs up before its alert is sent."""
    context = served()
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")

    def shake_hands(server: socket.socket) -> None:
        sock, _ = server.accept()
        with sock, pytest.raises(ssl.SSLError):
            context.wrap_socket(sock, server_side=True)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        port = server.getsockname()[1]
        shaking = asyncio.create_task(asyncio.to_thread(shake_hands, server))
        with pytest.raises(TlsError, match=r"handshake: .*(protocol|version)"):
            await door(f"127.0.0.1:{port}").fetch(f"https://127.0.0.1:{port}/", insecure_tls=insecure)
        await shaking


async def test_other_ends_of_a_handshake() -> None:
    """A server that hangs up, one that speaks plain HTTP, one that says nothing: each its own reason."""
    hang_up = asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        if not hang_up.is_set():
            writer.write(b"HTTP/1.1 400 Plain\r\n\r\n")
            await writer.drain()
        writer.transport.abort()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    for handle, reason in (
        (meet, "handshake: wrong version number"),
        (meet, "broke off during the handshake"),
    ):
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TlsError, match=reason):
            await door(f"127.0.0.1:{port}").fetch(f"https://127.0.0.1:{port}/")
        server.close()
        hang_up.set()
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(Timeout, match=r"no connection within 0.1 s \(connect limit\)"):
        await door(f"127.0.0.1:{port}", limits=Limits(idle=0.1)).fetch(f"https://127.0.0.1:{port}/")
    server.close()
    await asyncio.sleep(0.05)


async def test_a_server_that_closes_without_a_goodbye(served: MakeContext) -> None:
    async def abrupt(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK.replace(b"Content-Length: 2\r\n", b""))
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()

    async with listening(script=abrupt, tls=served()) as listener:
        assert (await door(listener, hosts=HOSTS).fetch(listener.url("/", HOST, "https"))).body == b"ok"
