"""The database as the settings name it, and the clock: all that most commands need.

Apart from `wiring`, whose crawler takes longer to import than such a command to run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from news.errors import SettingsError
from review.catalogue import read_file
from storage import sources
from storage.database import Database
from wirewatch.settings import Settings


def now() -> datetime:
    """The clock of the running program; everything else is handed it."""
    return datetime.now(UTC)


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database alone: enough for every command that does not collect."""
    opened = await Database.open(settings.database_url, clock=now, migrate=True)
    try:
        await load_packs(settings, opened)
        yield opened
    finally:
        await opened.close()


async def load_packs(settings: Settings, opened: Database) -> None:
    """Bring in the sources of the packs named in the settings; what was changed by hand stays.

    Raises SettingsError for a pack that is not there, CatalogueError for a mistake in one.
    """
    for pack in map(Path, settings.packs):
        if not pack.is_dir():
            raise SettingsError(
                file="settings",
                key="packs",
                problem=f"no folder {pack}",
                remedy="A pack is a folder packs/NAME beside the settings file.",
            )
        await opened.write(sources.put_all, read_file(pack), now=now(), by_hand=False)
