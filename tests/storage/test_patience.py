"""A database that fails is waited for; whoever is at fault himself is told."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from news.errors import StorageError
from storage import patience
from storage.database import Database
from storage.patience import PatientDatabase
from tests.databases import SqliteDatabases

BIG = 400_000


@pytest.fixture
async def database(
    sqlite_databases: SqliteDatabases, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[PatientDatabase]:
    opened = await PatientDatabase.open(sqlite_databases.fresh())
    opened.pause = 0.02
    await opened.write(_run, "CREATE TABLE kept (name TEXT UNIQUE, filler BLOB)")
    yield opened
    await opened.close()


def _run(conn: Connection, statement: str) -> None:
    conn.execute(text(statement))


def keep(conn: Connection, name: str, size: int = 0) -> str:
    conn.execute(text("INSERT INTO kept VALUES (:name, zeroblob(:size))"), {"name": name, "size": size})
    return name


def kept(conn: Connection) -> list[str]:
    return list(conn.execute(text("SELECT name FROM kept ORDER BY rowid")).scalars())


def limit(conn: Connection, pages: int) -> None:
    """A full disk as SQLite itself has it: the file may not grow beyond so many pages."""
    used = conn.execute(text("PRAGMA page_count")).scalar_one()
    conn.execute(text(f"PRAGMA max_page_count = {used + pages}"))


async def test_who_comes_later_stands_in_line_and_reads_go_on(database: PatientDatabase) -> None:
    await database.write(limit, 3)
    big = asyncio.create_task(database.write(keep, "big", BIG))
    await asyncio.sleep(0.2)
    small = asyncio.create_task(database.write(keep, "small"))
    await asyncio.sleep(0.2)
    assert not big.done()
    assert not small.done()
    trouble = database.trouble
    assert trouble is not None
    assert "full" in trouble.reason
    assert await database.read(kept) == []
    await Database.write(database, limit, 1_000)  # past the line: somebody makes room
    assert list(await asyncio.gather(big, small)) == ["big", "small"]
    assert await database.read(kept) == ["big", "small"]


async def test_what_comes_in_numbers_is_waited_for_too(database: PatientDatabase) -> None:
    def keep_all(conn: Connection, names: Sequence[str]) -> list[str]:
        return [keep(conn, name, BIG) for name in names]

    await database.write(limit, 3)
    waiting = [asyncio.create_task(database.write_each(keep_all, name)) for name in "ab"]
    await asyncio.sleep(0.2)
    later = asyncio.create_task(database.write_each(keep_all, "c"))
    await asyncio.sleep(0.2)
    assert not any(task.done() for task in (*waiting, later))
    assert database.trouble is not None
    assert await database.read(kept) == []
    await Database.write(database, limit, 1_000)
    assert list(await asyncio.gather(*waiting, later)) == ["a", "b", "c"]
    assert sorted(await database.read(kept)) == ["a", "b", "c"]
    assert database.trouble is None


async def test_a_unit_that_fails_by_itself_is_told_and_the_line_goes_on(
    database: PatientDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TRIES", 4)

    def impossible(conn: Connection) -> None:
        conn.execute(text("SELECT nothing_of_this_name()"))

    poison = asyncio.create_task(database.write(impossible))
    while database.trouble is None:  # noqa: ASYNC110 - it gives no event
        await asyncio.sleep(0.001)
    after = asyncio.create_task(database.write(keep, "after"))
    with pytest.raises(StorageError, match="no such function"):
        await poison
    assert await after == "after"
    assert database.trouble is None


async def test_other_errors_are_not_waited_for(database: PatientDatabase) -> None:
    await database.write(keep, "once")
    with pytest.raises(IntegrityError):
        await database.write(keep, "once")
    assert database.trouble is None


async def test_who_leaves_waits_no_more(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    database = await PatientDatabase.open(sqlite_databases.fresh())
    await database.write(_run, "CREATE TABLE kept (name TEXT UNIQUE, filler BLOB)")
    await database.write(limit, 3)
    waiting = [asyncio.create_task(database.write(keep, name, BIG)) for name in "abc"]
    await asyncio.sleep(0.2)
    async with asyncio.timeout(2):
        await database.close()
        ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(error, StorageError) for error in ended)
