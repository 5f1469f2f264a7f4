"""Mails as they are looked through: deliveries with their subjects, the newest first, and their words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from news.errors import UnknownDelivery
from news.telling import DeliveryState, Mailing, Message, Told
from storage.columns import table
from storage.deliveries import BODIES, COLUMNS, DELIVERIES, EMPTIED, delivery_of
from storage.telling_tables import DigestRow, SubscriptionRow

DIGESTS, SUBSCRIPTIONS = table(DigestRow), table(SubscriptionRow)
JOINED = DELIVERIES.join(BODIES, BODIES.c.id == DELIVERIES.c.body).outerjoin(
    DIGESTS, DIGESTS.c.id == DELIVERIES.c.digest
)
ABOUT = (BODIES.c.subject, BODIES.c.key, DIGESTS.c.slot, DIGESTS.c.articles)
SHOWN = select(*COLUMNS, *ABOUT).select_from(JOINED)


def mailings(
    conn: Connection,
    *,
    limit: int,
    before: int | None = None,
    states: Collection[DeliveryState] = (),
    kinds: Collection[Told] = (),
    recipient: str | None = None,
    subscription: int | None = None,
) -> tuple[Mailing, ...]:
    """The latest deliveries, of ids below `before`, in these states, of these kinds (none: of all), of that
    recipient's subscriptions, of that subscription."""
    query = SHOWN.order_by(DELIVERIES.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(DELIVERIES.c.id < before)
    if states:
        query = query.where(DELIVERIES.c.state.in_(sorted(states)))
    if kinds:
        query = query.where(DELIVERIES.c.kind.in_(sorted(kinds)))
    if subscription is not None:
        query = query.where(DELIVERIES.c.subscription == subscription)
    if recipient is not None:
        query = _theirs(query, recipient)
    return tuple(_mailing(row) for row in conn.execute(query).mappings())


def mailing(conn: Connection, delivery: int) -> Mailing:
    """One of them. Raises UnknownDelivery."""
    row = conn.execute(SHOWN.where(DELIVERIES.c.id == delivery)).mappings().one_or_none()
    if row is None:
        raise UnknownDelivery(id=delivery)
    return _mailing(row)


def recipient_of(conn: Connection, delivery: int) -> str | None:
    """Whose subscription a delivery is of, by their present address; None: there is no such delivery."""
    query = select(SUBSCRIPTIONS.c.recipient).join(
        DELIVERIES, DELIVERIES.c.subscription == SUBSCRIPTIONS.c.id
    )
    return conn.execute(query.where(DELIVERIES.c.id == delivery)).scalar_one_or_none()


def words(conn: Connection, delivery: int) -> Message:
    """What a delivery says, or what stands there since its words were removed. Raises UnknownDelivery."""
    query = select(BODIES.c.subject, BODIES.c.text, BODIES.c.html)
    query = query.join(DELIVERIES, DELIVERIES.c.body == BODIES.c.id).where(DELIVERIES.c.id == delivery)
    row = conn.execute(query).one_or_none()
    if row is None:
        raise UnknownDelivery(id=delivery)
    return Message(row.subject, row.text, row.html)


def _theirs(query: Select[Any], recipient: str) -> Select[Any]:
    """By their subscriptions, removed ones too: those follow who moves to another address."""
    of_them = select(SUBSCRIPTIONS.c.id).where(SUBSCRIPTIONS.c.recipient == recipient)
    return query.where(DELIVERIES.c.subscription.in_(of_them))


def _mailing(row: RowMapping) -> Mailing:
    kept = not row["key"].startswith(EMPTIED)
    return Mailing(delivery_of(row), row["subject"], row["slot"], row["articles"], kept)
