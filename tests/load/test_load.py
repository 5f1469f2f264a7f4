"""A day's load under a moving clock: nothing lost, nothing doubled, nothing grows, the hostile delay nobody.

Two runs of the same day, with hostile sources and without, take turns by the
hour, so whatever else the machine does meets both. What was found is printed
as Markdown, and added to the file that LOAD_REPORT names.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from news.visit import Outcome
from tests.databases import Databases
from tests.load import figures
from tests.load.hostile import KINDS
from tests.load.ledger import audit, hostile_outcomes
from tests.load.report import told
from tests.load.run import Run, live, running
from tests.load.world import HOUR, SHOWN, Load, World

# Quick ones, which cost no reader.
FEW = ("silent", "bomb", "loops", "leads-inside", "one-guid", "naughty", "consent", "no-tls")
SMALL = Load(good=25, hostile=FEW, articles=500, hours=3, topics=20, instant=3, digests=4, matched=0.1)
DAY = Load(good=500 - len(KINDS), hostile=tuple(KINDS))


def test_no_feed_drops_what_was_not_yet_visited() -> None:
    for pieces in World(DAY).by_source.values():
        for first, later in zip(pieces, pieces[SHOWN:], strict=False):
            assert later.at - first.at > 1.1 * HOUR


def test_three_hours(databases: Databases, tmp_path: Path) -> None:
    with running("with hostile sources", SMALL, tmp_path / "run", databases.fresh()) as run:
        live([run])
        assert audit(run).wrong == []
    all_is_made_of_the_hostile_that_should_be(run)


@pytest.mark.soak
def test_a_day(databases: Databases, tmp_path: Path) -> None:
    alone = replace(DAY, hostile=())
    with (
        running("with hostile sources", DAY, tmp_path / "with", databases.fresh()) as beside,
        running("without", alone, tmp_path / "without", databases.fresh()) as quiet,
    ):
        runs = [beside, quiet]
        live(runs)
        books = [audit(run) for run in runs]
        keep(told(runs, books, type(databases).__name__.removesuffix("Databases")))
    assert [each.wrong for each in books] == [[], []]
    assert [figures.grown(run) for run in runs] == [[], []]
    assert figures.no_later(figures.begun(beside), figures.begun(quiet))
    assert figures.no_later(figures.read(beside), figures.read(quiet))
    all_is_made_of_the_hostile_that_should_be(beside)


def all_is_made_of_the_hostile_that_should_be(run: Run) -> None:
    for name, (outcomes, reason, articles) in hostile_outcomes(run).items():
        kind = KINDS[name]
        assert outcomes, f"{name} was never visited"
        assert {Outcome(outcome) for outcome in outcomes} <= kind.outcomes, (name, outcomes)
        assert any(words in reason for words in kind.reason.split("|")), (name, reason)
        assert kind.articles in (None, articles), (name, articles)


def keep(report: str) -> None:
    print(report)
    if file := os.environ.get("LOAD_REPORT"):
        with Path(file).open("a", encoding="utf-8") as kept:
            kept.write(report + "\n")
