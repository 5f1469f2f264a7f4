"""What other processes changed: heard of within a second or two, so that nobody waits for a tick.

A notice says only that something may be due. Who misses one loses nothing
but time: the ticks are the safety net.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg
from sqlalchemy import Connection, text

from storage.address import parse
from storage.database import Database
from storage.presence import PRESENT

CHANNEL = "wirewatch"
# Between two looks at a SQLite file, and between two tries to reach a server.
EVERY = 1.0
NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', '')")
DATA_VERSION = text("PRAGMA data_version")


def notify(conn: Connection) -> None:
    """Tell running services, once this unit is committed, that there may be something to do.

    Belongs in units that a command makes for a service to act on. On SQLite
    every commit is noticed, so there is nothing to tell.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(NOTIFY)


async def watch(url: str, database: Database, heard: Callable[[], None]) -> None:
    """Call `heard` after other processes' commits (on PostgreSQL: those that notify), until cancelled."""
    if parse(url).file is not None:
        await _watch_file(database, heard)
    else:
        await _listen(url, heard)


async def _watch_file(database: Database, heard: Callable[[], None]) -> None:
    """SQLite counts commits of other connections for each connection
    (https://www.sqlite.org/pragma.html#pragma_data_version). Asked on the
    writer's own, it says nothing of what this process commits itself."""
    known = await database.write(_data_version)
    while True:
        await asyncio.sleep(EVERY)
        found = await database.write(_data_version)
        if found != known:
            known = found
            heard()


def _data_version(conn: Connection) -> int:
    version: int = conn.execute(DATA_VERSION).scalar_one()
    return version


async def _listen(url: str, heard: Callable[[], None]) -> None:
    """LISTEN on a connection of its own, made again when it is lost; it also says that we are there."""
    address = parse(url).url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        with suppress(psycopg.Error, OSError):
            connecting = psycopg.AsyncConnection.connect(address, autocommit=True, connect_timeout=10)
            async with await connecting as connection:
                await connection.execute("SELECT pg_try_advisory_lock_shared(%s)", (PRESENT,))
                await connection.execute(f"LISTEN {CHANNEL}".encode())
                heard()  # of what was said while nobody listened
                async for _ in connection.notifies():
                    heard()
        await asyncio.sleep(EVERY)
