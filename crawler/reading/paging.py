"""Where a feed's older entries are: the archive links of RFC 5005, and WordPress's numbered pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.reading.links import join
from news.urls import is_web_address

# What is said of the feed itself stands before its first items.
_HEAD = 64 * 1024
_LINK = re.compile(rb"<(?:atom\d*:)?link\b([^<>]{1,2048})>", re.IGNORECASE)
_REL = re.compile(rb"""\brel\s*=\s*["'](?:next|prev-archive)["']""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*["']([^"']{1,2048})["']""", re.IGNORECASE)
# WordPress names itself in RSS by its address, in Atom by `uri` (wp-includes/feed.php, the_generator).
_WORDPRESS = re.compile(
    rb"""<generator\b[^<>]{0,300}?(?:>\s*|\buri\s*=\s*["'])https?://wordpress\.(?:org|com)/""", re.IGNORECASE
)


def older_page(body: bytes, url: str) -> str | None:
    """The address of the next older page of the feed `body`, had from `url`; None where none can be told.

    `rel="next"` and `rel="prev-archive"` go first (RFC 5005, sections 3 and 4); a feed made by WordPress
    goes on at `?paged=2`, its parameter for all lists, and answers 404 after the last.
    """
    head = body[:_HEAD]
    for link in _LINK.finditer(head):
        href = _HREF.search(link[1])
        if href and _REL.search(link[1]):
            return _joined(url, href[1].decode("utf-8", "replace").replace("&amp;", "&"))
    return next_number(url, "paged") if _WORDPRESS.search(head) else None


def next_number(url: str, parameter: str) -> str:
    """The address with the page's number in its query one higher; where it names none, it is the first."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    number = query.get(parameter, "1")
    query[parameter] = str(int(number) + 1) if number.isdecimal() and len(number) < 7 else "2"
    return urlunsplit(parts._replace(query=urlencode(query)))


def _joined(url: str, href: str) -> str | None:
    joined = join(url, href)
    return joined if is_web_address(joined) and joined != url else None
