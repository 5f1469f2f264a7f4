"""What a run's figures say: whether it grew, how late its visits were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression, mean

from tests.load.hostile import KINDS
from tests.load.run import Run, Visit

# Memory may grow by this share of itself over the last half of the day, going by the line that fits best.
# Anonymous memory: of a library's pages each process counts a share that changes with who else reads them.
GROWTH = 0.05
# Handles, threads, tasks and children: by less than two. A leak of one an hour would be twelve; a pool that
# begins its threads as they are needed may begin another.
COUNTED, MORE = ("handles", "threads", "tasks", "children"), 2
# Good sources may be so much later beside hostile ones than without them: by a tenth, or by as many seconds
# as lie between two looks of the dispatcher while something is under way (0.25) and its breath (0.05).
TENTH, LOOK = 0.1, 0.3


@dataclass(frozen=True, slots=True)
class Trend:
    """The mean of a figure over the last half of the day, and what the fitted line gains over that time."""

    mean: float
    gain: float


def trend(run: Run, figure: str) -> Trend:
    half = run.world.load.hours / 2
    last = [sample for sample in run.samples if sample["hour"] >= half]
    values = [sample[figure] for sample in last]
    slope, _ = linear_regression([sample["hour"] for sample in last], values)
    return Trend(mean(values), slope * half)


def grown(run: Run) -> list[str]:
    """What is not flat over the last half of the day, in words."""
    memory, counted = trend(run, "anonymous"), {figure: trend(run, figure).gain for figure in COUNTED}
    found = [f"{figure} by {gain:.1f}" for figure, gain in counted.items() if gain >= MORE]
    if memory.gain > GROWTH * memory.mean:
        found.append(f"memory by {memory.gain:.1f} of {memory.mean:.0f} MB")
    return found


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds by the moving clock: the mean, the 95th of a hundred, the worst."""

    mean: float
    p95: float
    worst: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} / {self.p95:.3f} / {self.worst:.1f}"


def lateness(seconds: Sequence[float]) -> Lateness:
    ordered = sorted(seconds)
    return Lateness(mean(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1])


def good_visits(run: Run) -> list[Visit]:
    return [visit for visit in run.visits if visit.source not in KINDS and visit.due <= run.world.load.hours]


def begun(run: Run) -> Lateness:
    """From when a good source was due until its visit began."""
    return lateness([visit.begun for visit in good_visits(run)])


def read(run: Run) -> Lateness:
    """From when a good source was due until its list was read."""
    return lateness([visit.read for visit in good_visits(run)])


def no_later(beside: Lateness, alone: Lateness) -> bool:
    """Whether mean and 95th of a hundred are the same but for a tenth, or a look."""
    pairs = (beside.mean, alone.mean), (beside.p95, alone.p95)
    return all(late <= max(usual * (1 + TENTH), usual + LOOK) for late, usual in pairs)
