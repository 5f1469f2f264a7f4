"""An operator whose services tell by mail."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from storage import sources
from storage.database import Connection, Database
from tests.alerts.reading import SENDER
from tests.mailroom import MailRoom
from tests.telling.letters import Mail, opened
from tests.web import Web
from tests.wirewatch.running import Operator

WORDS = "The office said that traffic on the Lachin corridor had stopped; gas supply was cut, too."


def operator(web: Web, room: MailRoom, folder: Path, database: str = "", *, per_hour: int = 1000) -> Operator:
    mail = f'[mail]\nhost = "127.0.0.1"\nport = {room.port}\nsecurity = "none"\nsender = "{SENDER}"\n'
    environ = {"WIREWATCH_ALERTS__PER_HOUR": str(per_hour)}
    return Operator(web, folder, database, more=mail, environ=environ)


def do(desk: Operator, *arguments: str) -> str:
    """A command that must go well; what it says."""
    status, said, complained = desk.wirewatch(*arguments)
    assert status == 0, complained
    return said


def visit_now(desk: Operator) -> None:
    """Every source is due, as if its time had come."""
    asyncio.run(_visit_now(desk.url))


async def _visit_now(url: str) -> None:
    database = await Database.open(url)
    try:
        await database.write(_make_due)
    finally:
        await database.close()


def _make_due(conn: Connection) -> None:
    sources.make_due(conn, None, now=datetime.now(UTC))


def mails(room: MailRoom, recipient: str) -> list[Mail]:
    """What came for someone, read."""
    now = datetime.now(UTC)
    return [opened(letter, now) for letter in list(room.letters) if letter.recipient == recipient]
