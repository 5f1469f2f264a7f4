"""A pair of runs in words and tables, as they are kept in docs/measurements.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.load import figures
from tests.load.hostile import KINDS
from tests.load.ledger import Books, hostile_outcomes
from tests.load.run import Run

LONGEST = 110


def told(runs: Sequence[Run], books: Sequence[Books], kind: str) -> str:
    """The section of one database: `runs` with and without the hostile sources, in this order."""
    load = runs[0].world.load
    parts = [
        f"### {kind}: {load.hours} hours, {load.good} good sources, {len(load.hostile)} hostile ones",
        table(("", *(run.name for run in runs)), rows(runs, books)),
        "Held at the end of an hour, nothing being under way "
        "(PSS and anonymous memory in MB, handles, threads, tasks, children), the hostile run:",
        table(("hour", *SAMPLED), samples(runs[0])),
        "What was made of the hostile sources:",
        table(("source", "what it does", "visits", "articles", "reason last given"), made_of(runs[0])),
    ]
    return "\n\n".join(parts) + "\n"


def rows(runs: Sequence[Run], books: Sequence[Books]) -> Iterable[tuple[str, ...]]:
    yield "wrong", *("; ".join(each.wrong) or "nothing" for each in books)
    for what in books[0].counts:
        yield what, *(f"{each.counts[what]:,}" for each in books)
    yield "visits of good sources", *(f"{len(figures.good_visits(run)):,}" for run in runs)
    yield "begun late: mean / p95 / worst, s", *(str(figures.begun(run)) for run in runs)
    yield "read late: mean / p95 / worst, s", *(str(figures.read(run)) for run in runs)
    yield "wall clock, s", *(f"{sum(hour['wall'] for hour in run.hours):.0f}" for run in runs)
    yield (
        "CPU of the service's processes, s",
        *(f"{sum(hour['cpu'] for hour in run.hours):.0f}" for run in runs),
    )
    for figure in ("megabytes", "anonymous", *figures.COUNTED):
        trends = [figures.trend(run, figure) for run in runs]
        yield f"{figure}, last half: mean, gain", *(f"{each.mean:.1f}, {each.gain:+.1f}" for each in trends)


SAMPLED = ("megabytes", "anonymous", "handles", "threads", "tasks", "children")


def samples(run: Run) -> Iterable[tuple[str, ...]]:
    step = max(1, run.world.load.hours // 12)
    for sample in run.samples:
        if sample["hour"] % step == 0:
            yield f"{sample['hour']:g}", *(f"{sample[name]:g}" for name in SAMPLED)


def made_of(run: Run) -> Iterable[tuple[str, ...]]:
    for name, (outcomes, reason, articles) in hostile_outcomes(run).items():
        visits = ", ".join(f"{times} {outcome}" for outcome, times in sorted(outcomes.items()))
        words = (
            reason.replace(f":{run.port}", "")
            .replace("|", "/")
            .removeprefix(f"http://{name}.test/feed.xml: ")
        )
        yield name, KINDS[name].does, visits, f"{articles:,}", words[:LONGEST]


def table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *lines))
