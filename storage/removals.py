"""Articles removed on request: their words go for good, the keys that recognise them stay.

The row stays in state `removed`, so that the next visit knows the article by its
hashes, takes up none of its words again and tells nobody of it.
`docs/privacy.md` says what that means for whoever asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    delete,
    func,
    select,
    update,
)

from news.article import ArticleState
from news.errors import UnknownArticle
from news.telling import DeliveryState, Told
from storage import judgements
from storage.changes import notify
from storage.columns import table
from storage.deliveries import BODIES, DELIVERIES, EMPTIED, withdraw
from storage.tables import ArticleRow, RevisionBytesRow, RevisionRow, SightingRow, SourceRow
from storage.telling_tables import DigestRow, LedgerRow, MatchRow, SubscriptionRow

SOURCES, ARTICLES, SIGHTINGS = table(SourceRow), table(ArticleRow), table(SightingRow)
REVISIONS, BYTES, MATCHES = table(RevisionRow), table(RevisionBytesRow), table(MatchRow)
LEDGER, DIGESTS, SUBSCRIPTIONS = table(LedgerRow), table(DigestRow), table(SubscriptionRow)
REMOVED = ARTICLES.c.state == ArticleState.REMOVED
# What a sighting's row holds in place of the words of a removed article.
WORDLESS: dict[str, Any] = {
    "link": None,
    "guid": None,
    "title": "",
    "summary": "",
    "content": None,
    "author": None,
}
WORDS = "(removed on request)"


@dataclass(frozen=True, slots=True)
class Carried:
    """A delivery that carries the article: what tells it from others, and where it stands."""

    id: int
    kind: Told
    channel: str
    state: DeliveryState
    message_id: str
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class Traces:
    """What there is of an article: its rows by number, and the deliveries that carry it.

    `open` are those not sent yet: an alert is given up, any other message is made
    anew without the article.
    """

    article: int
    state: ArticleState
    title: str
    url: str | None
    reason: str | None
    revisions: int
    pages: int
    sightings: int
    matches: int
    carried: tuple[Carried, ...] = ()

    @property
    def open(self) -> tuple[Carried, ...]:
        return tuple(each for each in self.carried if each.state is DeliveryState.PENDING)


@dataclass(frozen=True, slots=True)
class Removal:
    """That an article was removed: what a database says of it, and what recognises it in another."""

    reason: str
    keys: frozenset[bytes]


def removed_among(conn: Connection, articles: Collection[int]) -> frozenset[int]:
    """Those of these articles that were removed on request."""
    if not articles:
        return frozenset()
    query = select(ARTICLES.c.id).where(ARTICLES.c.id.in_(sorted(articles)), REMOVED)
    return frozenset(conn.execute(query).scalars())


def standing(conn: Connection, articles: Collection[int]) -> frozenset[int]:
    """Those of these articles that are there and not removed, kept so until this unit ends."""
    query = select(ARTICLES.c.id).where(ARTICLES.c.id.in_(sorted(articles)), ~REMOVED)
    return frozenset(conn.execute(query.order_by(ARTICLES.c.id).with_for_update(key_share=True)).scalars())


def traces(conn: Connection, article: int) -> Traces:
    """What there is of an article. Raises UnknownArticle."""
    row = conn.execute(select(ARTICLES).where(ARTICLES.c.id == article)).mappings().one_or_none()
    if row is None:
        raise UnknownArticle(id=article)

    def count(rows: Table, which: ColumnElement[bool]) -> int:
        return conn.execute(select(func.count()).select_from(rows).where(which)).scalar_one()

    of_it = select(REVISIONS.c.id).where(REVISIONS.c.article == article)
    return Traces(
        article=article,
        state=ArticleState(row["state"]),
        title=row["title"],
        url=row["url"],
        reason=row["reason"],
        revisions=count(REVISIONS, REVISIONS.c.article == article),
        pages=count(BYTES, BYTES.c.revision.in_(of_it)),
        sightings=count(SIGHTINGS, SIGHTINGS.c.article == article),
        matches=count(MATCHES, MATCHES.c.article == article),
        carried=_carried(conn, article),
    )


def remove(conn: Connection, article: int, *, reason: str, at: datetime) -> Traces:
    """Remove all words of an article from the database; returns what there was of it.

    One that was removed already stays as it is. Raises UnknownArticle.
    """
    return _remove(conn, article, f"on {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {reason}")


def _remove(conn: Connection, article: int, said: str) -> Traces:
    _hold_still(conn, article)
    found = traces(conn, article)
    if found.state is ArticleState.REMOVED:
        return found
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql("PRAGMA secure_delete = ON")  # what goes is overwritten, not only let go
    for row, which, values in (
        (ARTICLES, ARTICLES.c.id, _gone(said)),
        (SIGHTINGS, SIGHTINGS.c.article, WORDLESS),
        (REVISIONS, REVISIONS.c.article, {"title": "", "text": "", "terms": None}),
        # Silent ones are told to nobody.
        (MATCHES, MATCHES.c.article, {"evidence": [], "silent": True}),
    ):
        conn.execute(update(row).where(which == article).values(values))
    of_it = select(REVISIONS.c.id).where(REVISIONS.c.article == article)
    conn.execute(delete(BYTES).where(BYTES.c.revision.in_(of_it)))
    judgements.forget(conn, article)
    _empty_bodies(conn, article)
    withdraw(conn, [each.id for each in found.open if each.kind is Told.ALERT])
    _take_back(conn, [each.id for each in found.open if each.kind is not Told.ALERT])
    notify(conn)
    return found


def all_removed(conn: Connection) -> tuple[Removal, ...]:
    """Everything that was removed on request."""
    query = select(ARTICLES.c.id, ARTICLES.c.reason, SIGHTINGS.c.guid_key).where(REMOVED)
    keys: dict[tuple[int, str], set[bytes]] = {}
    for row in conn.execute(query.join(SIGHTINGS, SIGHTINGS.c.article == ARTICLES.c.id)):
        keys.setdefault((row.id, row.reason), set()).add(row.guid_key)
    return tuple(Removal(reason, frozenset(of_it)) for (_, reason), of_it in keys.items())


def again(conn: Connection, removals: Collection[Removal]) -> tuple[Traces, ...]:
    """Remove here what was removed in another database; returns what there was of it.

    What is not in this one is not known to it, and may be collected anew.
    """
    gone = []
    for each in removals:
        known = select(SIGHTINGS.c.article).where(SIGHTINGS.c.guid_key.in_(each.keys)).distinct()
        for article in conn.execute(known).scalars().all():
            found = _remove(conn, article, each.reason)
            gone += [found] if found.state is not ArticleState.REMOVED else []
    return tuple(gone)


def _gone(said: str) -> dict[str, Any]:
    return {
        "url": None,
        "title": "",
        "author": None,
        "said_by": None,
        "state": ArticleState.REMOVED,
        "reason": said,
        "next_try_at": None,
    }


def _hold_still(conn: Connection, article: int) -> None:
    """No unit that plans messages, announces or keeps a text of this outlet runs beside this one.

    In the order in which those take their locks; SQLite has one writer anyway.
    """
    if conn.dialect.name != "postgresql":
        return
    conn.execute(
        select(SUBSCRIPTIONS.c.id).order_by(SUBSCRIPTIONS.c.id).with_for_update(key_share=True)
    ).all()
    outlet = select(ARTICLES.c.outlet).where(ARTICLES.c.id == article).scalar_subquery()
    outlets = select(SOURCES.c.slug).where(SOURCES.c.outlet == outlet).order_by(SOURCES.c.slug)
    conn.execute(outlets.with_for_update(key_share=True)).all()
    conn.execute(select(ARTICLES.c.id).where(ARTICLES.c.id == article).with_for_update()).all()
    carried = select(DELIVERIES.c.id).where(DELIVERIES.c.id.in_(_told(article))).order_by(DELIVERIES.c.id)
    conn.execute(carried.with_for_update()).all()


def _told(article: int) -> Select[Any]:
    return select(LEDGER.c.delivery).where(LEDGER.c.article == article)


def _bodies(article: int) -> Select[Any]:
    """The bodies of all deliveries that carry the article."""
    return select(DELIVERIES.c.body).where(DELIVERIES.c.id.in_(_told(article))).distinct()


def _carried(conn: Connection, article: int) -> tuple[Carried, ...]:
    columns = [DELIVERIES.c[name] for name in Carried.__dataclass_fields__]
    carried = select(*columns).where(DELIVERIES.c.id.in_(_told(article))).order_by(DELIVERIES.c.id)
    rows = conn.execute(carried)
    return tuple(
        Carried(row.id, Told(row.kind), row.channel, DeliveryState(row.state), row.message_id, row.planned_at)
        for row in rows
    )


def _empty_bodies(conn: Connection, article: int) -> None:
    """The words of every message that carries it go; an alert's subject is its headline and goes, too."""
    headed = set(conn.execute(_bodies(article).where(DELIVERIES.c.kind == Told.ALERT)).scalars())
    for body in conn.execute(_bodies(article)).scalars().all():
        words = {"text": WORDS, "html": f"<p>{WORDS}</p>", "key": EMPTIED + body.to_bytes(8)}
        subject = {"subject": WORDS} if body in headed else {}
        conn.execute(update(BODIES).where(BODIES.c.id == body).values({**words, **subject}))


def _take_back(conn: Connection, messages: Collection[int]) -> None:
    """Messages that tell of others, too: as if they had never been planned, so that they are planned anew."""
    for number in messages:
        row = conn.execute(select(DELIVERIES).where(DELIVERIES.c.id == number)).mappings().one()
        conn.execute(delete(LEDGER).where(LEDGER.c.delivery == number))
        conn.execute(delete(DELIVERIES).where(DELIVERIES.c.id == number))
        window = select(DIGESTS.c.after).where(DIGESTS.c.id == row["digest"])
        after = conn.execute(window).scalar()  # None: no digest, and then all since its start is looked at
        known, start = SUBSCRIPTIONS.c.told_until, SUBSCRIPTIONS.c.starts_at
        until = None if after is None else case((start >= after, None), (known < after, known), else_=after)
        whose = SUBSCRIPTIONS.c.id == row["subscription"]
        conn.execute(update(SUBSCRIPTIONS).where(whose).values(told_until=until))
        conn.execute(delete(DIGESTS).where(DIGESTS.c.id == row["digest"]))
