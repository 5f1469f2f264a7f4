"""A real crawl without Twisted's reactor, through the handler and the redirects."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.settings import Settings

from news.errors import FetchError, NameNotResolved, Refused, Timeout, TooLarge
from tests.egress.rig import OK, Listener, listening
from tests.egress.spellings import NAMES, SPELLINGS, arrives_at

Outcome = Response | BaseException
HOSTS = {**NAMES, "a.test": "127.0.0.1", "b.test": "127.0.0.1"}


class Asking(Spider):
    name = "asking"

    def __init__(self, requests: list[Request], outcomes: list[tuple[str, Outcome]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.requests, self.outcomes = requests, outcomes

    async def start(self) -> AsyncIterator[Any]:
        for request in self.requests:
            request.meta.setdefault("first", request.url)
            yield request.replace(callback=self.keep, errback=self.keep_failure, dont_filter=True)

    def keep(self, response: Response) -> None:
        self.outcomes.append((response.meta["first"], response))

    def keep_failure(self, failure: Any) -> None:
        self.outcomes.append((failure.request.meta["first"], failure.value))


async def crawl(requests: Sequence[Request], *allowed: Listener, **settings: Any) -> list[Outcome]:
    """What came of the requests, in their order."""
    outcomes: list[tuple[str, Outcome]] = []
    runner = AsyncCrawlerRunner(
        Settings(
            {
                "TWISTED_REACTOR_ENABLED": False,
                "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "egress.handler.Handler"),
                "DOWNLOADER_MIDDLEWARES_BASE": {},
                "DOWNLOADER_MIDDLEWARES": {
                    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
                    "egress.redirects.Redirects": 600,
                },
                "SPIDER_MIDDLEWARES_BASE": {},
                "EXTENSIONS_BASE": {},
                "HTTPERROR_ALLOW_ALL": True,
                "TELNETCONSOLE_ENABLED": False,
                "EGRESS_ALLOW": [listener.entry for listener in allowed],
                "EGRESS_HOSTS": HOSTS,
                "CONCURRENT_REQUESTS": 1,
                **settings,
            }
        )
    )
    await runner.crawl(Asking, requests=list(requests), outcomes=outcomes)
    found = dict(outcomes)
    assert len(outcomes) == len(requests)
    return [found[request.meta["first"]] for request in requests]


def redirect(location: bytes, status: int = 302) -> bytes:
    return b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, location)


async def test_a_response_as_scrapy_knows_it() -> None:
    import gzip

    body = gzip.compress(b"wirewatch")
    answer = (
        b'HTTP/1.1 200 OK\r\nETag: "caf\xe9"\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Encoding: gzip\r\n'
        b"Content-Length: %d\r\n\r\n" % len(body)
    ) + body
    async with listening(answer) as listener:
        request = Request(listener.url("/f?ü", "a.test"), headers={"If-None-Match": b'"\xe9"'})
        [response] = await crawl([request], listener)
    assert type(response) is Response
    assert (response.status, response.body, response.url) == (200, b"wirewatch", request.url)
    assert response.headers["ETag"] == b'"caf\xe9"'
    assert response.headers.getlist("set-cookie") == [b"a", b"b"]
    assert "Content-Encoding" not in response.headers
    assert str(response.ip_address) == "127.0.0.1"
    assert listener.heard[0].startswith(b"GET /f?%C3%BC HTTP/1.1\r\nHost: a.test:")
    assert b'If-None-Match: "\xe9"\r\n' in listener.heard[0]


async def test_errors_reach_the_errback_as_they_are() -> None:
    async with (
        listening(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf") as cut,
        listening() as forbidden,
    ):
        big = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000
        async with listening(big) as large:
            outcomes = await crawl(
                [Request(cut.url()), Request(forbidden.url()), Request(large.url())],
                *(cut, large),
                EGRESS_MAX_BYTES=4000,
            )
        [unknown] = await crawl([Request("http://nowhere.test/")], EGRESS_RESOLVER=nobody)
        [slow] = await crawl([Request("http://nowhere.test/")], EGRESS_RESOLVER=hanging, EGRESS_IDLE=0.05)
    assert [type(outcome) for outcome in outcomes] == [FetchError, Refused, TooLarge]
    assert (type(unknown), type(slow)) == (NameNotResolved, Timeout)
    assert forbidden.accepted == 0


async def nobody(host: str, port: int) -> Sequence[str]:
    return []


async def hanging(host: str, port: int) -> Sequence[str]:
    import asyncio

    await asyncio.sleep(30)
    return []


async def test_no_spelling_reaches_the_forbidden_by_redirect() -> None:
    def answer(head: bytes) -> bytes:
        spelling, port = targets[int(head.split(b" ")[1][1:])]
        return redirect(f"http://{spelling}:{port}/".encode("utf-8", "surrogatepass"))

    async with (
        listening() as forbidden,
        listening(host="::1") as forbidden6,
        listening() as four,
        listening(host="::1") as six,
        listening(answer) as door,
    ):
        # A line break would end the header, and white space around it is not part of it.
        writable = [s for s in SPELLINGS if not set(s) & set("\r\n\x00") and s == s.strip(" \t")]
        inside = {"127.0.0.1": four.port, "::1": six.port}
        targets = [(s, port) for s in writable for port in (forbidden.port, forbidden6.port)]
        targets += [(s, inside[arrived]) for s in writable if (arrived := arrives_at(s))]
        requests = [Request(door.url(f"/{n}")) for n in range(len(targets))]
        outcomes = await crawl(requests, door, four, six)
    for (spelling, port), outcome in zip(targets, outcomes, strict=True):
        if port in inside.values():
            assert isinstance(outcome, Response), spelling
            assert outcome.body == b"ok"
        else:
            assert isinstance(outcome, Refused), spelling
    assert forbidden.accepted == forbidden6.accepted == 0


@pytest.mark.parametrize(
    "location",
    [
        *[
            "file:///etc/passwd",
            "file:/etc/passwd",
            "ftp://a.test/",
            "data:text/html,x",
            "javascript:alert(1)",
        ],
        *[
            "http:\\\\a.test\\",
            "\\\\a.test/",
            "/\\a.test/",
            "//user@a.test/",
            "http://user:pw@a.test/",
            "http://",
        ],
        *[
            "//127。0。0。1/",
            "http:///a",
            "http://[::1/",
            "http://a.test:99999/",
            "/a\tb",
            "http:next",
            "///a.test/",
            "/" + "a" * 2048,
        ],
    ],
)
async def test_a_location_that_may_not_be_followed_is_named(location: str) -> None:
    async with listening(redirect(location.encode())) as listener:
        [outcome] = await crawl([Request(listener.url())], listener)
        assert isinstance(outcome, Refused)
        assert repr(location[:200]) in outcome.reason
        assert listener.accepted == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/next", b"/next"),
        ("?q", b"/start?q"),
        ("next here", b"/next%20here"),
        ("/x#y", b"/x"),
        ("/é", b"/%C3%A9"),
    ],
)
async def test_followed(status: int, location: str, path: bytes) -> None:
    def answer(head: bytes) -> bytes:
        return redirect(location.encode("latin-1"), status) if b" /start HTTP" in head else OK

    async with listening(answer) as listener:
        start = listener.url("/start")
        [response] = await crawl([Request(start, headers={"If-None-Match": '"1"'})], listener)
    assert isinstance(response, Response)
    assert response.meta["redirect_urls"] == [start]
    assert (response.meta["redirect_times"], response.meta["redirect_reasons"]) == (1, [status])
    assert listener.heard[1].startswith(b"GET " + path + b" HTTP/1.1\r\n")
    assert b'If-None-Match: "1"' in listener.heard[1]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nRefresh: 0; url=/next\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<meta http-equiv=refresh content="0; url=/next">',
        b"HTTP/1.1 200 OK\r\nLocation: /next\r\n\r\n",
        b"HTTP/1.1 300 Choices\r\nLocation: /next\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nLocation: /next\r\n\r\n",
        b"HTTP/1.1 305 Use Proxy\r\nLocation: /next\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\n\r\n",
    ],
)
async def test_not_followed(answer: bytes) -> None:
    async with listening(answer) as listener:
        [response] = await crawl([Request(listener.url())], listener)
        assert isinstance(response, Response)
        assert listener.accepted == 1


async def test_five_hops_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    def answer(head: bytes) -> bytes:
        left = int(head.split(b" ")[1][1:])
        return redirect(b"/%d" % (left - 1)) if left else OK

    async with listening(answer) as listener, listening(redirect(b"/")) as loop:
        with caplog.at_level(logging.WARNING):
            five, six, endless = await crawl(
                [Request(listener.url("/5")), Request(listener.url("/6")), Request(loop.url())],
                listener,
                loop,
            )
    assert isinstance(five, Response)
    assert len(five.meta["redirect_urls"]) == 5
    for outcome in (six, endless):
        assert type(outcome) is FetchError
        assert "more than 5 redirects" in outcome.reason
    assert loop.accepted == 6
    assert not caplog.records


SECRETS = {"Authorization": "Basic s3cret", "Cookie": "s3cret", "X-Api-Key": "s3cret"}


@pytest.mark.parametrize(
    ("start", "onwards", "kept"),
    [
        ("http://a.test:{0}/", "http://a.test:{0}/next", True),
        ("http://a.test:{0}/", "/next", True),
        ("http://a.test:{0}/", "http://A.TEST.:{0}/next", True),
        ("http://a.test:{0}/", "http://b.test:{0}/next", False),
        ("http://a.test:{0}/", "http://sub.a.test:{0}/next", False),
        ("http://a.test:{0}/", "http://a.test:{1}/next", False),
        ("http://a.test:{0}/", "http://127.0.0.1:{0}/next", False),
        ("http://a.test:{0}/", "//b.test:{1}/next", False),
    ],
)
async def test_secrets_stay_with_their_origin(start: str, onwards: str, kept: bool) -> None:
    ports: list[int] = []

    def answer(head: bytes) -> bytes:
        return OK if b"/next" in head else redirect(onwards.format(*ports).encode())

    async with listening(answer) as one, listening(answer) as other:
        ports += [one.port, other.port]
        request = Request(start.format(*ports), headers=SECRETS, meta={"insecure_tls": True})
        [response] = await crawl([request], one, other, EGRESS_HOSTS={**HOSTS, "sub.a.test": "127.0.0.1"})
        assert isinstance(response, Response)
        assert (b"s3cret" in (one.heard + other.heard)[-1]) is kept
        same_host = kept or "/a.test" in onwards
        assert ("insecure_tls" in response.meta) is same_host


@pytest.mark.parametrize("secret", SECRETS)
def test_never_from_https_to_http_with_credentials(secret: str) -> None:
    from scrapy.utils.test import get_crawler

    from egress.redirects import Redirects

    middleware = Redirects(get_crawler())
    request = Request("https://a.test/", headers={secret: "s3cret"})
    down = Response(request.url, status=301, headers={"Location": "http://a.test/"})
    with pytest.raises(Refused, match=f"from https to http .* with {secret}"):
        middleware.process_response(request, down)
    bare = middleware.process_response(Request("https://a.test/"), down)
    assert isinstance(bare, Request)
    assert bare.url == "http://a.test/"


async def test_post_becomes_get_where_the_standard_says() -> None:
    def answer(head: bytes) -> bytes:
        path = head.split(b" ")[1]
        return OK if path == b"/next" else redirect(b"/next", int(path[1:]))

    async with listening(answer) as listener:
        for status, method in ((301, b"GET"), (302, b"GET"), (303, b"GET"), (307, b"POST"), (308, b"POST")):
            await crawl([Request(listener.url(f"/{status}"), method="POST", body=b"{}")], listener)
            assert listener.heard[-1].startswith(method + b" /next ")
            assert (b"Content-Length: 2" in listener.heard[-1]) is (method == b"POST")
