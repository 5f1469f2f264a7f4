"""How long the desk's pages take with 20 people reading while 10 articles a second arrive.

`python -m benchmarks.desk` fills a SQLite file with 100,000 articles, and where a server answers PostgreSQL
with 1,000,000 (`--sqlite` leaves it out), 50,000 matches and 200 topics in both, and serves the desk from a
process of its own, in which the arrivals are stored as well. Each reader opens a page, looks at it for one to
three seconds, and opens the next. Times are the client's, over loopback; the limit is that of issue 7: the
95th percentile at most 200 ms, a page at most 150 kB with its style sheet and scripts.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random
from statistics import median, quantiles

import httpx
import uvicorn

from benchmarks.desk_archive import BODY, FOUND, MATCHED, USERS, fill
from benchmarks.outside import verdict
from news.article import Entry, IndexTerms, Judgement, Published, Reading, TextOrigin
from news.watch import Evidence, Field, Found
from review.desk.app import application
from review.desk.headers import Dressing
from storage import announcing, articles, topics
from storage.announcing import Listing
from storage.database import Connection, Database, utc_now
from tests.databases import running_server
from tests.port import free_port
from tests.review.desk.sitting import sitting

SECONDS, PAUSE, RATE, LIMIT, HEAVIEST = 60.0, (1.0, 3.0), 10, 200.0, 150_000
ARCHIVES = {"SQLite": 100_000, "PostgreSQL": 1_000_000}
LISTS = (
    *("", "?topic=t0", "?topic=t120&topic=t150", "?topic=t3&read=no", "?kind=ministry", "?language=hy"),
    *("?judged=no", "?period=month", "?speaks_for=Bridgeland&read=no", "?country=AZ&tier=must-have"),
)
PROOF = Evidence(Field.TEXT, FOUND, FOUND + 13, "Hakari bridge", "Hakari bridge", (0, 87))


def arrive(conn: Connection, number: int) -> None:
    """One article is announced and stored; every other one is about a topic."""
    now, source = utc_now(), f"s{number % 500}"
    link, title = f"https://bench.example/new/{number}", f"News number {number}"
    listed = Entry(link, title, f"new-{number}", published=Published(now.date(), now))
    announcing.announce_all(conn, [Listing(source, [listed], at=now, after=now, backfill=False)])
    article = articles.items(conn, source=source, limit=1)[0].id
    found = (Found(f"t{number % 200}", 1, (PROOF,)),) if number % 2 else ()
    judged = Judgement("en", None, IndexTerms(1, ()), found, topics.edition(conn))
    articles.store(conn, article, Reading("", BODY, TextOrigin.PAGE), judged, at=now)


async def arriving(database: Database) -> None:
    """Ten a second, for good."""
    for number in count():
        await database.write(arrive, number)
        await asyncio.sleep(1 / RATE)


async def serve(url: str, port: int) -> None:
    """The desk on that port, until it is ended."""
    async with sitting(url) as made:
        desk = replace(made.desk, clock=utc_now)
        app = Dressing(application(desk), base_url=desk.base_url, local=True)
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
        arrivals = asyncio.create_task(arriving(desk.database))
        await server.serve()
        arrivals.cancel()


@contextmanager
def served(url: str) -> Iterator[str]:
    """The desk's address, in a process of its own."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.desk", "serve", url, str(port)])
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{base}/sign-in")
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Seen:
    """Milliseconds of the pages of each kind, and the bytes of the heaviest."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, int] = field(default_factory=lambda: defaultdict(int))


async def read(base: str, key: str, step: int, seed: int, seen: Seen) -> None:
    """One reader; every `step`th article matched."""
    random, ends = Random(seed), time.monotonic() + SECONDS
    async with httpx.AsyncClient(base_url=base, cookies={"wirewatch": key}, timeout=60) as client:
        await asyncio.sleep(random.uniform(0, 2))
        while time.monotonic() < ends:
            pages = {
                "inbox": f"/inbox{random.choice(LISTS)}",
                "what is new": "/inbox/new",
                "article": f"/articles/{step * random.randrange(1, MATCHED)}",
                "timeline": f"/timeline?topic=t{random.randrange(200)}",
            }
            kind = random.choice(list(pages))
            begun = time.perf_counter()
            answer = await client.get(pages[kind])
            seen.took[kind].append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, (pages[kind], answer.status_code)
            seen.sizes[kind] = max(seen.sizes[kind], len(answer.content))
            await asyncio.sleep(random.uniform(*PAUSE))


def weight() -> int:
    """Bytes of the style sheet and scripts of a page of the inbox."""
    folder = Path(__file__).parent.parent / "review" / "desk" / "static"
    return sum((folder / name).stat().st_size for name in ("desk.css", "desk.js", "htmx.min.js", "inbox.js"))


async def measure(name: str, url: str, many: int) -> None:
    keys, seen = fill(url, many), Seen()
    with served(url) as base:
        readers = (read(base, key, many // MATCHED, seed, seen) for seed, key in enumerate(keys))
        await asyncio.gather(*readers)
    print(f"{name}, {many:,} articles, {USERS} readers, {RATE} articles a second arriving")
    for kind, times in sorted(seen.took.items()):
        late, heavy = quantiles(times, n=20)[-1], seen.sizes[kind] + weight()
        print(
            f"  {kind}: {len(times)} pages, median {median(times):.0f} ms, 95th percentile {late:.0f} ms"
            f" ({verdict(late, LIMIT)}); at most {heavy / 1000:.0f} kB ({verdict(heavy, HEAVIEST)})"
        )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="wirewatch-desk-") as folder:
        asyncio.run(measure("SQLite", f"sqlite:///{folder}/bench.db", ARCHIVES["SQLite"]))
    if "--sqlite" in sys.argv:
        return
    with running_server() as databases:
        if databases is not None:
            asyncio.run(measure("PostgreSQL", databases.blank(), ARCHIVES["PostgreSQL"]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(sys.argv[2], int(sys.argv[3])))
    else:
        main()
