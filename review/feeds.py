"""A list of matched articles as a feed: Atom 1.0 (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1).

An entry quotes what a mail would: headline, source, when it was said, the sentences that prove the match;
never the whole text. Its identity is its page on the desk, its link the original. Both formats are written by
libraries from values: nothing that was published is ever joined to markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from alerts.composing.moments import Moments
from alerts.composing.passages import Passage
from alerts.composing.plain import apart, plain, web_link
from news.article import Article

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE, JSON_TYPE = "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8"
DEFAULT: Any = {None: ATOM}  # the stubs know no namespace without a prefix
JSON_FEED = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True, slots=True)
class Feed:
    """What stands above the entries. `address` is the feed's own, secret one, `home` the page it is made
    from, `desk` the desk's own address without a slash at its end; `updated` (UTC) is when anything in it
    last changed, `zone` (IANA) the one times are told in."""

    title: str
    address: str
    home: str
    desk: str
    updated: datetime
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An article in it: the name of its source, the names of its topics, when it was matched (UTC), and the
    sentences that prove it."""

    article: Article
    source: str
    topics: tuple[str, ...]
    matched: datetime
    passages: tuple[Passage, ...] = ()


def atom(feed: Feed, entries: Sequence[FeedEntry]) -> bytes:
    """The feed as an Atom document, UTF-8."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=DEFAULT)
    _add(root, "id", feed.home)
    _add(root, "title", _line(feed.title))
    _add(root, "updated", _moment(feed.updated))
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add(root, "link", rel="alternate", type="text/html", href=feed.home)
    _add(root, "generator", "wirewatch")
    moments = Moments(feed.zone)
    for entry in entries:
        _atom_entry(root, feed, entry, moments)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def json_feed(feed: Feed, entries: Sequence[FeedEntry]) -> bytes:
    """The same as a JSON Feed, UTF-8."""
    moments = Moments(feed.zone)
    document = {
        "version": JSON_FEED,
        "title": _line(feed.title),
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "items": [_json_item(feed, entry, moments) for entry in entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8")


def _atom_entry(root: Any, feed: Feed, entry: FeedEntry, moments: Moments) -> None:
    article = entry.article
    element = _add(root, "entry")
    page = _page(feed, article)
    _add(element, "id", page)
    _add(element, "title", _title(article))
    _add(element, "updated", _moment(entry.matched))
    # A date without an hour has no place here; the summary says it.
    if article.published and article.published.at:
        _add(element, "published", _moment(article.published.at))
    _add(_add(element, "author"), "name", _line(entry.source))
    _add(element, "link", rel="alternate", href=web_link(article.url) or page)
    _add(element, "link", rel="related", type="text/html", href=page)
    for topic in entry.topics:
        _add(element, "category", term=_line(topic))
    _add(element, "summary", _said(entry, moments))


def _json_item(feed: Feed, entry: FeedEntry, moments: Moments) -> dict[str, Any]:
    article = entry.article
    page = _page(feed, article)
    published = article.published.at if article.published else None
    item = {
        "id": page,
        "url": web_link(article.url) or page,
        "title": _title(article),
        "content_text": _said(entry, moments),
        "date_published": _moment(published) if published else None,
        "date_modified": _moment(entry.matched),
        "authors": [{"name": _line(entry.source)}],
        "tags": [_line(topic) for topic in entry.topics],
        "language": article.language,
    }
    return {key: value for key, value in item.items() if value is not None}


def _said(entry: FeedEntry, moments: Moments) -> str:
    """Who said it and when, as precisely as is known, then the quotes."""
    said = moments.published(entry.article.published) or "not said when"
    seen = moments.at(entry.article.appeared.by)
    line = f"{apart(_line(entry.source))}, {said}; seen {seen} {moments.name}"
    return "\n".join([line, *(f"“{apart(_line(str(passage)))}”" for passage in entry.passages)])


def _title(article: Article) -> str:
    return _line(article.title) or "Untitled"


def _page(feed: Feed, article: Article) -> str:
    return f"{feed.desk}/articles/{article.id}"


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text
    return element


def _line(text: str) -> str:
    return plain(text).strip()


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
