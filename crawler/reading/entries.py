"""What a reading of a feed or list gives, whatever its format, and the caps on what one may say."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from typing import Any, TypeVar

from crawler.reading.blocks import block_hash
from crawler.reading.html import plain_text
from crawler.reading.links import join
from news.article import Entry, Published
from news.texts import clean_text, clipped, one_line
from news.urls import is_web_address

FIRST_LINE = 200
TITLE_LIMIT = 1_000  # characters, as all of these
SUMMARY_LIMIT = 10_000
AUTHOR_LIMIT = 300
IDENTIFIER_LIMIT = 2_048  # of a guid and of a link

Item = TypeVar("Item")
_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_]|$)")
# Escaped too often by the publisher (azertag.az, modern.az): no headline means these as letters.
_TWICE_ESCAPED = re.compile(r"&(?!lt;|gt;)(?:[A-Za-z]{2,8}|#\d{2,5}|#x[0-9A-Fa-f]{2,4});")
_ADDRESSED = re.compile(r"\S+@\S+ \((.+)\)")  # RSS 2.0's form of an author
_NOBODY = frozenset(("admin", "administrator", "editor", "root", "webmaster"))
_STRAY_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)  # escaped CDATA (qafqazinfo.az)


@dataclass(frozen=True, slots=True)
class ListReading:
    """One feed or list page, read.

    `entries` are the items that were not known, in the document's order;
    `blocks` the hashes of those that were, cut unread; `listed` counts both.
    `next_url` is the page with older items; `onward` are lists this document
    only points to (a sitemap's index), newest first; all absolute. `ttl` is
    the seconds the feed asks to be left alone, `language` an ISO 639 code;
    None: not said.
    """

    entries: tuple[Entry, ...]
    blocks: tuple[int, ...] = ()
    listed: int = 0
    next_url: str | None = None
    onward: tuple[str, ...] = ()
    ttl: float | None = None
    title: str | None = None
    language: str | None = None


def sifted(
    items: Iterable[tuple[Item, int]], known: Set[int], read: Callable[[Item, int], Entry], **more: Any
) -> ListReading:
    """The reading of a list of `items`, each with its block: those that are not `known` as `read` reads them,
    the others cut. `more` are further fields of the reading."""
    listed = list(items)
    return ListReading(
        entries=tuple(read(item, block) for item, block in listed if block not in known),
        blocks=tuple(block for _, block in listed if block in known),
        **{"listed": len(listed), **more},
    )


@dataclass(frozen=True, slots=True)
class Said:
    """A text as a feed says it: its characters and whether they are markup."""

    text: str = ""
    markup: bool = False

    def plain(self) -> str:
        text = _STRAY_CDATA.sub(r"\1", self.text) if "<![CDATA[" in self.text else self.text
        return plain_text(text) if self.markup else clean_text(text)


def entry(
    *,
    link: str | None,
    title: Said,
    guid: str | None = None,
    summary: Said = Said(),
    content: Said | None = None,
    author: str | None = None,
    published: Published | None = None,
    language: str | None = None,
    block: int | None = None,
    views: int | None = None,
) -> Entry:
    """An `Entry` within the caps, of what a feed said: nothing in it is trusted."""
    return Entry(
        link=web_link(link),
        title=clipped(headline(title), TITLE_LIMIT),
        guid=_identifier(guid),
        summary=clipped(summary.plain(), SUMMARY_LIMIT),
        content=(content.plain() or None) if content else None,
        author=clipped(_byline(author), AUTHOR_LIMIT) or None if author else None,
        published=published,
        language=language_code(language),
        block=block,
        views=views,
    )


def _byline(author: str) -> str:
    """A name; empty for an account nobody signs with, without the address RSS puts before the name."""
    name = one_line(plain_text(author))
    addressed = _ADDRESSED.fullmatch(name)
    name = addressed[1] if addressed else name
    return "" if name.casefold() in _NOBODY else name


def headline(title: Said) -> str:
    """A title in one line, with what was escaped twice resolved."""
    text = title.plain()
    for _ in range(2 if "&" in text else 0):
        text = clean_text(_TWICE_ESCAPED.sub(lambda entity: html.unescape(entity[0]), text))
    return text.replace("\n", " ")


def web_link(link: str | None) -> str | None:
    """An absolute http(s) address of at most 2,048 characters, else None: cut, it would be another one."""
    link = re.sub(r"[\t\n\r\x00]", "", link or "").strip()
    return link if len(link) <= IDENTIFIER_LIMIT and is_web_address(link) else None


def language_code(tag: str | None) -> str | None:
    """The primary subtag of a language tag (`ru` of `ru-RU`), None where it is no tag."""
    found = _CODE.match((tag or "").strip())
    return found[1].lower() if found else None


def _identifier(guid: str | None) -> str | None:
    """A guid in one line; an overlong one keeps its beginning and ends in the hash of the whole."""
    guid = one_line(guid or "")
    if len(guid) > IDENTIFIER_LIMIT:
        digest = block_hash(guid.encode()) & (2**64 - 1)
        guid = f"{guid[: IDENTIFIER_LIMIT - 17]}#{digest:016x}"
    return guid or None


def joined(base: str, link: str | None) -> str | None:
    """`link` as an absolute address, None where there is none or it cannot be joined."""
    return join(base, link) or None if link else None


def title_of(text: str) -> str:
    """What stands for the headline of a post that has none: the first line with letters, without the marks
    before it, at most 200 characters, cut at a blank."""
    line = next((line for line in text.split("\n") if any(map(str.isalpha, line))), "")
    start = next((at for at, letter in enumerate(line) if letter.isalnum() or letter in '«"“„(#@'), 0)
    line = one_line(line[start:])
    return line if len(line) <= FIRST_LINE else line[:FIRST_LINE].rsplit(" ", 1)[0] + "…"
