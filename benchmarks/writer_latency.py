"""How long a unit of work waits for its commit, alone and among others.

Run: `python -m benchmarks.writer_latency [postgresql://USER@HOST/EMPTY_DATABASE]`. SQLite is measured in a
temporary folder. The promise: alone at most 5 ms, under load at most 50 ms.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from statistics import quantiles

from sqlalchemy import Connection, text

from storage.database import Database

ALONE = 300
CALLERS = 20
EACH = 50


def touch(conn: Connection, host: str) -> None:
    """A unit as small as they come: one row."""
    statement = "INSERT INTO hosts (host, next_at, visit_last) VALUES (:host, :at, FALSE)"
    conn.execute(text(statement), {"host": host, "at": datetime.now(UTC).isoformat()})


async def timed(database: Database, host: str) -> float:
    """Milliseconds until the unit is committed."""
    start = time.perf_counter()
    await database.write(touch, host)
    return (time.perf_counter() - start) * 1000


async def caller(database: Database, name: str, units: int) -> list[float]:
    return [await timed(database, f"{name}-{number}") for number in range(units)]


async def measure(
    database: Database, *, alone: int = ALONE, callers: int = CALLERS, each: int = EACH
) -> tuple[list[float], list[float], float]:
    """Milliseconds of units alone and of units among `callers` others, and how many of these went through
    a second."""
    await caller(database, "warm", each)
    lonely = [await timed(database, f"alone-{number}") for number in range(alone)]
    start = time.perf_counter()
    waits = await asyncio.gather(*(caller(database, f"caller-{number}", each) for number in range(callers)))
    rate = callers * each / (time.perf_counter() - start)
    return lonely, [wait for of_one in waits for wait in of_one], rate


async def tell(url: str) -> None:
    database = await Database.open(url)
    alone, loaded, rate = await measure(database)
    print(database.describe().partition(" in ")[0].partition(" at ")[0])
    report("alone", alone)
    report(f"{CALLERS} callers, {rate:.0f} units/s", loaded)
    await database.close()


def report(what: str, milliseconds: list[float]) -> None:
    cuts = quantiles(milliseconds, n=100)
    print(f"  {what}: median {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, worst {max(milliseconds):.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(tell(f"sqlite:///{folder}/latency.db"))
    for url in sys.argv[1:]:
        asyncio.run(tell(url))


if __name__ == "__main__":
    main()
