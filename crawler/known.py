"""The spiders there are: each a file in crawler/spiders, named as the spider is."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from crawler import spiders

if TYPE_CHECKING:
    from crawler.visiting import SourceSpider


def names() -> tuple[str, ...]:
    """By name; nothing of them is loaded."""
    return tuple(sorted(module.name for module in iter_modules(spiders.__path__)))


def spider(name: str) -> type[SourceSpider]:
    """The spider of one of the `names`, loaded, and Scrapy with it."""
    module = import_module(f"{spiders.__name__}.{name}")
    found: type[SourceSpider] = next(
        each for each in vars(module).values() if getattr(each, "name", None) == name
    )
    return found
