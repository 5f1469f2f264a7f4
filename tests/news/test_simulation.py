"""A year of visits with planted faults: each is told with the right state, in time, and little else."""

from __future__ import annotations

from statistics import median

import pytest

from news.source import Tier
from tests.news.simulated import Figures, simulate


def said(figures: Figures) -> str:
    """What went wrong, to be read when it does."""
    lines = [f"right {len(figures.right)} of {len(figures.faults)}, false {len(figures.false)}"]
    lines += [
        f"missed {slug}: {fault.state} {fault.variant} {fault.start:%d %b %H:%M} due {fault.due:%d %b %H:%M}"
        f" heard {heard and (heard.state, f'{heard.at:%d %b %H:%M}')}"
        for slug, fault, heard in figures.missed
    ]
    lines += [
        f"false {each.slug} {each.at:%d %b %H:%M} {each.state}: {each.reason}" for each in figures.false
    ]
    return "\n".join(lines)


def test_a_third_of_a_year_of_forty_sources() -> None:
    """The smaller one, always run; the year of 200 sources is `test_a_year_of_two_hundred_sources`."""
    figures = simulate(sources=40, faults=18, span=130, seed=1)
    assert len(figures.faults) == 18
    assert len(figures.right) >= 16, said(figures)
    assert len(figures.false) <= 2 * figures.months + 1, said(figures)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year_of_two_hundred_sources(seed: int) -> None:
    figures = simulate(sources=200, faults=100, span=365, seed=seed)
    print(said(figures))
    assert len(figures.faults) == 100
    assert len(figures.right) >= 95, said(figures)
    assert len(figures.false) <= 2 * figures.months, said(figures)


def test_ministries_are_seen_within_minutes_at_a_few_dozen_requests_a_day() -> None:
    span = 90
    figures = simulate(sources=40, faults=0, span=span, seed=5)
    ministries = [slug for slug in figures.visits if slug.startswith("ministry")]
    assert len(ministries) >= 10
    for slug in ministries:
        assert figures.visits[slug] / span <= 48, slug
        assert median(figures.delays[slug]) <= 10 * 60, slug
    assert Tier.MUST_HAVE
