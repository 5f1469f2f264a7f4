"""A list page as entries, by a source's CSS rules: what a ministry without a feed shows of its news."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import urldefrag

import xxhash
from lxml.etree import tostring
from lxml.html import HtmlElement

from crawler.reading.dates import parse_date
from crawler.reading.entries import ListReading
from crawler.reading.html import parse_html
from crawler.reading.interstitials import recognise
from crawler.reading.links import base_of, join
from crawler.reading.selectors import outermost, selected, text_of
from news.article import Entry, Published
from news.errors import CatalogueError
from news.source import Rules
from news.texts import clipped, one_line
from news.urls import is_web_address

TITLE_CHARS = 300
SUMMARY_CHARS = 10_000
LINK_CHARS = 2_048


def read_list(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    rules: Rules,
    zone: str,
    languages: tuple[str, ...],
    known: frozenset[int],
    now: datetime,
) -> ListReading:
    """The items of the list page at `url` by `rules`: one entry for every item that links to a web address.

    Items whose hash (xxh3_64 of their markup, signed) is in `known` are cut unread. `zone` (IANA) and
    `languages` (ISO 639-1) serve dates that name no zone or are written in words; `now` (aware UTC) bounds
    them. Raises CatalogueError for a missing item rule or one that is no CSS selector, Interstitial where the
    page holds no item and is a notice.
    """
    if not rules.item:
        raise CatalogueError(
            file=url,
            where="rules.item",
            problem="a listing needs the CSS selector of its items",
            remedy="Name it, for example `div.news-list li`.",
        )
    root = parse_html(body, content_type)
    base = base_of(root, url)
    items = _told_apart(selected(root, rules.item, "item", url))
    if not items:
        notice = recognise(body, status=200, url=url, content_type=content_type)
        if notice is not None:
            raise notice
    fresh = [(item, block) for item, block in items if block not in known]
    entries: dict[str, Entry] = {}
    for item, block in fresh:
        link = _link(item, rules.link, base, url)
        if link and link not in entries:
            published = _date(item, rules.date, url, zone=zone, languages=languages, now=now)
            entries[link] = _entry(item, rules, url, link, published, block)
    cut = tuple(block for _, block in items if block in known)
    return ListReading(tuple(entries.values()), cut, len(entries) + len(cut), _next(root, rules, base, url))


def _told_apart(items: Sequence[HtmlElement]) -> list[tuple[HtmlElement, int]]:
    """Each item with its hash; of items with the same markup (a list shown twice) the first."""
    found: dict[int, HtmlElement] = {}
    for item in items:
        digest = xxhash.xxh3_64_intdigest(tostring(item, encoding="utf-8", with_tail=False))
        found.setdefault(digest - (1 << 64) if digest >> 63 else digest, item)
    return [(item, block) for block, item in found.items()]


def _entry(
    item: HtmlElement, rules: Rules, url: str, link: str, published: Published | None, block: int
) -> Entry:
    title = _title(item, rules, url)
    summary = title if len(title) > TITLE_CHARS else ""
    return Entry(
        link=link,
        title=clipped(one_line(title), TITLE_CHARS),
        summary=clipped(summary, SUMMARY_CHARS),
        published=published,
        block=block,
    )


def _anchors(item: HtmlElement, selector: str | None, url: str) -> Iterator[HtmlElement]:
    """The elements that may carry the item's link: the rule's (or, of a container, its anchors), the item
    itself for an empty rule, the item's anchors where there is none."""
    if selector is None:
        yield from item.iter("a")
    elif not selector:
        yield item
    else:
        for element in selected(item, selector, "link", url):
            yield from [element] if element.get("href") else element.iter("a")


def _link(item: HtmlElement, selector: str | None, base: str, url: str) -> str | None:
    for anchor in _anchors(item, selector, url):
        link = _joined(base, anchor.get("href"))
        if link:
            return link
    return None


def _title(item: HtmlElement, rules: Rules, url: str) -> str:
    if rules.title:
        told = [text_of(element) for element in outermost(selected(item, rules.title, "title", url))]
        if any(told):
            return "\n".join(filter(None, told))
    for anchor in _anchors(item, rules.link, url):
        title = text_of(anchor) or one_line(anchor.get("title") or "") or _picture_text(anchor)
        if title:
            return title
    return ""


def _picture_text(anchor: HtmlElement) -> str:
    return next((one_line(image.get("alt") or "") for image in anchor.iter("img")), "")


def _date(
    item: HtmlElement,
    selector: str | None,
    url: str,
    *,
    zone: str,
    languages: Sequence[str],
    now: datetime,
) -> Published | None:
    """The item's date: what the rule selects, taken together (a day and an hour may stand apart)."""
    if not selector:
        return None
    cells = outermost(selected(item, selector, "date", url))
    for_machines = [cell.get("datetime") or "" for cell in cells]
    shown = " ".join(one_line(text_of(cell)) for cell in cells)
    first = next((one_line(text) for cell in cells for text in cell.itertext() if text.strip()), "")
    for text in (*for_machines, shown, first):
        published = parse_date(text, zone=zone, languages=languages, now=now) if text else None
        if published is not None:
            return published
    return None


def _next(root: HtmlElement, rules: Rules, base: str, url: str) -> str | None:
    if not rules.next:
        return None
    for element in selected(root, rules.next, "next", url):
        link = _joined(base, element.get("href"))
        if link and link != url:
            return link
    return None


def _joined(base: str, href: str | None) -> str | None:
    """An absolute web address, None for what leads nowhere else: fragments, `javascript:`, `mailto:`."""
    href = (href or "").strip()
    if not href or href.startswith("#"):
        return None
    link = join(base, href)
    if not is_web_address(link) or len(link) > LINK_CHARS:
        return None
    return link if "#!" in link else urldefrag(link)[0]
