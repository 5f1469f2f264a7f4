"""One document's entries against what is known: which are new, which changed, which are the same.

`docs/database.md` has the rules of identity, numbered as they are here. What
is known is handed in, so that one lookup serves several documents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import RowMapping

from news.article import ArticleState, Brought, Published
from storage.identity import Keys
from storage.sources import host_of

# A title marked as a later version's belongs to what had it unmarked so long before; after that it is news.
REVISED_WITHIN = timedelta(days=1)


# Sightings by source, title key and instant, those that no longer stand in the list; without an instant the
# latest of that title, wherever it stands.
Alike = dict[tuple[str, bytes, datetime | None], RowMapping]


@dataclass(slots=True)
class Document:
    """One document being recognised: what is known around it, then what is to be written.

    `owners` are its URL keys with their articles; `shared` those that prove
    nothing; `known` the sightings of its keys; `rest` the entries not yet
    recognised. `articles` and `sightings` are new rows (a sighting with a
    negative article goes with the new article of that place, the last being
    -1), `rewritten` (each with its article) and `touched` existing ones.
    """

    source: str
    outlet: str
    host: str
    at: datetime
    after: datetime | None
    backfill: bool
    brought: Brought = Brought.VISIT
    said_by: str | None = None
    owners: dict[bytes, int | None] = field(default_factory=dict)
    shared: set[bytes] = field(default_factory=set)
    rest: list[Keys] = field(default_factory=list)
    known: dict[bytes, RowMapping] = field(default_factory=dict)
    articles: list[Keys] = field(default_factory=list)
    sightings: list[tuple[Keys, bytes, int]] = field(default_factory=list)
    rewritten: list[tuple[Keys, bytes, int, int]] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    urls: dict[bytes, int] = field(default_factory=dict)
    matched: set[int] = field(default_factory=set)
    given: set[bytes] = field(default_factory=set)

    def by_guid(self, known: dict[bytes, RowMapping]) -> None:
        """Rules 1 and 2: by the entry's own keys."""
        self.known = known
        self.rest = [keys for keys in self.rest if not self._by_guid(keys)]

    def by_url(self, here: dict[tuple[str, bytes], RowMapping]) -> None:
        """Rule 3: by the article its URL leads to, and that article's sighting in this source."""
        self.rest = [keys for keys in self.rest if not self._by_url(keys, here)]

    def by_title(self, alike: Alike) -> None:
        """Rule 4: by title and instant, of sightings that no longer stand there; by title alone what is
        marked as a later version."""
        self.rest = [keys for keys in self.rest if not self._by_title(keys, alike)]

    def the_rest_is_new(self) -> None:
        """But a later version that stands beside the first is the same article (rule 4)."""
        first: dict[bytes, int] = {}
        for keys in sorted(self.rest, key=lambda keys: keys.revised):
            if keys.revised and keys.title in first:
                self._sighting(keys, first[keys.title])
                self._lead(keys, first[keys.title])
                continue
            known = len(self.articles)
            self._new(keys)
            if len(self.articles) > known:
                first.setdefault(keys.title, -len(self.articles))

    def _by_guid(self, keys: Keys) -> bool:
        row = self.known.get(keys.whole)
        if row is None:
            row = self.known.get(keys.guid or keys.own)
            if row is not None and _another(row, keys):
                return False
        if row is not None:
            self._same(row, keys, row["guid_key"])
        return row is not None

    def _by_url(self, keys: Keys, here: dict[tuple[str, bytes], RowMapping]) -> bool:
        article = self.owners.get(keys.url) if keys.url is not None else None
        if keys.url is None or article is None:
            return False
        row = here.get((self.source, keys.url))
        if row is None:
            self._sighting(keys, article)
        elif row["last_seen"] >= self.at and row["title_key"] != keys.title:
            # Both stand in this document: two items, one link.
            self.shared.add(keys.url)
            return False
        else:
            self._same(row, keys, self._free_key(keys))
        return True

    def _by_title(self, keys: Keys, alike: Alike) -> bool:
        instant = keys.entry.published.at if keys.entry.published else None
        if instant is None:
            return False
        row = alike.get((self.source, keys.title, instant))
        if row is not None and row["id"] not in self.matched:
            self._same(row, keys, self._free_key(keys))
            return True
        row = alike.get((self.source, keys.title, None)) if keys.revised else None
        if row is None or abs(instant - row["published_at"]) > REVISED_WITHIN:
            return False
        # The first version may stand there still: it keeps its sighting, and this one is read next.
        self._sighting(keys, row["article"])
        self._lead(keys, row["article"])
        self.changed.add(row["article"])
        return True

    def _same(self, row: RowMapping, keys: Keys, key: bytes) -> None:
        if row["id"] in self.matched:
            return  # told twice in one document: the first telling holds
        self.matched.add(row["id"])
        self.given.add(key)
        self._lead(keys, row["article"])
        if row["entry_hash"] != keys.content:
            self.changed.add(row["article"])
        now = (key, keys.url, keys.content, keys.entry.block)
        if now == (row["guid_key"], row["url_key"], row["entry_hash"], row["block"]):
            self.touched.append(row["id"])
        else:
            self.rewritten.append((keys, key, row["id"], row["article"]))

    def _sighting(self, keys: Keys, article: int) -> None:
        key = self._free_key(keys)
        if key not in self.given:
            self.given.add(key)
            self.sightings.append((keys, key, article))

    def _new(self, keys: Keys) -> None:
        key = self._free_key(keys)
        url = keys.url if keys.url not in self.shared else None
        if key in self.given or url in self.urls:
            return
        self.given.add(key)
        place = -1 - len(self.articles)  # until the row has its number
        self.articles.append(keys)
        self.sightings.append((keys, key, place))
        self._lead(keys, place)

    def _free_key(self, keys: Keys) -> bytes:
        """The entry's own key, or the whole one where its guid is another's."""
        return keys.whole if keys.own in self.known else keys.own

    def _lead(self, keys: Keys, article: int) -> None:
        if keys.url is not None and keys.url not in self.owners and keys.url not in self.shared:
            self.urls.setdefault(keys.url, article)


def _another(row: RowMapping, keys: Keys) -> bool:
    """Rule 1: a known guid on another URL and another title is another article."""
    moved = None not in (row["url_key"], keys.url) and row["url_key"] != keys.url
    return moved and row["title_key"] != keys.title


def appeared_by(brought: str, published: Published | None, seen: datetime) -> datetime:
    """By when an article was there. Of what fills the archive that is what it says of itself, so that a
    search or a back-test finds it in its time; its sightings keep when it was `seen`. A date without an
    hour: noon."""
    if brought not in (Brought.BACKFILL, Brought.IMPORT) or published is None:
        return seen
    return min(published.at or datetime.combine(published.day, time(12), UTC), seen)


def article_row(document: Document, keys: Keys) -> dict[str, Any]:
    """A new article as its row."""
    entry = keys.entry
    own_page = keys.url is not None and keys.url not in document.shared
    return {
        "outlet": document.outlet,
        "source": document.source,
        "url": entry.link,
        "title": entry.title,
        "language": entry.language,
        "author": entry.author,
        "published_day": entry.published.day if entry.published else None,
        "published_at": entry.published.at if entry.published else None,
        "appeared_after": document.after,
        "appeared_by": appeared_by(document.brought, entry.published, document.at),
        "state": ArticleState.ANNOUNCED,
        "backfill": document.backfill,
        "brought": document.brought,
        "said_by": document.said_by,
        "revision": 0,
        "host": (host_of(entry.link) if entry.link and own_page else "") or document.host,
        "next_try_at": document.at,
        "attempts": 0,
        "crashes": 0,
        "fruitless": 0,
    }


def sighting_row(document: Document, keys: Keys, key: bytes) -> dict[str, Any]:
    """What a sighting's row says of its entry, as it stands in this document."""
    entry = keys.entry
    return {
        "guid_key": key,
        "url_key": keys.url if keys.url not in document.shared else None,
        "title_key": keys.title,
        "entry_hash": keys.content,
        "block": entry.block,
        "link": entry.link,
        "guid": entry.guid,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "author": entry.author,
        "language": entry.language,
        "views": entry.views,
        "published_day": entry.published.day if entry.published else None,
        "published_at": entry.published.at if entry.published else None,
        "last_seen": document.at,
    }
