"""Articles: kept once their text is read, postponed where it cannot be, and asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    RowMapping,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    select,
    update,
)

from news.article import (
    Article,
    ArticleState,
    Brought,
    Interval,
    Judgement,
    Published,
    Reading,
    Revision,
    Sighting,
    TextOrigin,
)
from news.errors import UnknownArticle
from storage import listing, matches, twins
from storage.columns import day_before, gathered, table, upsert_for
from storage.document import appeared_by
from storage.removals import REMOVED
from storage.tables import (
    ArticleRow,
    ArticleUrlRow,
    RevisionBytesRow,
    RevisionRow,
    SightingRow,
    SourceRow,
)

SOURCES, ARTICLES, URLS = table(SourceRow), table(ArticleRow), table(ArticleUrlRow)
SIGHTINGS, REVISIONS, BYTES = table(SightingRow), table(RevisionRow), table(RevisionBytesRow)
IS_LATEST = and_(REVISIONS.c.article == ARTICLES.c.id, REVISIONS.c.number == ARTICLES.c.revision)
# What every text and every changed list asks and says is built once: building a statement costs more
# than running it.
BY_ID = select(ARTICLES).where(ARTICLES.c.id == bindparam("which"))
OUTLET = (
    select(SOURCES.c.slug)
    .where(SOURCES.c.outlet == bindparam("outlet"))
    .order_by(SOURCES.c.slug)
    .with_for_update(key_share=True)
)
LATEST = select(REVISIONS.c.title, REVISIONS.c.text).where(
    REVISIONS.c.article == bindparam("which"), REVISIONS.c.number == bindparam("latest")
)
ADD_REVISION, ADD_BYTES = insert(REVISIONS).returning(REVISIONS.c.id), insert(BYTES)
SETTLE = update(ARTICLES).where(ARTICLES.c.id == bindparam("which"))
_LATER = SIGHTINGS.alias()
_LAST_LIST = (
    select(func.max(_LATER.c.last_seen)).where(_LATER.c.source == bindparam("slug")).scalar_subquery()
)
BLOCKS = select(gathered(SIGHTINGS.c.block)).where(
    SIGHTINGS.c.source == bindparam("slug"),
    # Servers behind one name may give lists that differ a little: what stood there within a day is known.
    SIGHTINGS.c.last_seen >= day_before(_LAST_LIST),
    SIGHTINGS.c.block.is_not(None),
)


@dataclass(frozen=True, slots=True)
class Stored:
    """The article a text was kept as, and its new revision's number (None: nothing new).

    `merged`: the article that was read turned out to be one the outlet
    already had; it is gone, and `article` is the one that stays. `loud`:
    the matches that came with the revision and may be told of.
    """

    article: int
    revision: int | None
    merged: bool
    loud: int = 0


def store(
    conn: Connection, article_id: int, reading: Reading, judgement: Judgement, *, at: datetime
) -> Stored:
    """Keep an article's text: revision 1, or the next one if title or text differ from the latest.

    What was found in it is kept with it, in the same unit. Raises UnknownArticle.
    """
    row = _locked(conn, article_id)
    if row["state"] == ArticleState.REMOVED:
        return Stored(article_id, None, merged=False)
    if row["revision"] == 0:
        same = twins.twin(conn, row, reading, judgement)
        if same is not None:
            twins.merge(conn, row, same)
            return Stored(same, None, merged=True)
    number = _revise(conn, row, reading, judgement, at)
    reread = row["state"] == ArticleState.READ
    fruitless = row["fruitless"] + 1 if reread and number is None else 0
    change = {"state": ArticleState.READ, "reason": None, "fruitless": fruitless, "crashes": 0}
    _settle(conn, row, reading, judgement, number, change)
    return Stored(article_id, number, False, _match(conn, row, number, judgement, at))


def store_stand_in(
    conn: Connection,
    article_id: int,
    reading: Reading,
    judgement: Judgement,
    *,
    reason: str,
    at: datetime,
) -> Stored:
    """Keep the feed's own words, because the page could not be had for `reason`: state unreadable.

    An article that was read before keeps its text and state. Raises UnknownArticle.
    """
    row = _locked(conn, article_id)
    if row["state"] == ArticleState.REMOVED:
        return Stored(article_id, None, merged=False)
    if row["state"] == ArticleState.READ:
        done = {"next_try_at": None, "fruitless": row["fruitless"] + 1}
        conn.execute(update(ARTICLES).where(ARTICLES.c.id == article_id).values(done))
        return Stored(article_id, None, merged=False)
    if row["revision"] == 0:
        same = twins.twin(conn, row, reading, judgement)
        if same is not None:
            twins.merge(conn, row, same)
            return Stored(same, None, merged=True)
    number = _revise(conn, row, reading, judgement, at)
    change = {"state": ArticleState.UNREADABLE, "reason": reason, "fruitless": row["fruitless"] + 1}
    _settle(conn, row, reading, judgement, number, change)
    return Stored(article_id, number, False, _match(conn, row, number, judgement, at))


def postpone(conn: Connection, article_id: int, *, next_try_at: datetime, reason: str, crashed: bool) -> None:
    """Try the page again later; `crashed` says that a reader died over it. Raises UnknownArticle.

    One that was removed meanwhile is not tried again.
    """
    crashes = ARTICLES.c.crashes + (1 if crashed else 0)
    change = {"next_try_at": next_try_at, "reason": reason, "crashes": crashes}
    waits = update(ARTICLES).where(ARTICLES.c.id == article_id, ~REMOVED)
    if conn.execute(waits.values(change)).rowcount == 0:
        article(conn, article_id)


def known_blocks(conn: Connection, slug: str) -> frozenset[int]:
    """Hashes of the raw items that stood in the source's list when it was last parsed, or a day before."""
    return frozenset(conn.execute(BLOCKS, {"slug": slug}).scalar_one())


def article(conn: Connection, article_id: int) -> Article:
    """Raises UnknownArticle."""
    row = conn.execute(_articles().where(ARTICLES.c.id == article_id)).mappings().one_or_none()
    if row is None:
        raise UnknownArticle(id=article_id)
    return article_of(row)


def items(
    conn: Connection,
    *,
    source: str | None = None,
    state: ArticleState | None = None,
    language: str | None = None,
    topic: str | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> tuple[Article, ...]:
    """Articles, the latest first seen first: of a source, in a state, in a language, in which a topic was
    found, seen from `since` on."""
    query = _articles().order_by(ARTICLES.c.appeared_by.desc(), ARTICLES.c.id.desc()).limit(limit)
    if source is not None:
        seen = exists().where(SIGHTINGS.c.article == ARTICLES.c.id, SIGHTINGS.c.source == source)
        query = query.where(seen)
    if state is not None:
        query = query.where(ARTICLES.c.state == state)
    if language is not None:
        query = query.where(ARTICLES.c.language == language)
    if topic is not None:
        query = query.where(matches.found_in(topic, ARTICLES.c.id))
    if since is not None:
        query = query.where(ARTICLES.c.appeared_by >= since)
    return tuple(article_of(row) for row in conn.execute(query).mappings())


def latest_of(conn: Connection, slug: str, limit: int) -> tuple[Article, ...]:
    """What a source showed last, the latest first; one index is walked from its end."""
    seen = select(SIGHTINGS.c.article).where(SIGHTINGS.c.source == slug)
    seen = seen.order_by(SIGHTINGS.c.first_seen.desc()).limit(limit)
    query = _articles().where(ARTICLES.c.id.in_(select(seen.subquery().c.article)))
    query = query.order_by(ARTICLES.c.appeared_by.desc(), ARTICLES.c.id.desc())
    return tuple(article_of(row) for row in conn.execute(query).mappings())


def revisions(conn: Connection, article_id: int) -> tuple[Revision, ...]:
    """Every version of an article's text, the first first."""
    query = select(REVISIONS).where(REVISIONS.c.article == article_id).order_by(REVISIONS.c.number)
    return tuple(
        Revision(
            article=row["article"],
            number=row["number"],
            at=row["at"],
            title=row["title"],
            text=row["text"],
            text_hash=row["text_hash"],
            origin=TextOrigin(row["origin"]),
        )
        for row in conn.execute(query).mappings()
    )


def sightings(conn: Connection, article_id: int) -> tuple[Sighting, ...]:
    """Where an article stood, the first to have it first."""
    query = select(SIGHTINGS).where(SIGHTINGS.c.article == article_id)
    return tuple(
        Sighting(
            article=row["article"],
            source=row["source"],
            link=row["link"],
            guid=row["guid"],
            title=row["title"],
            first=Interval(row["first_after"], row["first_seen"]),
            last_seen=row["last_seen"],
            views=row["views"],
        )
        for row in conn.execute(query.order_by(SIGHTINGS.c.first_seen, SIGHTINGS.c.id)).mappings()
    )


def counts(conn: Connection) -> dict[str, int]:
    """How many sources and revisions there are, and articles in each state."""
    states = select(ARTICLES.c.state, func.count()).group_by(ARTICLES.c.state)
    found: dict[str, int] = {state: number for state, number in conn.execute(states)}  # noqa: C416 - mypy
    return {
        "sources": conn.execute(select(func.count()).select_from(SOURCES)).scalar_one(),
        **{state.value: found.get(state.value, 0) for state in ArticleState},
        "revisions": conn.execute(select(func.count()).select_from(REVISIONS)).scalar_one(),
    }


def _locked(conn: Connection, article_id: int) -> RowMapping:
    """The article's row, its outlet locked as in `storage.announcing`."""
    row = conn.execute(BY_ID, {"which": article_id}).mappings().one_or_none()
    if row is None:
        raise UnknownArticle(id=article_id)
    if conn.dialect.name == "postgresql":
        conn.execute(OUTLET, {"outlet": row["outlet"]}).all()
        row = conn.execute(BY_ID, {"which": article_id}).mappings().one_or_none()
        if row is None:
            raise UnknownArticle(id=article_id)
    return row


def _revise(
    conn: Connection, row: RowMapping, reading: Reading, judgement: Judgement, at: datetime
) -> int | None:
    """Add the next revision if title or text differ from the latest; returns its number."""
    title = reading.title or row["title"]
    if row["revision"]:
        latest = conn.execute(LATEST, {"which": row["id"], "latest": row["revision"]})
        if latest.one() == (title, reading.text):
            return None
    number: int = row["revision"] + 1
    index = judgement.index
    values = {
        "article": row["id"],
        "number": number,
        "at": at,
        "title": title,
        "text": reading.text,
        "text_hash": judgement.text_hash,
        "origin": reading.origin,
        "language": judgement.language,
        "analysis": index.version if index else None,
        "terms": " ".join(index.terms) if index else None,
    }
    [key] = conn.execute(ADD_REVISION, values).scalars()
    if reading.raw is not None:
        conn.execute(ADD_BYTES, {"revision": key, "raw": reading.raw})
    return number


def _match(conn: Connection, row: RowMapping, number: int | None, judgement: Judgement, at: datetime) -> int:
    """Keep what was found in a new revision; how many matches may be told of."""
    if number is None or judgement.index is None:
        return 0
    analysis, backfill = judgement.index.version, row["backfill"]
    return matches.add(conn, row["id"], number, judgement.found, analysis=analysis, at=at, backfill=backfill)


def _settle(
    conn: Connection,
    row: RowMapping,
    reading: Reading,
    judgement: Judgement,
    number: int | None,
    change: dict[str, Any],
) -> None:
    """What a reading says of its article. The feed's date goes first, the page's fills what it lacks."""
    change |= {"next_try_at": None, "attempts": 0}
    if number is not None:
        change |= {"revision": number, "title": reading.title or row["title"]}
        change["language"] = judgement.language or reading.language or row["language"]
        change["author"] = row["author"] or reading.author
        change["url"] = row["url"] or reading.canonical_url
        said, day = reading.published, row["published_day"]
        if said is not None and (day is None or (row["published_at"] is None and said.day == day)):
            change |= {"published_day": said.day, "published_at": said.at}
            if row["backfill"] and row["revision"] == 0:
                change["appeared_by"] = appeared_by(row["brought"], said, row["appeared_by"])
    conn.execute(SETTLE, {"which": row["id"], **change})
    if number is not None and row["revision"]:
        listing.renew(conn, row["id"])
    url = twins.claimed_url(row, reading)
    if url is not None:
        conn.execute(_lead(conn.dialect.name), {"url_key": url, "article": row["id"]})


@cache
def _lead(dialect: str) -> Insert:
    return upsert_for(dialect, URLS).on_conflict_do_nothing()


def _articles() -> Select[Any]:
    return select(ARTICLES, REVISIONS.c.text).select_from(ARTICLES.outerjoin(REVISIONS, IS_LATEST))


def article_of(row: RowMapping) -> Article:
    """A row of the articles' columns and a revision's `text`, as an Article."""
    day = row["published_day"]
    return Article(
        id=row["id"],
        outlet=row["outlet"],
        source=row["source"],
        url=row["url"],
        title=row["title"],
        text=row["text"] or "",
        language=row["language"],
        author=row["author"],
        published=None if day is None else Published(day, row["published_at"]),
        appeared=Interval(row["appeared_after"], row["appeared_by"]),
        state=ArticleState(row["state"]),
        reason=row["reason"],
        backfill=row["backfill"],
        revision=row["revision"],
        brought=Brought(row["brought"]),
        said_by=row["said_by"],
    )
