"""A source's reading rules as TOML: each checked for the spider that will read by it, each mistake named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from cssselect import SelectorError
from cssselect.parser import parse as parse_selector

from news.source import Rules, Source
from review.blocks import Problem, has_controls, known_key

PAGES = 1, 50
# Of every page, and of a list page where it is HTML.
ARTICLE_SELECTORS = frozenset({"body", "article_title", "article_date"})
LIST_SELECTORS = frozenset({"item", "link", "title", "date", "summary", "next"})
NAMES = tuple(field.name for field in fields(Rules))
NEEDED = {
    "listing": {"item": "A listing source needs the CSS selector of its items."},
    "jsonlist": {
        "item": "A JSON list needs the dotted path to its array, such as `data.articles`.",
        "link": "A JSON list needs the path of an item's address, or a template such as `https://HOST/{id}`.",
        "title": "A JSON list needs the path of an item's title.",
    },
}
ADDRESSES = {
    "telegram": (r"[^/]+/s/\w{4,32}/?", "a channel's preview, https://t.me/s/NAME"),
    "x": (r"(?:www\.)?(?:x|twitter)\.com/\w{1,15}/?", "an account's page, https://x.com/NAME"),
}


def read(value: Any) -> Rules:
    """The rules of a block, each of the right type. Raises Problem."""
    if not isinstance(value, dict):
        raise Problem("rules", "not a table", "Write [source.rules].")
    for key, rule in value.items():
        known_key(key, NAMES)
        _typed(key, rule)
    return Rules(**value | {"paths": tuple(value.get("paths", ()))})


def _typed(key: str, rule: Any) -> None:
    name, low, high = f"rules.{key}", *PAGES
    if key == "pages":
        if not isinstance(rule, int) or isinstance(rule, bool) or not low <= rule <= high:
            raise Problem(name, f"{rule!r} is not possible", f"Valid are {low} to {high} list pages.")
    elif key == "split":
        if not isinstance(rule, bool):
            raise Problem(name, f"{rule!r} is not possible", "Valid are true and false.")
    elif key == "paths":
        if not isinstance(rule, list) or not all(isinstance(each, str) and each for each in rule):
            raise Problem(name, f"{rule!r} is no list of patterns", 'For example ["/en/news/*"].')
    elif not isinstance(rule, str):
        raise Problem(name, f"{rule!r} is no text", "Put it in quotes.")
    if any(has_controls(each) for each in (rule if isinstance(rule, list) else [rule])):
        raise Problem(name, "control characters", "Write it on one line, as plain text.")


def fit(source: Source) -> None:
    """Whether address and rules are what the source's spider reads by. Raises Problem."""
    rules = source.rules
    for key, remedy in NEEDED.get(source.spider, {}).items():
        if not getattr(rules, key):
            raise Problem(f"rules.{key}", "missing", remedy)
    written = source.spider == "jsonlist"
    for key in ARTICLE_SELECTORS if written else ARTICLE_SELECTORS | LIST_SELECTORS:
        _selector(key, getattr(rules, key))
    if rules.json is not None:
        _selector("json", rules.json.partition("@")[0])
    if rules.page_url is not None and "page" not in _places(rules.page_url, "page_url"):
        raise Problem("rules.page_url", "no {page} in it", "Write the address with {page} for its number.")
    for key in ("link", "title", "date", "summary") if written else ():
        _places(getattr(rules, key) or "", key)
    if source.spider in ADDRESSES:
        pattern, what = ADDRESSES[source.spider]
        parts = urlsplit(source.url)
        if not re.fullmatch(pattern, f"{parts.netloc}{parts.path}"):
            raise Problem("url", f"{source.url!r} is not {what}", "Write it in that form.")


def _places(template: str, key: str) -> set[str]:
    """The names in braces. Raises Problem for braces that do not match."""
    try:
        return {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError as error:
        raise Problem(f"rules.{key}", f"{template!r} is no template ({error})", "Mend its braces.") from error


def _selector(key: str, rule: str | None) -> None:
    if rule is None or (rule == "" and key == "link"):
        return
    try:
        parse_selector(rule)
    except (SelectorError, TypeError, AttributeError) as error:
        raise Problem(f"rules.{key}", f"{rule!r} is no CSS selector ({error})", "Mend it.") from error


def written(rules: Rules) -> Mapping[str, Any]:
    """The rules as they stand in a block; what is at its default is left out."""
    said = {name: getattr(rules, name) for name in NAMES if getattr(rules, name) != getattr(Rules(), name)}
    return said | ({"paths": list(rules.paths)} if rules.paths else {})
