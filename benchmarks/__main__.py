"""Five interleaved runs of every race, wirewatch and its peer in turn; then what has a limit of its own.

`python -m benchmarks [NAME…]` runs some or all, prints the races' medians, and
the figures of the others; `--profile` says where our CPU goes in the races
instead, and leaves a cProfile file for each in `build/bench`. Missed targets
are said, and are no failure.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.scenarios import SCENARIOS, Scenario

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "bench"
PEERS = ROOT / ".venv-peers"
REQUIREMENTS = Path(__file__).parent / "peers" / "requirements.txt"
RUNS = 5
# Measured against a limit, not a peer; each runs by itself as `python -m benchmarks.NAME`.
LIMITED = ("alerts", "digests", "idle", "many", "backtest", "matching", "judging", "desk")


def peers_python() -> Path:
    """The peers' own interpreter; their environment is built where it is missing or out of date."""
    python, ready = PEERS / "bin" / "python", PEERS / "ready"
    if not ready.exists() or ready.stat().st_mtime < REQUIREMENTS.stat().st_mtime:
        print("building the peers' environment …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", PEERS], check=True)
        pip: list[str | Path] = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "-r", REQUIREMENTS], check=True)
        ready.touch()
    return python


@contextmanager
def serving() -> Iterator[str]:
    """The bench's web in a process of its own; its port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.server"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin
    assert server.stdout
    try:
        yield server.stdout.readline().strip()
    finally:
        server.stdin.close()
        server.wait(10)
        server.stdout.close()


def run(python: Path | str, module: str, name: str, port: str, *more: str) -> float:
    """One run of one contender over an empty database: CPU milliseconds per unit. Its failure is ours."""
    folder = WORK / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [python, "-m", module, name, port, folder, *more]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    if more:
        return 0.0
    measured = json.loads(done.stdout.splitlines()[-1])
    return float(measured["cpu"] / measured["units"] * 1000)


def race(name: str, peers: Path, port: str) -> tuple[list[float], list[float]]:
    """Ours and the peer's CPU per unit, run by run, in turn, so that both meet the machine's moods."""
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(RUNS):
        print(f"{name}: run {number + 1} of {RUNS}", file=sys.stderr, flush=True)
        theirs.append(run(peers, SCENARIOS[name].peer, name, port))
        ours.append(run(sys.executable, "benchmarks.ours", name, port))
    return ours, theirs


def line(scenario: Scenario, ours: list[float], theirs: list[float]) -> str:
    """A row of the table. The ratio is that of the medians; the runs' own ratios show the spread."""
    ratio = median(ours) / median(theirs)
    ratios = sorted(our / their for our, their in zip(ours, theirs, strict=True))
    peer = "reader" if scenario.peer.endswith("reading") else "plain Scrapy"
    verdict = "met" if ratio <= scenario.target else f"MISSED by {ratio / scenario.target:.2f} times"
    return (
        f"{scenario.title:42} {median(ours):8.2f} {median(theirs):8.2f} {peer:12} {ratio:6.2f} "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f})  at most {scenario.target:.2f}: {verdict}"
    )


def main() -> None:
    known = [*SCENARIOS, *LIMITED]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--profile", action="store_true", help="say where our CPU goes in the races instead")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(known):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    names = arguments.names or known
    races = [name for name in names if name in SCENARIOS]
    if races:
        with serving() as port:
            if arguments.profile:
                profile(races, port)
                return
            peers = peers_python()
            rows = [line(SCENARIOS[name], *race(name, peers, port)) for name in races]
        print(f"\nCPU milliseconds per visit or article, medians of {RUNS} interleaved runs")
        print(f"{'':42} {'ours':>8} {'peer':>8} {'':12} {'ratio':>6}")
        print(*rows, sep="\n", flush=True)
    for name in names:
        if name in LIMITED:
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=True)


def profile(races: Iterable[str], port: str) -> None:
    for name in races:
        print(name, flush=True)
        run(sys.executable, "benchmarks.ours", name, port, str(WORK / f"{name}.prof"))


if __name__ == "__main__":
    main()
