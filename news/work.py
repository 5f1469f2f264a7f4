"""What the database hands out to be done, one host at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

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
