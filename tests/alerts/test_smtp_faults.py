"""A server that misbehaves by script: nothing is lost, and copies come only after the dot."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.handlers import Message as Handler
from aiosmtpd.smtp import SMTP

from egress.smtp import MailServer
from news.telling import DeliveryState
from tests.alerts.outboxes import Post, built, means, post
from tests.certificates import HOST, MakeContext
from tests.databases import SqliteDatabases
from tests.mailroom import DROP, TAKE_AND_DROP, MailRoom, mail_room

CODES = {
    421: "421 4.3.2 closing for maintenance",
    450: "450 4.2.0 greylisted, come again",
    451: "451 4.3.0 local trouble",
    452: "452 4.2.2 mailbox full",
    550: "550 5.1.1 no such user",
    552: "552 5.2.2 over quota",
    554: "554 5.7.1 not wanted",
}
STAGES = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot"]
SAID_OF_THE_MESSAGE = {"MAIL", "RCPT", "DATA", "dot"}


def secured(room: MailRoom) -> MailServer:
    return MailServer(HOST, room.port, "starttls")


async def sent_after(made: Post, minutes: int) -> None:
    made.clock.forward(minutes=minutes)
    await made.outbox().drain()


@pytest.fixture(params=["in the clear", "STARTTLS"])
async def room(request: pytest.FixtureRequest, served: MakeContext) -> AsyncIterator[MailRoom]:
    async with mail_room(MailRoom(tls=served() if request.param == "STARTTLS" else None)) as opened:
        yield opened


@pytest.fixture
async def made(room: MailRoom, tmp_path: Path, sqlite_databases: SqliteDatabases) -> AsyncIterator[Post]:
    server = secured(room) if room.tls else MailServer(HOST, room.port, "none")
    channels = built(means(room, tmp_path, server=server, hosts={HOST: "127.0.0.1"}))
    async with post(sqlite_databases.fresh(), channels) as opened:
        yield opened


@pytest.mark.parametrize("stage", STAGES)
async def test_every_refusal_at_every_stage(made: Post, room: MailRoom, stage: str) -> None:
    """Each ends sent, or failed and visible with the server's words; each sent one once."""
    for number, (code, words) in enumerate(CODES.items()):
        (planned,) = await made.plan(f"{code}@one.test")
        room.fail(stage, words)
        await made.channels["smtp"].close()  # a session still open would never pass the first stages
        await made.outbox().drain()
        kept = await made.get(planned)
        assert words in str(kept.answer)
        for_good = stage in SAID_OF_THE_MESSAGE and code >= 500 and not (stage == "RCPT" and code == 552)
        if for_good:
            assert (kept.state, kept.next_try_at) == (DeliveryState.FAILED, None)
        else:
            assert kept.state == DeliveryState.PENDING
            await sent_after(made, 1)
            assert (await made.get(planned)).state == DeliveryState.SENT
        assert room.received().count(kept.message_id) == (0 if for_good else 1)
        assert not room.faults[stage], (number, code)


@pytest.mark.parametrize(
    ("stage", "fault", "copies"),
    [
        ("greeting", DROP, 1),
        ("EHLO", DROP, 1),
        ("MAIL", DROP, 1),
        ("RCPT", DROP, 1),
        ("DATA", DROP, 1),
        ("within", DROP, 1),
        ("dot", DROP, 1),
        ("dot", TAKE_AND_DROP, 2),
    ],
)
async def test_dropped_at_every_stage(
    made: Post, room: MailRoom, stage: str, fault: str, copies: int
) -> None:
    """Only a connection that breaks after the dot can make a copy, under the same Message-ID."""
    (planned,) = await made.plan("a@one.test")
    room.fail(stage, fault)
    await made.outbox().drain()
    kept = await made.get(planned)
    assert (kept.state, kept.attempts) == (DeliveryState.PENDING, 1)
    assert "broke off" in str(kept.answer)
    await sent_after(made, 1)
    assert (await made.get(planned)).state == DeliveryState.SENT
    assert room.received() == [kept.message_id] * copies


async def test_many_messages_through_all_of_it(made: Post, room: MailRoom) -> None:
    """Forty messages, a fault at every stage for some of them: none lost, none told twice without cause."""
    ids = await made.plan(*(f"{n}@{n % 4}.test" for n in range(40)))
    for stage in STAGES:
        room.fail(stage, *(words for code, words in CODES.items() if code < 500), DROP)
    room.fail("within", DROP, DROP)
    room.fail("dot", TAKE_AND_DROP, TAKE_AND_DROP)
    for _ in range(12):
        await made.outbox().drain()
        made.clock.forward(hours=1)
    assert set(await made.states(ids)) == {DeliveryState.SENT}
    received = room.received()
    assert set(received) == {(await made.get(each)).message_id for each in ids}
    assert len(received) == 40 + 2


@pytest.mark.parametrize("wrong", ["no STARTTLS", "refused", "broken handshake", "other name", "by itself"])
async def test_without_proper_tls_nothing_goes_out(
    served: MakeContext, sqlite_databases: SqliteDatabases, tmp_path: Path, wrong: str
) -> None:
    context: ssl.SSLContext | None = None
    if wrong != "no STARTTLS":
        context = served("elsewhere.test" if wrong == "other name" else HOST, by_itself=wrong == "by itself")
    async with mail_room(MailRoom(tls=context, offers=("AUTH PLAIN",))) as room:
        if wrong == "refused":
            room.fail("STARTTLS", "454 4.7.0 TLS not available due to temporary reason")
        if wrong == "broken handshake":
            room.fail("handshake", DROP)
        server = MailServer(HOST, room.port, "starttls", "wire", "s3cret")
        channels = built(means(room, tmp_path, server=server, hosts={HOST: "127.0.0.1"}))
        async with post(sqlite_databases.fresh(), channels) as made:
            (planned,) = await made.plan("a@one.test")
            await made.outbox().drain()
            kept = await made.get(planned)
            assert kept.state == DeliveryState.PENDING
            assert any(word in str(kept.answer) for word in ("TLS", "certificate"))
            assert not any(line.startswith(("AUTH", "MAIL")) for line in room.heard)
            if wrong == "refused":
                await sent_after(made, 1)
                assert (await made.get(planned)).state == DeliveryState.SENT


async def test_one_refused_of_three_costs_the_others_nothing(made: Post, room: MailRoom) -> None:
    """One message for each recipient: what one mailbox says concerns that one alone."""
    ids = await made.plan("a@one.test", "b@one.test", "c@one.test")
    room.refused["b@one.test"] = "450 4.2.0 greylisted"
    await made.outbox().drain()
    assert await made.states(ids) == {DeliveryState.SENT: 2, DeliveryState.PENDING: 1}
    room.refused.clear()
    await sent_after(made, 1)
    assert set(await made.states(ids)) == {DeliveryState.SENT}
    assert len(room.letters) == len(set(room.received())) == 3


class Kept(Handler):
    """aiosmtpd's own reading of what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []

    def handle_message(self, message: Message) -> None:
        self.ids.append(message["Message-ID"])


async def test_another_server_than_our_own(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    """aiosmtpd, strict about commands and line ends, takes what we say."""
    kept = Kept()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(kept, hostname="room.test"), "127.0.0.1", 0)
    server = MailServer("127.0.0.1", listening.sockets[0].getsockname()[1], "none")
    channels = built(means(None, tmp_path, server=server))
    async with post(sqlite_databases.fresh(), channels) as made:
        ids = await made.plan(*(f"{n}@{n % 3}.test" for n in range(20)))
        await made.outbox().drain()
        assert set(await made.states(ids)) == {DeliveryState.SENT}
        assert sorted(kept.ids) == sorted([(await made.get(each)).message_id for each in ids])
    listening.close()
    await asyncio.sleep(0.05)
