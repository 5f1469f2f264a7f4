"""What makes two entries the same: keys made of what a feed says, before anything is looked up.

`docs/database.md` has the rules in order. Keys are 16 bytes of BLAKE2b over
the named parts, so that no part can run into the next. The source (for URLs:
the outlet) is one of the parts: a key is unique in its table by itself, which
PostgreSQL's planner knows without statistics (measured on 10,000 rows it had
none of: 60 keys in 20 ms by source and key, in under 1 ms by key).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlsplit

from sqlalchemy import RowMapping

from news.article import Entry, Published
from news.urls import canonical_url, is_web_address

# So many titles on one link of one document, and the link tells nothing apart, whatever the guids.
TITLES_OF_SHARED_LINK = 3
# What agencies put after the title of a version that follows the first: "YENİLƏNİB", "YENİLƏNİB 2" (AZERTAC),
# "(UPDATE)" (Trend). In capitals or brackets, as they write it: "updated" may be the news itself.
_MARKS = (
    "yenilənib|yeniləndi|updated?|upd|обновлено|обновляется|дополнено|güncellendi|թարմացվել է|განახლებულია"
    "|განახლდა|به‌روزرسانی|mise à jour|mis à jour|aktualisiert"
)
_CAPITALS = "YENİLƏNİB|YENİLƏNDİ|UPDATED?|UPD|ОБНОВЛЕНО|ОБНОВЛЯЕТСЯ|ДОПОЛНЕНО|GÜNCELLENDİ|ԹԱՐՄԱՑՎԵԼ Է"
_VERSION = r"(?:[\s\-–—]*\d{1,2})?"
_REVISED = re.compile(
    rf"(?:[\s\-–—|.,:]+|(?<=[^\w\s]))"
    rf"(?:(?:{_CAPITALS}){_VERSION}|[(\[]\s*(?i:{_MARKS})\.?{_VERSION}\s*[)\]])\s*$"
)


@dataclass(frozen=True, slots=True)
class Look:
    """An entry at first sight: `canonical` of its link, the keys of that and of its title."""

    entry: Entry
    canonical: str | None
    url: bytes | None
    title: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """An entry with what it can be recognised by.

    `own` is what a new sighting of it is keyed by; `whole` is guid, link and
    title together; `guid` is None where the guid is missing or distrusted,
    `url` where the link is missing or proves nothing. `content` tells whether
    what the entry says has changed, `revised` whether its title is marked as
    that of a later version.
    """

    entry: Entry
    own: bytes
    whole: bytes
    guid: bytes | None
    url: bytes | None
    title: bytes
    content: bytes
    revised: bool


def look(outlet: str, entry: Entry) -> Look:
    """What the keys are made of, worked out once."""
    canonical = canonical_url(entry.link) if entry.link and is_web_address(entry.link) else None
    return Look(entry, canonical, _url_key(outlet, canonical), title_key(entry.title))


def shared_links(looks: Sequence[Look]) -> frozenset[bytes]:
    """URL keys that one document gives to items which its titles and guids tell apart."""
    titles: dict[bytes, set[bytes]] = defaultdict(set)
    guids: dict[bytes, set[str]] = defaultdict(set)
    for each in looks:
        if each.url is not None:
            titles[each.url].add(each.title)
            if each.entry.guid:
                guids[each.url].add(each.entry.guid)
    return frozenset(
        url
        for url, seen in titles.items()
        if len(seen) >= TITLES_OF_SHARED_LINK or (len(seen) > 1 and len(guids[url]) > 1)
    )


def keys_of(source: str, looks: Sequence[Look], shared: Collection[bytes]) -> list[Keys]:
    """The keys of one document's entries. `shared` are the URL keys known to prove nothing."""
    items: dict[str, set[tuple[bytes | None, bytes]]] = defaultdict(set)
    for each in looks:
        if each.entry.guid:
            items[each.entry.guid].add((each.url, each.title))
    distrusted = {guid for guid, seen in items.items() if len(seen) > 1}
    return [_keys(source, each, each.entry.guid in distrusted, shared) for each in looks]


def title_key(title: str) -> bytes:
    """The key of a title: case, blanks and the mark of a later version aside."""
    return digest("title", " ".join(_unmarked(title).casefold().split()))


def _unmarked(title: str) -> str:
    return _REVISED.sub("", title) or title


def digest(*parts: str | None) -> bytes:
    """16 bytes that stand for these parts in this order; None differs from an empty part."""
    hashed = blake2b(digest_size=16)
    for part in parts:
        told = b"-" if part is None else part.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:%b" % (-1 if part is None else len(told), told))
    return hashed.digest()


def entry_of(row: RowMapping) -> Entry:
    """A sighting's row as the entry it was. Where the link proves nothing it leads to no page of
    the item's own, and is left out."""
    day = row["published_day"]
    return Entry(
        link=row["link"] if row["url_key"] is not None else None,
        title=row["title"],
        guid=row["guid"],
        summary=row["summary"],
        content=row["content"],
        author=row["author"],
        published=None if day is None else Published(day, row["published_at"]),
        language=row["language"],
        block=row["block"],
    )


def _url_key(outlet: str, canonical: str | None) -> bytes | None:
    """The key of an outlet's canonical URL; None for none and for a front page.

    A front page is where items point that have no page of their own.
    """
    if canonical is None:
        return None
    parts = urlsplit(canonical)
    if parts.path in ("", "/") and not parts.query and not parts.fragment:
        return None
    return digest("url", outlet, canonical)


def _keys(source: str, seen: Look, distrusted: bool, shared: Collection[bytes]) -> Keys:
    entry, title = seen.entry, seen.title
    url = None if seen.url in shared else seen.url
    whole = digest("whole", source, entry.guid or None, seen.canonical, title.hex())
    guid = digest("guid", source, entry.guid) if entry.guid and not distrusted else None
    dated = digest("dated", source, title.hex(), _said(entry.published))
    without_guid = dated if url is None else digest("link", source, url.hex())
    own = (guid or whole) if entry.guid else without_guid
    content = digest("entry", entry.title, entry.summary, entry.content)
    return Keys(entry, own, whole, guid, url, title, content, _unmarked(entry.title) != entry.title)


def _said(published: Published | None) -> str | None:
    if published is None:
        return None
    return published.at.isoformat() if published.at is not None else published.day.isoformat()
