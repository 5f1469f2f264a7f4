"""Rules for a list page nobody has described yet: found by its repeating blocks, or from one of its articles.

Selectors are made from the structure and then tried by the reader that will use them (`listing.read_list`):
what is proposed is what collects best, never what looks right.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.reading.dates import parse_date
from crawler.reading.html import parse_html
from crawler.reading.listing import ListReading, read_list
from crawler.reading.selectors import outermost, selected, text_of
from crawler.reading.steps import ancestry, item_selectors, steps
from news.article import Entry
from news.errors import ReadError
from news.source import Rules
from news.texts import one_line
from news.urls import canonical_url, is_web_address

MOST = 3  # proposals
ANCHORS = 2_000  # links of a page that are looked at
GROUPS = 6  # repeating blocks that are tried
SAMPLE = 12  # items in which dates and titles are looked for
LEAST, SURE = 2, 3  # items that can be a list; that are one also without a date or an example
LINK_WORDS = 15  # characters of a link that may be a headline
PRESENT = 0.4  # of the items must have what a rule selects
DATE_CHARS, TITLE_CHARS = 60, 250
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|footer\w*|header|sidebar|aside|breadcrumb\w*|social\w*|share\w*|pager|"
    r"pagination|lang\w*|tags?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TITLE_NAME = re.compile(r"title|head|name|caption|subject", re.IGNORECASE)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rules for a list page, the entries they collect there, and how good that is (for ranking only)."""

    rules: Rules
    entries: tuple[Entry, ...]
    score: float


def propose_rules(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
    example: str = "",
    title: str = "",
) -> tuple[Proposal, ...]:
    """At most three sets of rules for the list page at `url`, the best first; none where nothing repeats.

    `example` is the address of one article the list shows, `title` its title as it stands there: with them
    only rules that collect it (so titled) are proposed. `zone`, `languages` and `now` as for `read_list`.
    Raises ReadError where the page has no link to the example.
    """
    page = _Page(body, url, content_type, zone, languages, now)
    targets = page.showing(example, title) if example or title else page.repeating()
    found: dict[tuple[str | None, ...], Proposal] = {}
    for target in targets:
        for rules in _candidates(page, target, title):
            proposal = _tried(page, rules, example, title)
            if proposal is not None:
                found.setdefault(tuple(entry.link for entry in proposal.entries), proposal)
                same = found[tuple(entry.link for entry in proposal.entries)]
                if proposal.score > same.score:
                    found[tuple(entry.link for entry in proposal.entries)] = proposal
    return tuple(sorted(found.values(), key=lambda each: -each.score)[:MOST])


class _Page:
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
        base = next((one.get("href") for one in self.root.iter("base") if one.get("href")), "")
        self.base = _join(url, base) or url
        self.links: dict[HtmlElement, str] = {}
        own = canonical_url(url)
        for anchor in self.root.iter("a"):
            link = _join(self.base, anchor.get("href") or "")
            if len(self.links) < ANCHORS and is_web_address(link) and canonical_url(link) != own:
                self.links[anchor] = canonical_url(link)
        self._dated: dict[str, bool] = {}

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
        if not 0 < len(text) <= DATE_CHARS:
            return False
        if text not in self._dated:
            said = parse_date(text, zone=self.zone, languages=self.languages, now=self.now)
            self._dated[text] = said is not None
        return self._dated[text]

    def showing(self, example: str, title: str) -> list[HtmlElement]:
        """The links to an article, by its address or by its title."""
        address, letters = canonical_url(_join(self.url, example)) if example else "", _letters(title)
        found = [anchor for anchor, link in self.links.items() if link == address]
        found = found or [anchor for anchor in self.links if letters and letters in _letters(_text(anchor))]
        if not found:
            what = example or repr(title)
            raise ReadError(url=self.url, reason=f"no link to {what} on this page")
        # The one that says the title goes first: pictures and "read more" lead there too.
        return sorted(found, key=lambda anchor: letters not in _letters(_text(anchor)))[:GROUPS]

    def repeating(self) -> list[HtmlElement]:
        """One link out of each repeating block, of the blocks with the most to read."""
        site = _site(self.url)
        groups: dict[tuple[str, ...], list[HtmlElement]] = defaultdict(list)
        for anchor, link in self.links.items():
            if _site(link) == site and len(_text(anchor)) >= LINK_WORDS and not _is_furniture(anchor):
                groups[ancestry(anchor)].append(anchor)
        weights = {
            shape: sum(min(len(_text(anchor)), 100) for anchor in anchors)
            for shape, anchors in groups.items()
            if len({self.links[anchor] for anchor in anchors}) >= LEAST
        }
        largest = sorted(weights, key=lambda shape: -weights[shape])[:GROUPS]
        return [groups[shape][len(groups[shape]) // 2] for shape in largest]


def _candidates(page: _Page, target: HtmlElement, title: str) -> Iterator[Rules]:
    """Rules under which `target` is the link of an item, for every element around it that repeats."""
    seen: set[frozenset[HtmlElement]] = set()
    for element in (target, *target.iterancestors()):
        if element.tag in ("body", "html"):
            return
        peers = _peers(element)
        if len({_first_link(page, peer) for peer in peers} - {None}) < LEAST:
            continue
        for selector in item_selectors(element, peers):
            items = selected(page.root, selector, "item", page.url)
            key = frozenset(items)
            if key in seen or element not in key or len(items) > ANCHORS:
                continue
            if len(outermost(items)) < len(items):
                continue  # an item inside another is no list
            seen.add(key)
            yield _rules(page, selector, items, element, target, title)


def _peers(element: HtmlElement) -> list[HtmlElement]:
    """An element and its like: its siblings of the same name, and those under its parent's siblings."""
    parent = element.getparent()
    if parent is None:
        return [element]
    siblings = [one for one in parent if one.tag == element.tag]
    around = parent.getparent()
    if around is None or len(siblings) >= SURE:
        return siblings
    return [one for other in around if other.tag == parent.tag for one in other if one.tag == element.tag]


def _first_link(page: _Page, element: HtmlElement) -> str | None:
    return next((page.links[one] for one in element.iter("a") if one in page.links), None)


def _rules(
    page: _Page,
    selector: str,
    items: Sequence[HtmlElement],
    element: HtmlElement,
    target: HtmlElement,
    title: str,
) -> Rules:
    linked = [item for item in items if _first_link(page, item)]
    sample = list(dict.fromkeys([element, *linked]))[:SAMPLE]
    link = "" if element is target else _link_step(page, sample, element, target)
    date = _date_step(page, sample)
    return Rules(
        item=selector,
        link=link,
        title=_title_step(page, sample, element, link, date, title),
        date=date,
    )


def _link_step(
    page: _Page, sample: Sequence[HtmlElement], element: HtmlElement, target: HtmlElement
) -> str | None:
    """How the article's link is found in an item: the first one, unless that is another (a section's)."""

    def distinct(step: str) -> int:
        first = (next(iter(_cells(page, item, step, "link")), None) for item in sample)
        return len({page.links[one] for one in first if one is not None and one in page.links})

    best = "a"
    for step in ("a", *steps(target, element)):
        anchor = next((one for one in _cells(page, element, step, "link") if one in page.links), None)
        if anchor is None or page.links[anchor] != page.links[target]:
            continue
        leads = next((one for one in _cells(page, element, best, "link") if one in page.links), None)
        wrong = leads is None or page.links[leads] != page.links[target]
        if wrong or distinct(step) > distinct(best):
            best = step
    return best


def _date_step(page: _Page, sample: Sequence[HtmlElement]) -> str | None:
    """The selector whose cells tell a date in most items, at least in two of five."""
    counted: Counter[str] = Counter()
    for item in sample:
        found = {
            step
            for element in item.iterdescendants()
            if element.get("datetime") or page.is_date(_text(element))
            for step in steps(element, item)
        }
        counted.update(found)
    best, most = None, PRESENT * len(sample)
    for step, _ in counted.most_common(GROUPS * 2):
        told = sum(_tells_date(page, item, step) for item in sample)
        # Of those that tell as much, one with a class: counted first by number, then by that.
        if told >= most and (told > most or best is None or ("." in step and "." not in best)):
            best, most = step, told
    return best


def _tells_date(page: _Page, item: HtmlElement, step: str) -> bool:
    cells = _cells(page, item, step, "date")
    shown = one_line(" ".join(_text(cell) for cell in cells))
    return any(cell.get("datetime") for cell in cells) or page.is_date(shown)


def _title_step(
    page: _Page,
    sample: Sequence[HtmlElement],
    element: HtmlElement,
    link: str | None,
    date: str | None,
    title: str,
) -> str | None:
    """The selector of the titles; None where the link's own words are the best."""
    linked = [_link_text(page, item, link) for item in sample]
    own = _quality(page, linked, None)
    if date is not None and any(_holds_date(page, item, link, date) for item in sample):
        own *= 0.4
    best, most, around = None, own * 1.05, None
    letters = _letters(title)
    if letters and _letters(_link_text(page, element, link)) != letters:
        most = 0.0
    for inner, step in _title_steps(page, sample[:4]):
        wanted = _first_text(page, element, step) or _link_text(page, element, link)
        if letters and _letters(wanted) != letters:
            continue
        texts = [_first_text(page, item, step) for item in sample]
        there = sum(map(bool, texts)) / len(texts)
        # Where an item has none, the reader takes the link's words.
        told = [text or other for text, other in zip(texts, linked, strict=True)]
        quality = _quality(page, told, inner) * (0.6 + 0.4 * there) if there >= PRESENT else 0.0
        if quality > most or (around in inner.iterancestors() and quality >= 0.9 * most):
            best, most, around = step, quality, inner
    return best


def _title_steps(page: _Page, sample: Sequence[HtmlElement]) -> Iterator[tuple[HtmlElement, str]]:
    """Elements of some items that have words and are no dates, each selector of theirs once."""
    seen: set[str] = set()
    for item in sample:
        for inner in item.iterdescendants():
            text = _text(inner)
            if text and not page.is_date(text):
                for step in steps(inner, item):
                    if step not in seen:
                        seen.add(step)
                        yield inner, step


def _quality(page: _Page, texts: Sequence[str], inner: HtmlElement | None) -> float:
    """How like titles these texts are, one an item: there, distinct, neither a word nor a paragraph."""
    said = [text for text in texts if text and not page.is_date(text)]
    if not said:
        return 0.0
    length = median(map(len, said))
    shape = 1.0 if 20 <= length <= 160 else 0.5 if 10 <= length <= TITLE_CHARS else 0.1
    named = 1.0
    if inner is not None:
        named = 1.25 if inner.tag in _HEADINGS or _TITLE_NAME.search(inner.get("class") or "") else 0.95
        named *= 0.6 if "\n" in text_of(inner) else 1.0
    return shape * named * (len(said) / len(texts)) * (len(set(said)) / len(said))


def _holds_date(page: _Page, item: HtmlElement, link: str | None, date: str) -> bool:
    anchor = item if link == "" else next(iter(_cells(page, item, link or "a", "link")), None)
    cells = _cells(page, item, date, "date")
    return anchor is not None and any(anchor in (cell, *cell.iterancestors()) for cell in cells)


def _link_text(page: _Page, item: HtmlElement, link: str | None) -> str:
    anchors = [item] if link == "" else _cells(page, item, link or "a", "link")
    return next((text for text in map(_text, anchors) if text), "")


def _first_text(page: _Page, item: HtmlElement, step: str) -> str:
    return next((text for text in map(_text, _cells(page, item, step, "title")) if text), "")


def _cells(page: _Page, item: HtmlElement, step: str, rule: str) -> list[HtmlElement]:
    return selected(item, step, rule, page.url)


def _tried(page: _Page, rules: Rules, example: str, title: str) -> Proposal | None:
    """What rules collect when the list's reader applies them; None where that is no list, or not the example."""
    try:
        entries = page.read(rules).entries
    except ReadError:
        return None
    wanted = canonical_url(_join(page.url, example)) if example else ""
    shown = [entry for entry in entries if not wanted or canonical_url(entry.link or "") == wanted]
    sure = len(entries) >= SURE or example or title or any(entry.published for entry in entries)
    if len(entries) < LEAST or not sure or not shown:
        return None
    if title and not any(_letters(entry.title) == _letters(title) for entry in shown):
        return None
    return Proposal(rules, entries, _score(page, rules, entries))


def _score(page: _Page, rules: Rules, entries: Sequence[Entry]) -> float:
    """More items are better, dated ones much better; menus, single words and the site's furniture worse."""
    dated = sum(entry.published is not None for entry in entries) / len(entries)
    titled = sum(len(entry.title) >= LINK_WORDS for entry in entries) / len(entries)
    items = selected(page.root, rules.item or "", "item", page.url)
    outside = sum(_is_furniture(item) for item in items) / len(items)
    plain = 1 - 0.01 * len((rules.item or "").split())
    return min(len(entries), 40) ** 0.5 * (0.1 + 0.9 * dated) * titled * (1 - outside) * plain


def _is_furniture(element: HtmlElement) -> bool:
    """Whether an element stands in the page's frame: its navigation, head, foot or margin."""
    for one in (element, *element.iterancestors()):
        if one.tag in ("nav", "footer", "aside", "header") and one.find(".//article") is None:
            return True
        named = f"{one.get('class') or ''} {one.get('id') or ''}"
        if one.tag not in ("body", "html") and _FURNITURE.search(named[:300]):
            return True
    return False


def _text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split()) if element.tag not in ("script", "style") else ""


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _site(url: str) -> str:
    try:
        return ".".join((urlsplit(url).hostname or "").split(".")[-2:])
    except ValueError:
        return ""


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""
