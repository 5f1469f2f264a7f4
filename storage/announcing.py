"""What a feed or list holds now, told to the database: what is new, what changed, what was known.

`docs/database.md` has the rules of identity, numbered as they are here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from news.article import ArticleState, Brought, Entry
from news.errors import UnknownSource
from storage.columns import table, unindexed, upsert
from storage.document import Alike, Document, article_row, sighting_row
from storage.identity import Keys, keys_of, look, shared_links
from storage.removals import WORDLESS, removed_among
from storage.tables import ArticleRow, ArticleUrlRow, SightingRow, SourceRow

SOURCES, ARTICLES = table(SourceRow), table(ArticleRow)
URLS, SIGHTINGS = table(ArticleUrlRow), table(SightingRow)
BLOCKS_A_STATEMENT = 500
# What every document asks and says is built once: building a statement costs more than running it.
IDENTITY = "id", "source", "article", "guid_key", "url_key", "title_key"
STANDING = "entry_hash", "block", "published_at", "last_seen"
RECOGNISED = select(*(SIGHTINGS.c[name] for name in (*IDENTITY, *STANDING)))
HERE = SIGHTINGS.c.source.in_(bindparam("sources", expanding=True))
OUTLETS = (
    select(SOURCES.c.slug, SOURCES.c.outlet, SOURCES.c.host)
    .where(
        SOURCES.c.outlet.in_(
            select(SOURCES.c.outlet).where(SOURCES.c.slug.in_(bindparam("slugs", expanding=True)))
        )
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
).order_by(SIGHTINGS.c.last_seen, SIGHTINGS.c.id)
SEEN_AGAIN = (
    update(SIGHTINGS)
    .where(unindexed(SIGHTINGS.c.source) == bindparam("slug"))
    .where(SIGHTINGS.c.block.in_(bindparam("these", expanding=True)))
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


@dataclass(frozen=True, slots=True)
class Listing:
    """What one document of a source held at `at`, in its order.

    `after` is the visit before (None: there was none). `backfill` articles
    are for the archive and ring nobody; `brought` says how new ones came,
    `said_by` whose words they hold. Entries cut out because their block
    was known belong to the same document: call `seen_again` for them first.
    Long documents come in slices, the visit itself with the last.
    """

    source: str
    entries: Sequence[Entry]
    at: datetime
    after: datetime | None
    backfill: bool
    brought: Brought = Brought.VISIT
    said_by: str | None = None


Pair = tuple[Document, Sequence[Entry]]


def announce_all(conn: Connection, listings: Sequence[Listing]) -> list[Announced]:
    """Store what documents held, at the cost of the statements of one. Raises UnknownSource."""
    known = _documents(conn, listings)
    for turn in _turns(known):
        _look_up(conn, turn)
        _recognise(conn, [document for document, _ in turn])
        _write(conn, [document for document, _ in turn])
    found = []
    for document, entries in known:
        new, changed = len(document.articles), len(document.changed)
        found.append(Announced(new, changed, len(entries) - new - changed))
    return found


def _documents(conn: Connection, listings: Sequence[Listing]) -> list[Pair]:
    """Each listing's document with its entries. The outlets are locked: on PostgreSQL two services may
    announce for one at once."""
    slugs = sorted({listing.source for listing in listings if listing.entries})
    rows = conn.execute(OUTLETS, {"slugs": slugs}) if slugs else ()
    outlets = {row.slug: (row.outlet, row.host) for row in rows}
    found = []
    for listing in listings:
        if listing.entries and listing.source not in outlets:
            raise UnknownSource(slug=listing.source)
        outlet, host = outlets.get(listing.source, ("", ""))
        document = Document(
            *(listing.source, outlet, host, listing.at, listing.after, listing.backfill),
            brought=listing.brought,
            said_by=listing.said_by,
        )
        found.append((document, listing.entries))
    return found


def _turns(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """Documents that may be recognised together: of one outlet the next must find what the last left."""
    turns: list[list[Pair]] = []
    taken: Counter[str] = Counter()
    for document, entries in pairs:
        if not entries:
            continue
        turn = taken[document.outlet]
        taken[document.outlet] += 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append((document, entries))
    return turns


def seen_again(conn: Connection, slug: str, blocks: Collection[int], at: datetime) -> None:
    """Note that items, recognised by the hash of their raw bytes, still stood there at `at`."""
    wanted = sorted(blocks)
    for start in range(0, len(wanted), BLOCKS_A_STATEMENT):
        these = wanted[start : start + BLOCKS_A_STATEMENT]
        conn.execute(SEEN_AGAIN, {"slug": slug, "these": these, "at": at})


def _look_up(conn: Connection, turn: Sequence[Pair]) -> None:
    """Whose the URLs are, which of them prove nothing, and with that the keys of the entries."""
    looks = [[look(document.outlet, entry) for entry in entries] for document, entries in turn]
    urls = {each.url for of_one in looks for each in of_one if each.url is not None}
    rows = conn.execute(OWNERS, {"urls": list(urls)}) if urls else ()
    owners = {row.url_key: row.article for row in rows}
    for (document, _), of_one in zip(turn, looks, strict=True):
        document.owners = {
            url: owners[url] for each in of_one if (url := each.url) is not None and url in owners
        }
        unowned = {url for url, article in document.owners.items() if article is None}
        document.shared = set(shared_links(of_one) | unowned)
        document.rest = keys_of(document.source, of_one, document.shared)


def _recognise(conn: Connection, documents: Sequence[Document]) -> None:
    """Rules 1 and 2 by key, then 3 by URL, then 4 by title and instant; the rest is new."""
    known = _by_key(conn, documents)
    for document in documents:
        document.by_guid(known)
    if rest := [document for document in documents if document.rest]:
        here = _by_article(conn, rest)
        for document in rest:
            document.by_url(here)
    if rest := [document for document in rest if document.rest]:
        alike = _by_title(conn, rest)
        for document in rest:
            document.by_title(alike)
            document.the_rest_is_new()


def _by_key(conn: Connection, documents: Sequence[Document]) -> dict[bytes, RowMapping]:
    entries = [each for document in documents for each in document.rest]
    keys = {key for each in entries for key in (each.whole, each.guid, each.own) if key is not None}
    return {row["guid_key"]: row for row in conn.execute(BY_KEY, {"keys": list(keys)}).mappings()}


def _by_article(conn: Connection, documents: Sequence[Document]) -> dict[tuple[str, bytes], RowMapping]:
    """The sources' latest sightings of these articles, by source and URL key: merged ones have several."""
    owners = {document.owners.get(keys.url or b"") for document in documents for keys in document.rest} - {
        None
    }
    if not owners:
        return {}
    asked = {"articles": list(owners), "sources": [document.source for document in documents]}
    rows = conn.execute(BY_ARTICLE, asked).mappings()
    return {(row["source"], row["url_key"]): row for row in rows}


def _by_title(conn: Connection, documents: Sequence[Document]) -> Alike:
    """Sightings of the same title and instant that no longer stand in their source's document, and the latest
    of each title."""
    entries = [keys for document in documents for keys in document.rest]
    timed = {keys.title for keys in entries if keys.entry.published and keys.entry.published.at}
    if not timed:
        return {}
    moments = {document.source: document.at for document in documents}
    rows = conn.execute(BY_TITLE, {"titles": list(timed), "sources": list(moments)}).mappings()
    alike: Alike = {}
    for row in rows:
        alike[row["source"], row["title_key"], None] = row
        if row["last_seen"] < moments[row["source"]]:
            alike[row["source"], row["title_key"], row["published_at"]] = row
    return alike


def _write(conn: Connection, documents: Sequence[Document]) -> None:
    ids = _add_articles(conn, documents)
    removed = _removed(conn, documents)
    added, rewritten = [], []
    for place, document in enumerate(documents):
        seen = {"source": document.source, "first_after": document.after, "first_seen": document.at}
        added += [
            _said(document, keys, key, silent=article in removed)
            | seen
            | {"article": ids.get((place, article), article)}
            for keys, key, article in document.sightings
        ]
        rewritten += [
            _said(document, keys, key, silent=article in removed) | {"which": id_}
            for keys, key, id_, article in document.rewritten
        ]
        if document.touched:
            conn.execute(TOUCH, {"these": document.touched, "at": document.at})
    if added:
        conn.execute(ADD_SIGHTINGS, added)
    if rewritten:
        conn.execute(REWRITE, rewritten)
    _write_urls(conn, documents, ids)
    for document in documents:
        if document.changed:
            _to_be_read_again(conn, document)


def _removed(conn: Connection, documents: Sequence[Document]) -> frozenset[int]:
    """Articles that were removed on request and stand in these documents all the same."""
    known = {article for document in documents for *_, article in document.rewritten}
    known |= {article for document in documents for _, _, article in document.sightings if article > 0}
    return removed_among(conn, known)


def _said(document: Document, keys: Keys, key: bytes, *, silent: bool) -> dict[str, Any]:
    """A sighting's row; of a removed article only what recognises it."""
    row = sighting_row(document, keys, key)
    return row | WORDLESS if silent else row


def _add_articles(conn: Connection, documents: Sequence[Document]) -> dict[tuple[int, int], int]:
    """The new articles' numbers, by the place of the document and the one they went by so far."""
    places = [
        (place, -1 - number) for place, each in enumerate(documents) for number in range(len(each.articles))
    ]
    rows = [article_row(document, keys) for document in documents for keys in document.articles]
    if not rows:
        return {}
    return dict(zip(places, conn.execute(ADD_ARTICLES, rows).scalars(), strict=True))


def _write_urls(conn: Connection, documents: Sequence[Document], ids: dict[tuple[int, int], int]) -> None:
    leading = [
        {"url_key": url, "article": ids.get((place, article), article)}
        for place, document in enumerate(documents)
        for url, article in document.urls.items()
        if url not in document.shared
    ]
    if leading:
        conn.execute(ADD_URLS, leading)
    unmarked = [
        url for document in documents for url in document.shared if document.owners.get(url, 0) is not None
    ]
    if unmarked:
        rows = [{"url_key": url, "article": None} for url in unmarked]
        mark = upsert(conn, URLS).on_conflict_do_update(index_elements=["url_key"], set_={"article": None})
        conn.execute(mark, rows)


def _to_be_read_again(conn: Connection, document: Document) -> None:
    """Rule 6. One that was not read yet waits already, and is read as it is by then."""
    query = select(ARTICLES.c.id, ARTICLES.c.fruitless).where(
        ARTICLES.c.id.in_(document.changed),
        ARTICLES.c.state.not_in([ArticleState.ANNOUNCED, ArticleState.REMOVED]),
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
