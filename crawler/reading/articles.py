"""An article's page as its title, text, author and date; run in a reader.

The source's own CSS rules go first; what they do not give is found by trafilatura (F1 0.962 on
article-extraction-benchmark in its fast mode) and by the page's metadata.
"""

from __future__ import annotations

import re
import zlib
from datetime import datetime

import trafilatura
from lxml.etree import strip_elements
from lxml.html import HtmlElement

from crawler.reading.dates import parse_date
from crawler.reading.html import parse_html
from crawler.reading.interstitials import recognise
from crawler.reading.metadata import TITLE_CHARS, read_metadata
from crawler.reading.pagedates import first_posted
from crawler.reading.selectors import outermost, selected, text_of
from news.article import Entry, Published, Reading, TextOrigin
from news.errors import ReadError
from news.source import Rules
from news.texts import clean_text, clipped, one_line
from news.urls import canonical_url

TEXT_CHARS = 500_000
# Text in JSON-LD stands in where the page shows less than this share of it: teasers before a paywall,
# pages drawn by scripts. Elsewhere the page is better (links, captions and lists are in their places).
SHOWN_SHARE = 0.5
_CONTROLS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What trafilatura throws away in any case, after copying it several times.
_MACHINERY = ("script", "style", "svg", "link", "template", "iframe", "noscript")


def read_article(
    body: bytes,
    *,
    url: str,
    final_url: str,
    content_type: str | None,
    rules: Rules,
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
    entry: Entry,
) -> Reading:
    """What stands on the page `url` led to: `body`, had from `final_url` with status 200.

    `zone` (IANA) and `languages` (ISO 639-1) are the source's, `now` is aware UTC, `entry` is what the feed
    or list said; it fills what the page leaves open. The text is NFC, paragraphs are joined by a newline.
    Raises Interstitial where a notice stands in place of the article, ReadError where no text is found,
    CatalogueError for a rule that is no CSS selector.
    """
    notice = recognise(body, status=200, url=url, content_type=content_type, final_url=final_url)
    if notice is not None:
        raise notice
    root = parse_html(body, content_type)
    page = read_metadata(root, url=final_url, zone=zone, languages=languages, now=now)
    title = _ruled_line(root, rules.article_title, "article_title", url) or page.title or entry.title
    dated = _ruled_line(root, rules.article_date, "article_date", url)
    published = parse_date(dated, zone=zone, languages=languages, now=now) if dated else None
    text = _ruled_text(root, rules.body, url) or _main_text(root, page.body)
    if not any(letter.isalpha() for letter in text):
        raise ReadError(url=url, reason="no article text")
    return Reading(
        title=clipped(title, TITLE_CHARS),
        text=text,
        origin=TextOrigin.PAGE,
        canonical_url=page.canonical or canonical_url(final_url),
        author=page.author or entry.author,
        published=first_posted(_agreed(entry.published, published or page.published), text, zone=zone),
        language=page.language or entry.language,
        raw=zlib.compress(body, 1),
    )


def from_feed(entry: Entry) -> Reading:
    """The article as its feed carries it whole: nothing is fetched."""
    return _from_entry(entry, entry.content or entry.summary, TextOrigin.FEED)


def stand_in(entry: Entry) -> Reading:
    """What the feed or list said, in place of a page that could not be had."""
    return _from_entry(entry, entry.summary or entry.content or entry.title, TextOrigin.SUMMARY)


def _from_entry(entry: Entry, text: str, origin: TextOrigin) -> Reading:
    return Reading(
        title=entry.title,
        text=clean_text(text)[:TEXT_CHARS],
        origin=origin,
        canonical_url=canonical_url(entry.link) if entry.link else None,
        author=entry.author,
        published=entry.published,
        language=entry.language,
    )


def _agreed(announced: Published | None, printed: Published | None) -> Published | None:
    """The feed's date where it has an hour, else the page's of the same day, else what there is."""
    if announced is None:
        return printed
    if announced.at is None and printed is not None and printed.day == announced.day:
        return printed
    return announced


def _ruled_line(root: HtmlElement, selector: str | None, rule: str, url: str) -> str:
    if not selector:
        return ""
    return one_line(" ".join(text_of(element) for element in outermost(selected(root, selector, rule, url))))


def _ruled_text(root: HtmlElement, selector: str | None, url: str) -> str:
    if not selector:
        return ""
    paragraphs = map(text_of, outermost(selected(root, selector, "body", url)))
    return "\n".join(filter(None, paragraphs))[:TEXT_CHARS]


def _main_text(root: HtmlElement, stated: str | None) -> str:
    """The article's text as trafilatura finds it, or as the page states it where it shows but a part."""
    strip_elements(root, *_MACHINERY, with_tail=False)
    found = trafilatura.bare_extraction(root, fast=True, include_comments=False)
    if found is None and _without_controls(root):
        found = trafilatura.bare_extraction(root, fast=True, include_comments=False)
    text = clean_text(getattr(found, "text", None) or "")
    if stated and len(text) < SHOWN_SHARE * len(stated):
        text = stated
    return text[:TEXT_CHARS]


def _without_controls(root: HtmlElement) -> bool:
    """Takes out of a tree the characters libxml2 reads from HTML but refuses to write, over which trafilatura
    discards the whole page; says whether there were any."""
    any_found = False
    for element in root.iter():
        for part in ("text", "tail"):
            text = getattr(element, part)
            if text and _CONTROLS.search(text):
                setattr(element, part, _CONTROLS.sub("", text))
                any_found = True
    return any_found
