"""A visit to a source: what is asked, what came of it, and what is known before the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    BLANK = "blank"
    FAILED = "failed"
    SKIPPED = "skipped"


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
    FINE = "fine"
    FAILING = "failing"
    BLOCKED = "blocked"
    BLANK = "blank"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Health:
    """A source's state, since when, and the reason in words with what to do."""

    state: State
    since: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """What cadence and health need to know of a source's past.

    `arrivals` are first-seen times of recent items, newest first (at most
    50); `failures` counts visits in a row that were failed, blocked or blank;
    `last` is the latest visit, `last_good` the time of the latest that was new
    or unchanged; `failing_since` the time of the first of the current
    failures; `held_items` whether the source ever listed any item.
    """

    arrivals: tuple[datetime, ...] = ()
    failures: int = 0
    last: Visit | None = None
    last_good: datetime | None = None
    failing_since: datetime | None = None
    held_items: bool = False
    added: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be regarded about the next visit, in seconds from now; None: nothing.

    The first three are the server's; `spacing` is ours, by a budget.
    """

    retry_after: float | None = None
    max_age: float | None = None
    ttl: float | None = None
    spacing: float | None = None
