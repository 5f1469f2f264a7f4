"""A public Telegram channel by its preview page, t.me/s/NAME: about twenty posts, older ones page by page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from lxml.html import HtmlElement

from crawler.reading.blocks import block_hash
from crawler.reading.dates import parse_date
from crawler.reading.entries import ListReading, Said, entry, joined, title_of
from crawler.reading.html import parse_html
from crawler.reading.interstitials import recognise
from crawler.reading.selectors import outermost, selected, text_of
from news.article import Entry, Published
from news.errors import ReadError
from news.texts import one_line

NO_POSTS = (
    "no posts: the channel's preview is switched off, or there is no such channel; "
    "look for its web site or another channel"
)
# A post is split only where it is long, and into parts that can stand alone.
LONG, SHORT = 400, 80
_BULLETS = frozenset("•▪▫◾◽–—-")
_NUMBERED = re.compile(r"\d{1,2}[.)]\s")
_VIEWS = re.compile(r"(\d+(?:\.\d+)?)([KM]?)")


@dataclass(frozen=True, slots=True)
class Post:
    """One post: `name` is `channel/number`, `text` what it says or its pictures' captions."""

    name: str
    text: str
    published: Published | None
    views: int | None
    origin: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """One subject of a post, or the whole; `block` is the hash of its words and of the views' magnitude."""

    address: str
    text: str
    block: int


def read_channel(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    known: frozenset[int],
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
    split: bool = False,
) -> ListReading:
    """The posts with any words as entries, newest first, their whole text as content.

    A post that was forwarded has as author whom it came from. With `split` a long post with several subjects
    becomes an entry each, the first under the post's own address. A post's block is the hash of its words and
    of its views' order of magnitude: an edit, or a doubling of views, is an entry again. Raises ReadError for
    a page without posts (HTTP 200, previews off), Interstitial for a notice.
    """
    root = parse_html(body, content_type)
    messages = selected(root, ".tgme_widget_message[data-post]", "item", url)
    if not messages:
        notice = recognise(body, status=200, url=url, content_type=content_type)
        raise notice or ReadError(url=url, reason=NO_POSTS)
    posts = [_post(message, url, zone, languages, now) for message in reversed(messages)]
    parts = [(part, post) for post in posts for part in _parts(post, url, split)]
    entries = tuple(_entry(part, post) for part, post in parts if part.block not in known)
    cut = tuple(part.block for part, _ in parts if part.block in known)
    return ListReading(entries, cut, listed=len(posts), next_url=_older(root, url))


def _post(message: HtmlElement, url: str, zone: str, languages: tuple[str, ...], now: datetime) -> Post:
    said = outermost(selected(message, ".tgme_widget_message_text.js-message_text", "item", url))
    said = said or outermost(selected(message, ".tgme_widget_message_text", "item", url))
    more = selected(
        message, ".tgme_widget_message_document_title, .tgme_widget_message_poll_question", "item", url
    )
    times = selected(message, ".tgme_widget_message_date time[datetime]", "date", url)
    views = selected(message, ".tgme_widget_message_views", "item", url)
    origin = selected(message, ".tgme_widget_message_forwarded_from_name", "item", url)
    at = times[-1].get("datetime") or "" if times else ""
    return Post(
        name=message.get("data-post") or "",
        text="\n".join(filter(None, map(text_of, [*said, *more]))),
        published=parse_date(at, zone=zone, languages=languages, now=now) if at else None,
        views=_count(text_of(views[0])) if views else None,
        origin=one_line(text_of(origin[0])) or None if origin else None,
    )


def _count(said: str) -> int | None:
    """Views as a number: 987, 2.65K, 1.2M."""
    found = _VIEWS.fullmatch(said.strip())
    return round(float(found[1]) * {"": 1, "K": 1_000, "M": 1_000_000}[found[2]]) if found else None


def _parts(post: Post, url: str, split: bool) -> Iterator[Part]:
    """The post's subjects, or the whole; none where it has no words."""
    magnitude = (post.views or 0).bit_length()
    texts = subjects(post.text) if split else [post.text]
    for number, text in enumerate(texts, 1):
        address = urljoin(url, f"/{post.name}") + (f"?part={number}" if number > 1 else "")
        if text:
            yield Part(address, text, block_hash(f"{address}\n{magnitude}\n{text}".encode()))


def _entry(part: Part, post: Post) -> Entry:
    return entry(
        link=part.address,
        title=Said(title_of(part.text)),
        guid=part.address,
        content=Said(part.text),
        author=f"{post.origin} (forwarded)" if post.origin else None,
        published=post.published,
        block=part.block,
        views=post.views,
    )


def subjects(text: str) -> list[str]:
    """A long post as its subjects, in order: its first line and what follows it, then a part for each mark.

    Marks are bullets, pictograms or numbers at the beginning of a line. The text as it is where it is short,
    or where a part would be too short to stand alone.
    """
    first, *others = text.split("\n")
    parts = [[first]]
    for line in others:
        if _begins_subject(line):
            parts.append([])
        parts[-1].append(line)
    head, *marked = ("\n".join(lines).strip() for lines in parts)
    several = len(marked) + _begins_subject(first) > 1
    if len(text) < LONG or not several or min(map(len, marked), default=0) < SHORT:
        return [text]
    return [head, *marked]


def _begins_subject(line: str) -> bool:
    first = line.lstrip()[:1]
    return bool(first) and (
        first in _BULLETS or unicodedata.category(first) == "So" or bool(_NUMBERED.match(line.lstrip()))
    )


def _older(root: HtmlElement, url: str) -> str | None:
    links: Sequence[HtmlElement] = selected(
        root, 'link[rel="prev"][href], a.tme_messages_more[data-before]', "next", url
    )
    return next((joined(url, each.get("href")) for each in links if each.get("href")), None)
