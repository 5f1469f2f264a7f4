"""Units of work: whole or not at all, in order, together where they wait together."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import IntegrityError

from news.errors import StorageError
from storage import writer
from storage.columns import table
from storage.database import Database
from storage.tables import HostRow
from tests.databases import PostgresqlDatabases, SqliteDatabases
from tests.storage.world import NOON

HOSTS = table(HostRow)


def add(conn: Connection, host: str) -> str:
    conn.execute(insert(HOSTS).values(host=host, next_at=NOON, visit_last=False))
    return host


def add_two_and_fail(conn: Connection, host: str) -> None:
    add(conn, host)
    add(conn, host + "-too")
    raise ZeroDivisionError(host)


def hosts(conn: Connection) -> list[str]:
    return list(conn.execute(select(HOSTS.c.host).order_by(HOSTS.c.host)).scalars())


def commits(database: Database) -> list[float]:
    """Grows with every commit of the writer's connection."""
    seen: list[float] = []
    event.listen(database._writers, "commit", lambda conn: seen.append(time.monotonic()))
    return seen


async def test_a_unit_returns_its_result_after_the_commit(database: Database) -> None:
    assert await database.write(add, "a.example") == "a.example"
    assert await database.read(hosts) == ["a.example"]


async def test_a_failing_unit_leaves_nothing_and_raises_what_it_raised(database: Database) -> None:
    with pytest.raises(ZeroDivisionError, match=r"a\.example"):
        await database.write(add_two_and_fail, "a.example")
    assert await database.read(hosts) == []


async def test_one_failing_unit_among_two_hundred(database: Database) -> None:
    seen = commits(database)
    units = [database.write(add_two_and_fail if n == 77 else add, f"h{n:03}") for n in range(200)]
    outcomes = await asyncio.gather(*units, return_exceptions=True)
    assert [n for n, outcome in enumerate(outcomes) if isinstance(outcome, ZeroDivisionError)] == [77]
    assert await database.read(hosts) == [f"h{n:03}" for n in range(200) if n != 77]
    assert len(seen) < 200


async def test_an_error_of_the_database_concerns_its_unit_only(database: Database) -> None:
    outcomes = await asyncio.gather(
        *(database.write(add, host) for host in ("a", "b", "a", "c")), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [str, str, IntegrityError, str]
    assert await database.read(hosts) == ["a", "b", "c"]


async def test_units_run_in_the_order_they_were_handed_in(database: Database) -> None:
    order: list[int] = []

    def note(conn: Connection, number: int) -> None:
        order.append(number)

    await asyncio.gather(*(database.write(note, number) for number in range(50)))
    assert order == list(range(50))


async def test_a_lone_unit_is_not_held_back_for_companions(database: Database) -> None:
    seen = commits(database)
    for number in range(3):
        await database.write(add, f"h{number}")
        assert len(seen) == number + 1


async def test_units_that_wait_together_share_a_commit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", 3600)  # on a busy machine a group may hold one slow unit
    seen = commits(database)
    await asyncio.gather(*(database.write(add, f"h{number}") for number in range(20)))
    assert len(seen) <= 3, "the writer may be off with the first before the last is handed in"


async def test_neighbours_of_one_kind_go_into_one_call_and_each_gets_its_own_result(
    database: Database,
) -> None:
    calls: list[int] = []

    def add_all(conn: Connection, names: Sequence[str]) -> list[str]:
        calls.append(len(names))
        return [add(conn, name) for name in names]

    names = [f"h{number:02}" for number in range(20)]
    assert await asyncio.gather(*(database.write_each(add_all, name) for name in names)) == names
    assert await database.read(hosts) == names
    assert len(calls) <= 3, "the writer may be off with the first before the last is handed in"


async def test_of_neighbours_only_the_one_that_fails_is_lost(database: Database) -> None:
    def add_all(conn: Connection, names: Sequence[str]) -> list[str]:
        if "bad" in names:
            add_two_and_fail(conn, "bad")
        return [add(conn, name) for name in names]

    outcomes = await asyncio.gather(
        database.write(add, "first"),
        *(database.write_each(add_all, name) for name in ("a", "bad", "b")),
        database.write(add, "last"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [str, str, ZeroDivisionError, str, str]
    assert await database.read(hosts) == ["a", "b", "first", "last"]


async def test_neighbours_that_fail_only_together_are_kept_one_by_one(database: Database) -> None:
    """First of a group, where there is no savepoint, and after another unit, where there is."""

    def add_one(conn: Connection, names: Sequence[str]) -> list[str]:
        for name in names:
            add(conn, name)
        if len(names) > 1:
            raise ZeroDivisionError(names)
        return list(names)

    neighbours = [database.write_each(add_one, name) for name in "abc"]
    more = [database.write_each(add_one, name) for name in "def"]
    names = await asyncio.gather(*neighbours, database.write(add, "between"), *more)
    assert names == ["a", "b", "c", "between", "d", "e", "f"]
    assert await database.read(hosts) == ["a", "b", "between", "c", "d", "e", "f"]


async def test_a_failing_unit_makes_no_other_run_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", 3600)
    runs: list[str] = []

    def noted(conn: Connection, host: str) -> None:
        runs.append(host)
        if host.startswith("bad"):
            add_two_and_fail(conn, host)
        add(conn, host)

    seen = commits(database)
    names = ["bad-first", "a", "b", "bad", "bad-too", "c"]
    outcomes = await asyncio.gather(*(database.write(noted, host) for host in names), return_exceptions=True)
    assert [isinstance(outcome, ZeroDivisionError) for outcome in outcomes] == [
        host.startswith("bad") for host in names
    ]
    assert await database.read(hosts) == ["a", "b", "c"]
    assert runs == names
    assert len(seen) <= 2, "the writer may be off with the first before the last is handed in"


async def test_all_units_of_a_group_may_fail(database: Database) -> None:
    units = [database.write(add_two_and_fail, f"h{n}") for n in range(5)]
    outcomes = await asyncio.gather(*units, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError] * 5
    assert await database.read(hosts) == []


async def test_a_group_is_bounded_in_number(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "GROUP_UNITS", 10)
    monkeypatch.setattr(writer, "GROUP_SECONDS", 3600)
    seen = commits(database)
    await asyncio.gather(*(database.write(add, f"h{number}") for number in range(25)))
    assert len(seen) == 3


async def test_a_group_is_bounded_in_time(database: Database) -> None:
    def slow(conn: Connection) -> None:
        time.sleep(writer.GROUP_SECONDS * 0.6)

    seen = commits(database)
    await asyncio.gather(*(database.write(slow) for _ in range(4)))
    assert len(seen) >= 2


async def test_a_cancelled_caller_does_not_undo_its_unit(database: Database) -> None:
    caller = asyncio.create_task(database.write(add, "a.example"))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await database.write(add, "b.example")
    assert await database.read(hosts) == ["a.example", "b.example"]


async def test_closing_commits_what_was_handed_in_and_takes_no_more(database_url: str) -> None:
    database = await Database.open(database_url)
    waiting = [asyncio.create_task(database.write(add, f"h{number}")) for number in range(20)]
    await asyncio.sleep(0)
    await database.close()
    assert len(await asyncio.gather(*waiting)) == 20
    with pytest.raises(StorageError, match="is closed"):
        await database.write(add, "late")


async def test_checkpoints_stand_around_the_commit(database_url: str) -> None:
    passed: list[str] = []
    database = await Database.open(database_url, checkpoint=passed.append)
    await asyncio.gather(
        database.write(add, "a"), database.write(add_two_and_fail, "b"), return_exceptions=True
    )
    await database.close()
    assert passed == ["add before commit", "add after commit"]


async def test_a_checkpoint_that_raises_leaves_nobody_waiting(database_url: str) -> None:
    def stop(name: str) -> None:
        raise RuntimeError(name)

    database = await Database.open(database_url, checkpoint=stop)
    outcomes = await asyncio.gather(
        database.write(add, "a"), database.write(add, "b"), return_exceptions=True
    )
    assert [str(outcome) for outcome in outcomes] == ["add before commit"] * 2
    assert await database.read(hosts) == []
    await database.close()


async def test_reading_refuses_to_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        await database.read(add, "a.example")
    assert await database.read(hosts) == []


async def test_reading_sees_one_state(database: Database) -> None:
    loop = asyncio.get_running_loop()

    def twice(conn: Connection) -> tuple[list[str], list[str]]:
        before = hosts(conn)
        loop.call_soon_threadsafe(started.set)
        time.sleep(0.05)  # by then the unit is written, or waits for this to end
        return before, hosts(conn)

    started = asyncio.Event()
    reading = asyncio.create_task(database.read(twice))
    await started.wait()
    await database.write(add, "a.example")
    before, later = await reading
    assert before == later


async def test_when_the_commit_fails_every_caller_is_told(
    postgresql_databases: PostgresqlDatabases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", 3600)  # the three share a group however busy the machine is
    database = await Database.open(postgresql_databases.fresh())

    def trap(conn: Connection) -> None:
        conn.execute(text("CREATE TABLE kept (id INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)"))

    def twice(conn: Connection) -> None:
        conn.execute(text("INSERT INTO kept VALUES (1), (1)"))

    await database.write(trap)
    outcomes = await asyncio.gather(
        database.write(add, "a"), database.write(twice), database.write(add, "b"), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [StorageError] * 3
    assert "commit failed" in str(outcomes[0])
    assert await database.read(hosts) == []
    assert await database.write(add, "c") == "c"
    await database.close()


async def test_a_connection_that_is_cut_costs_only_the_unit_that_cut_it(
    postgresql_databases: PostgresqlDatabases,
) -> None:
    database = await Database.open(postgresql_databases.fresh())

    def cut(conn: Connection) -> None:
        conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    outcomes = await asyncio.gather(
        database.write(add, "a"), database.write(cut), database.write(add, "b"), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [str, StorageError, str]
    assert await database.read(hosts) == ["a", "b"]
    await database.close()


async def test_a_deadlock_between_two_services_is_nobody_s_failure(
    postgresql_databases: PostgresqlDatabases,
) -> None:
    url = postgresql_databases.fresh()
    one, other = await Database.open(url), await Database.open(url)
    await asyncio.gather(one.write(add, "a"), one.write(add, "b"))

    def take(conn: Connection, *names: str) -> None:
        for name in names:
            conn.execute(text("UPDATE hosts SET holder = 'x' WHERE host = :name"), {"name": name})
            conn.execute(text("SELECT pg_sleep(0.2)"))

    await asyncio.gather(one.write(take, "a", "b"), other.write(take, "b", "a"))
    await one.close()
    await other.close()


async def test_a_locked_sqlite_file_is_waited_for(sqlite_databases: SqliteDatabases) -> None:

    url = sqlite_databases.fresh()
    one, other = await Database.open(url), await Database.open(url)

    def slowly(conn: Connection, host: str) -> None:
        add(conn, host)
        time.sleep(0.3)

    await asyncio.gather(one.write(slowly, "a"), other.write(add, "b"))
    assert await one.read(hosts) == ["a", "b"]
    await one.close()
    await other.close()
