"""A visit to a source: what is asked, what came of it, and what is known before the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from news.rhythm import Rhythm
from news.trace import Trace


class Outcome(StrEnum):
    """What came of a visit. `skipped`: none was made, as something is to be set up first; it counts neither
    as good nor as a failure."""

    NEW = "new"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    BLANK = "blank"
    FAILED = "failed"
    GONE = "gone"
    SKIPPED = "skipped"


GOOD = frozenset({Outcome.NEW, Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True)
class Validators:
    """What the next conditional request sends back, byte for byte, and the body's hash."""

    etag: bytes | None = None
    last_modified: bytes | None = None
    body_hash: bytes | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit gave. `duration` in seconds; `reason` in words where it was not fine.

    `status` is the HTTP status, None where no response came. `listed` counts
    the items the feed or list held, `new` those announced for the first time,
    `changed` those whose title or summary differ from what was announced.
    """

    source: str
    at: datetime
    outcome: Outcome
    duration: float = 0.0
    status: int | None = None
    reason: str | None = None
    listed: int = 0
    new: int = 0
    changed: int = 0
    bytes: int = 0


class State(StrEnum):
    """How a source is doing; `waiting`: it cannot be visited before something is set up."""

    FINE = "fine"
    SLOW = "slow"
    SILENT = "silent"
    BLANK = "blank"
    BLOCKED = "blocked"
    FAILING = "failing"
    GONE = "gone"
    STALE = "stale"
    FLOODING = "flooding"
    CLOCK = "clock wrong"
    WAITING = "waiting"


# In these a source gives nothing new; in the other bad ones it is read, with a flaw.
MISSING = frozenset({State.FAILING, State.BLOCKED, State.GONE, State.BLANK, State.STALE, State.SILENT})


@dataclass(frozen=True, slots=True)
class Health:
    """A source's state, since when, and the reason in words with what to do.

    `sure`: it has lasted long enough to be told to the operator; a server
    that failed once is not broken. `usual` says what it normally gives
    ("normally 3 to 9 a day"), empty where that is not known.
    """

    state: State
    since: datetime | None
    reason: str
    sure: bool = True
    usual: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What cadence and health need to know of a source's past.

    `arrivals` are first-seen times of recent items, newest first (at most
    50); `failures` counts visits in a row that were failed, blocked, blank or
    gone; `last` is the latest visit, `last_good` the time of the latest that
    was new or unchanged; `failing_since` the time of the first of the current
    failures; `held_items` whether the source ever listed any item. `trace` is
    what its good visits left behind, `rhythm` what was learned of its
    arrivals, `lengths` the characters of its latest articles' texts, the
    oldest first (at most 40; 0: the text could not be had).
    """

    arrivals: tuple[datetime, ...] = ()
    failures: int = 0
    last: Visit | None = None
    last_good: datetime | None = None
    failing_since: datetime | None = None
    held_items: bool = False
    added: datetime | None = None
    trace: Trace = field(default_factory=Trace)
    rhythm: Rhythm | None = None
    lengths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be regarded about the next visit, in seconds from now; None: nothing.

    The first three are the server's; `spacing` is ours, by a budget.
    """

    retry_after: float | None = None
    max_age: float | None = None
    ttl: float | None = None
    spacing: float | None = None
