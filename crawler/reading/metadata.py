"""Title, author, date, language and address as a page states them, gathered in one pass over its tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from lxml.etree import XPath, tostring
from lxml.html import HtmlElement

from crawler.reading.html import plain_text
from crawler.reading.jsonld import Said, read_jsonld
from crawler.reading.links import host_of, join
from crawler.reading.pagedates import Dates, page_date
from news.article import Published
from news.texts import clipped, one_line
from news.urls import canonical_url, is_web_address

TITLE_CHARS = 1_000
AUTHOR_CHARS = 200

_SITE_SEPARATORS = re.compile(r"\s+[-–—|·•:»/]+\s+|\s*[|»]\s*")
_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_]|$)")
_BY = re.compile(r"^(?:by|von|par|автор|текст|müəllif|yazar|հեղինակ|ავტორი)\b[:\s]*", re.IGNORECASE)
_CUT_OFF = ("...", "…")
_WITH_ITEMPROP = XPath("descendant-or-self::*[@itemprop]")
_AUTHORS = XPath("descendant-or-self::*[@rel = 'author'][self::a or self::span]")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself; None: it does not.

    `canonical` is the address it claims, in canonical form, if it can be believed. `body` is the article's
    plain text as given in its JSON-LD.
    """

    title: str | None
    author: str | None
    published: Published | None
    language: str | None
    canonical: str | None
    body: str | None


@dataclass(slots=True)
class _Gathered:
    """The telling elements of one page by kind, in document order."""

    metas: dict[str, str] = field(default_factory=dict)
    properties: dict[str, list[HtmlElement]] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    headings: list[HtmlElement] = field(default_factory=list)
    times: list[HtmlElement] = field(default_factory=list)
    authors: list[HtmlElement] = field(default_factory=list)
    title: str | None = None

    def meta(self, *names: str) -> str | None:
        return next((self.metas[name] for name in names if name in self.metas), None)


def read_metadata(
    root: HtmlElement, *, url: str, zone: str, languages: Sequence[str], now: datetime
) -> Metadata:
    """What the page with tree `root`, had from `url`, says of itself. The tree is left as it is.

    `zone` (IANA) and `languages` (ISO 639-1) serve dates that name no zone or are written in words; `now`
    (aware UTC) bounds them. Never raises on what a page may hold.
    """
    page = _gather(root)
    said = read_jsonld(page.scripts, url) or Said(False)
    dates = Dates(root, page.metas, page.properties, page.times, page.headings, said)
    return Metadata(
        title=_title(page, said, host_of(url)),
        author=_author(page, said),
        published=page_date(dates, url=url, zone=zone, languages=languages, now=now),
        language=_language(root, page, said),
        canonical=_canonical(page, url),
        body=plain_text(said.body) if said.is_article and said.body else None,
    )


def _gather(root: HtmlElement) -> _Gathered:
    page = _Gathered()
    # lxml makes an object for each element it hands out, which costs more than finding it. Hence three
    # searches in C that hand out what tells something.
    for element in _found(_WITH_ITEMPROP, root):
        for name in (element.get("itemprop") or "").lower().split():
            page.properties.setdefault(name, []).append(element)
    page.authors.extend(_found(_AUTHORS, root))
    for element in root.iter("meta", "script", "link", "title", "h1", "time"):
        match element.tag:
            case "meta":
                _gather_meta(page, element)
            case "script" if "ld+json" in element.get("type", ""):
                page.scripts.append(element.text or "")
            case "link":
                for rel in element.get("rel", "").lower().split():
                    page.links.setdefault(rel, element.get("href", ""))
            case "title":
                page.title = page.title or element.text
            case "h1":
                page.headings.append(element)
            case "time":
                page.times.append(element)
    return page


def _found(path: XPath, root: HtmlElement) -> list[HtmlElement]:
    return cast("list[HtmlElement]", path(root))


def _gather_meta(page: _Gathered, element: HtmlElement) -> None:
    content = (element.get("content") or "").strip()
    for attribute in ("property", "name"):
        name = (element.get(attribute) or "").strip().lower()
        if name and content:
            page.metas.setdefault(name, content)


def _title(page: _Gathered, said: Said, host: str) -> str | None:
    headings = [text for text in map(_words, page.headings) if len(text) > 3]
    sites = {_letters(name) for name in (page.meta("og:site_name"), said.publisher, host) if name}
    headline = one_line(plain_text(said.headline or "")) if said.is_article else ""
    if headline and not headline.endswith(_CUT_OFF):
        return clipped(headline, TITLE_CHARS)
    named = page.properties.get("headline", [])
    microdata = _words(named[0]) or (named[0].get("content") or "") if len(named) == 1 else ""
    stated = page.meta("og:title", "twitter:title", "dc.title", "parsely-title")
    for text in (stated, microdata, page.title, *headings, headline):
        title = _without_site(one_line(plain_text(text or "")), sites, headings)
        if title:
            return clipped(title, TITLE_CHARS)
    return None


def _without_site(title: str, sites: set[str], headings: Sequence[str]) -> str:
    """A title without the site's name around it: told by the page's heading, by that name, by the host."""
    for heading in headings:
        if len(heading) * 2 >= len(title) and title.casefold().startswith(heading.casefold()):
            return heading
    parts = [part for part in _SITE_SEPARATORS.split(title) if part]
    if len(parts) > 1:
        if _is_site(parts[-1], sites):
            return title[: title.rindex(parts[-1])].rstrip(" -–—|·•:»/")
        if _is_site(parts[0], sites):
            return title[len(parts[0]) :].lstrip(" -–—|·•:»/")
    return title


def _is_site(part: str, sites: set[str]) -> bool:
    name = _letters(part)
    return len(name) > 2 and any(name == site or (len(name) > 4 and name in site) for site in sites)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _author(page: _Gathered, said: Said) -> str | None:
    stated = page.meta("author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator")
    microdata = [_named(element) for element in page.properties.get("author", [])[:5]]
    linked = [_words(element) for element in page.authors[:5]]
    for names in (said.authors, microdata, [stated or ""], linked):
        kept = [name for name in map(_person, names) if name]
        if kept:
            return clipped(", ".join(dict.fromkeys(kept)), AUTHOR_CHARS)
    return None


def _named(element: HtmlElement) -> str:
    inner = element.find(".//*[@itemprop='name']")
    named = inner if inner is not None else element
    return named.get("content") or _words(named)


def _person(text: str) -> str:
    """A byline as a name; empty where it is an address, a handle or no name at all."""
    name = _BY.sub("", one_line(plain_text(text))).strip(" ,;|")
    if "://" in name or name.startswith(("@", "/")) or not 2 < len(name) <= AUTHOR_CHARS:
        return ""
    return name if any(letter.isalpha() for letter in name) else ""


def _language(root: HtmlElement, page: _Gathered, said: Said) -> str | None:
    """ISO 639 code in lower case, as claimed (templates claim wrongly; the judge tells by the text)."""
    for claim in (root.get("lang"), said.language, page.meta("og:locale", "language", "content-language")):
        match = _LANGUAGE.match((claim or "").strip())
        if match:
            return match[1].lower()
    return None


def _canonical(page: _Gathered, url: str) -> str | None:
    for claim in (page.links.get("canonical"), page.meta("og:url")):
        if claim and is_believable(claim, url):
            return canonical_url(join(url, claim))
    return None


def is_believable(claim: str, url: str) -> bool:
    """Whether the page at `url` may have the canonical address `claim`.

    Not another site, not an address above the page (sites that name their front page or a section on every
    article would melt into one), not one that drops the parameter the article is told by.
    """
    address = join(url, claim)
    if not is_web_address(address) or not is_web_address(url):
        return False
    asked, said = urlsplit(canonical_url(url)), urlsplit(canonical_url(address))
    if not _same_site(asked.hostname or "", said.hostname or ""):
        return False
    there, here = said.path.strip("/").split("/"), asked.path.strip("/").split("/")
    if there == [""]:
        return here == [""] and bool(said.query or not asked.query)
    if len(there) < len(here) and here[: len(there)] == there:
        return _names_article(there[-1])
    return not (there == here and asked.query and not said.query) or _names_article(there[-1])


def _names_article(segment: str) -> bool:
    """Whether the last part of a path can tell an article: a slug or a number, not `news` or `2022`."""
    if len(segment) >= 20:
        return True
    return re.search(r"\d", segment) is not None and not re.fullmatch(r"(?:19|20)\d\d|\d\d?", segment)


def _same_site(one: str, other: str) -> bool:
    one, other = _bare(one), _bare(other)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _bare(host: str) -> str:
    return re.sub(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)", "", host)


def _words(element: HtmlElement) -> str:
    return one_line(plain_text(tostring(element, encoding="unicode", with_tail=False)))
