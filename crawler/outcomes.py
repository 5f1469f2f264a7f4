"""What comes out of a request, on its way from the spiders to the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from news.article import Entry, Judgement, Reading
from news.visit import Validators, Visit, Wishes
from news.work import ReadTask, VisitTask


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit and what its list held.

    `entries` are the items read, `cut` the hashes of those recognised
    unparsed. `validators` is None where the old ones stay (a failed visit must
    not be taken for the latest state). `wait` is the seconds the host asked
    for, None where it asked for nothing.
    """

    task: VisitTask
    visit: Visit
    entries: tuple[Entry, ...] = ()
    cut: tuple[int, ...] = ()
    validators: Validators | None = None
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of an article's page.

    A `reading` without a `reason` is the article; with one it is the feed's
    own words standing in. Without a `reading` it is tried again at
    `retry_at`. `fetched` says whether the host was asked at all.
    """

    task: ReadTask
    reading: Reading | None
    judgement: Judgement | None = None
    reason: str | None = None
    retry_at: datetime | None = None
    crashed: bool = False
    fetched: bool = True
    wait: float | None = None
