"""A list page under study: its links, the dates in its short texts, its frame; for `proposing`."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime

from lxml.html import HtmlElement

from crawler.reading.dates import parse_date
from crawler.reading.entries import ListReading
from crawler.reading.html import parse_html
from crawler.reading.links import base_of, join, site_of
from crawler.reading.listing import read_list
from crawler.reading.steps import ancestry
from news.article import Published
from news.source import Rules
from news.urls import canonical_url, is_web_address

ANCHORS = 2_000  # links of a page that are looked at
GROUPS = 6  # repeating blocks that are tried
LEAST = 2  # items that can be a list
LINK_WORDS = 15  # characters of a link that may be a headline
DATE_CHARS = 60
MOST_WORDS = 5  # the month's and the day's names, a place, a section
_WORD = re.compile(r"[^\W\d_]{2,}")
_EXACT = re.compile(r"\d{4}|[۰-۹]{4}|\d\s?[:.]\s?\d")
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|footer\w*|header|sidebar|aside|breadcrumb\w*|social\w*|share\w*|pager|"
    r"pagination|lang\w*|tags?)(?:$|[\s_-])",
    re.IGNORECASE,
)


class ListPage:
    """A list page, its links, and the dates its short texts tell (each read once)."""

    def __init__(
        self,
        body: bytes,
        url: str,
        content_type: str | None,
        zone: str,
        languages: tuple[str, ...],
        now: datetime,
    ) -> None:
        self.body, self.url, self.content_type = body, url, content_type
        self.zone, self.languages, self.now = zone, languages, now
        self.root = parse_html(body, content_type)
        self.base = base_of(self.root, url)
        self.links: dict[HtmlElement, str] = {}
        own = canonical_url(url)
        for anchor in self.root.iter("a"):
            link = join(self.base, anchor.get("href") or "")
            if len(self.links) < ANCHORS and is_web_address(link) and canonical_url(link) != own:
                self.links[anchor] = canonical_url(link)
        self._dated: dict[str, Published | None] = {}
        self.page_url = self._page_url()

    def read(self, rules: Rules) -> ListReading:
        return read_list(
            self.body,
            url=self.url,
            content_type=self.content_type,
            rules=rules,
            zone=self.zone,
            languages=self.languages,
            known=frozenset(),
            now=self.now,
        )

    def is_date(self, text: str) -> bool:
        return self.moment(text) is not None

    def moment(self, text: str) -> Published | None:
        """The date that a text is, with a word or two beside it; None for a headline that names a day."""
        if not 0 < len(text) <= DATE_CHARS:
            return None
        words = len(_WORD.findall(text))
        if words > MOST_WORDS or (words > 2 and not _EXACT.search(text)):
            return None
        if text not in self._dated:
            self._dated[text] = parse_date(text, zone=self.zone, languages=self.languages, now=self.now)
        return self._dated[text]

    def _page_url(self) -> str | None:
        """The address of further list pages, by the links that say 2 and, where there is one, 3."""
        shown: dict[str, str] = {}
        for anchor in self.links:
            if (text := words_of(anchor)) in ("2", "3"):
                shown.setdefault(text, join(self.base, anchor.get("href") or ""))
        second, third = shown.get("2", ""), shown.get("3", "")
        if site_of(second) != site_of(self.url) or "{" in second:
            return None
        for number in reversed(list(re.finditer(r"(?<!\d)2(?!\d)", second))):
            before, after = second[: number.start()], second[number.end() :]
            if third in ("", f"{before}3{after}"):
                return f"{before}{{page}}{after}"
        return None

    def showing(self, example: str, title: str) -> list[HtmlElement]:
        """The links to an article, by its address or by its title."""
        address = canonical_url(join(self.url, example)) if example else ""
        told = letters(title)
        found = [anchor for anchor, link in self.links.items() if link == address]
        found = found or [anchor for anchor in self.links if told and told in letters(words_of(anchor))]
        # The one that says the title goes first: pictures and "read more" lead there too.
        return sorted(found, key=lambda anchor: told not in letters(words_of(anchor)))[:GROUPS]

    def repeating(self) -> list[HtmlElement]:
        """One link out of each repeating block, of the blocks with the most to read."""
        site = site_of(self.url)
        groups: dict[tuple[str, ...], list[HtmlElement]] = defaultdict(list)
        for anchor, link in self.links.items():
            if site_of(link) == site and len(words_of(anchor)) >= LINK_WORDS and not is_furniture(anchor):
                groups[ancestry(anchor)].append(anchor)
        weights = {
            shape: sum(min(len(words_of(anchor)), 100) for anchor in anchors)
            for shape, anchors in groups.items()
            if len({self.links[anchor] for anchor in anchors}) >= LEAST
        }
        largest = sorted(weights, key=lambda shape: -weights[shape])[:GROUPS]
        return [groups[shape][len(groups[shape]) // 2] for shape in largest]


def is_furniture(element: HtmlElement) -> bool:
    """Whether an element stands in the page's frame: its navigation, head, foot or margin."""
    for one in (element, *element.iterancestors()):
        if one.tag in ("nav", "footer", "aside", "header") and one.find(".//article") is None:
            return True
        named = f"{one.get('class') or ''} {one.get('id') or ''}"
        if one.tag not in ("body", "html") and _FURNITURE.search(named[:300]):
            return True
    return False


def words_of(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split()) if element.tag not in ("script", "style") else ""


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
