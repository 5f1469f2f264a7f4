"""WordPress' list of posts as JSON, whole texts included (https://developer.wordpress.org/rest-api/reference/posts/)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler.reading.blocks import block_hash
from crawler.reading.dates import parse_date
from crawler.reading.entries import ListReading, Said, entry, sifted
from crawler.reading.jsontext import json_of, text_of_body
from crawler.reading.paging import next_number
from news.article import Entry
from news.errors import ReadError


def read_posts(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    known: frozenset[int],
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
) -> ListReading:
    """The posts at `url` (`…/wp-json/wp/v2/posts?…`) whose block is not in `known`; the next page is older.

    A post's block is the hash of its number, its last change and its title. Raises ReadError with what the
    site says against it, Interstitial for a notice instead.
    """
    posts = _posts(body, url, content_type)
    return sifted(
        ((post, _block(post)) for post in posts),
        known,
        lambda post, block: _entry(post, block, zone, languages, now),
        next_url=next_number(url, "page") if posts else None,
    )


def _block(post: Mapping[str, Any]) -> int:
    return block_hash(f"{post.get('id')}\n{_changed(post)}\n{_rendered(post, 'title')}".encode())


def _posts(body: bytes, url: str, content_type: str | None) -> list[Mapping[str, Any]]:
    said = json_of(text_of_body(body), body=body, url=url, content_type=content_type)
    if isinstance(said, Mapping) and said.get("code"):
        raise ReadError(url=url, reason=f"WordPress says: {said.get('message') or said['code']}")
    if not isinstance(said, list):
        raise ReadError(url=url, reason="JSON, but no list of WordPress posts")
    return [post for post in said if isinstance(post, Mapping)]


def _changed(post: Mapping[str, Any]) -> str:
    return _text(post, "modified_gmt") or _text(post, "date_gmt") or _text(post, "date")


def _text(post: Mapping[str, Any], name: str) -> str:
    value = post.get(name)
    return value if isinstance(value, str) else ""


def _rendered(post: Mapping[str, Any], name: str) -> str:
    part = post.get(name)
    return _text(part, "rendered") if isinstance(part, Mapping) else ""


def _entry(
    post: Mapping[str, Any], block: int, zone: str, languages: tuple[str, ...], now: datetime
) -> Entry:
    content = _rendered(post, "content")
    # `date_gmt` names no zone and is UTC; `date` is the site's own time. 0000-00-00: not set.
    gmt = parse_date(_text(post, "date_gmt"), zone="UTC", languages=("en",), now=now)
    if gmt is not None and gmt.at is not None:
        gmt = parse_date(gmt.at.isoformat(), zone=zone, languages=("en",), now=now)
    return entry(
        link=_text(post, "link"),
        title=Said(_rendered(post, "title"), markup=True),
        guid=_rendered(post, "guid") or None,
        summary=Said(_rendered(post, "excerpt"), markup=True),
        content=Said(content, markup=True) if content else None,
        author=_author(post),
        published=gmt or parse_date(_text(post, "date"), zone=zone, languages=languages, now=now),
        language=_text(post, "lang"),
        block=block,
    )


def _author(post: Mapping[str, Any]) -> str | None:
    """By name, where the site embeds it or Yoast's plug-in says it; the post itself has a number."""
    embedded = post.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, Mapping) else None
    if isinstance(authors, list) and authors and isinstance(authors[0], Mapping):
        return _text(authors[0], "name") or None
    yoast = post.get("yoast_head_json")
    return (_text(yoast, "author") or None) if isinstance(yoast, Mapping) else None
