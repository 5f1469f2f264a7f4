"""Rules for a list page nobody has described yet: found by its repeating blocks, or from one of its articles.

Selectors are made from the structure and then tried by the reader that will use them (`listing.read_list`):
what is proposed is what collects best, never what looks right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import median

from lxml.html import HtmlElement

from crawler.reading.jsonproposing import propose_json
from crawler.reading.links import join
from crawler.reading.listpage import (
    ANCHORS,
    GROUPS,
    LEAST,
    LINK_WORDS,
    ListPage,
    is_furniture,
    letters,
    words_of,
)
from crawler.reading.selectors import outermost, selected, text_of
from crawler.reading.steps import by_directory, item_selectors, steps
from news.article import Entry
from news.errors import ReadError
from news.source import Rules
from news.urls import canonical_url

MOST = 3  # proposals
SAMPLE = 12  # items in which dates and titles are looked for
SURE = 3  # items that are a list also without a date or an example
PRESENT = 0.4  # of the items must have what a rule selects
HEADLINE, TITLE_CHARS = 25, 400
_TITLE_NAME = re.compile(r"title|headline|heading|caption|subject|name", re.IGNORECASE)
_CONTAINERS = ("ul", "ol", "dl", "table", "tbody", "main")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Rules for a list page, the entries they collect there, how good that is (for ranking only), and the
    spider that reads by them: listing or jsonlist."""

    rules: Rules
    entries: tuple[Entry, ...]
    score: float
    spider: str = "listing"


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
    Lists that scripts draw from JSON in the page are found as well. Raises ReadError where the page does not
    list the example, or where a list in JSON needs one to tell addresses by.
    """
    page = ListPage(body, url, content_type, zone, languages, now)
    targets = page.showing(example, title) if example or title else page.repeating()
    best: dict[tuple[str | None, ...], Proposal] = {}
    for proposal in _drawn(page, targets, example, title):
        collected = tuple(entry.link for entry in proposal.entries)
        if collected not in best or proposal.score > best[collected].score:
            best[collected] = proposal
    if not best:
        for rules, entries in propose_json(page, example, title):
            dated = sum(entry.published is not None for entry in entries) / len(entries)
            best[tuple(entry.link for entry in entries)] = Proposal(rules, entries, dated, "jsonlist")
    if not best and (example or title):
        raise ReadError(url=url, reason=f"no list with {example or repr(title)} on this page")
    return tuple(sorted(best.values(), key=lambda each: -each.score)[:MOST])


def _drawn(page: ListPage, targets: Sequence[HtmlElement], example: str, title: str) -> Iterator[Proposal]:
    """What the page's own elements show, tried."""
    for target in targets:
        for rules in _candidates(page, target, title, least=1 if example or title else LEAST):
            proposal = _tried(page, rules, example, title)
            if proposal is not None:
                yield proposal


def _candidates(page: ListPage, target: HtmlElement, title: str, *, least: int) -> Iterator[Rules]:
    """Rules under which `target` is the link of an item, for every element around it that has `least` like
    it; last the links into its directory, wherever they stand."""
    seen: set[frozenset[HtmlElement]] = set()
    for element in (target, *target.iterancestors()):
        if element.tag in ("body", "html"):
            return
        if element.tag in _CONTAINERS:
            continue
        peers = _peers(element)
        if len({_first_link(page, peer) for peer in peers} - {None}) < least:
            continue
        places = by_directory(element) if element is target else ()
        for selector in (*item_selectors(element, peers), *places):
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


def _first_link(page: ListPage, element: HtmlElement) -> str | None:
    return next((page.links[one] for one in element.iter("a") if one in page.links), None)


def _rules(
    page: ListPage,
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
        page_url=page.page_url,
        item=selector,
        link=link,
        title=_title_step(page, sample, element, link, date, title),
        date=date,
    )


def _link_step(
    page: ListPage, sample: Sequence[HtmlElement], element: HtmlElement, target: HtmlElement
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


def _date_step(page: ListPage, sample: Sequence[HtmlElement]) -> str | None:
    """The selector whose cells tell a date in most items, at least in two of five."""
    counted: Counter[str] = Counter()
    for item in sample:
        found = {
            step
            for element in item.iterdescendants()
            if element.get("datetime") or page.is_date(words_of(element))
            for step in steps(element, item)
        }
        counted.update(found)
    best, most = None, PRESENT * len(sample)
    # Hours count for something, so that a day and an hour that stand apart are taken together.
    for step, _ in counted.most_common(GROUPS * 2):
        told = sum(_date_told(page, item, step) for item in sample)
        # Of those that tell as much, one with a class: counted first by number, then by that.
        if told >= most and (told > most or best is None or ("." in step and "." not in best)):
            best, most = step, told
    return best


def _date_told(page: ListPage, item: HtmlElement, step: str) -> float:
    """1 for a date, a quarter more with its hour."""
    cells = _cells(page, item, step, "date")
    shown = " ".join(words_of(cell) for cell in outermost(cells))
    for text in (*(cell.get("datetime") or "" for cell in cells), shown):
        said = page.moment(text)
        if said is not None:
            return 1.0 if said.at is None else 1.25
    return 0.0


def _title_step(
    page: ListPage,
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
    told_title = letters(title)
    if told_title and letters(_link_text(page, element, link)) != told_title:
        most = 0.0
    for inner, step in _title_steps(page, sample[:4]):
        wanted = _first_text(page, element, step) or _link_text(page, element, link)
        if told_title and letters(wanted) != told_title:
            continue
        texts = [_first_text(page, item, step) for item in sample]
        there = sum(map(bool, texts)) / len(texts)
        # Where an item has none, the reader takes the link's words.
        told = [text or other for text, other in zip(texts, linked, strict=True)]
        quality = _quality(page, told, inner) * (0.6 + 0.4 * there) if there >= PRESENT else 0.0
        quality *= 0.8 if "nth-of-type" in step else 1.0
        if quality > most or (around in inner.iterancestors() and quality >= 0.9 * most):
            best, most, around = step, quality, inner
    return best


def _title_steps(page: ListPage, sample: Sequence[HtmlElement]) -> Iterator[tuple[HtmlElement, str]]:
    """Elements of some items that have words and are no dates, each selector of theirs once."""
    seen: set[str] = set()
    for item in sample:
        for inner in item.iterdescendants():
            text = words_of(inner)
            if text and not page.is_date(text):
                for step in steps(inner, item):
                    if step not in seen:
                        seen.add(step)
                        yield inner, step


def _quality(page: ListPage, texts: Sequence[str], inner: HtmlElement | None) -> float:
    """How like titles these texts are, one an item: there, distinct, neither a word nor a paragraph."""
    said = [text for text in texts if text and not page.is_date(text)]
    if not said:
        return 0.0
    length = median(map(len, said))
    shape = 1.0 if 20 <= length <= 200 else 0.6 if 10 <= length <= TITLE_CHARS else 0.1
    named = 1.0
    if inner is not None:
        named = 1.25 if inner.tag in _HEADINGS or _TITLE_NAME.search(inner.get("class") or "") else 0.95
        named *= 0.6 if "\n" in text_of(inner) else 1.0
    return shape * named * (len(said) / len(texts)) * (len(set(said)) / len(said))


def _holds_date(page: ListPage, item: HtmlElement, link: str | None, date: str) -> bool:
    anchor = item if link == "" else next(iter(_cells(page, item, link or "a", "link")), None)
    cells = _cells(page, item, date, "date")
    return anchor is not None and any(anchor in (cell, *cell.iterancestors()) for cell in cells)


def _link_text(page: ListPage, item: HtmlElement, link: str | None) -> str:
    anchors = [item] if link == "" else _cells(page, item, link or "a", "link")
    return next((text for text in map(words_of, anchors) if text), "")


def _first_text(page: ListPage, item: HtmlElement, step: str) -> str:
    return next((text for text in map(words_of, _cells(page, item, step, "title")) if text), "")


def _cells(page: ListPage, item: HtmlElement, step: str, rule: str) -> list[HtmlElement]:
    """What a rule selects inside an item; nothing where it selects the item as well, which is no rule."""
    cells = selected(item, step, rule, page.url)
    return [] if item in cells else cells


def _tried(page: ListPage, rules: Rules, example: str, title: str) -> Proposal | None:
    """What rules collect when the list's reader applies them; None where that is no list with the example."""
    try:
        entries = page.read(rules).entries
    except ReadError:
        return None
    wanted = canonical_url(join(page.url, example)) if example else ""
    shown = [entry for entry in entries if not wanted or canonical_url(entry.link or "") == wanted]
    if not shown or not (example or title or _is_sure(entries)):
        return None
    if title and not any(letters(entry.title) == letters(title) for entry in shown):
        return None
    return Proposal(rules, entries, _score(page, rules, entries))


def _is_sure(entries: Sequence[Entry]) -> bool:
    """Whether this is a list although nobody said so: two items must be dated, or as long as headlines."""
    if len(entries) < LEAST:
        return False
    told = any(entry.published for entry in entries) or min(len(entry.title) for entry in entries) >= HEADLINE
    return len(entries) >= SURE or told


def _score(page: ListPage, rules: Rules, entries: Sequence[Entry]) -> float:
    """More items are better, dated ones much better; menus, single words and the site's furniture worse."""
    dated = sum(entry.published is not None for entry in entries) / len(entries)
    titled = sum(len(entry.title) >= LINK_WORDS for entry in entries) / len(entries)
    items = selected(page.root, rules.item or "", "item", page.url)
    outside = sum(is_furniture(item) for item in items) / len(items)
    plain = 1 - 0.01 * len((rules.item or "").split())
    return sqrt(min(len(entries), 40)) * (0.1 + 0.9 * dated) * titled * (1 - outside) * plain
