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


async def caller(database: Database, name: str) -> list[float]:
    return [await timed(database, f"{name}-{number}") for number in range(EACH)]


async def measure(url: str) -> None:
    database = await Database.open(url)
    await caller(database, "warm")
    alone = [await timed(database, f"alone-{number}") for number in range(ALONE)]
    start = time.perf_counter()
    callers = await asyncio.gather(*(caller(database, f"caller-{number}") for number in range(CALLERS)))
    rate = CALLERS * EACH / (time.perf_counter() - start)
    print(database.describe().partition(" in ")[0].partition(" at ")[0])
    report("alone", alone)
    report(f"{CALLERS} callers, {rate:.0f} units/s", [wait for waits in callers for wait in waits])
    await database.close()


def report(what: str, milliseconds: list[float]) -> None:
    cuts = quantiles(milliseconds, n=100)
    print(f"  {what}: median {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, worst {max(milliseconds):.1f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(f"sqlite:///{folder}/latency.db"))
    for url in sys.argv[1:]:
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
