"""The feeds a page offers, for `sources check`: those it declares, then those it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.reading.html import parse_html
from crawler.reading.links import base_of, join
from crawler.reading.selectors import text_of
from news.texts import clipped, one_line
from news.urls import canonical_url, is_web_address

FEED_TYPES = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rdf",
    "application/feed+json": "json",
    "text/xml": "rss",
    "application/xml": "rss",
}
# Anchors that lead to feeds on sites which declare none (WordPress, Bitrix, ministries' own systems).
_FEED_PATH = re.compile(
    r"(?:(?:^|/)(?:rss\w*|feeds?|atom|rdf)(?:/\w*|[._-]\w+)*/?$|\.(?:rss|atom|rdf)$|[?&](?:feed|format|type)=(?:rss|atom))",
    re.IGNORECASE,
)
_NO_FEED = re.compile(r"\.(?:png|jpe?g|gif|svg|ico|css|js|html?|pdf)$|/comments/feed", re.IGNORECASE)
MOST = 50


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed a page names: absolute address, title ("" where none), and type: rss, atom, rdf or json."""

    url: str
    title: str
    type: str


def find_feeds(body: bytes, url: str, content_type: str | None) -> tuple[FeedLink, ...]:
    """The feeds named by the HTML page at `url`, each once, at most 50: declared ones first, in page order.

    Anchors are told by their address only; whether a feed is there, a visit must show.
    """
    root = parse_html(body, content_type)
    return feeds_in(root, base_of(root, url))


def feeds_in(root: HtmlElement, base: str) -> tuple[FeedLink, ...]:
    """The same of a page that is parsed; `base` is what its links are relative to."""
    found: dict[str, FeedLink] = {}
    for link in (*_declared(root, base), *_anchored(root, base)):
        if is_web_address(link.url) and len(found) < MOST:
            found.setdefault(canonical_url(link.url), link)
    return tuple(found.values())


def _declared(root: HtmlElement, base: str) -> Iterator[FeedLink]:
    for element in root.iter("link"):
        kind = FEED_TYPES.get((element.get("type") or "").split(";")[0].strip().lower())
        if kind and element.get("href") and "alternate" in (element.get("rel") or "").lower().split():
            title = clipped(one_line(element.get("title") or ""), 200)
            yield FeedLink(join(base, element.get("href")), title, kind)


def _anchored(root: HtmlElement, base: str) -> Iterator[FeedLink]:
    for element in root.iter("a"):
        href = element.get("href") or ""
        if len(href) <= 500 and _FEED_PATH.search(href) and not _NO_FEED.search(_path(href)):
            title = text_of(element) or one_line(element.get("title") or "")
            kind = "atom" if "atom" in href.lower() else "rss"
            yield FeedLink(join(base, href), clipped(one_line(title), 200), kind)


def _path(href: str) -> str:
    """The path of a link, "" where it cannot be split."""
    try:
        return urlsplit(href).path
    except ValueError:
        return ""
