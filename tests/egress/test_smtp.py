"""The SMTP dialogue: guarded, under TLS where required, its words kept, its secrets not."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from typing import Any

import pytest

from egress.conversation import Reply
from egress.smtp import MailLimits, MailServer, SmtpDoor, Stage, lasting, our_name, stuffed
from news.errors import MailError
from tests.certificates import HOST, MakeContext
from tests.mailroom import DROP, SILENCE, MailRoom, mail_room

HOSTS = {HOST: "127.0.0.1"}
QUICK = MailLimits(connect=1, command=0.3, accept=0.5)
RAW = b"Subject: a road\r\n\r\nIt is closed.\r\n"


def door(room: MailRoom, *, host: str = HOST, limits: MailLimits = QUICK, **facts: Any) -> SmtpDoor:
    server = MailServer(host=host, port=room.port, **{"security": "none", **facts})
    return SmtpDoor(server, hosts=HOSTS, limits=limits)


async def hand_over(way: SmtpDoor, raw: bytes = RAW, *, passed: list[str] | None = None) -> str:
    session = await way.open()
    try:
        points = passed if passed is not None else []
        return await session.send("wire@wire.test", "a@one.test", raw, points.append)
    finally:
        await session.quit()
        way.close()


async def test_one_message_one_recipient_and_the_points_passed() -> None:
    passed: list[str] = []
    async with mail_room() as room:
        assert await hand_over(door(room), passed=passed) == "250 2.0.0 queued as 1"
    assert passed == ["recipient given", "mid data", "after the dot"]
    assert room.heard == [
        "EHLO [127.0.0.1]",
        f"MAIL FROM:<wire@wire.test> SIZE={len(RAW) + 3}",
        "RCPT TO:<a@one.test>",
        "DATA",
        "QUIT",
    ]
    (letter,) = room.letters
    assert (letter.sender, letter.recipient, letter.raw) == ("wire@wire.test", "a@one.test", RAW)


async def test_the_named_server_may_be_reached_without_being_listed(attempts: list[tuple[str, int]]) -> None:
    """By name or by address, and only that port; the name is asked once."""
    async with mail_room() as room:
        assert (await hand_over(door(room))).startswith("250")
        assert (await hand_over(door(room, host="127.0.0.1"))).startswith("250")
        assert attempts == [("127.0.0.1", room.port)] * 2
        elsewhere = SmtpDoor(MailServer("elsewhere.test", room.port), hosts={"elsewhere.test": "10.0.0.1"})
        with pytest.raises(MailError, match="at connecting: no connection to 10"):
            await elsewhere.open()
        elsewhere.close()


async def test_nobody_there() -> None:
    async with mail_room() as room:
        pass
    way = door(room)
    with pytest.raises(MailError, match=r"no connection to 127\.0\.0\.1: connection refused") as caught:
        await way.open()
    assert caught.value.stage == Stage.CONNECT
    assert not caught.value.permanent
    way.close()


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_under_tls_with_a_login(served: MakeContext, security: str) -> None:
    context = served()
    room = MailRoom(tls=context, offers=("AUTH PLAIN LOGIN",))
    async with mail_room(room, first=context if security == "tls" else None):
        await hand_over(door(room, security=security, user="wire", password="s3cret"))
    (letter,) = room.letters
    assert letter.secure is (security == "starttls")
    assert letter.login == "AUTH PLAIN " + b64encode(b"\0wire\0s3cret").decode()


async def test_the_older_login(served: MakeContext) -> None:
    room = MailRoom(tls=served(), offers=("AUTH=LOGIN",))
    async with mail_room(room):
        await hand_over(door(room, security="starttls", user="wire", password="s3cret"))
    (letter,) = room.letters
    assert letter.login == f"{b64encode(b'wire').decode()}:{b64encode(b's3cret').decode()}"


async def test_required_tls_never_falls_back() -> None:
    """A server, or somebody between, that hides STARTTLS gets neither login nor mail."""
    room = MailRoom(offers=("AUTH PLAIN",))
    async with mail_room(room):
        way = door(room, security="starttls", user="wire", password="s3cret")
        with pytest.raises(MailError, match="TLS is required and the server does not offer STARTTLS"):
            await way.open()
        way.close()
    assert room.heard == ["EHLO [127.0.0.1]"]


@pytest.mark.parametrize("fault", ["454 4.7.0 TLS not available", "502 5.5.1 what?", DROP])
async def test_refused_tls_sends_nothing_in_clear(served: MakeContext, fault: str) -> None:
    room = MailRoom(tls=served(), offers=("AUTH PLAIN",))
    room.fail("STARTTLS", fault)
    async with mail_room(room):
        way = door(room, security="starttls", user="wire", password="s3cret")
        with pytest.raises(MailError) as caught:
            await way.open()
        way.close()
    assert caught.value.stage == Stage.STARTTLS
    assert not caught.value.permanent
    assert room.heard == ["EHLO [127.0.0.1]", "STARTTLS"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"subject": "elsewhere.test"}, "certificate: Hostname mismatch"),
        ({"days": (-9, -1)}, "certificate: certificate has expired"),
        ({"by_itself": True}, "certificate: self"),
    ],
)
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_wrong_certificate(
    served: MakeContext, facts: dict[str, Any], reason: str, security: str
) -> None:
    context = served(**facts)
    room = MailRoom(tls=context)
    async with mail_room(room, first=context if security == "tls" else None):
        way = door(room, security=security, user="wire", password="s3cret")
        with pytest.raises(MailError, match=reason) as caught:
            await way.open()
        way.close()
        await asyncio.sleep(0.05)
    assert not caught.value.permanent
    assert not any(line.startswith(("AUTH", "MAIL")) for line in room.heard)


async def test_words_in_the_clear_after_starttls_end_it(served: MakeContext) -> None:
    """CVE-2011-0411: what was put behind the 220 must not count as said under TLS."""
    room = MailRoom(tls=served())
    room.fail("STARTTLS", "raw 220 go ahead\r\n250 AUTH PLAIN\r\n")
    async with mail_room(room):
        way = door(room, security="starttls", user="wire", password="s3cret")
        with pytest.raises(MailError, match="in the clear after STARTTLS"):
            await way.open()
        way.close()
    assert not any(line.startswith(("AUTH", "MAIL")) for line in room.heard)


async def test_secrets_are_in_no_error() -> None:
    token = b64encode(b"\0wire\0s3cret").decode()
    room = MailRoom(offers=("AUTH PLAIN",))
    room.fail("AUTH", f"535 5.7.8 bad credentials: AUTH PLAIN {token} s3cret")
    async with mail_room(room):
        way = door(room, user="wire", password="s3cret")
        with pytest.raises(MailError, match=r"at the login: 535 5\.7\.8 bad credentials") as caught:
            await way.open()
        way.close()
    for shown in (str(caught.value), repr(caught.value), repr(way.server)):
        assert "s3cret" not in shown
        assert token not in shown


async def test_a_login_the_server_does_not_know() -> None:
    room = MailRoom(offers=("AUTH GSSAPI",))
    async with mail_room(room):
        way = door(room, user="wire", password="s3cret")
        with pytest.raises(MailError, match="PLAIN or LOGIN is needed, the server offers GSSAPI"):
            await way.open()
        way.close()


async def test_many_lines_are_one_answer_in_the_error() -> None:
    async with mail_room() as room:
        room.fail("RCPT", "550 5.1.1 The account does not exist.\n550 5.1.1 Check the\n550 5.1.1 spelling")
        with pytest.raises(MailError) as caught:
            await hand_over(door(room))
    words = "at RCPT: 550 5.1.1 The account does not exist. Check the spelling"
    assert str(caught.value) == f"{HOST}:{room.port}: {words}"
    assert caught.value.permanent


@pytest.mark.parametrize("stage", ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "dot"])
async def test_silence_has_its_limit(stage: str) -> None:
    async with mail_room() as room:
        room.fail(stage, SILENCE)
        with pytest.raises(MailError, match=r"no answer within 0.[35] s") as caught:
            await hand_over(door(room))
        assert not caught.value.permanent


async def test_what_is_said_before_the_end_is_heard() -> None:
    """A server that refuses in the middle of the message and hangs up has said why."""
    async with mail_room() as room:
        room.fail("within", "552 5.3.4 message too big")
        with pytest.raises(MailError, match=r"552 5\.3\.4 message too big") as caught:
            await hand_over(door(room), RAW + b"x" * 70 + b"\r\n" * 400_000)
    assert caught.value.permanent


async def test_a_refusal_leaves_the_session_for_the_next() -> None:
    async with mail_room() as room:
        room.fail("RCPT", "550 5.1.1 no such user")
        room.fail("dot", "554 5.7.1 spam")
        way = door(room)
        session = await way.open()
        for _ in range(2):
            with pytest.raises(MailError):
                await session.send("wire@wire.test", "a@one.test", RAW, lambda name: None)
        assert session.usable
        answer = await session.send("wire@wire.test", "b@one.test", RAW, lambda name: None)
        assert answer.startswith("250")
        await session.quit()
        way.close()
    assert room.connections == 1
    assert [letter.recipient for letter in room.letters] == ["b@one.test"]


@pytest.mark.parametrize(
    "raw",
    [
        b"a\r\n.\r\nMAIL FROM:<x@y.test>\r\n",
        b"a\n.\nMAIL FROM:<x@y.test>\n",
        b"a\n.\r\nMAIL FROM:<x@y.test>\r\n",
        b"a\r\n.\nMAIL FROM:<x@y.test>\r\n",
        b"a\r.\r\nMAIL FROM:<x@y.test>\r",
        b"a\r\n.\rMAIL FROM:<x@y.test>",
        b".",
        b"..",
        b"",
        b"no line end",
    ],
)
async def test_no_message_ends_early(raw: bytes) -> None:
    """SMTP smuggling: however a server takes a lone CR or LF, there is one end (CVE-2023-51764)."""
    wire = stuffed(raw)
    assert wire.endswith(b".\r\n")
    bare = wire.replace(b"\r\n", b"")
    assert b"\r" not in bare
    assert b"\n" not in bare
    assert b"\r\n.\r\n" not in (b"\r\n" + wire)[:-1]
    head = b"Subject: a\r\n\r\n"
    async with mail_room() as room:
        await hand_over(door(room), head + raw)
    assert len(room.letters) == 1
    assert not any("x@y.test" in line for line in room.heard)
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    expected = head + b"\r\n".join(lines) + (b"\r\n" if raw else b"")
    assert room.letters[0].raw == expected


@pytest.mark.parametrize(
    "address",
    [
        "a@one.test>\r\nRCPT TO:<b@two.test",
        "a b@one.test",
        "a@one.test\n",
        "a",
        "@one.test",
        "a@",
        "<a@one.test>",
    ],
)
async def test_an_address_cannot_speak(address: str) -> None:
    async with mail_room() as room:
        way = door(room)
        session = await way.open()
        with pytest.raises(MailError, match="no address that can be sent to") as caught:
            await session.send("wire@wire.test", address, RAW, lambda name: None)
        assert caught.value.permanent
        way.close()
    assert room.heard == ["EHLO [127.0.0.1]"]


async def test_addresses_beyond_ascii() -> None:
    """A domain has an ASCII form; a local part needs a server that takes it."""
    async with mail_room() as room:
        way = door(room)
        session = await way.open()
        await session.send("wire@wire.test", "a@bücher.test", RAW, lambda name: None)
        assert "RCPT TO:<a@xn--bcher-kva.test>" in room.heard
        with pytest.raises(MailError, match="takes no address beyond ASCII") as caught:
            await session.send("wire@wire.test", "jürgen@one.test", RAW, lambda name: None)
        assert caught.value.permanent
        room.offers = ("SMTPUTF8",)
        session = await way.open()
        await session.send("wire@wire.test", "jürgen@one.test", RAW, lambda name: None)
        assert room.heard[-3] == "MAIL FROM:<wire@wire.test> SMTPUTF8"
        way.close()


def test_which_refusals_are_for_good() -> None:
    for stage in Stage:
        for code in (421, 450, 451, 452, None):
            assert not lasting(stage, code)
    before = (Stage.CONNECT, Stage.GREETING, Stage.EHLO, Stage.STARTTLS, Stage.AUTH)
    assert not any(lasting(stage, 554) for stage in before)
    assert all(lasting(stage, 554) for stage in Stage if stage not in before)
    assert not lasting(Stage.RCPT, 552)
    assert lasting(Stage.DOT, 552)
    assert not lasting(Stage.MAIL, 530)


def test_small_things() -> None:
    assert our_name("::1") == "[IPv6:::1]"
    assert our_name("192.0.2.1") == "[192.0.2.1]"
    assert str(Reply(250, ("",))) == "250"
