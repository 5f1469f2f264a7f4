"""The next digest as it would look now: made like the one that goes out, and nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from alerts import gathering
from alerts.windows import next_window, window_now
from news.errors import SubscriptionError
from news.telling import Digest, Listener, Message, Mode, Window
from storage import subscriptions, telling
from storage.database import Database


async def preview(
    database: Database, compose: Callable[[Digest], Message], subscription: int, now: datetime
) -> Message:
    """The digest a subscription would be sent at `now`, also while it is paused; `compose` is called in a
    thread.

    Raises UnknownSubscription, SubscriptionError for one that is told at once.
    """
    listener = await digest_listener(database, subscription)
    slots = await database.read(telling.slots_of, subscription)
    window = next_window(listener.subscription, slots, now)
    (draft,) = await database.read(gathering.drafts, [(listener, window)], now)
    coverage = await database.read(gathering.coverage, now)
    digest = await database.read(gathering.digest, draft, coverage, now)
    return await asyncio.to_thread(compose, digest)


async def digest_listener(database: Database, subscription: int) -> Listener:
    """Raises UnknownSubscription, SubscriptionError for one that is told at once."""
    listener = await database.read(subscriptions.listener, subscription)
    if listener.subscription.mode is not Mode.DIGEST:
        remedy = "Add a digest subscription beside it."
        problem = "it is told at once and has no digest"
        raise SubscriptionError(recipient=listener.subscription.recipient, problem=problem, remedy=remedy)
    return listener


async def window_of(database: Database, listener: Listener, now: datetime) -> Window:
    """What a digest that is to be sent at `now` covers."""
    slots = await database.read(telling.slots_of, listener.subscription.id)
    return window_now(listener.subscription, slots, now)
