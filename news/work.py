"""What the database hands out to be done, one host at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from news.article import Entry
from news.source import Source
from news.visit import History, Validators


@dataclass(frozen=True, slots=True)
class VisitTask:
    """A source that is due. `previous` is the latest visit that read its list, None at the first.

    `due` is the time it was due (UTC); `host` the lower-case host name the claim holds. `history` is
    what tells when to come again (`news.cadence`): without the latest visit, each arrival's moment once.
    """

    source: Source
    host: str
    due: datetime
    validators: Validators
    previous: datetime | None
    history: History = field(default_factory=History)


class BackfillState(StrEnum):
    """`reached`: the date; `ended`: there are no further list pages; `stopped`: a page could not be had."""

    RUNNING = "running"
    REACHED = "reached"
    ENDED = "ended"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Backfill:
    """How far the lists of a source have been paged back to `since` (UTC).

    `waiting` are the list pages known and still to be asked, the next first;
    `pages` were read and held `listed` items, `found` of them articles not
    known before; `oldest` is the earliest date among them. `next_try_at`: of
    the next page, None when it has ended; `reason` says why where something
    is to be said.
    """

    source: str
    since: datetime
    waiting: tuple[str, ...]
    pages: int
    listed: int
    found: int
    oldest: datetime | None
    state: BackfillState
    reason: str | None
    next_try_at: datetime | None
    started: datetime
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class BackfillTask:
    """A list page at `url` to be read for what it lists from `since` on (UTC).

    `pages` were read before it, `attempts` tries of it were made; `visited` is
    the source's latest good visit, None where there was none.
    """

    source: Source
    host: str
    url: str
    since: datetime
    pages: int
    attempts: int
    visited: datetime | None


@dataclass(frozen=True, slots=True)
class ReadTask:
    """An announced article whose page is to be read.

    `entry` is what its latest sighting said; `attempts` counts tries before
    this one, `crashes` those among them over which a reader died.
    """

    article: int
    source: Source
    host: str
    entry: Entry
    attempts: int
    crashes: int
