"""What other processes commit is heard of at once; what we commit ourselves is no news."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage import changes, sources
from storage.database import Database
from tests.storage.world import NOON, source


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


async def test_others_commits_are_heard_within_two_seconds(
    database: Database, other: Database, database_url: str
) -> None:
    heard = asyncio.Event()
    watching = asyncio.create_task(changes.watch(database_url, database, heard.set))
    await asyncio.sleep(0.5)  # it listens by now
    for unit in (
        lambda conn: sources.put(conn, source(), now=NOON, by_hand=True),
        lambda conn: sources.make_due(conn, None, NOON),
        lambda conn: sources.set_enabled(conn, "mfa", False, NOON),
    ):
        heard.clear()
        await other.write(unit)
        async with asyncio.timeout(2):
            await heard.wait()
    watching.cancel()


async def test_on_a_file_our_own_commits_are_no_news(database: Database, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("on PostgreSQL only commands notify")
    heard: list[int] = []
    watching = asyncio.create_task(changes.watch(database_url, database, lambda: heard.append(1)))
    await asyncio.sleep(0.1)
    await database.write(sources.put, source(), now=NOON, by_hand=True)
    await asyncio.sleep(1.3)
    assert heard == []
    watching.cancel()
