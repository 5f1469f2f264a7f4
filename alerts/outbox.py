"""The outbox: sends what is due, lane by lane, and writes down how each try ended.

It decides nothing about what is told; the planner wrote that down. A delivery is claimed and
its attempt counted in the database before the try, so a process may die at any point: what
it had under way is tried again by whoever comes next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from alerts.backoff import next_try
from alerts.channels.channel import Channel
from alerts.mime import mime
from news.errors import DeliveryError, StorageError, SubscriptionError
from news.telling import Parcel
from storage import deliveries
from storage.database import Database

LONGEST_ANSWER = 500
# Seconds until it looks again: at a database in trouble, at what was due and could not be had.
TROUBLED = 5.0
TURN = 0.25


@dataclass(frozen=True, slots=True)
class Flow:
    """How hard the outbox may work.

    `per_lane` tries at once to one domain, `at_once` in all: many servers let
    one client have 50 connections. `lease` outlasts `longest` (seconds), which
    outlasts the ten minutes a server may take over a message. `tick` is how
    long it sleeps at most: other services' work, and a clock that was set, are
    noticed by then. `breath` (seconds) lets what ends at the same time be
    followed up by one claim. `patience` is how long `stop` waits for tries.
    """

    per_lane: int = 4
    at_once: int = 48
    lease: timedelta = timedelta(minutes=15)
    longest: float = 840.0
    tick: float = 30.0
    breath: float = 0.01
    patience: float = 6.0


class Outbox:
    """Drains the due deliveries of `database` through `channels` (by name) until `stop`.

    `sender` stands in every message's From. `holder` names this service on
    its leases. `checkpoint` is told "leased" and "accepted"; channels and the
    writer tell theirs. The channels are closed when it was stopped.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        *,
        sender: str,
        clock: Callable[[], datetime],
        holder: str,
        checkpoint: Callable[[str], None],
        flow: Flow | None = None,
    ) -> None:
        self._database = database
        self._channels = channels
        self._sender = sender
        self._clock = clock
        self._holder = holder
        self._checkpoint = checkpoint
        self._flow = flow or Flow()
        self._under_way: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._log = structlog.get_logger("outbox")

    async def run(self) -> None:
        """Send what is due, as it falls due, until `stop`; then nothing is left half done."""
        try:
            while not self._stopping.is_set():
                await self._turn()
        finally:
            await self._finish()
        for channel in self._channels.values():
            await channel.close()

    async def drain(self) -> None:
        """Send what is due by now and return; what failed for the moment waits in the database."""
        while ((due := await self._next_due()) is not None and due <= self._clock()) or self._under_way:
            self._woken.clear()
            await self._hand_out()
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.sleep(self._flow.breath)

    def wake(self) -> None:
        """Something was planned: look now, not at the next tick."""
        self._woken.set()

    def stop(self) -> None:
        """Claim no more. Tries under way are brought to their end, within some seconds."""
        self._stopping.set()
        self._woken.set()

    async def _turn(self) -> None:
        """Hand out what is due, then sleep until something may be."""
        self._woken.clear()
        try:
            handed_out = await self._hand_out()
            due = await self._next_due()
        except StorageError as error:
            self._log.error("the outbox waits for its database", problem=str(error))
            await self._woken_within(TROUBLED)
            return
        left = self._flow.tick if due is None else (due - self._clock()).total_seconds()
        # What is due and was not to be had (another service claims it) is not asked for without end.
        await self._woken_within(min(self._flow.tick, max(left, 0.0 if handed_out else TURN)))
        await asyncio.sleep(self._flow.breath)

    async def _hand_out(self) -> int:
        """Claim as many as there are places for and begin them; returns how many."""
        free = self._flow.at_once - len(self._under_way)
        if free <= 0:
            return 0
        parcels = await self._database.write(
            deliveries.claim,
            now=self._clock(),
            limit=free,
            holder=self._holder,
            lease=self._flow.lease,
            per_lane=self._flow.per_lane,
        )
        for parcel in parcels:
            trying = asyncio.create_task(self._try(parcel))
            self._under_way.add(trying)
            trying.add_done_callback(self._ended)
        return len(parcels)

    def _ended(self, trying: asyncio.Task[None]) -> None:
        self._under_way.discard(trying)
        self._woken.set()
        if not trying.cancelled() and (error := trying.exception()) is not None:
            # Its end could not be written down: the lease runs out and it is tried again.
            self._log.error("a try was not written down", problem=str(error))

    async def _next_due(self) -> datetime | None:
        """None while every place is taken: whoever ends gives the sign."""
        if len(self._under_way) >= self._flow.at_once:
            return None
        return await self._database.read(
            deliveries.next_due, now=self._clock(), holder=self._holder, per_lane=self._flow.per_lane
        )

    async def _try(self, parcel: Parcel) -> None:
        """One try and its end. A named boundary: whatever is raised here counts as a failed try."""
        try:
            self._checkpoint("leased")
            async with asyncio.timeout(self._flow.longest):
                answer = await self._deliver(parcel)
            self._checkpoint("accepted")
        except DeliveryError as error:
            await self._failed(parcel, error.reason, permanent=error.permanent)
        except SubscriptionError as error:  # no address: it will be none at any later try
            await self._failed(parcel, str(error), permanent=True)
        except TimeoutError:
            await self._failed(parcel, f"not done within {self._flow.longest:g} s")
        except asyncio.CancelledError:
            await self._stopped(parcel)
            raise
        except Exception as error:
            self._log.exception("a try broke", delivery=parcel.delivery)
            await self._failed(parcel, f"{type(error).__name__}: {error}")
        else:
            await self._sent(parcel, answer)

    async def _deliver(self, parcel: Parcel) -> str:
        channel = self._channels.get(parcel.channel)
        if channel is None:
            reason = f"the channel {parcel.channel!r} is not set up"
            raise DeliveryError(
                channel=parcel.channel, recipient=parcel.recipient, reason=reason, permanent=False
            )
        raw = mime(
            parcel.message,
            sender=self._sender,
            recipient=parcel.recipient,
            message_id=parcel.message_id,
            date=parcel.planned_at,
        )
        return await channel.deliver(parcel, raw)

    async def _sent(self, parcel: Parcel, answer: str) -> None:
        """Written down until it stands: a database that is away for a while must not cause a copy."""
        write = self._database.write
        gives_up = self._clock() + self._flow.lease
        while True:
            try:
                now = self._clock()
                await write(deliveries.settle_sent, parcel.delivery, answer=answer[:LONGEST_ANSWER], now=now)
            except StorageError:
                if self._stopping.is_set() or self._clock() > gives_up:
                    raise
                await asyncio.sleep(1)
            else:
                return

    async def _failed(self, parcel: Parcel, reason: str, *, permanent: bool = False) -> None:
        now, answer = self._clock(), reason[:LONGEST_ANSWER]
        at = None if permanent else next_try(parcel.first_try_at, parcel.attempts, now)
        noted = {"delivery": parcel.delivery, "attempt": parcel.attempts, "reason": answer}
        if at is None:
            self._log.error("a delivery failed for good", **noted)
            await self._database.write(deliveries.settle_failed, parcel, holder=self._holder, answer=answer)
        else:
            self._log.warning("a delivery failed and is tried again", at=at.isoformat(), **noted)
            await self._database.write(
                deliveries.settle_retry, parcel, holder=self._holder, answer=answer, at=at
            )

    async def _stopped(self, parcel: Parcel) -> None:
        """Due again at once: the next start need not wait for the lease, nor count it as a crash."""
        await self._database.write(
            deliveries.settle_retry,
            parcel,
            holder=self._holder,
            answer="the service was stopped during this try",
            at=self._clock(),
        )

    async def _finish(self) -> None:
        """Wait for what is under way; what takes too long is broken off and due again."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=self._flow.patience)
        for trying in self._under_way:
            trying.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _woken_within(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
