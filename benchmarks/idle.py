"""How much memory the service holds when it has nothing to do: `python -m benchmarks.idle`.

`wirewatch run` in a process of its own, 500 sources that answered once and are not due again, the judge
without dictionaries. Counted is the proportional set size (PSS: a page that two share counts by halves) of
the whole process tree. The web is `benchmarks.wire`, which is not counted.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.alerts import source
from benchmarks.meter import pss, tree
from benchmarks.outside import ROOT, Wire, verdict, wired
from storage import sources
from storage.database import Database
from wirewatch.database import now

SOURCES = 500
MEGABYTES = 400.0
PATIENCE = 180.0
# After the last visit: what was in use for a moment is given back.
REST = 10.0


async def furnish(wire: Wire, folder: Path) -> None:
    """A data folder with all sources, due now."""
    (folder / "data").mkdir()
    hosts = "\n".join(f'"{name}" = "{address}"' for name, address in wire.egress().hosts.items())
    settings = (
        f'[crawl]\ncontact = "bench@example.org"\n[service]\nport = 0\n[desk]\nport = 0\n'
        f'[egress]\nallow = ["127.0.0.1:{wire.web}"]\n[egress.hosts]\n{hosts}\n'
    )
    (folder / "settings.toml").write_text(settings, "utf-8")
    database = await Database.open(f"sqlite:///{folder}/data/wirewatch.db", clock=now)
    feeds = [source(number, wire.web) for number in range(SOURCES)]
    await database.write(sources.put_all, feeds, now=now(), by_hand=True)
    await database.close()


def measure(folder: Path) -> dict[str, float]:
    """PSS in megabytes by process, once every source was visited and every article judged."""
    command = [sys.executable, "-m", "wirewatch.main", "--settings", str(folder / "settings.toml"), "run"]
    with (folder / "log").open("w") as log:
        service = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            give_up = time.monotonic() + PATIENCE
            while _left(folder):
                assert service.poll() is None, (folder / "log").read_text()
                assert time.monotonic() < give_up, "not everything was visited and read"
                time.sleep(0.5)
            time.sleep(REST)
            return {f"{_name(pid)} ({pid})": pss(pid) for pid in tree(service.pid)}
        finally:
            service.send_signal(signal.SIGINT)
            service.wait(15)


def _left(folder: Path) -> int:
    """Sources not yet visited and articles not yet judged."""
    with closing(sqlite3.connect(folder / "data" / "wirewatch.db", timeout=30)) as database:
        (visited,) = database.execute("SELECT count(DISTINCT source) FROM visits").fetchone()
        (judged,) = database.execute("SELECT count(*) FROM revisions WHERE analysis IS NOT NULL").fetchone()
    return 2 * SOURCES - int(visited) - int(judged)


def _name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return " ".join(os.path.basename(word) for word in words)[:60].strip()


def main() -> None:
    with wired(SOURCES) as wire, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(furnish(wire, folder))
        for number in range(SOURCES):
            wire.publish(number)
        held = measure(folder)
    total = sum(held.values())
    print(
        f"idle: {total:.0f} MB PSS with {SOURCES} sources, at most {MEGABYTES:g}: {verdict(total, MEGABYTES)}"
    )
    for process, megabytes in held.items():
        print(f"  {megabytes:6.1f} MB {process}")


if __name__ == "__main__":
    main()
