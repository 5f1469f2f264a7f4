"""RSS, RDF, Atom and JSON feeds: bytes in, entries out, and only those that are new.

feedparser reads everything; what it is given is cut to the items whose bytes were not read before
(`crawler.reading.blocks`). It is only given a stream (a string may be opened as a file or an address), and
neither sanitises nor resolves markup: that costs it half its time and we keep plain text only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser
import feedparser.api
from feedparser.exceptions import UndeclaredNamespace

from crawler.reading.blocks import Blocks, find_blocks
from crawler.reading.dates import feed_date
from crawler.reading.entries import ListReading, Said, entry, headline, joined, language_code
from crawler.reading.interstitials import recognise
from crawler.reading.jsonfeed import looks_like_json, read_json_feed
from crawler.reading.paging import older_page
from news.article import Entry, Published
from news.errors import NotAFeed

# It would look for this one, which is not there, at every feed (a search of the whole import path).
feedparser.api.PREFERRED_XML_PARSERS.clear()
# What feedparser is known to raise on hostile bytes (bad character references, undeclared prefixes, depth).
_FEEDPARSER_GIVES_UP = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    UndeclaredNamespace,
    ValueError,
)
_MARKUP_TYPES = {"text/html", "application/xhtml+xml"}
# A reference to half a character, which no XML may have: feedparser would give up the whole feed over it.
_HALF = re.compile(
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]));",
    re.IGNORECASE,
)
_DECLARED = re.compile(rb"(<\?xml[^>]{0,200}?)\s+encoding\s*=\s*[\"']([^\"'>]*)[\"']", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_SMALL_CYRILLIC = re.compile("[а-яёіїєў]")
_HIGH = re.compile(rb"[\x80-\xff]")
# Publishers' clocks run ahead by minutes; what lies further ahead has its hour in another zone than it says.
CLOCK_AHEAD = timedelta(minutes=30)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
# https://web.resource.org/rss/1.0/modules/syndication/
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}


def read_feed(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    known: frozenset[int] = frozenset(),
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
) -> ListReading:
    """The entries of a feed whose blocks are not in `known`, in the feed's order.

    `url` is the address it came from (links are joined to it, to xml:base where given), `content_type` the
    HTTP header. `zone` and `languages` are the source's, for dates (`parse_date`); `now` is aware.
    A feed without items is a reading of none. Raises `Interstitial` for a challenge, consent, login or error
    page, `NotAFeed` for anything else that is none.
    """
    if not body.strip(b"\x00\t\n\r "):
        raise NotAFeed(url=url, reason="the body is empty")
    if looks_like_json(body):
        return read_json_feed(body, url=url, known=known, zone=zone, languages=languages, now=now)
    feed, blocks = _parsed(body, url, content_type, known)
    items = feed.entries
    if not feed.version:
        _insist_on_items(bool(blocks or items), body, url, content_type)
    hashes: list[int | None] = [None] * len(items)
    if blocks:
        cut = tuple(digest for digest in blocks.hashes if digest in known)
        if len(items) == len(blocks.hashes):  # read whole: what is known is left out here
            items = [item for item, digest in zip(items, blocks.hashes, strict=True) if digest not in known]
        hashes = [digest for digest in blocks.hashes if digest not in known]
    else:
        cut = ()
    return ListReading(
        entries=_entries(tuple(zip(items, hashes, strict=True)), url, zone, languages, now),
        blocks=cut,
        listed=len(blocks.hashes) if blocks else len(items),
        ttl=_ttl(feed.feed),
        title=headline(_said(feed.feed, "title")) or None,
        language=language_code(feed.feed.get("language")),
        next_url=older_page(body, url),
    )


def _parsed(body: bytes, url: str, content_type: str | None, known: Set[int]) -> tuple[Any, Blocks | None]:
    """feedparser's reading, and the blocks if every item it found is one of them.

    Cut where possible; whole where nothing is to cut, where the rest is no well-formed XML (an item could
    reach into the next), or where feedparser does not find exactly the items left.
    """
    blocks = find_blocks(body, content_type)
    if blocks is None:
        return _feedparser(body, url, content_type), None
    left = sum(digest not in known for digest in blocks.hashes)
    if left < len(blocks.hashes):
        feed = _feedparser(blocks.without(body, known), url, content_type)
        broken = isinstance(feed.get("bozo_exception"), SAXException)
        if len(feed.entries) == left and not broken:
            return feed, blocks
    feed = _feedparser(body, url, content_type)
    return feed, blocks if len(feed.entries) == len(blocks.hashes) else None


def _feedparser(body: bytes, url: str, content_type: str | None) -> Any:
    body, content_type = _in_utf8(body, content_type)
    headers = {"content-type": content_type or "application/xml", "content-location": url}
    try:
        return feedparser.parse(
            BytesIO(_HALF.sub(b"&#xFFFD;", body)),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except _FEEDPARSER_GIVES_UP as error:
        raise NotAFeed(url=url, reason=f"broken beyond reading ({type(error).__name__})") from error


def _in_utf8(body: bytes, content_type: str | None) -> tuple[bytes, str | None]:
    """A feed that is not in the UTF-8 it claims, or in a code page that it does not name, in UTF-8.

    feedparser would take windows-1251 for windows-1252, and a whole feed for Latin-2 over one bad byte. Most
    of the text being bad shows another code page, as in `decode_html`; a stray bad byte is an accident.
    """
    http, said = _CHARSET.search(content_type or ""), _DECLARED.search(body[:300])
    charset = http[1].lower() if http else said[2].decode("latin-1").lower() if said else "utf-8"
    if charset not in ("utf-8", "utf8") or body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body, content_type
    text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    if not bad:
        return body, content_type
    if bad * 4 > len(_HIGH.findall(body)):
        text = body.decode("windows-1251", "replace")
        # What else it may be (KOI8-R, Japanese) gives capitals and signs in that code page.
        if len(_SMALL_CYRILLIC.findall(text)) * 2 < len(_HIGH.findall(body)):
            return body, content_type
    return _DECLARED.sub(rb"\1", text.encode(), count=1), (content_type or "").partition(";")[0] or None


def _entries(
    items: Sequence[tuple[dict[str, Any], int | None]],
    url: str,
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
) -> tuple[Entry, ...]:
    """The items as entries, by the hours they say.

    Where one lies in the future, and none would if what is labelled GMT were the hour of the source's zone,
    then that is what it is (CNN Türk, Akşam, Star in 2026), for all of them.
    """
    read = tuple(_entry(item, block, url, zone, languages, now) for item, block in items)
    if not any(_is_ahead(each, now) for each in read):
        return read
    local = tuple(_entry(item, block, url, zone, languages, now, greenwich=False) for item, block in items)
    return read if any(_is_ahead(each, now) for each in local) else local


def _is_ahead(said: Entry, now: datetime) -> bool:
    return (
        said.published is not None and said.published.at is not None and said.published.at > now + CLOCK_AHEAD
    )


def _insist_on_items(listed: bool, body: bytes, url: str, content_type: str | None) -> None:
    """feedparser takes anything for a feed; without a version only an item outside HTML shows it is one."""
    html = _HTML.search(body[:2_000])
    if listed and not html:
        return
    if found := recognise(body, status=200, url=url, content_type=content_type):
        raise found
    raise NotAFeed(
        url=url, reason="an HTML page instead of a feed" if html else "neither RSS, RDF, Atom nor JSON Feed"
    )


def _entry(
    item: dict[str, Any],
    block: int | None,
    url: str,
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
    greenwich: bool = True,
) -> Entry:
    return entry(
        link=joined(url, item.get("link")),  # feedparser has joined it to xml:base, unless that was none
        title=_said(item, "title"),
        guid=item.get("id"),
        summary=_summary(item),
        content=_content(item),
        author=item.get("author"),
        published=_published(item, zone, languages, now, greenwich),
        language=item.get("language"),
        block=block,
    )


def _said(item: Mapping[str, Any], name: str) -> Said:
    detail = item.get(f"{name}_detail") or {}
    text = item.get(name)
    return Said(text if isinstance(text, str) else "", detail.get("type") in _MARKUP_TYPES)


def _summary(item: Mapping[str, Any]) -> Said:
    """The summary; where there is none feedparser copies a content and forgets its type."""
    said = _said(item, "summary")
    if "summary_detail" in item:
        return said
    copied = any(
        part.get("value") == said.text and part.get("type") in _MARKUP_TYPES
        for part in item.get("content") or ()
    )
    return Said(said.text, copied)


def _content(item: Mapping[str, Any]) -> Said | None:
    """The longest text the item offers as the article itself, or what Yandex's extension gives as such."""
    offers = [
        Said(part["value"], part.get("type") != "text/plain")
        for part in item.get("content") or ()
        if "src" not in part and part.get("type") in {*_MARKUP_TYPES, "text/plain"}
    ]
    if isinstance(full := item.get("yandex_full-text"), str):
        offers.append(Said(full, markup=True))
    return max(offers, key=lambda offer: len(offer.text), default=None)


def _published(
    item: dict[str, Any], zone: str, languages: tuple[str, ...], now: datetime, greenwich: bool
) -> Published | None:
    for name in ("published", "created", "updated"):
        # dict.get: feedparser's own lookup answers "updated" with "published", and warns
        raw, parsed = dict.get(item, name), dict.get(item, f"{name}_parsed")
        if found := feed_date(raw, parsed, zone=zone, languages=languages, now=now, greenwich=greenwich):
            return found
    return None


def _ttl(feed: Mapping[str, Any]) -> float | None:
    """Seconds, of RSS's ttl (minutes) or of the syndication module's period and frequency."""
    minutes = _number(feed.get("ttl"))
    if minutes:
        return minutes * 60.0
    period = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    return period / (_number(feed.get("sy_updatefrequency")) or 1) if period else None


def _number(said: Any) -> int:
    """A whole number of one to six digits, 0 for anything else."""
    found = re.fullmatch(r"\s*(\d{1,6})\s*", said if isinstance(said, str) else "", re.ASCII)
    return int(found[1]) if found else 0
