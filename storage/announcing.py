"""What a feed or list holds now, told to the database: what is new, what changed, what was known.

`docs/database.md` has the rules of identity, numbered as they are here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from news.article import ArticleState, Entry
from news.errors import UnknownSource
from storage.columns import table, upsert
from storage.identity import Keys, keys_of, look, shared_links
from storage.sources import host_of
from storage.tables import ArticleRow, ArticleUrlRow, SightingRow, SourceRow

SOURCES, ARTICLES = table(SourceRow), table(ArticleRow)
URLS, SIGHTINGS = table(ArticleUrlRow), table(SightingRow)
BLOCKS_A_STATEMENT = 500
# What every document asks and says is built once: building a statement costs more than running it.
IDENTITY = "id", "article", "guid_key", "url_key", "title_key"
STANDING = "entry_hash", "block", "published_at", "last_seen"
RECOGNISED = select(*(SIGHTINGS.c[name] for name in (*IDENTITY, *STANDING)))
HERE = SIGHTINGS.c.source == bindparam("source")
OUTLET = (
    select(SOURCES.c.slug, SOURCES.c.outlet, SOURCES.c.host)
    .where(
        SOURCES.c.outlet
        == select(SOURCES.c.outlet).where(SOURCES.c.slug == bindparam("slug")).scalar_subquery()
    )
    .order_by(SOURCES.c.slug)
    .with_for_update(key_share=True)
)
OWNERS = select(URLS.c.url_key, URLS.c.article).where(URLS.c.url_key.in_(bindparam("urls", expanding=True)))
BY_KEY = RECOGNISED.where(SIGHTINGS.c.guid_key.in_(bindparam("keys", expanding=True)))
BY_ARTICLE = RECOGNISED.where(HERE, SIGHTINGS.c.article.in_(bindparam("articles", expanding=True))).order_by(
    SIGHTINGS.c.last_seen, SIGHTINGS.c.id
)
BY_TITLE = RECOGNISED.where(
    HERE,
    SIGHTINGS.c.title_key.in_(bindparam("titles", expanding=True)),
    SIGHTINGS.c.published_at.is_not(None),
    SIGHTINGS.c.last_seen < bindparam("at"),
).order_by(SIGHTINGS.c.last_seen, SIGHTINGS.c.id)
SEEN_AGAIN = (
    update(SIGHTINGS)
    .where(SIGHTINGS.c.source == bindparam("slug"), SIGHTINGS.c.block.in_(bindparam("these", expanding=True)))
    .values(last_seen=bindparam("at"))
)
TOUCH = (
    update(SIGHTINGS)
    .where(SIGHTINGS.c.id.in_(bindparam("these", expanding=True)))
    .values(last_seen=bindparam("at"))
)
REWRITE = update(SIGHTINGS).where(SIGHTINGS.c.id == bindparam("which"))
ADD_ARTICLES = insert(ARTICLES).returning(ARTICLES.c.id, sort_by_parameter_order=True)
ADD_SIGHTINGS, ADD_URLS = insert(SIGHTINGS), insert(URLS)
# A summary that counts comments changes at each visit while the article does not: after n readings
# in vain the next waits 2**n quarters of an hour, at most a day.
IN_VAIN = timedelta(minutes=15)
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Announced:
    """How many entries were new articles, changed ones, known ones (other sources' articles included)."""

    new: int = 0
    changed: int = 0
    known: int = 0

    def __add__(self, other: Announced) -> Announced:
        return Announced(self.new + other.new, self.changed + other.changed, self.known + other.known)


def announce(
    conn: Connection,
    source_slug: str,
    entries: Sequence[Entry],
    *,
    at: datetime,
    after: datetime | None,
    backfill: bool,
) -> Announced:
    """Store what one document held at `at`, in its order. Raises UnknownSource.

    `after` is the visit before (None: there was none). `backfill` articles
    are for the archive and ring nobody. Entries cut out because their block
    was known belong to the same document: call `seen_again` for them first.
    Long documents come in slices, the visit itself with the last.
    """
    if not entries:
        return Announced()
    outlet = _outlet(conn, source_slug)
    looks = [look(outlet.name, entry) for entry in entries]
    owners = _owners(conn, {each.url for each in looks if each.url is not None})
    shared = shared_links(looks) | {url for url, article in owners.items() if article is None}
    document = _Document(source_slug, outlet, at, after, backfill, owners, set(shared))
    document.recognise(conn, keys_of(source_slug, looks, shared))
    _write(conn, document)
    new, changed = len(document.articles), len(document.changed)
    return Announced(new, changed, len(entries) - new - changed)


def seen_again(conn: Connection, slug: str, blocks: Collection[int], at: datetime) -> None:
    """Note that items, recognised by the hash of their raw bytes, still stood there at `at`."""
    wanted = sorted(blocks)
    for start in range(0, len(wanted), BLOCKS_A_STATEMENT):
        these = wanted[start : start + BLOCKS_A_STATEMENT]
        conn.execute(SEEN_AGAIN, {"slug": slug, "these": these, "at": at})


@dataclass(frozen=True, slots=True)
class _Outlet:
    name: str
    host: str  # of the source


@dataclass(slots=True)
class _Document:
    """One document being recognised: what is known around it, then what is to be written.

    `owners` are its URL keys with their articles; `shared` those that prove
    nothing; `known` its sightings by key. `articles` and `sightings` are new
    rows (a sighting without an article goes with the new article of the same
    place), `rewritten` and `touched` existing ones.
    """

    source: str
    outlet: _Outlet
    at: datetime
    after: datetime | None
    backfill: bool
    owners: dict[bytes, int | None]
    shared: set[bytes]
    known: dict[bytes, RowMapping] = field(default_factory=dict)
    articles: list[Keys] = field(default_factory=list)
    sightings: list[tuple[Keys, bytes, int]] = field(default_factory=list)
    rewritten: list[tuple[Keys, bytes, int]] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    urls: dict[bytes, int] = field(default_factory=dict)
    matched: set[int] = field(default_factory=set)
    given: set[bytes] = field(default_factory=set)

    def recognise(self, conn: Connection, entries: list[Keys]) -> None:
        """Rules 1 and 2 by key, then 3 by URL, then 4 by title and instant; the rest is new."""
        self.known = _by_key(conn, entries)
        rest = [keys for keys in entries if not self._by_guid(keys)]
        if rest:
            here = _by_article(conn, self.source, {self.owners.get(keys.url or b"") for keys in rest})
            rest = [keys for keys in rest if not self._by_url(keys, here)]
        if rest:
            alike = _by_title(conn, self.source, rest, self.at)
            rest = [keys for keys in rest if not self._by_title(keys, alike)]
        for keys in rest:
            self._new(keys)

    def _by_guid(self, keys: Keys) -> bool:
        row = self.known.get(keys.whole)
        if row is None:
            row = self.known.get(keys.guid or keys.own)
            if row is not None and _another(row, keys):
                return False
        if row is not None:
            self._same(row, keys, row["guid_key"])
        return row is not None

    def _by_url(self, keys: Keys, here: dict[bytes, RowMapping]) -> bool:
        article = self.owners.get(keys.url) if keys.url is not None else None
        if keys.url is None or article is None:
            return False
        row = here.get(keys.url)
        if row is None:
            self._sighting(keys, article)
        elif row["last_seen"] >= self.at and row["title_key"] != keys.title:
            # Both stand in this document: two items, one link.
            self.shared.add(keys.url)
            return False
        else:
            self._same(row, keys, self._free_key(keys))
        return True

    def _by_title(self, keys: Keys, alike: dict[tuple[bytes, datetime], RowMapping]) -> bool:
        instant = keys.entry.published.at if keys.entry.published else None
        row = alike.get((keys.title, instant)) if instant is not None else None
        if row is None or row["id"] in self.matched:
            return False
        self._same(row, keys, self._free_key(keys))
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
            self.rewritten.append((keys, key, row["id"]))

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


def _outlet(conn: Connection, slug: str) -> _Outlet:
    """The source's outlet, locked: on PostgreSQL two services may announce for it at once."""
    for row in conn.execute(OUTLET, {"slug": slug}):
        if row.slug == slug:
            return _Outlet(row.outlet, row.host)
    raise UnknownSource(slug=slug)


def _owners(conn: Connection, urls: Collection[bytes]) -> dict[bytes, int | None]:
    if not urls:
        return {}
    return {row.url_key: row.article for row in conn.execute(OWNERS, {"urls": list(urls)})}


def _by_key(conn: Connection, entries: Iterable[Keys]) -> dict[bytes, RowMapping]:
    keys = {key for each in entries for key in (each.whole, each.guid, each.own) if key is not None}
    return {row["guid_key"]: row for row in conn.execute(BY_KEY, {"keys": list(keys)}).mappings()}


def _by_article(conn: Connection, source: str, articles: Collection[int | None]) -> dict[bytes, RowMapping]:
    """This source's latest sightings of these articles, by URL key: merged ones have several."""
    wanted = {article for article in articles if article is not None}
    if not wanted:
        return {}
    rows = conn.execute(BY_ARTICLE, {"articles": list(wanted), "source": source}).mappings()
    return {row["url_key"]: row for row in rows}


def _by_title(
    conn: Connection, source: str, entries: Iterable[Keys], at: datetime
) -> dict[tuple[bytes, datetime], RowMapping]:
    """Sightings of the same title and instant that no longer stand in the document at `at`."""
    timed = {keys.title for keys in entries if keys.entry.published and keys.entry.published.at}
    if not timed:
        return {}
    rows = conn.execute(BY_TITLE, {"titles": list(timed), "source": source, "at": at}).mappings()
    return {(row["title_key"], row["published_at"]): row for row in rows}


def _write(conn: Connection, document: _Document) -> None:
    ids: dict[int, int] = {}
    if document.articles:
        rows = [_article(document, keys) for keys in document.articles]
        ids = {-1 - place: id_ for place, id_ in enumerate(conn.execute(ADD_ARTICLES, rows).scalars())}
    if document.sightings:
        rows = [
            _said(document, keys, key)
            | {"article": ids.get(article, article), "source": document.source}
            | {"first_after": document.after, "first_seen": document.at}
            for keys, key, article in document.sightings
        ]
        conn.execute(ADD_SIGHTINGS, rows)
    if document.rewritten:
        rows = [_said(document, keys, key) | {"which": id_} for keys, key, id_ in document.rewritten]
        conn.execute(REWRITE, rows)
    if document.touched:
        conn.execute(TOUCH, {"these": document.touched, "at": document.at})
    _write_urls(conn, document, ids)
    if document.changed:
        _to_be_read_again(conn, document)


def _write_urls(conn: Connection, document: _Document, ids: dict[int, int]) -> None:
    leading = [
        {"url_key": url, "article": ids.get(article, article)}
        for url, article in document.urls.items()
        if url not in document.shared
    ]
    if leading:
        conn.execute(ADD_URLS, leading)
    unmarked = [url for url in document.shared if document.owners.get(url, 0) is not None]
    if unmarked:
        rows = [{"url_key": url, "article": None} for url in unmarked]
        mark = upsert(conn, URLS).on_conflict_do_update(index_elements=["url_key"], set_={"article": None})
        conn.execute(mark, rows)


def _to_be_read_again(conn: Connection, document: _Document) -> None:
    """Rule 6. One that was not read yet waits already, and is read as it is by then."""
    query = select(ARTICLES.c.id, ARTICLES.c.fruitless).where(
        ARTICLES.c.id.in_(document.changed), ARTICLES.c.state != ArticleState.ANNOUNCED
    )
    rows = []
    for row in conn.execute(query):
        wait = min(IN_VAIN * 2 ** min(row.fruitless, 10), LONGEST) if row.fruitless else timedelta(0)
        rows.append({"which": row.id, "next_try_at": document.at + wait, "attempts": 0})
    if rows:
        waiting = update(ARTICLES).where(
            ARTICLES.c.id == bindparam("which"), ARTICLES.c.next_try_at.is_(None)
        )
        conn.execute(waiting, rows)


def _article(document: _Document, keys: Keys) -> dict[str, Any]:
    entry = keys.entry
    own_page = keys.url is not None and keys.url not in document.shared
    return {
        "outlet": document.outlet.name,
        "source": document.source,
        "url": entry.link,
        "title": entry.title,
        "language": entry.language,
        "author": entry.author,
        "published_day": entry.published.day if entry.published else None,
        "published_at": entry.published.at if entry.published else None,
        "appeared_after": document.after,
        "appeared_by": document.at,
        "state": ArticleState.ANNOUNCED,
        "backfill": document.backfill,
        "revision": 0,
        "host": (host_of(entry.link) if entry.link and own_page else "") or document.outlet.host,
        "next_try_at": document.at,
        "attempts": 0,
        "crashes": 0,
        "fruitless": 0,
    }


def _said(document: _Document, keys: Keys, key: bytes) -> dict[str, Any]:
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
        "published_day": entry.published.day if entry.published else None,
        "published_at": entry.published.at if entry.published else None,
        "last_seen": document.at,
    }
