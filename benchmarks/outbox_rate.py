"""How long a thousand mails of 60 kB take from the outbox to a server: `python -m benchmarks.outbox_rate`.

The server is aiosmtpd in a process of its own; the database a SQLite file. The mails go to one
domain (one lane), then to twenty.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from email.message import Message as Mail
from multiprocessing.connection import Connection
from pathlib import Path

from aiosmtpd.handlers import Message as Handler
from aiosmtpd.smtp import SMTP

from egress.smtp import MailServer
from news.telling import Message
from tests.alerts.outboxes import built, means, post

MESSAGES = 1_000
WORDS = "The road was closed on Monday, the ministry said in a statement. " * 450


class Sink(Handler):
    """Counts."""

    def handle_message(self, message: Mail) -> None:
        """Taken."""


def serve(ready: Connection) -> None:
    async def listen() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Sink(), hostname="room.test"), "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await asyncio.sleep(3600)

    asyncio.run(listen())


async def measure(port: int, domains: int) -> float:
    message = Message("Digest", WORDS, f"<p>{WORDS}</p>")
    with tempfile.TemporaryDirectory() as folder:
        server = MailServer("127.0.0.1", port, "none")
        channels = built(means(None, Path(folder), server=server, limits=None))
        async with post(f"sqlite:///{folder}/outbox.db", channels) as made:
            await made.plan(*(f"{n}@{n % domains}.test" for n in range(MESSAGES)), message=message)
            started = time.monotonic()
            await made.outbox().drain()
            return time.monotonic() - started


def main() -> None:
    ours, theirs = multiprocessing.Pipe()
    sink = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    sink.start()
    port = ours.recv()
    for domains in (1, 20):
        seconds = asyncio.run(measure(port, domains))
        print(f"{MESSAGES} mails of {len(WORDS) * 2 // 1000} kB, {domains} domains: {seconds:.1f} s")
    sink.terminate()


if __name__ == "__main__":
    main()
