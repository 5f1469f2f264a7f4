"""A source's CSS rules, compiled once and applied to a tree."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from lxml.etree import tostring
from lxml.html import HtmlElement

from crawler.reading.html import plain_text
from news.errors import CatalogueError


@lru_cache(maxsize=1024)
def compiled(selector: str, rule: str, url: str) -> CSSSelector:
    """A CSS selector made ready. `rule` and `url` name it in the CatalogueError a bad one raises."""
    try:
        return CSSSelector(selector, translator="html")
    except SelectorError as error:
        raise CatalogueError(
            file=url,
            where=f"rules.{rule}",
            problem=f"{selector!r} is no CSS selector ({error})",
            remedy="Write it as in a style sheet, for example `div.news-list li a`.",
        ) from None


def selected(root: HtmlElement, selector: str, rule: str, url: str) -> list[HtmlElement]:
    """The elements under `root` that a rule selects, in document order."""
    return cast("list[HtmlElement]", compiled(selector, rule, url)(root))


def text_of(element: HtmlElement) -> str:
    """An element's text as a reader sees it, blocks on lines of their own."""
    return plain_text(tostring(element, encoding="unicode", method="html", with_tail=False))


def outermost(elements: list[HtmlElement]) -> list[HtmlElement]:
    """Those that lie in no other of them: text is read once, however the selector overlaps."""
    chosen = set(elements)
    return [one for one in elements if chosen.isdisjoint(one.iterancestors())]
