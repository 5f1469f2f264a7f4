"""The database as the settings name it, and the clock: all that most commands need.

Apart from `wiring`, whose crawler takes longer to import than such a command to run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from storage.database import Database
from wirewatch.packs import load_packs
from wirewatch.settings import Settings


def now() -> datetime:
    """The clock of the running program; everything else is handed it."""
    return datetime.now(UTC)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database alone: enough for every command that does not collect."""
    opened = await Database.open(settings.database_url, clock=now, migrate=True)
    try:
        await load_packs(settings, opened, strict=False)
        yield opened
    finally:
        await opened.close()
