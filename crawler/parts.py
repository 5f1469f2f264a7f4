"""What the root hands the crawler: the rooms it works with, the clock and the pace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.judging import TopicJudge
from storage.database import Database
from workers.readers import Readers


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard the crawler may work.

    `holder` names this process on its leases, `lease` is how long a claim
    stands if the process dies; `delay` is the seconds between two requests to
    one host, `concurrency` the hosts worked on at once, `attempts` the tries
    a page gets before the feed's own words stand in for it; `slice` the entries
    of a flood that are announced in one unit, so that none keeps the writer long.
    """

    holder: str
    delay: float = 1.0
    concurrency: int = 64
    attempts: int = 3
    lease: timedelta = timedelta(minutes=10)
    slice: int = 200


@dataclass(frozen=True, slots=True)
class Interface:
    """An interface that wants a token ("": none was given).

    `endpoint` is where it is asked, `pause` the seconds between two requests
    of any source by which the operator's budget lasts.
    """

    endpoint: str
    token: str = ""
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Parts:
    """`clock` gives aware UTC; `checkpoint` is told each point passed (kill tests stop there)."""

    database: Database
    readers: Readers
    judge: TopicJudge
    pace: Pace
    clock: Callable[[], datetime]
    checkpoint: Callable[[str], None]
    close: Callable[[], Awaitable[None]]
    x: Interface
