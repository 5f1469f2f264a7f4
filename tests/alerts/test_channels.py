"""What holds for every channel: one message arrives whole, once, under its Message-ID; refusals are said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.channels.channel import Channel
from alerts.channels.registry import CHANNELS
from alerts.mime import mime
from news.errors import DeliveryError
from news.telling import Parcel, Told
from tests.alerts.outboxes import SENDER, built, means
from tests.mailroom import DROP, MailRoom, mail_room
from tests.storage.post import MESSAGE

PLANNED = datetime(2026, 11, 2, 12, tzinfo=UTC)


def parcel(number: int = 1, recipient: str = "a@one.test") -> Parcel:
    message_id = f"<{number:032x}@wire.test>"
    return Parcel(number, Told.ALERT, recipient, "any", message_id, PLANNED, PLANNED, 1, MESSAGE)


def mail(given: Parcel) -> bytes:
    return mime(
        given.message,
        sender=SENDER,
        recipient=given.recipient,
        message_id=given.message_id,
        date=given.planned_at,
    )


def kept_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@dataclass
class Ways:
    """A channel, what arrived through it, and what breaks it."""

    channel: Channel
    arrived: Callable[[], list[bytes]]
    break_it: Callable[[], None]
    mend_it: Callable[[], None]


@pytest.fixture(params=sorted(CHANNELS))
async def ways(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ways]:
    folder = tmp_path / "outbox"
    async with mail_room() as room:
        channels = built(means(room, folder))
        channel = channels[request.param]

        def files() -> list[bytes]:
            return [path.read_bytes() for path in sorted(folder.glob("*"))]

        def letters() -> list[bytes]:
            return [letter.raw for letter in room.letters]

        if request.param == "folder":
            yield Ways(channel, files, folder.touch, folder.unlink)  # a file in the folder's place
        else:
            yield Ways(channel, letters, lambda: room.fail("MAIL", "451 later"), lambda: None)
        for each in channels.values():
            await each.close()


async def test_a_message_arrives_whole(ways: Ways) -> None:
    raw = mail(parcel())
    answer = await ways.channel.deliver(parcel(), raw)
    assert ways.arrived() == [raw]
    assert 0 < len(answer) <= 500


async def test_many_at_once_each_arrive(ways: Ways) -> None:
    parcels = [parcel(n, f"{n}@one.test") for n in range(30)]
    await asyncio.gather(*(ways.channel.deliver(each, mail(each)) for each in parcels))
    assert sorted(ways.arrived()) == sorted(mail(each) for each in parcels)


async def test_a_refusal_is_said_and_the_next_try_may_succeed(ways: Ways) -> None:
    ways.break_it()
    with pytest.raises(DeliveryError) as caught:
        await ways.channel.deliver(parcel(), mail(parcel()))
    error = caught.value
    assert (error.channel, error.recipient, error.permanent) == (ways.channel.name, "a@one.test", False)
    assert error.reason
    ways.mend_it()
    await ways.channel.deliver(parcel(), mail(parcel()))
    assert ways.arrived() == [mail(parcel())]


async def test_every_channel_has_its_own_name() -> None:
    async with mail_room() as room:
        channels = built(means(room, Path("unused")))
        assert {name: channel.name for name, channel in channels.items()} == {n: n for n in CHANNELS}
        for channel in channels.values():
            await channel.close()


async def test_the_folder_keeps_one_file_for_a_message(tmp_path: Path) -> None:
    channel = built(means(None, tmp_path))["folder"]
    first = await channel.deliver(parcel(), mail(parcel()))
    again = replace(parcel(), attempts=2)
    assert await channel.deliver(again, mail(again)) == first
    assert kept_in(tmp_path) == {f"20261102T120000Z-{1:032x}@wire.test.eml": mail(parcel())}


async def test_a_name_of_a_file_is_only_that(tmp_path: Path) -> None:
    channel = built(means(None, tmp_path / "outbox"))["folder"]
    odd = replace(parcel(), message_id="<../../etc/passwd\x00; rm@wire.test>")
    await channel.deliver(odd, mail(parcel()))
    assert list(kept_in(tmp_path / "outbox").values()) == [mail(parcel())]
    assert kept_in(tmp_path) == {}


async def test_without_a_server_there_is_no_smtp(tmp_path: Path) -> None:
    assert set(built(means(None, tmp_path))) == {"folder"}


async def test_a_session_serves_many_messages() -> None:
    async with mail_room() as room:
        channel = built(means(room, Path("unused")))["smtp"]
        for number in range(5):
            await channel.deliver(parcel(number), mail(parcel(number)))
        assert (room.connections, len(room.letters)) == (1, 5)
        await channel.close()
        await asyncio.sleep(0.05)
        assert room.heard[-1] == "QUIT"


async def test_a_session_ends_after_a_hundred_messages() -> None:
    async with mail_room() as room:
        channel = built(means(room, Path("unused")))["smtp"]
        for number in range(101):
            await channel.deliver(parcel(number), mail(parcel(number)))
        assert room.connections == 2
        await channel.close()


@pytest.mark.parametrize("farewell", [DROP, "421 4.4.2 idle for too long"])
async def test_an_old_session_that_is_over_costs_no_try(farewell: str) -> None:
    """Servers close on idle clients: that says nothing of the message that comes next."""
    async with mail_room() as room:
        channel = built(means(room, Path("unused")))["smtp"]
        await channel.deliver(parcel(1), mail(parcel(1)))
        room.fail("MAIL", farewell)
        answer = await channel.deliver(parcel(2), mail(parcel(2)))
        assert answer.startswith("250")
        assert (room.connections, len(room.letters)) == (2, 2)
        await channel.close()


async def test_the_server_hung_up_meanwhile(tmp_path: Path) -> None:
    first = MailRoom()
    async with mail_room(first) as room:
        channel = built(means(room, tmp_path))["smtp"]
        await channel.deliver(parcel(1), mail(parcel(1)))
    await asyncio.sleep(0.05)
    async with mail_room(MailRoom(port=first.port)) as room:
        await channel.deliver(parcel(2), mail(parcel(2)))
        assert len(room.letters) == 1
        await channel.close()
