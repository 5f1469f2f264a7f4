"""Rules for lists that scripts draw from JSON in the page, or that come as JSON: found by their form.

An array of objects with titles is a list. Where its items say no address, one article's address tells how
addresses are made of them.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from lxml.html import HtmlElement

from crawler.reading.dates import parse_date
from crawler.reading.jsonlists import read_json_list
from crawler.reading.links import join
from crawler.reading.listpage import LEAST, ListPage, letters
from news.article import Entry
from news.errors import ReadError
from news.source import Rules
from news.urls import canonical_url

DOCUMENTS, NODES, DEPTH = 12, 20_000, 10
SAMPLE = 12  # items whose values are looked at
INSIDE = 3  # levels of an item's objects
MOST = 0.7  # of the items must have a title and an address
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|mp4|pdf)(?:\?|$)", re.IGNORECASE)
_TITLES = re.compile(r"title|headline|caption", re.IGNORECASE)
_LINKS = re.compile(r"url|link|href|path|slug|uri", re.IGNORECASE)
_DATES = (re.compile(r"publi", re.I), re.compile(r"date|time", re.I), re.compile(r"creat|_at$|At$"))
_SUMMARIES = re.compile(r"summary|short|excerpt|lead|description|annotation", re.IGNORECASE)
_CHANGED = re.compile(r"updat|modif|edit", re.IGNORECASE)

Values = Mapping[str, Sequence[str]]  # of each path inside the items, what stands there, "" where nothing


def propose_json(page: ListPage, example: str = "", title: str = "") -> list[tuple[Rules, tuple[Entry, ...]]]:
    """Rules for the JSON lists of a page, each with what it collects, the longest first; `example` and
    `title` as for `propose_rules`. Raises ReadError where a list says no addresses and no example does."""
    found: list[tuple[Rules, tuple[Entry, ...]]] = []
    nameless = ""
    for place, document in _documents(page):
        for path, items in _arrays(document):
            values = _values(items)
            titles = _title_path(values, title)
            if titles is None:
                continue
            link = _link_rule(page, values, example)
            if link is None:
                nameless = nameless or f"{place or 'the body'}, {path!r}"
                continue
            rules = Rules(
                json=place,
                item=path,
                link=link,
                title=titles,
                date=_date_path(page, values),
                summary=next((each for each in values if _SUMMARIES.search(each)), None),
                page_url=page.page_url,
            )
            entries = _collected(page, rules, example)
            if entries:
                found.append((rules, entries))
    if nameless and not found and not example:
        reason = f"a list in JSON ({nameless}) says no addresses: show one article of it (--example)"
        raise ReadError(url=page.url, reason=reason)
    return sorted(found, key=lambda each: -len(each[1]))


def _documents(page: ListPage) -> Iterator[tuple[str | None, Any]]:
    """Where JSON stands in a page (`selector@attribute`, None: the body itself), and the JSON."""
    whole = _parsed(page.body.decode("utf-8", "replace").lstrip("\ufeff"))
    if whole is not None:
        yield None, whole
        return
    seen = 0
    for element in page.root.iter():
        for place, text in _held(element):
            document = _parsed(text)
            if document is not None and seen < DOCUMENTS:
                seen += 1
                yield place, document


def _held(element: HtmlElement) -> Iterator[tuple[str, str]]:
    identity = element.get("id") or ""
    name = f"{element.tag}#{identity}" if _NAME.fullmatch(identity) else ""
    if element.tag == "script":
        if element.get("type") == "application/json" and element.text:
            yield name or "script[type='application/json']", element.text
        return
    for attribute, value in element.attrib.items():
        if len(value) > 100 and value[:1] in "{[" and _NAME.fullmatch(attribute):
            yield f"{name or f'{element.tag}[{attribute}]'}@{attribute}", value


def _parsed(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _arrays(document: Any) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Every array of objects, by its dotted path, the outer before the inner."""
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), document)])
    for _ in range(NODES):
        if not waiting:
            return
        path, value = waiting.popleft()
        if isinstance(value, list):
            items = [item for item in value if isinstance(item, Mapping)]
            if len(items) >= LEAST and len(items) == len(value):
                yield ".".join(path), items
        inner = value.items() if isinstance(value, Mapping) else enumerate(value[:5])
        waiting.extend(
            ((*path, str(key)), each)
            for key, each in inner
            if isinstance(each, Mapping | list) and len(path) < DEPTH and "." not in str(key)
        )


def _values(items: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """What stands at each path of the first items, as text."""
    sample = items[:SAMPLE]
    values: dict[str, list[str]] = {}
    for number, item in enumerate(sample):
        for path, said in _leaves(item, INSIDE):
            values.setdefault(path, [""] * len(sample))[number] = said
    return values


def _leaves(item: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str]]:
    for key, value in list(item.items())[:60]:
        if re.search(r"[.{}]", key):
            continue
        if isinstance(value, Mapping) and depth > 1:
            yield from ((f"{key}.{path}", said) for path, said in _leaves(value, depth - 1))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield key, str(value)


def _title_path(values: Values, title: str) -> str | None:
    wanted, best, most = letters(title), None, 0.0
    for path, said in values.items():
        told = [each for each in said if each]
        if len(told) < MOST * len(said) or (wanted and wanted not in map(letters, told)):
            continue
        length = median(map(len, told))
        words = median(len(each.split()) for each in told)
        like = len(set(told)) / len(said) * (1.0 if words >= 2 and 10 <= length <= 250 else 0.0)
        like *= 2.0 if _TITLES.search(path) else 0.2 if _SUMMARIES.search(path) else 1.0
        if like > most and (_TITLES.search(path) or words >= 3):
            best, most = path, like
    return best


def _link_rule(page: ListPage, values: Values, example: str) -> str | None:
    """The path of the articles' addresses, or how the example's is made of an item's number or name."""
    address = join(page.url, example) if example else ""
    for path in sorted(values, key=lambda path: _LINKS.search(path) is None):
        said = [each for each in values[path] if each]
        leads = [each for each in said if re.match(r"https?://|/[^/]", each) and not _PICTURE.search(each)]
        if len(set(leads)) >= MOST * len(values[path]) and len(set(leads)) >= LEAST:
            led = {canonical_url(join(page.base, each)) for each in leads}
            if not address or canonical_url(address) in led:
                return path
    parts = [
        (each, path)
        for path, said in values.items()
        for each in said
        if len(each) > 1 and re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", address)
    ]
    if not parts:
        return None
    part, path = max(parts, key=lambda pair: len(pair[0]))
    start = address.rindex(part)
    return f"{address[:start]}{{{path}}}{address[start + len(part) :]}"


def _date_path(page: ListPage, values: Values) -> str | None:
    def rank(path: str) -> int:
        named = (number for number, names in enumerate(_DATES) if names.search(path))
        return len(_DATES) + 1 if _CHANGED.search(path) else next(named, len(_DATES))

    for path in sorted(values, key=rank):
        said = [each for each in values[path] if each]
        named = rank(path) < len(_DATES)
        if said and all(_is_moment(each, page.now, page, named) for each in said):
            return path
    return None


def _is_moment(said: str, now: datetime, page: ListPage, named: bool) -> bool:
    if re.fullmatch(r"\d{10}|\d{13}", said):
        return named
    return len(said) >= 6 and (
        parse_date(said, zone=page.zone, languages=page.languages, now=now) is not None
        if named
        else page.is_date(said)
    )


def _collected(page: ListPage, rules: Rules, example: str) -> tuple[Entry, ...]:
    """What the list's reader collects by the rules; nothing where that is no list with the example."""
    try:
        entries = read_json_list(
            page.body,
            url=page.url,
            content_type=page.content_type,
            known=frozenset(),
            zone=page.zone,
            languages=page.languages,
            now=page.now,
            rules=rules,
        ).entries
    except ReadError:
        return ()
    good = [entry for entry in entries if entry.link and entry.title]
    wanted = canonical_url(join(page.url, example)) if example else ""
    shown = not wanted or any(canonical_url(entry.link or "") == wanted for entry in good)
    return entries if len(good) >= max(LEAST, MOST * len(entries)) and shown else ()
