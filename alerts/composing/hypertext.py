"""A page as HTML for mail programs: escaped, with its styles on the elements, nothing to load or run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from css_inline import CSSInliner
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from alerts.composing.page import LATE, NO_LINK, Entry, Page


@dataclass(frozen=True, slots=True)
class _Stationery:
    """The templates and styles, read once."""

    message: Template
    entry: Template
    css: str
    night: str
    inliner: CSSInliner


def as_html(page: Page) -> str:
    """All of `page` as one HTML document."""
    paper = _stationery()
    document = paper.message.render(page=page, css=paper.css, night=paper.night)
    return paper.inliner.inline(document)


def entry_html(entry: Entry, institution: bool) -> str:
    """One entry as it stands in the document, its styles included: for weighing it."""
    paper = _stationery()
    # The templates' own module: a macro returns what it wrote, already escaped.
    return paper.inliner.inline_fragment(str(paper.entry.module.entry(entry, institution)), paper.css)  # type: ignore[attr-defined]


@cache
def _stationery() -> _Stationery:
    loader = PackageLoader("alerts", "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.globals.update(late=LATE, no_link=NO_LINK)
    css, night = (loader.get_source(environment, file)[0] for file in ("message.css", "night.css"))
    return _Stationery(
        environment.get_template("message.html"),
        environment.get_template("entry.html"),
        css,
        night,
        CSSInliner(load_remote_stylesheets=False, minify_css=True, keep_at_rules=True),
    )
