"""Messages by SMTP: one recipient a message, sessions kept open between messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from alerts.channels.channel import Channel, Means
from egress.smtp import Session, SmtpDoor, Stage
from news.errors import DeliveryError, MailError
from news.telling import Parcel

# Servers close on idle clients after some minutes, and limit the messages of a session.
IDLE_SECONDS = 20.0
MESSAGES = 100


class Smtp:
    """Hands messages to the operator's server with `sender` in the envelope.

    All go to one server, so a session that is free serves whatever lane comes
    next; there are as many as deliveries at once. A session is dropped after
    100 messages or 20 idle seconds. Closes the door with itself.
    """

    name = "smtp"

    def __init__(self, door: SmtpDoor, sender: str, checkpoint: Callable[[str], None]) -> None:
        self._door = door
        self._sender = sender
        self._checkpoint = checkpoint
        self._free: dict[Session, asyncio.TimerHandle] = {}
        self._parting: set[asyncio.Task[None]] = set()

    async def deliver(self, parcel: Parcel, raw: bytes) -> str:
        """One try; returns the server's answer. Raises DeliveryError with the server's words."""
        try:
            while (session := self._take()) is not None:
                try:
                    return await self._send(session, parcel, raw)
                except MailError as error:
                    # An old session that was over by itself: nothing of this message was said yet.
                    if error.stage != Stage.MAIL or error.code not in (None, 421) or error.permanent:
                        raise
            return await self._send(await self._door.open(), parcel, raw)
        except MailError as error:
            raise DeliveryError(
                channel=self.name,
                recipient=parcel.recipient,
                reason=str(error),
                permanent=error.permanent,
            ) from error

    async def _send(self, session: Session, parcel: Parcel, raw: bytes) -> str:
        try:
            return await session.send(self._sender, parcel.recipient, raw, self._checkpoint)
        finally:
            self._give_back(session)

    def _take(self) -> Session | None:
        """The free session used last, where there is one that still stands."""
        while self._free:
            session, expiry = self._free.popitem()
            expiry.cancel()
            if session.usable:
                return session
            session.abort()
        return None

    def _give_back(self, session: Session) -> None:
        if session.usable and session.sent < MESSAGES:
            loop = asyncio.get_running_loop()
            self._free[session] = loop.call_later(IDLE_SECONDS, self._expire, session)
        else:
            self._part(session)

    def _expire(self, session: Session) -> None:
        if self._free.pop(session, None):
            self._part(session)

    def _part(self, session: Session) -> None:
        """Say goodbye beside the work; nobody waits for it."""
        parting = asyncio.ensure_future(session.quit())
        self._parting.add(parting)
        parting.add_done_callback(self._parting.discard)

    async def close(self) -> None:
        """Say goodbye on every free session, then close the door."""
        while (session := self._take()) is not None:
            self._part(session)
        if self._parting:
            await asyncio.wait(self._parting)
        self._door.close()


def build(means: Means) -> Channel | None:
    """None where no server is named."""
    if means.server is None:
        return None
    door = SmtpDoor(means.server, allow=means.allow, hosts=means.hosts, limits=means.limits)
    return Smtp(door, means.sender, means.checkpoint)
