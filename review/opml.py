"""Feeds in and out as OPML 2.0 (http://opml.org/spec2.opml), as feed readers exchange them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from news.errors import CatalogueError
from news.source import Source
from review.catalogue import from_values


def read_file(path: Path, *, kind: str, known: Iterable[Source]) -> tuple[Source, ...]:
    """`read` of a file. Raises CatalogueError naming file and outline."""
    try:
        body = path.read_bytes()
    except OSError as error:
        problem, remedy = f"not OPML: {error}", "Name a file that can be read."
        raise CatalogueError(file=path, where="(file)", problem=problem, remedy=remedy) from error
    return read(body, str(path), kind=kind, known=known)


def read(body: bytes, file: str, *, kind: str, known: Iterable[Source]) -> tuple[Source, ...]:
    """The feeds of an OPML document that are not `known` by their address, as sources of one kind.

    Slugs are made from titles, none of them a known one's. `file` names it in errors. Raises CatalogueError.
    """
    root = _root(body, file)
    sources: list[Source] = []
    used, urls = set(), set()
    for source in known:
        used.add(source.slug)
        urls.add(source.url)
    for outline in root.iter("outline"):
        url = (outline.get("xmlUrl") or "").strip()
        if not url or url in urls:
            continue
        urls.add(url)
        name = outline.get("title") or outline.get("text") or url
        slug = _slug(name, url, used)
        used.add(slug)
        sources.append(from_values({"slug": slug, "name": name, "kind": kind, "url": url}, file))
    return tuple(sources)


def _root(body: bytes, file: str) -> Element:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        problem, remedy = "it declares entities or a document type", "Leave them out."
        raise CatalogueError(file=file, where="(file)", problem=problem, remedy=remedy) from error
    except (ValueError, LookupError, ParseError) as error:
        raise CatalogueError(
            file=file, where="(file)", problem=f"not OPML: {error}", remedy="Export it again."
        ) from error
    if root.tag != "opml":
        problem = f"not OPML: its root is <{root.tag}>"
        raise CatalogueError(file=file, where="(file)", problem=problem, remedy="Export it again.")
    return root


def write(sources: Iterable[Source]) -> str:
    """The feed sources as an OPML document; lists have no place in it and are left out."""
    opml = Element("opml", version="2.0")
    SubElement(SubElement(opml, "head"), "title").text = "wirewatch sources"
    body = SubElement(opml, "body")
    for source in sources:
        if source.spider == "feed":
            SubElement(body, "outline", text=source.name, title=source.name, type="rss", xmlUrl=source.url)
    indent(opml)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(opml, encoding="unicode") + "\n"


def _slug(name: str, url: str, used: Collection[str]) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")
    if len(base) < 3:
        base = re.sub(r"[^a-z0-9]+", "-", (urlsplit(url).hostname or "feed").lower()).strip("-")
    base = base[:56].strip("-")
    number = 1
    slug = base
    while slug in used:
        number += 1
        slug = f"{base}-{number}"
    return slug
