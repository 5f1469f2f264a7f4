"""Whose an address is: one of the sources there are, or none of them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from news.source import Kind, Source
from storage.sources import host_of

# Where pasted texts go that name neither source nor address. The name can never be a site's (RFC 2606).
CLIPPINGS = Source(
    "clippings", "clippings", "Clippings", Kind.CLIPPED, "https://clippings.invalid/", enabled=False
)


def owner(url: str, sources: Iterable[Source]) -> Source | None:
    """The source whose site `url` is on; of several one that is visited, then the one with the longest common
    path, then by slug.

    `www.` is left out of account, other subdomains are sites of their own. None: it belongs to none.
    """
    site = _site(url)
    here = [source for source in sources if site and _site(source.url) == site]
    return min(
        here,
        key=lambda source: (source.kind is Kind.CLIPPED, -_common(source.url, url), source.slug),
        default=None,
    )


def own(url: str) -> Source:
    """A source for what was brought by hand of a site that is none: never visited, its articles read."""
    site = _site(url)
    letters = (letter if letter.isalnum() else "-" for letter in _in_ascii(site))
    slug = f"clipped-{'-'.join(filter(None, ''.join(letters).split('-')))}"
    parts = urlsplit(url)
    return Source(slug, slug, site, Kind.CLIPPED, f"{parts.scheme}://{parts.netloc}/", enabled=False)


def _in_ascii(site: str) -> str:
    """A host as it stands in the DNS; what cannot, by its letters' numbers."""
    try:
        return site.encode("idna").decode("ascii")
    except UnicodeError:
        return "".join(letter if letter.isascii() else f"-{ord(letter):x}" for letter in site)


def _site(url: str) -> str:
    return host_of(url).removeprefix("www.")


def _common(one: str, other: str) -> int:
    """How many parts of their paths, from the first on, are the same."""
    first, second = (urlsplit(url).path.strip("/").split("/") for url in (one, other))
    same = 0
    for here, there in zip(first, second, strict=False):
        if here != there:
            break
        same += 1
    return same
