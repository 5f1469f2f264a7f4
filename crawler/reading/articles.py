"""An article's page as its title, text, author and date; run in a reader.

The source's own CSS rules go first; what they do not give is found by trafilatura (F1 0.962 on
article-extraction-benchmark in its fast mode) and by the page's metadata.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import cast

import trafilatura
from lxml.etree import XPath, _ElementUnicodeResult, strip_elements
from lxml.html import HtmlElement
from trafilatura.settings import DEFAULT_CONFIG

from crawler.reading.dates import parse_date
from crawler.reading.documents import TEXT_CHARS, is_document, read_document
from crawler.reading.drawn import LEAST_CHARS, drawn_text
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

# Text in JSON-LD stands in where the page shows less than this share of it: teasers before a paywall,
# pages drawn by scripts. Elsewhere the page is better (links, captions and lists are in their places).
SHOWN_SHARE = 0.5
# A date or a section above a headline is no longer than this, and there are no more lines than these.
SHORT_LINE, HEADING_LINES = 60, 4
_BARE_DATE = re.compile(r"(?=.{6,40}$)(?:[\d\W_]*[^\W\d_]+){0,2}[\d\W_]*")
_JOINED = XPath("//text()[contains(., '\u200c') or contains(., '\u200d')]")
# Runes, which no page holds that holds these joiners, too.
_STAND_INS = {0x200C: "\u16a0", 0x200D: "\u16a2"}
_JOINERS = {ord(rune): chr(joiner) for joiner, rune in _STAND_INS.items()}
# Below this trafilatura takes what it found for a failure, and all words of the page, headline and date among
# them, for the text. Its 250 characters are more than many an agency's report has. F1 on the benchmark's 181
# pages: 0.966 at 250, 0.968 at 150, 0.963 at 100 (tests/crawler/reading/test_article_corpus.py prints it).
_SHORT_TEXTS_TOO = deepcopy(DEFAULT_CONFIG)
_SHORT_TEXTS_TOO["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "150"
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
    A PDF or Word file, told by its bytes, is read as well (`documents.read_document`; no rule applies).
    Raises Interstitial where a notice stands in place of the article, ReadError where no text is found,
    CatalogueError for a rule that is no CSS selector.
    """
    if is_document(body):
        found = read_document(
            body, url=url, final_url=final_url, zone=zone, languages=languages, now=now, entry=entry
        )
        return replace(found, published=_agreed(entry.published, found.published))
    notice = recognise(body, status=200, url=url, content_type=content_type, final_url=final_url)
    if notice is not None:
        raise notice
    root = parse_html(body, content_type)
    page = read_metadata(root, url=final_url, zone=zone, languages=languages, now=now)
    title = _ruled_line(root, rules.article_title, "article_title", url) or page.title or entry.title
    dated = _ruled_line(root, rules.article_date, "article_date", url)
    date_in = partial(parse_date, zone=zone, languages=languages, now=now)
    published = date_in(dated) if dated else None
    text = _ruled_text(root, rules.body, url)
    text = text or _without_heading(_main_text(root, page.body), title, date_in)
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
    """The article's text as trafilatura finds it; where that is but a part, as the page states it, or as it
    holds it for the script that is to show it."""
    drawn = drawn_text(root)
    strip_elements(root, *_MACHINERY, with_tail=False)
    joined = _joiners_kept(root)
    found = trafilatura.bare_extraction(root, fast=True, include_comments=False, config=_SHORT_TEXTS_TOO)
    if found is None and _without_controls(root):
        found = trafilatura.bare_extraction(root, fast=True, include_comments=False, config=_SHORT_TEXTS_TOO)
    text = clean_text(getattr(found, "text", None) or "")
    text = text.translate(_JOINERS) if joined else text
    if stated and len(text) < SHOWN_SHARE * len(stated):
        text = stated
    if drawn and len(text) < LEAST_CHARS:
        text = drawn
    return text[:TEXT_CHARS]


def _without_heading(text: str, title: str, date_in: Callable[[str], object]) -> str:
    """A text without the headline and the date that stand above it in the element they share."""
    lines = text.split("\n")
    place = 0
    for number, line in enumerate(lines[:HEADING_LINES]):
        if one_line(line).casefold() == title.casefold() or (_BARE_DATE.fullmatch(line) and date_in(line)):
            place = number + 1
        elif len(line) > SHORT_LINE:
            break
    return "\n".join(lines[place:]) if place < len(lines) else text


def _joiners_kept(root: HtmlElement) -> bool:
    """Writes stand-ins for the joiners Persian is spelt with, which trafilatura drops; says whether any stood
    there."""
    found = cast("list[_ElementUnicodeResult]", _JOINED(root))
    for text in found:
        parent = text.getparent()
        if parent is not None:
            setattr(parent, "tail" if text.is_tail else "text", text.translate(_STAND_INS))
    return bool(found)


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
