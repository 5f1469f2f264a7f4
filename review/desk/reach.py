"""Whose mails and subscriptions a visitor sees: everybody's, or their own alone."""

from __future__ import annotations

from news.errors import UnknownDelivery
from news.people import Role
from news.telling import Mailing
from review.desk.admission import Visitor
from review.desk.parts import Desk
from review.subscribing import found
from storage import mailings
from storage.database import Connection


def reach(who: Visitor) -> str | None:
    """The address whose subscriptions and mails they see; None: everybody's. Readers have their own."""
    return None if who.may(Role.ANALYST) else who.known.email


def subscription(conn: Connection, number: int, who: Visitor) -> None:
    """Go on if that subscription is within their reach. Raises UnknownSubscription."""
    found(conn, number, reach(who))


def mailing(conn: Connection, delivery: int, who: Visitor) -> Mailing:
    """That mail, if it is within their reach. Raises UnknownDelivery."""
    one = mailings.mailing(conn, delivery)
    own = reach(who)
    if own is not None and mailings.recipient_of(conn, delivery) != own:
        raise UnknownDelivery(id=delivery)
    return one


def channels(desk: Desk) -> tuple[str, ...]:
    """The ways out that the settings provide for, the usual one first."""
    return ("smtp", "folder") if desk.channel == "smtp" else ("folder",)
