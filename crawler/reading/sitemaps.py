"""Sitemaps as entries: plain, news (Google's extension), indexes, text; gzip of any of them.

https://www.sitemaps.org/protocol.html and
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from io import BytesIO
from urllib.parse import urlsplit

from lxml import etree

from crawler.reading.blocks import block_hash
from crawler.reading.dates import parse_date
from crawler.reading.entries import ListReading, Said, entry, sifted, web_link
from crawler.reading.interstitials import recognise
from news.article import Entry
from news.errors import ReadError

# The protocol allows 50 MB and 50,000 addresses a file.
UNPACKED = 50 * 1024 * 1024
MOST = 50_000
# Of what is not of the day only so much is taken, the newest: the rest is the archive's (`collect --since`).
NEWEST = 500
_GZIP = b"\x1f\x8b"
# Parts of an index that list no articles: WordPress' and Yoast's names for them, and the usual ones.
_NO_ARTICLES = re.compile(
    r"/(?:(?:image|video|category|tag|post_tag|author|user|page|attachment)[-_]sitemap"
    r"|sitemap[-_](?:images?|videos?|categor(?:y|ies)|tags?|authors?))[\w-]*\.xml",
    re.IGNORECASE,
)
_SITEMAP_TAGS = {"url", "sitemap"}


@dataclass(slots=True)
class _Place:
    """One address of a sitemap, with what is said of it."""

    loc: str = ""
    lastmod: str = ""
    title: str = ""
    published: str = ""
    language: str = ""


def read_sitemap(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    known: frozenset[int],
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
    paths: tuple[str, ...] = (),
    newest: int = NEWEST,
    since: datetime | None = None,
) -> ListReading:
    """The addresses of a sitemap whose path matches one of `paths` (shell patterns; none: all), as entries.

    At most the `newest` by `lastmod` (in the file's order where it says none), those changed before `since`
    (aware UTC) left out. A block is the hash of an address with its `lastmod`, so an edited page is an entry
    again. Only a news sitemap gives title and publication date: `lastmod` is when a page was changed. An
    index gives no entries, its parts are `onward`, the latest changed first. Raises Interstitial, ReadError.
    """
    unpacked = _unpacked(body, url)
    index, places = _places(unpacked, url, content_type)
    dated = [(place, _moment(place.published or place.lastmod, zone, now)) for place in places]
    dated = [(place, at) for place, at in dated if since is None or at is None or at >= since]
    dated.sort(key=lambda pair: pair[1] or datetime.min.replace(tzinfo=UTC), reverse=True)
    if index:
        return ListReading((), onward=_parts([place for place, _ in dated]))
    taken = [place for place, _ in dated if _matches(place.loc, paths)][:newest]
    return sifted(
        ((place, block_hash(f"{place.loc}\n{place.lastmod}\n{place.title}".encode())) for place in taken),
        known,
        lambda place, block: _entry(place, block, zone, languages, now),
    )


def _unpacked(body: bytes, url: str) -> bytes:
    if not body.startswith(_GZIP):
        return body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacking.decompress(body, UNPACKED)
    except zlib.error as error:
        raise ReadError(url=url, reason=f"begins like gzip but is none ({error})") from error
    if unpacking.unconsumed_tail:
        raise ReadError(url=url, reason=f"unpacks to more than {UNPACKED >> 20} MB")
    return unpacked


def _places(body: bytes, url: str, content_type: str | None) -> tuple[bool, list[_Place]]:
    """Whether it is an index, and what it lists."""
    lines = body[:2_000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if lines.startswith((b"http://", b"https://")):
        return False, [
            _Place(line.strip()) for line in body.decode("utf-8", "replace").split("\n") if line.strip()
        ]
    root: str | None = None
    places: list[_Place] = []
    # Entities stay unresolved and nothing is loaded; the tree is dropped as it is read.
    events = etree.iterparse(
        BytesIO(body.lstrip()), events=("start", "end"), recover=True, resolve_entities=False, no_network=True
    )
    try:
        for event, element in events:
            name = _name(element)
            if root is None:
                root = name
                if root not in ("urlset", "sitemapindex"):
                    break
            if event == "end" and name in _SITEMAP_TAGS and len(places) < MOST:
                places.append(_place(element))
                element.clear(keep_tail=False)
    except etree.XMLSyntaxError as error:
        if not places:
            raise ReadError(url=url, reason=f"no sitemap ({error})") from error
    if root not in ("urlset", "sitemapindex"):
        if found := recognise(body, status=200, url=url, content_type=content_type):
            raise found
        raise ReadError(url=url, reason=f"no sitemap (its root is {root or 'missing'})")
    if places and not re.search(rb"</(?:\w+:)?(?:urlset|sitemapindex)>\s*$", body[-100:]):
        places.pop()  # broken off: the last address may be half of one
    return root == "sitemapindex", [place for place in places if web_link(place.loc)]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _place(element: etree._Element) -> _Place:
    place = _Place()
    for child in element.iter():
        text = (child.text or "").strip()
        match _name(child):
            case "loc" if not place.loc:  # the first: an image has a `loc` of its own
                place.loc = text
            case "lastmod":
                place.lastmod = text
            case "publication_date":
                place.published = text
            case "language":
                place.language = text
            case "title" if "news" in (etree.QName(child).namespace or ""):
                place.title = text
    return place


def _moment(said: str, zone: str, now: datetime) -> datetime | None:
    """When, for putting in order; of a bare day its end."""
    found = parse_date(said, zone=zone, languages=("en",), now=now) if said else None
    if found is None:
        return None
    return found.at or datetime(found.day.year, found.day.month, found.day.day, 23, 59, 59, tzinfo=UTC)


def _parts(places: Sequence[_Place]) -> tuple[str, ...]:
    """The parts that may list articles; all where the names leave none."""
    named = [place.loc for place in places if not _NO_ARTICLES.search(urlsplit(place.loc).path)]
    return tuple(named or [place.loc for place in places])


def _matches(link: str, paths: Sequence[str]) -> bool:
    path = urlsplit(link).path
    return not paths or any(fnmatchcase(path, pattern) for pattern in paths)


def _entry(place: _Place, block: int, zone: str, languages: tuple[str, ...], now: datetime) -> Entry:
    published = place.published and parse_date(place.published, zone=zone, languages=languages, now=now)
    return entry(
        link=place.loc,
        title=Said(place.title, markup="&" in place.title),
        published=published or None,
        language=place.language,
        block=block,
    )
