"""Redirects as wirewatch follows them: few, checked, and without carrying secrets along."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from egress.addresses import Target, parse_url
from news.errors import FetchError, Refused

HOPS = 5
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
STATUSES = {301, 302, 303, 307, 308}
CREDENTIALS = ("Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key")


class Redirects:
    """Downloader middleware in the place of Scrapy's RedirectMiddleware and MetaRefreshMiddleware.

    Every hop is a new request to the engine, so robots, the host's slot and
    the guard see it. `Refresh:` headers and meta refresh are never followed.
    `redirect_urls`, `redirect_times` and `redirect_reasons` in the meta are
    kept, and `dont_redirect`, `handle_httpstatus_list` and
    `handle_httpstatus_all` obeyed, as Scrapy does.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._priority = crawler.settings.getint("REDIRECT_PRIORITY_ADJUST")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Redirects:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The next hop's request, or `response` where it is no redirect.

        Raises Refused where the location may not be followed, FetchError after five hops.
        """
        location = response.headers.get("Location")
        if response.status not in STATUSES or location is None or self._wanted_as_is(request, response):
            return response
        passed = [*request.meta.get("redirect_urls", []), request.url]
        if len(passed) > HOPS:
            raise FetchError(url=passed[0], reason=f"more than {HOPS} redirects, the last to {location!r}")
        here, there = parse_url(request.url), _destination(request.url, location)
        redirected = _request(request, response.status, there)
        if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
            _cross(redirected, here, there)
        reasons = [*request.meta.get("redirect_reasons", []), response.status]
        redirected.meta.update(redirect_urls=passed, redirect_times=len(passed), redirect_reasons=reasons)
        redirected.priority = request.priority + self._priority
        return redirected

    def _wanted_as_is(self, request: Request, response: Response) -> bool:
        meta = request.meta
        return bool(
            meta.get("dont_redirect")
            or meta.get("handle_httpstatus_all")
            or response.status in meta.get("handle_httpstatus_list", ())
            or response.status in getattr(self._crawler.spider, "handle_httpstatus_list", ())
        )


def _destination(url: str, location: bytes) -> Target:
    """Where `location` leads from `url`. UTF-8 by custom, Latin-1 by the old standard; a space in a path
    is common and means %20."""
    try:
        text = location.decode("utf-8")
    except UnicodeDecodeError:
        text = location.decode("latin-1")
    named = text = text.strip(" \t")
    try:
        # The location is looked at before it is joined: joining would drop what is to be refused.
        if "\\" in text or any(ord(c) < 32 for c in text):
            raise Refused(url=text, reason="a backslash or a control character")
        text = text.replace(" ", "%20")
        if text.startswith("//"):
            text = url.partition(":")[0] + ":" + text
        # What names a scheme or a host is taken as it is: joined, `http:///a` would be a path of this host.
        return parse_url(text if SCHEME.match(text) else urljoin(url, text))
    except (Refused, ValueError) as error:
        reason = error.reason if isinstance(error, Refused) else str(error)
        raise Refused(url=url, reason=f"redirect to {named[:200]!r}: {reason}") from error


def _request(request: Request, status: int, there: Target) -> Request:
    """`request` for the next hop: POST becomes GET after 301 and 302, everything but HEAD after 303."""
    if (status in {301, 302} and request.method == "POST") or (
        status == 303 and request.method not in {"GET", "HEAD"}
    ):
        redirected = request.replace(url=there.url, method="GET", body=b"")
        for name in ("Content-Type", "Content-Length", "Content-Encoding"):
            redirected.headers.pop(name, None)
        return redirected
    return request.replace(url=there.url)


def _cross(redirected: Request, here: Target, there: Target) -> None:
    """To another scheme, host or port nothing goes along that was meant for this one: no credentials, no
    place in its queue, no leave to skip verifying certificates of another host. Raises Refused rather
    than go from https to http with credentials."""
    if here.scheme == "https" and there.scheme == "http":
        carried = [name for name in CREDENTIALS if name in redirected.headers]
        if carried:
            reason = f"redirect from https to http ({there.url}) with {' and '.join(carried)}"
            raise Refused(url=here.url, reason=reason)
    for name in CREDENTIALS:
        redirected.headers.pop(name, None)
    redirected.cookies = {}
    if here.host != there.host:
        redirected.meta.pop("download_slot", None)
        redirected.meta.pop("insecure_tls", None)
