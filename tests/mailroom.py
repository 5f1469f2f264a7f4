"""A mail server that misbehaves by script, and keeps what it was given."""

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

from tests.port import open_port

DROP = "drop"  # hang up without a word
SILENCE = "silence"  # say nothing, listen on
TAKE_AND_DROP = "take and drop"  # keep the message, hang up before the 250

RAW = "raw "  # before bytes that are said as they are, after which all goes its usual way


@dataclass(frozen=True)
class Letter:
    """A message the server took, as it came over the wire (dots undone)."""

    sender: str
    recipient: str
    raw: bytes
    login: str | None = None
    secure: bool = False

    @property
    def message_id(self) -> str:
        return str(message_from_bytes(self.raw, policy=default)["Message-ID"])


@dataclass
class MailRoom:
    """One listening port. `faults[stage]` are what it says or does there instead, one for each time.

    Stages: greeting, EHLO, STARTTLS, handshake, AUTH, MAIL, RCPT, DATA, within, dot. A fault is a reply
    ("450 4.2.0 busy"), several lines of one, or DROP, SILENCE, TAKE_AND_DROP. `slow[domain]`: seconds
    before the answer to a message for it. `heard` are the commands, in order, over all connections.
    """

    host: str = "127.0.0.1"
    port: int = 0
    offers: tuple[str, ...] = ("PIPELINING", "SIZE 10000000", "8BITMIME")
    tls: ssl.SSLContext | None = None
    faults: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    refused: dict[str, str] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    connections: int = 0
    at_once: int = 0
    most_at_once: int = 0

    def fail(self, stage: str, *faults: str) -> None:
        self.faults[stage].extend(faults)

    def received(self) -> list[str]:
        """The Message-IDs of what was taken, copies included."""
        return [letter.message_id for letter in self.letters]


class Hangup(Exception):
    """The script says so."""


class Client:
    """One connection to the room."""

    def __init__(self, room: MailRoom, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.room, self.reader, self.writer = room, reader, writer
        self.secure = False
        self.login: str | None = None
        self.sender: str | None = None
        self.recipients: list[str] = []

    async def say(self, *lines: str) -> None:
        for number, line in enumerate(lines):
            code, _, text = line.partition(" ")
            more = "-" if number < len(lines) - 1 else " "
            self.writer.write(f"{code}{more}{text}\r\n".encode())
        await self.writer.drain()

    async def at(self, stage: str, *usual: str) -> bool:
        """Say what is usual at a stage, or the script's fault. True: the usual was said."""
        faults = self.room.faults[stage]
        return await self.act(faults.popleft() if faults else None, *usual)

    async def act(self, fault: str | None, *usual: str) -> bool:
        if fault is None:
            await self.say(*usual)
            return True
        if fault in (DROP, TAKE_AND_DROP):
            raise Hangup
        if fault == SILENCE:
            await asyncio.sleep(3600)
        if fault.startswith(RAW):
            self.writer.write(fault.removeprefix(RAW).encode())
            return True
        await self.say(*fault.split("\n"))
        if fault.startswith("421"):
            raise Hangup
        return False

    async def line(self) -> str:
        line = await self.reader.readuntil(b"\r\n")
        return line[:-2].decode("utf-8", "surrogateescape")

    async def serve(self) -> None:
        if not await self.at("greeting", "220 room.test ready"):
            await self.line()
            raise Hangup
        while True:
            line = await self.line()
            self.room.heard.append(line)
            command = line.split(" ")[0].upper()
            if command == "QUIT":
                await self.say("221 bye")
                return
            await self.obey(command, line)

    async def obey(self, command: str, line: str) -> None:
        match command:
            case "EHLO":
                starttls = ("STARTTLS",) if self.room.tls and not self.secure else ()
                offers = (*self.room.offers, *starttls)
                await self.at("EHLO", "250 room.test", *(f"250 {offer}" for offer in offers))
            case "STARTTLS":
                if await self.at("STARTTLS", "220 go ahead"):
                    await self.start_tls()
            case "AUTH":
                await self.auth(line)
            case "MAIL" | "RCPT":
                await self.envelope(command, line)
            case "DATA":
                if not self.recipients:
                    await self.say("503 no recipient")
                elif await self.at("DATA", "354 go ahead"):
                    await self.content()
            case "RSET":
                self.sender, self.recipients = None, []
                await self.say("250 forgotten")
            case _:
                await self.say("500 what?")

    async def start_tls(self) -> None:
        if self.room.faults["handshake"] and self.room.faults["handshake"].popleft() == DROP:
            raise Hangup
        assert self.room.tls
        await self.writer.start_tls(self.room.tls)
        self.secure, self.sender, self.recipients = True, None, []

    async def auth(self, line: str) -> None:
        if line.startswith("AUTH LOGIN"):
            await self.say("334 VXNlcm5hbWU6")
            self.login = await self.line()
            await self.say("334 UGFzc3dvcmQ6")
            self.login += ":" + await self.line()
        else:
            self.login = line
        await self.at("AUTH", "235 welcome")

    async def envelope(self, command: str, line: str) -> None:
        match = re.search(r"<(.*)>", line)
        assert match, line
        if command == "MAIL":
            if await self.at("MAIL", "250 sender ok"):
                self.sender, self.recipients = match.group(1), []
            return
        if refusal := self.room.refused.get(match.group(1)):
            await self.say(refusal)
        elif await self.at("RCPT", "250 recipient ok"):
            self.recipients.append(match.group(1))

    async def content(self) -> None:
        if self.room.faults["within"]:
            await self.reader.read(100)
            await self.at("within")
            raise Hangup
        raw = await self.reader.readuntil(b"\r\n.\r\n")
        faults = self.room.faults["dot"]
        fault = faults.popleft() if faults else None
        if fault in (None, TAKE_AND_DROP):
            for recipient in self.recipients:
                plain = raw[:-3].replace(b"\r\n..", b"\r\n.").removeprefix(b"..")
                letter = Letter(str(self.sender), recipient, plain, self.login, self.secure)
                self.room.letters.append(letter)
        domain = self.recipients[0].rpartition("@")[2]
        await asyncio.sleep(self.room.slow.get(domain, 0))
        await self.act(fault, f"250 2.0.0 queued as {len(self.room.letters)}")
        self.sender, self.recipients = None, []


@asynccontextmanager
async def mail_room(
    room: MailRoom | None = None, *, first: ssl.SSLContext | None = None
) -> AsyncIterator[MailRoom]:
    """A mail room that listens; `first`: under TLS from the first byte."""
    room = room or MailRoom()

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        room.connections += 1
        room.at_once += 1
        room.most_at_once = max(room.most_at_once, room.at_once)
        client = Client(room, reader, writer)
        try:
            with suppress(OSError, EOFError, Hangup, asyncio.CancelledError, asyncio.LimitOverrunError):
                await client.serve()
                await writer.drain()
        finally:
            room.at_once -= 1
            writer.close()

    async with open_port(receive, room.host, room.port, first, limit=1 << 24) as room.port:
        yield room


@contextmanager
def mail_room_beside() -> Iterator[MailRoom]:
    """A mail room in a thread of its own, for tests that wait for processes."""
    room, open_now = MailRoom(), threading.Event()
    closing: list[Callable[[], object]] = []

    async def serve() -> None:
        closed, loop = asyncio.Event(), asyncio.get_running_loop()
        closing.append(lambda: loop.call_soon_threadsafe(closed.set))
        async with mail_room(room):
            open_now.set()
            await closed.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert open_now.wait(10)
    try:
        yield room
    finally:
        closing[0]()
        thread.join(10)
