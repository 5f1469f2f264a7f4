"""What the team says of an article, and what a person keeps for themselves.

`account` is the number of who did it, `by` the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Says(StrEnum):
    """What a verdict says of an article under a topic, the strongest first."""

    MUST_READ = "must-read"
    RELEVANT = "relevant"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The team's word on an article under a topic; it stands until `undone`, or until another is given."""

    article: int
    topic: str
    says: Says
    account: int
    by: str
    at: datetime
    undone: datetime | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """A person's own: when they read an article, when they starred it; None: not so."""

    read_at: datetime | None = None
    starred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    article: int
    account: int
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Tag:
    tag: str
    account: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is to see to an article, and who said so."""

    assignee: int
    name: str
    account: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Use:
    """Where an article was cited, in a line of who did it."""

    id: int
    article: int
    account: int
    by: str
    at: datetime
    line: str


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A person's list under a name: `address` is the filters as the page's address has them, without its
    question mark. `token` opens its feed to whoever has it; None: it has none."""

    id: int
    account: int
    name: str
    page: str
    address: str
    token: str | None
    added: datetime
