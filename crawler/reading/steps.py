"""CSS selectors for elements of a page, by what is true of them tomorrow too: classes before places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lxml.html import HtmlElement

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|-[A-Za-z_][A-Za-z0-9_-]*")
# Classes that tell one element from its like, or say how it stands now, not what it is.
_PASSING = re.compile(
    r"\d{3}|^(?:active|current|selected|first|last|odd|even|pinned|sticky|hidden|visible|show|open|new|hot|"
    r"clearfix|row|col(?:-.*)?|[mp][trblxy]?-\d+|d-\w+|has-.*|is-.*|js-.*|wow|animated|lazy\w*|fade\w*|"
    r"category-.*|tag-.*|status-.*|format-.*|type-.*)$",
    re.IGNORECASE,
)
# Of an element's like: a class that fewer bear is not what they have in common.
SHARED = 0.6
CELLS = 20  # in a row whose cells are told by their places


def classes(element: HtmlElement) -> list[str]:
    """The classes that say what an element is, as CSS can name them unescaped."""
    named = (element.get("class") or "").split()
    return [name for name in named[:20] if _NAME.fullmatch(name) and not _PASSING.search(name)]


def steps(element: HtmlElement, within: HtmlElement | None = None) -> Iterator[str]:
    """Selectors of an element inside `within`, the most telling first: by its classes, by its parent's, by
    its name alone; where all else fails by its place (the cells of a table)."""
    tag = str(element.tag)
    for name in classes(element)[:2]:
        yield f"{tag}.{name}"
    parent = element.getparent()
    if parent is not None and parent is not within:
        for name in classes(parent)[:2]:
            yield f"{parent.tag}.{name} {tag}"
        if parent.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "time"):
            yield f"{parent.tag} {tag}"
    yield tag
    if parent is None or len(parent) > CELLS:
        return
    alike = [one for one in parent if one.tag == element.tag]
    if len(alike) > 1:
        yield f"{tag}:nth-of-type({alike.index(element) + 1})"


def item_selectors(element: HtmlElement, peers: Sequence[HtmlElement]) -> Iterator[str]:
    """Selectors that find an element and its `peers`, short ones first, with up to two of the containers
    that have a name."""
    shared = _shared(element, peers)
    own = [f"{element.tag}.{name}" for name in shared[:2]]
    yield from own
    for container, between in _containers(element):
        for self_ in [*own, str(element.tag)]:
            yield f"{container} {self_}"
            yield " > ".join([container, *between, self_])


def _shared(element: HtmlElement, peers: Sequence[HtmlElement]) -> list[str]:
    counted = Counter(name for peer in peers for name in set(classes(peer)))
    return [name for name in classes(element) if counted[name] >= SHARED * len(peers)]


def _containers(element: HtmlElement) -> Iterator[tuple[str, list[str]]]:
    """The nearest ancestor that has a name and the elements between; the next one around it."""
    nearest = ""
    between: list[str] = []
    for ancestor in element.iterancestors():
        if ancestor.tag in ("body", "html"):
            return
        names = [f"{ancestor.tag}.{name}" for name in classes(ancestor)[:1]]
        identity = ancestor.get("id") or ""
        if not names and _NAME.fullmatch(identity) and not _PASSING.search(identity):
            names = [f"{ancestor.tag}#{identity}"]
        if not names and ancestor.tag in ("main", "article", "section", "tbody"):
            names = [str(ancestor.tag)]
        for name in names:
            if nearest:
                yield f"{name} {nearest}", between
                return
            yield name, between
            nearest = name
        if not nearest:
            between = [str(ancestor.tag), *between]


def by_directory(anchor: HtmlElement) -> tuple[str, ...]:
    """The selector of links into the directory (or to the script) that an anchor's leads to, if it can be
    told from any other link by that."""
    path, mark, _ = (anchor.get("href") or "").partition("?")
    place = f"{path}{mark}" if mark else path.rstrip("/")[: path.rstrip("/").rfind("/") + 1]
    place = re.sub(r"^https?://[^/]+", "", place)
    return (f"a[href*='{place}']",) if re.fullmatch(r"[\w./-]*\w[\w./-]*[/?]", place) else ()


def ancestry(element: HtmlElement, depth: int = 5) -> tuple[str, ...]:
    """By what elements of one repeating block are alike: their names and first classes, upwards."""
    line: Iterable[HtmlElement] = (element, *element.iterancestors())
    return tuple(
        ".".join([str(one.tag), *classes(one)[:1]]) for one, _ in zip(line, range(depth), strict=False)
    )
