"""The demonstration's mail server: takes every message and keeps it as a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Letter:
    """A message that was taken: to whom, what, and the file it is kept in."""

    recipient: str
    message: EmailMessage
    file: Path

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        assert part is not None, "every message of ours has a text form"
        return "\n".join(part.get_content().splitlines())


@dataclass
class Sink:
    """Takes messages into `folder`; `arrived` is told of each."""

    folder: Path
    arrived: Callable[[Letter], object] = lambda letter: None
    port: int = 0
    letters: list[Letter] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message (aiosmtpd's own name for this); what it returns is said to the client."""
        raw = envelope.original_content or b""
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        number = len(list(self.folder.glob("*.eml"))) + 1
        file = self.folder / f"{number:03}-{envelope.rcpt_tos[0].partition('@')[0]}.eml"
        file.write_bytes(raw)
        letter = Letter(envelope.rcpt_tos[0], message, file)
        self.letters.append(letter)
        self.arrived(letter)
        return f"250 2.0.0 kept as {file.name}"


@asynccontextmanager
async def taking(folder: Path, port: int) -> AsyncIterator[Sink]:
    """A sink that listens on 127.0.0.1, on `port` where that is free, else on another; `folder` is there."""
    sink, loop = Sink(folder), asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(sink, hostname="sink.demo.example", loop=loop)

    try:
        server = await loop.create_server(protocol, "127.0.0.1", port)
    except OSError:
        server = await loop.create_server(protocol, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
