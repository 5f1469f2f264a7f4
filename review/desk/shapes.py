"""The geometry of small charts; templates draw them, so no markup is made here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from news.rhythm import Rhythm


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars side by side as one SVG path `d` in a box of `width` x `height`; `most` is the tallest's value."""

    d: str
    width: int
    height: int
    most: int


def bars(values: Sequence[int], *, step: int = 4, height: int = 18) -> Bars:
    """Bars of these values, the tallest as high as the box; one above nothing is at least a line high."""
    most = max(values, default=0)
    parts = []
    for place, value in enumerate(values):
        if value > 0:
            tall = max(1, round(value / most * height))
            parts.append(f"M{place * step} {height}v-{tall}h{step - 1}v{tall}z")
    return Bars("".join(parts), step * len(values), height, most)


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the usual week: in how many percent of the weeks something comes, and the side of its square
    in a cell of 10, so that its area says the same."""

    percent: int
    side: float


def week(rhythm: Rhythm) -> tuple[tuple[Hour, ...], ...]:
    """The usual week of a source, Monday first, each day with its 24 hours in the source's zone."""
    chances = [-math.expm1(-rate) for rate in rhythm.rates]
    hours = [Hour(round(100 * chance), round(9 * math.sqrt(chance), 1)) for chance in chances]
    return tuple(tuple(hours[24 * day : 24 * day + 24]) for day in range(7))
