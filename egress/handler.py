"""Scrapy's way out: a download handler that goes through the door."""

from __future__ import annotations

import time
from ipaddress import ip_address

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import load_object

from egress.door import Door, Limits
from egress.guard import Guard


class Handler(BaseDownloadHandler):
    """For DOWNLOAD_HANDLERS `http` and `https`; needs no Twisted reactor.

    Settings: EGRESS_ALLOW (list, as `Guard`), EGRESS_HOSTS (dict, as
    `StaticHosts`), EGRESS_IDLE and EGRESS_TOTAL (seconds), EGRESS_MAX_BYTES,
    EGRESS_RESOLVER (a `Resolver` or its importable path; otherwise the system's).
    `request.meta["insecure_tls"]` leaves certificates unverified.

    The errors of `news.errors` reach the errback as they are. The signals
    `headers_received` and `bytes_received` are not sent; DOWNLOAD_TIMEOUT,
    DOWNLOAD_MAXSIZE and proxies are not looked at.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        usual = Limits()
        resolver = settings.get("EGRESS_RESOLVER")
        self._door = Door(
            Guard(settings.getlist("EGRESS_ALLOW")),
            load_object(resolver) if resolver else None,
            hosts=settings.getdict("EGRESS_HOSTS"),
            limits=Limits(
                idle=settings.getfloat("EGRESS_IDLE", usual.idle),
                total=settings.getfloat("EGRESS_TOTAL", usual.total),
                body=settings.getint("EGRESS_MAX_BYTES", usual.body),
            ),
        )

    async def download_request(self, request: Request) -> Response:
        started = time.monotonic()
        answer = await self._door.fetch(
            request.url,
            method=request.method,
            headers=[(name, value) for name, values in request.headers.items() for value in values],
            body=request.body,
            insecure_tls=bool(request.meta.get("insecure_tls")),
        )
        request.meta["download_latency"] = time.monotonic() - started
        # A plain Response: guessing its class looks into the body, and readers take bytes. Without the
        # Content-Encoding, which is undone: HttpCompressionMiddleware would undo it again.
        return Response(
            request.url,
            status=answer.status,
            headers=[(n, v) for n, v in answer.headers if n.lower() != b"content-encoding"],
            body=answer.body,
            flags=list(answer.remarks),
            ip_address=ip_address(answer.address),
            protocol="HTTP/1.1",
        )

    async def close(self) -> None:
        self._door.close()
