"""robots.txt, by RFC 9309: what it forbids is not fetched, and while it cannot be had we wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK

from crawler.reading.robots import read_robots, refuse_forbidden
from crawler.visiting import SourceSpider
from news.errors import FetchError

# RFC 9309 section 2.4: a cached copy serves at most 24 hours.
FRESH = timedelta(hours=24)
# The hosts remembered at once; the oldest go first, so that a year of crawling stays bounded.
REMEMBERED = 5000


class Robots:
    """Downloader middleware: asks each host's robots.txt once a day, before anything else of that host.

    A request whose source has a recorded exception (`ignore_robots`) passes.
    Raises RobotsDenied, RobotsUnavailable, or the error of fetching robots.txt.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._rules: dict[str, tuple[datetime, Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("ignore_robots"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        rules = await self._rules_of(origin, bool(request.meta.get("insecure_tls")))
        refuse_forbidden(rules, request.url, self._agent, f"{origin}/robots.txt")

    async def _rules_of(self, origin: str, insecure_tls: bool) -> Protego:
        assert isinstance(self._crawler.spider, SourceSpider)
        now = self._crawler.spider.parts.clock()
        known = self._rules.get(origin)
        if known and now - known[0] < FRESH:
            return known[1]
        rules = await self._fetch(origin, insecure_tls, now)
        self._rules.pop(origin, None)
        self._rules[origin] = now, rules
        if len(self._rules) > REMEMBERED:
            self._rules.pop(next(iter(self._rules)))
        return rules

    async def _fetch(self, origin: str, insecure_tls: bool, now: datetime) -> Protego:
        """The rules of robots.txt; no answer means wait, as a 5xx does."""
        url = f"{origin}/robots.txt"
        meta = {"ignore_robots": True, "insecure_tls": insecure_tls}
        try:
            response = await self._crawler.engine.download_async(
                Request(url, meta=meta, callback=NO_CALLBACK, dont_filter=True)
            )
        except FetchError as error:
            raise type(error)(
                url=url, reason=f"{error.reason}; without it nothing is fetched there"
            ) from error
        retry_after = response.headers.get(b"Retry-After")
        return read_robots(response.body, response.status, url=url, retry_after=retry_after, now=now)
