"""What comes out of a request, on its way from the spiders to the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from news.article import Entry, Judgement, Reading
from news.visit import Validators, Visit, Wishes
from news.work import BackfillState, BackfillTask, ReadTask, VisitTask


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
class Paged:
    """What came of a list page of a back-fill.

    RUNNING: it was read, and further pages are at `onward`, if there are any.
    REACHED: it was read, and goes back far enough. STOPPED: it could not be
    had, for `reason`, and is asked again at `retry_at` (None: it is not).
    `entries` are those to be kept of the `listed` ones, `key` tells the list
    from others, `oldest` is the earliest date in it.
    """

    task: BackfillTask
    at: datetime
    state: BackfillState
    entries: tuple[Entry, ...] = ()
    listed: int = 0
    key: bytes | None = None
    oldest: datetime | None = None
    onward: tuple[str, ...] = ()
    reason: str | None = None
    retry_at: datetime | None = None
    wait: float | None = None


# What is said of a text that the judge died over.
UNJUDGED = Judgement(None, None)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a text went: its article (None: there was no text); `loud` of its matches may be told of."""

    article: int | None = None
    loud: int = 0


@dataclass(frozen=True, slots=True)
class Outdated:
    """The topics have changed since a text was judged: it was not kept, and is to be judged again."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of an article's page.

    A `reading` without a `reason` is the article; with one it is the feed's
    own words standing in. Without a `reading` it is tried again at
    `retry_at`. `fetched` says whether the host was asked at all, `kept` what
    became of it in the database, once it is there.
    """

    task: ReadTask
    reading: Reading | None
    judgement: Judgement | None = None
    reason: str | None = None
    retry_at: datetime | None = None
    crashed: bool = False
    fetched: bool = True
    wait: float | None = None
    kept: Kept | None = None


# What comes of a task.
AnyOutcome = Visited | Fetched | Paged
