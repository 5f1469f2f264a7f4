"""The article in the JSON from which a script draws a page that itself shows next to nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from crawler.reading.html import plain_text

# Next.js and Nuxt name their script so; Inertia (armenpress.am) has an attribute of the element it fills.
_SCRIPTS = frozenset(("__NEXT_DATA__", "__NUXT_DATA__"))
_ATTRIBUTE = "data-page"
LEAST_CHARS = 200
MOST_CHARS = 2_000_000
NODES = 20_000


def drawn_text(root: HtmlElement) -> str:
    """The longest prose in the JSON of the page as plain text; empty where there is none.

    Prose is a string of at least 200 characters with a blank in every twenty: no address, style or key.
    """
    texts = (text for said in _documents(root) for text in _strings(said) if _is_prose(text))
    return plain_text(max(texts, key=len, default=""))


def _documents(root: HtmlElement) -> Iterator[Any]:
    for element in root.iter("div", "main", "script"):
        said = element.get(_ATTRIBUTE) or (element.text if element.get("id") in _SCRIPTS else None)
        if not said or len(said) > MOST_CHARS:
            continue
        try:
            yield json.loads(said)
        except (ValueError, RecursionError):
            continue


def _strings(document: Any) -> Iterator[str]:
    waiting = [document]
    for _ in range(NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _is_prose(text: str) -> bool:
    return len(text) >= LEAST_CHARS and text.count(" ") * 20 > len(text)
