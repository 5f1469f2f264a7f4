"""Deliveries planned in a line: who is to be told, and of what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert

from news.telling import Message, Mode, Planned, Subscription, Told
from storage import deliveries
from storage.columns import table
from storage.telling_tables import SubscriptionRow
from tests.storage.world import NOON, after

MESSAGE = Message("A road is closed", "A road is closed.\n", "<p>A road is closed.</p>")


def subscribe(conn: Connection, recipient: str, channel: str = "smtp") -> Subscription:
    known: dict[str, Any] = {
        "recipient": recipient,
        "channel": channel,
        "mode": Mode.INSTANT,
        "zone": "UTC",
        "when_empty": True,
        "added": NOON,
        "starts_at": NOON,
    }
    added = insert(table(SubscriptionRow)).values(known).returning(SubscriptionRow.id)
    return Subscription(id=conn.execute(added).scalar_one(), topics=(), schedule=None, **known)


def plan(
    conn: Connection,
    *recipients: str,
    minutes: float = 0,
    channel: str = "smtp",
    message: Message = MESSAGE,
) -> tuple[int, ...]:
    """An alert for each, planned so many minutes after noon; the ids."""
    body = deliveries.keep_body(conn, message, now=after(minutes))
    planned = [Planned(subscribe(conn, recipient, channel), Told.ALERT, body) for recipient in recipients]
    return deliveries.add_all(conn, planned, now=after(minutes), domain="wire.test")
