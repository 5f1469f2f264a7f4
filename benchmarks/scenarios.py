"""What is measured. Only the standard library: the peers use it too."""

from __future__ import annotations

from dataclasses import dataclass

ITEMS = 30


@dataclass(frozen=True)
class Scenario:
    """One race: `feeds` feeds of 30 items, visited once before the clock starts and `editions` times after.

    From one edition to the next `step` of the 30 items are new, at the top.
    `validators`: the server sends an ETag and answers 304 where nothing
    changed. With `pages` the articles' pages are read and the unit is an
    article, else a visit. `target` is the ratio of CPU per unit, ours to the
    peer's, that is to be reached.
    """

    title: str
    peer: str
    step: int
    validators: bool
    pages: bool
    feeds: int
    editions: int
    target: float

    @property
    def units(self) -> int:
        """Visits or articles measured."""
        return self.feeds * self.editions * (self.step if self.pages else 1)

    @property
    def unit(self) -> str:
        return "article" if self.pages else "visit"


READER = "benchmarks.peers.reading"
SCRAPY = "benchmarks.peers.plain_scrapy"

MOST_FEEDS = 100

SCENARIOS = {
    "not-modified": Scenario("unchanged feed, 304", READER, 0, True, False, 100, 4, 0.5),
    "same-body": Scenario("unchanged feed, 200 with the same body", READER, 0, False, False, 100, 3, 0.5),
    "one-new": Scenario("changed feed, 1 new of 30", READER, 1, True, False, 100, 3, 0.25),
    "article": Scenario("whole article", SCRAPY, ITEMS, True, True, 10, 1, 0.75),
}


def feed_path(number: int) -> str:
    """Where feed `number` lies on the bench's server."""
    return f"/{number}/feed.xml"


def feed_address(number: int) -> str:
    """Feed `number`'s own address: as in any real list, no feed shares a connection with another.

    All of 127.0.0.0/8 is loopback on Linux.
    """
    return f"127.1.{number // 250}.{number % 250 + 1}"


def edition_path(scenario: Scenario, edition: int) -> str:
    """Asking for this makes the server show that edition of all feeds."""
    return f"/edition/{scenario.step}/{edition}/{int(scenario.validators)}"
