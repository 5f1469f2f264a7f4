"""Lists that come as JSON, or in a page drawn from JSON (Inertia, Next.js), read by dotted paths."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from crawler.reading.blocks import block_hash
from crawler.reading.dates import parse_date
from crawler.reading.entries import ListReading, Said, entry, joined, sifted
from crawler.reading.html import parse_html
from crawler.reading.jsontext import json_of, text_of_body
from crawler.reading.selectors import selected
from news.article import Entry, Published
from news.errors import ReadError
from news.source import Rules

# Seconds since 1970 between 1990 and 2100; larger by a thousand: milliseconds.
_EARLIEST, _LATEST = 631_152_000, 4_102_444_800
_PLACE = re.compile(r"\{([^{}]+)\}")


def read_json_list(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    known: frozenset[int],
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
    rules: Rules,
) -> ListReading:
    """The items of the array at `rules.item` as entries, those whose block is not in `known`.

    `rules.json` selects the element, or with `@name` its attribute, that holds the JSON; None: the body is
    JSON. A date is what people write, ISO 8601, or seconds or milliseconds since 1970. An item's block is the
    hash of what the rules take from it, so that counters of views change nothing. Raises ReadError where the
    JSON or the array is not found, Interstitial for a notice in its place.
    """
    items = _at(_document(body, url, content_type, rules), rules.item or "")
    if not isinstance(items, list):
        raise ReadError(url=url, reason=f"no array at rules.item {rules.item!r}: has the site changed?")
    told = [_told(item, rules) for item in items if isinstance(item, Mapping)]
    return sifted(
        ((each, block_hash(json.dumps(each, sort_keys=True).encode())) for each in told),
        known,
        lambda each, block: _entry(each, block, url, zone, languages, now),
    )


def _document(body: bytes, url: str, content_type: str | None, rules: Rules) -> Any:
    text: str | None = text_of_body(body)
    if rules.json is not None:
        selector, _, attribute = rules.json.partition("@")
        found = selected(parse_html(body, content_type), selector, "json", url)
        text = (found[0].get(attribute) if attribute else found[0].text) if found else None
    where = f" in {rules.json!r}" if rules.json else ""
    return json_of(text or "", body=body, url=url, content_type=content_type, where=where)


def _at(value: Any, path: str) -> Any:
    """What stands at a dotted path (`data.0.title`; "": the value itself), None where nothing does."""
    for step in filter(None, path.split(".")):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _told(item: Mapping[str, Any], rules: Rules) -> dict[str, str]:
    return {key: _said(item, getattr(rules, key)) for key in ("link", "title", "date", "summary")}


def _said(item: Mapping[str, Any], rule: str | None) -> str:
    """What a path or template takes from an item; "" where any part of it is missing."""
    if not rule:
        return ""
    if "{" not in rule:
        return _written(_at(item, rule))
    parts = {place: _written(_at(item, place)) for place in _PLACE.findall(rule)}
    return _PLACE.sub(lambda place: parts[place[1]], rule) if all(parts.values()) else ""


def _written(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _entry(
    told: Mapping[str, str], block: int, url: str, zone: str, languages: tuple[str, ...], now: datetime
) -> Entry:
    return entry(
        link=joined(url, told["link"]),
        title=Said(told["title"], markup=True),
        summary=Said(told["summary"], markup=True),
        published=_published(told["date"], zone, languages, now),
        block=block,
    )


def _published(said: str, zone: str, languages: tuple[str, ...], now: datetime) -> Published | None:
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", said):
        seconds = float(said) / (1 if float(said) < _LATEST else 1_000)
        if _EARLIEST <= seconds < _LATEST:
            said = datetime.fromtimestamp(seconds, UTC).isoformat()
    return parse_date(said, zone=zone, languages=languages, now=now) if said else None
