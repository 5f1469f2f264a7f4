"""The outbox: lanes apart, tries counted, every end visible, a stop that leaves nothing half done."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from pathlib import Path

from alerts.channels.channel import Channel
from news.errors import DeliveryError
from news.telling import DeliveryState, Message, Parcel
from storage import deliveries
from storage.database import Database
from tests.alerts.outboxes import built, means, post, until
from tests.databases import PostgresqlDatabases, SqliteDatabases
from tests.mailroom import SILENCE, MailRoom, mail_room
from tests.storage.post import plan
from tests.storage.world import NOON


class Scripted:
    """A channel that answers, or raises, what the test says."""

    name = "smtp"

    def __init__(self, *outcomes: str | Exception) -> None:
        self.outcomes = list(outcomes)
        self.parcels: list[Parcel] = []

    async def deliver(self, parcel: Parcel, raw: bytes) -> str:
        self.parcels.append(parcel)
        outcome = self.outcomes.pop(0) if self.outcomes else "250 ok"
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Nothing is kept open."""


def refusal(reason: str, *, permanent: bool) -> DeliveryError:
    return DeliveryError(channel="smtp", recipient="a@one.test", reason=reason, permanent=permanent)


async def test_what_is_planned_is_sent_once(database_url: str, tmp_path: Path) -> None:
    async with mail_room() as room, post(database_url, built(means(room, tmp_path))) as made:
        ids = await made.plan("a@one.test", "b@one.test", "c@two.test")
        await made.outbox().drain()
        await made.outbox().drain()
        kept = [await made.get(each) for each in ids]
        assert {each.state for each in kept} == {DeliveryState.SENT}
        assert sorted(room.received()) == sorted(each.message_id for each in kept)
        assert str(kept[0].answer).startswith("250 2.0.0 queued")
        assert kept[0].sent_at == NOON


async def test_a_running_outbox_is_woken(sqlite_databases: SqliteDatabases) -> None:
    channel = Scripted()
    async with post(sqlite_databases.fresh(), {"smtp": channel}, tick=60.0) as made:
        outbox = made.outbox()
        running = asyncio.create_task(outbox.run())
        await asyncio.sleep(0.05)
        (planned,) = await made.plan("a@one.test")
        started = time.monotonic()
        outbox.wake()
        while (await made.get(planned)).state != DeliveryState.SENT:
            assert time.monotonic() - started < 2
            await asyncio.sleep(0.01)
        outbox.stop()
        await asyncio.wait_for(running, 2)


async def test_the_tick_is_the_safety_net(sqlite_databases: SqliteDatabases) -> None:
    channel = Scripted()
    async with post(sqlite_databases.fresh(), {"smtp": channel}, tick=0.1) as made:
        running = asyncio.create_task((outbox := made.outbox()).run())
        await made.plan("a@one.test")
        await until(lambda: bool(channel.parcels))
        outbox.stop()
        await running


async def test_five_days_of_tries_then_failed_with_the_last_words(sqlite_databases: SqliteDatabases) -> None:
    """A clock moved from try to try: 1, 5, 15, 30 minutes, then hourly, then visible as failed."""
    channel = Scripted(*[refusal("450 4.2.0 greylisted", permanent=False)] * 200)
    async with post(sqlite_databases.fresh(), {"smtp": channel}) as made:
        (planned,) = await made.plan("a@one.test")
        outbox, waits = made.outbox(), []
        while True:
            await outbox.drain()
            kept = await made.get(planned)
            if kept.next_try_at is None:
                break
            waits.append((kept.next_try_at - made.clock()) / timedelta(minutes=1))
            made.clock.now = kept.next_try_at
        assert waits[:5] == [1, 5, 15, 30, 60]
        assert set(waits[5:]) == {60}
        assert kept.state == DeliveryState.FAILED
        assert timedelta(days=5) - timedelta(hours=1) < made.clock() - NOON <= timedelta(days=5)
        assert (kept.attempts, kept.answer) == (len(channel.parcels), "450 4.2.0 greylisted")
        assert len({parcel.message_id for parcel in channel.parcels}) == 1


async def test_a_refusal_for_good_is_tried_once(sqlite_databases: SqliteDatabases) -> None:
    channel = Scripted(refusal("550 5.1.1 no such user", permanent=True))
    async with post(sqlite_databases.fresh(), {"smtp": channel}) as made:
        (planned,) = await made.plan("a@one.test")
        await made.outbox().drain()
        made.clock.forward(days=1)
        await made.outbox().drain()
        kept = await made.get(planned)
        assert (kept.state, kept.answer) == (DeliveryState.FAILED, "550 5.1.1 no such user")
        assert len(channel.parcels) == 1


async def test_whatever_a_try_raises_stops_nothing(sqlite_databases: SqliteDatabases) -> None:
    channel = Scripted(ZeroDivisionError("a bug"), RuntimeError("another"))
    async with post(sqlite_databases.fresh(), {"smtp": channel}) as made:
        ids = await made.plan("a@one.test", "b@two.test", "c@three.test")
        await made.outbox().drain()
        assert await made.states(ids) == {DeliveryState.PENDING: 2, DeliveryState.SENT: 1}
        answers = {(await made.get(each)).answer for each in ids}
        assert "ZeroDivisionError: a bug" in answers
        made.clock.forward(minutes=1)
        await made.outbox().drain()
        assert set(await made.states(ids)) == {DeliveryState.SENT}


async def test_a_message_that_cannot_be_built_holds_up_no_other(sqlite_databases: SqliteDatabases) -> None:
    channel = Scripted()
    async with post(sqlite_databases.fresh(), {"smtp": channel}) as made:
        (bad,) = await made.plan("a@one.test\r\nBcc: x@y.test")
        (good,) = await made.plan("b@one.test", message=Message("Another", "words", "<p>words</p>"))
        await made.outbox().drain()
        kept = await made.get(bad)
        assert (kept.state, kept.next_try_at) == (DeliveryState.FAILED, None)
        assert kept.answer
        assert (await made.get(good)).state == DeliveryState.SENT
        assert len(channel.parcels) == 1


async def test_a_channel_that_is_not_set_up_is_said(sqlite_databases: SqliteDatabases) -> None:
    async with post(sqlite_databases.fresh(), {}) as made:
        (planned,) = await made.plan("a@one.test")
        await made.outbox().drain()
        kept = await made.get(planned)
        assert (kept.state, kept.answer) == (DeliveryState.PENDING, "the channel 'smtp' is not set up")


async def test_a_slow_domain_delays_no_other(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    room = MailRoom(slow={"slow.test": 1.0})
    async with mail_room(room), post(sqlite_databases.fresh(), built(means(room, tmp_path))) as made:
        slow = await made.plan(*(f"{n}@slow.test" for n in range(8)))
        quick = await made.plan(*(f"{n}@{n}.test" for n in range(40)))
        started = time.monotonic()
        draining = asyncio.create_task(made.outbox().drain())
        while set(await made.states(quick)) != {DeliveryState.SENT}:
            assert time.monotonic() - started < 0.95, "the others wait for nobody"
            await asyncio.sleep(0.02)
        assert {(await made.get(each)).state for each in slow} <= {
            DeliveryState.SENDING,
            DeliveryState.PENDING,
        }
        await draining
        assert set(await made.states(slow)) == {DeliveryState.SENT}


async def test_tries_at_once_are_bounded(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    room = MailRoom(slow={"slow.test": 0.05})
    async with mail_room(room), post(sqlite_databases.fresh(), {}, per_lane=2, at_once=5) as made:
        made.channels = built(means(room, tmp_path))
        await made.plan(*(f"{n}@slow.test" for n in range(10)), *(f"{n}@{n}.test" for n in range(20)))
        await made.outbox().drain()
        assert len(room.letters) == 30
        assert room.most_at_once <= 5
        for channel in made.channels.values():
            await channel.close()


async def test_stop_finishes_what_is_under_way(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    room = MailRoom(slow={"slow.test": 0.3})
    async with mail_room(room):
        async with post(sqlite_databases.fresh(), built(means(room, tmp_path)), per_lane=1) as made:
            first, second = await made.plan("a@slow.test", "b@slow.test")
            outbox = made.outbox()
            running = asyncio.create_task(outbox.run())
            await until(lambda: "DATA" in room.heard)
            outbox.stop()
            await asyncio.wait_for(running, 2)
            assert (await made.get(first)).state == DeliveryState.SENT
            assert (await made.get(second)).state == DeliveryState.PENDING
        assert len(room.letters) == 1


async def test_stop_breaks_off_what_takes_too_long(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    """It is due again at once, and counts as no crash: a service may be restarted often."""
    async with mail_room() as room:
        room.fail("MAIL", SILENCE)
        channels = built(means(room, tmp_path))
        async with post(sqlite_databases.fresh(), channels, patience=0.1) as made:
            (planned,) = await made.plan("a@one.test")
            outbox = made.outbox()
            running = asyncio.create_task(outbox.run())
            await until(lambda: any(line.startswith("MAIL") for line in room.heard))
            started = time.monotonic()
            outbox.stop()
            await asyncio.wait_for(running, 3)
            assert time.monotonic() - started < 2.5
            kept = await made.get(planned)
            assert (kept.state, kept.crashes) == (DeliveryState.PENDING, 0)
            assert kept.answer == "the service was stopped during this try"
            assert kept.next_try_at == made.clock()


async def test_a_try_that_never_ends_is_ended(sqlite_databases: SqliteDatabases) -> None:
    class Endless(Scripted):
        async def deliver(self, parcel: Parcel, raw: bytes) -> str:
            await asyncio.sleep(3600)
            return "never"

    channel: Channel = Endless()
    async with post(sqlite_databases.fresh(), {"smtp": channel}, longest=0.1) as made:
        (planned,) = await made.plan("a@one.test")
        await made.outbox().drain()
        kept = await made.get(planned)
        assert (kept.state, kept.answer) == (DeliveryState.PENDING, "not done within 0.1 s")


async def test_two_services_on_one_postgresql_send_nothing_twice(
    postgresql_databases: PostgresqlDatabases, tmp_path: Path
) -> None:
    url = postgresql_databases.fresh()
    async with mail_room() as room, post(url, built(means(room, tmp_path))) as made:
        beside = await Database.open(url, clock=made.clock)
        try:
            ids = await made.plan(*(f"{n}@{n % 9}.test" for n in range(150)))
            second = made.outbox("two", channels=built(means(room, tmp_path)))
            second._database = beside
            await asyncio.gather(made.outbox("one").drain(), second.drain())
        finally:
            await beside.close()
        received = room.received()
        assert len(received) == len(set(received)) == 150
        assert set(await made.states(ids)) == {DeliveryState.SENT}


async def test_a_parked_message_lets_the_others_go(sqlite_databases: SqliteDatabases) -> None:
    """Three processes died over it (`test_kills` kills real ones): it waits for a person."""
    channel = Scripted()
    async with post(sqlite_databases.fresh(), {"smtp": channel}) as made:
        (poison,) = await made.plan("a@one.test")
        for _ in range(3):
            await made.database.write(
                deliveries.claim,
                now=made.clock(),
                limit=1,
                holder="gone",
                lease=timedelta(minutes=15),
                per_lane=1,
            )
            await made.database.write(deliveries.recover, now=made.clock())
        others = await made.database.write(plan, "b@one.test", "c@one.test")
        await made.outbox().drain()
        assert (await made.get(poison)).state == DeliveryState.PARKED
        assert set(await made.states(others)) == {DeliveryState.SENT}


async def test_a_few_hundred_long_messages_take_seconds(
    sqlite_databases: SqliteDatabases, tmp_path: Path
) -> None:
    words = "The road was closed on Monday, the ministry said. " * 600
    message = Message("Digest", words, f"<p>{words}</p>")
    async with mail_room() as room, post(sqlite_databases.fresh(), built(means(room, tmp_path))) as made:
        await made.plan(*(f"{n}@{n % 20}.test" for n in range(200)), message=message)
        started = time.monotonic()
        await made.outbox().drain()
        assert len(room.letters) == 200
        assert len(room.letters[0].raw) > 60_000
        assert time.monotonic() - started < 10
