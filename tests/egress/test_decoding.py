"""Content codings, and bombs made of them."""

import asyncio
import gzip
import subprocess
import sys
import zlib
from pathlib import Path

import brotli
import pytest

from egress.decoding import Body
from egress.door import Limits
from news.errors import FetchError, TooLarge
from tests.egress.rig import door, listening

TEXT = "Xəbərlər, новости, նորություններ. ".encode() * 5000
CAP = 10 * 1024 * 1024


def deflate(body: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return packer.compress(body) + packer.flush()


def decoded(codings: list[str], body: bytes, step: int) -> bytes:
    out = Body("http://a.test/", codings, CAP)
    for at in range(0, len(body), step):
        out.feed(body[at : at + step])
    return out.finish()


@pytest.mark.parametrize("step", [1, 7, 65536])
@pytest.mark.parametrize(
    ("codings", "body"),
    [
        (["gzip"], gzip.compress(TEXT)),
        (["x-gzip"], gzip.compress(TEXT[:70000]) + gzip.compress(TEXT[70000:])),
        (["gzip"], gzip.compress(TEXT) + b"\0\0\0\0 padding"),
        (["deflate"], deflate(TEXT, 15)),
        (["deflate"], deflate(TEXT, -15)),
        (["br"], brotli.compress(TEXT, quality=5)),
        (["gzip", "br"], brotli.compress(gzip.compress(TEXT), quality=5)),
        (["deflate", "gzip"], gzip.compress(deflate(TEXT, 15))),
        ([], TEXT),
        (["utf-8"], TEXT),
    ],
)
def test_undone_in_pieces_of_any_size(codings: list[str], body: bytes, step: int) -> None:
    assert decoded(codings, body, step) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_cut_or_broken(coding: str) -> None:
    packed = {
        "gzip": gzip.compress(TEXT),
        "deflate": zlib.compress(TEXT),
        "br": brotli.compress(TEXT, quality=5),
    }
    body = packed[coding]
    assert decoded([coding], b"", 1) == b""
    for cut in (1, 10, len(body) - 1):
        with pytest.raises(FetchError, match="incomplete: the compressed stream was cut"):
            decoded([coding], body[:cut], 65536)
    with pytest.raises(FetchError, match="broken compression"):
        decoded([coding], b"<?xml version='1.0'?><rss>" + b"\xff" * 100, 65536)


def test_chains_are_short() -> None:
    with pytest.raises(FetchError, match="3 content codings"):
        Body("http://a.test/", ["gzip", "gzip", "br"], CAP)


def test_the_cap_is_exact() -> None:
    body = Body("http://a.test/", ["gzip"], len(TEXT))
    body.feed(gzip.compress(TEXT))
    assert body.finish() == TEXT
    with pytest.raises(TooLarge):
        Body("http://a.test/", ["gzip"], len(TEXT) - 1).feed(gzip.compress(TEXT))


def test_empty_members_are_bounded_too() -> None:
    """Many bytes that become none: the stage before counts as well."""
    nothing = gzip.compress(b"")
    inner = nothing * (CAP // len(nothing) + 1)
    with pytest.raises(TooLarge):
        decoded(["gzip", "gzip"], gzip.compress(inner), 65536)


def zeros(megabytes: int, wbits: int) -> bytes:
    """A deflate stream of zeros: a block that stands alone, repeated, costs no time to make."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * megabytes + packer.flush()


def brotli_zeros(megabytes: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    packed: list[bytes] = [packer.process(bytes(1 << 20)) for _ in range(megabytes)]
    return bytes(b"".join(packed) + packer.finish())


CHILD = """
import asyncio, sys
from egress.door import Door
from egress.guard import Guard
from news.errors import TooLarge

def peak():  # kB of this process; ru_maxrss would begin with what its parent had
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

async def main(entry, *paths):
    door = Door(Guard([entry]))
    assert (await door.fetch(f"http://{entry}/small")).body == b"ok"
    before = peak()
    for path in paths:
        try:
            await door.fetch(f"http://{entry}{path}")
        except TooLarge:
            continue
        raise SystemExit(f"{path} went through")
    after = peak()
    ballast = b"x" * (96 << 20)
    print(after - before, peak() - after)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
async def test_bombs_cost_less_than_64_mb() -> None:
    """400 MB each, in a child whose peak memory is measured."""
    gzipped = zeros(400, 31)
    bombs: dict[str, tuple[bytes, bytes]] = {
        "/gzip": (b"gzip", gzipped),
        "/deflate": (b"deflate", zeros(400, 15)),
        "/raw": (b"deflate", zeros(400, -15)),
        "/br": (b"br", brotli_zeros(400)),
        "/nested": (b"gzip, gzip", gzip.compress(gzipped)),
        "/mixed": (b"gzip, br", brotli.compress(gzipped, quality=5)),
        "/small": (b"gzip", gzip.compress(b"ok")),
    }

    def answer(head: bytes) -> bytes:
        coding, body = bombs[head.split(b" ")[1].decode()]
        length = b"Content-Length: %d\r\n" % len(body)
        return b"HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + b"\r\n" + length + b"\r\n" + body

    async with listening(answer) as listener:
        child = await asyncio.create_subprocess_exec(
            *[sys.executable, "-c", CHILD, listener.entry, *(path for path in bombs if path != "/small")],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
        )
        said, _ = await child.communicate()
    assert child.returncode == 0
    grown, seen = map(int, said.split())
    assert grown < 64 * 1024, "kilobytes"
    assert seen > 64 * 1024, "the measure itself: 96 MB held on purpose are noticed"


async def test_an_honest_large_page_passes() -> None:
    body = bytes(range(256)) * (40 * 1024)
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(body, 1)
    async with listening(answer) as listener:
        assert (await door(listener, limits=Limits()).fetch(listener.url())).body == body
