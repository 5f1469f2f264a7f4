"""What a page's JSON-LD says of its article (https://schema.org/Article), however badly it is written.

Expected: one object, a list, `@graph`, an article inside a `WebPage`, comments and CDATA around the JSON,
trailing commas, raw line breaks, and JSON so broken that only its date and headline can still be told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

SCRIPT_CHARS = 1_000_000
NODES = 2_000

_ARTICLES = frozenset(
    [
        "blogposting",
        "liveblogposting",
        "socialmediaposting",
        "discussionforumposting",
        "report",
        "claimreview",
        "pressrelease",
        "governmentannouncement",
        "specialannouncement",
    ]
)
_PAGES = frozenset(["webpage", "itempage", "videoobject", "creativework", "recipe", "medicalwebpage"])
# The ways from a document to its article; lists of other articles (itemListElement, hasPart) are not taken.
_INWARD = ("@graph", "mainEntity", "mainEntityOfPage")
_AROUND = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|/\*.{0,40}?\*/|<!\[CDATA\[)+|(?:-->|//\]\]>|\]\]>|;)+\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_LOOSE = re.compile(r'"(datePublished|headline)"\s*:\s*"((?:[^"\\\n]|\\.){1,500})"')


@dataclass(frozen=True, slots=True)
class Said:
    """What JSON-LD says, strings as written; `is_article` false: only a page or video was described."""

    is_article: bool
    headline: str | None = None
    published: str | None = None
    created: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    publisher: str | None = None
    url: str | None = None
    body: str | None = None


def read_jsonld(scripts: Iterable[str], url: str) -> Said | None:
    """The one object among all scripts that describes the page at `url`; None where there is none.

    An article whose own address is `url` goes before other articles, an article before a page.
    """
    found: list[Said] = []
    for script in scripts:
        script = script[:SCRIPT_CHARS]
        try:
            found.extend(filter(None, map(_said, _nodes(_parsed(script)))))
        except (ValueError, RecursionError):
            found.extend(_salvaged(script))
    if not found:
        return None
    best = max(found, key=lambda said: (said.is_article, _is_at(said, url)))  # the first of equals
    dated = next((said.published for said in found if said.published), None)
    return best if best.published or best.is_article is False else replace(best, published=dated)


def _is_at(said: Said, url: str) -> bool:
    return bool(said.url) and (said.url or "").partition("#")[0].rstrip("/") == url.partition("#")[0].rstrip(
        "/"
    )


def _parsed(script: str) -> Any:
    text = _AROUND.sub("", script.strip()).strip()
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_TRAILING_COMMA.sub(r"\1", text), strict=False)


def _salvaged(script: str) -> Iterator[Said]:
    fields: dict[str, str] = {}
    for name, value in _LOOSE.findall(script):
        fields.setdefault(name, value)
    if fields:
        yield Said("Article" in script, fields.get("headline"), fields.get("datePublished"))


def _nodes(document: Any) -> Iterator[dict[str, Any]]:
    waiting = [document]
    for _ in range(NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:NODES]
        elif isinstance(node, dict):
            yield node
            waiting[:0] = [node[key] for key in _INWARD if isinstance(node.get(key), dict | list)]


def _said(node: dict[str, Any]) -> Said | None:
    types = [str(kind).rpartition("/")[2].lower() for kind in _listed(node.get("@type"))]
    is_article = any(kind.endswith("article") or kind in _ARTICLES for kind in types)
    if not is_article and not _PAGES.intersection(types):
        return None
    return Said(
        is_article,
        headline=_text(node.get("headline")) or _text(node.get("name")),
        published=_text(node.get("datePublished")),
        created=_text(node.get("dateCreated")) or _text(node.get("uploadDate")),
        authors=tuple(filter(None, map(_name, _listed(node.get("author"))))),
        language=_name(node.get("inLanguage")),
        publisher=_name(node.get("publisher")),
        url=_address(node),
        body=_text(node.get("articleBody")),
    )


def _address(node: dict[str, Any]) -> str | None:
    page = node.get("mainEntityOfPage")
    inner = page.get("@id") if isinstance(page, dict) else page
    return _text(node.get("url")) or _text(inner) or _text(node.get("@id"))


def _listed(value: Any) -> list[Any]:
    return value[:50] if isinstance(value, list) else [value]


def _name(value: Any) -> str | None:
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return value.strip() or None if isinstance(value, str) else None
