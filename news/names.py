"""Names: what one place, person, institution or arrangement is called, by language, speaker and time.

Dates are ISO 8601 and as exact as they are known: `2023`, `2023-06` or `2023-06-03`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from news.watch import Stands


class NameKind(StrEnum):
    PLACE = "place"
    PERSON = "person"
    INSTITUTION = "institution"
    ARRANGEMENT = "arrangement"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Period:
    """From a date to a date, both included; None: open, or not established. A date less exact than a
    day includes all of its days."""

    since: str | None = None
    until: str | None = None

    @property
    def known(self) -> bool:
        return self.since is not None or self.until is not None

    def begun(self, day: date) -> bool:
        return self.since is None or day.isoformat()[: len(self.since)] >= self.since

    def ended(self, day: date) -> bool:
        return self.until is not None and day.isoformat()[: len(self.until)] > self.until

    def holds(self, day: date) -> bool:
        return self.begun(day) and not self.ended(day)

    def overlaps(self, other: Period) -> bool:
        """Whether both hold at some time for certain: where one ends in the month in which the other
        begins, they need not."""
        return _before(self.since, other.until) and _before(other.since, self.until)


def _before(since: str | None, until: str | None) -> bool:
    """Whether what begins at the one date has begun before the other, as exactly as both are known."""
    exact = min(len(since), len(until)) if since and until else 0
    return since is None or until is None or since[:exact] < until[:exact]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a name. `seen`: recorded from a stored page; else unchecked. `used_by` says whose
    usage it is, empty where it is general."""

    text: str
    language: str
    seen: bool
    stands: Stands = Stands.ALONE
    used_by: str = ""
    period: Period = Period()


@dataclass(frozen=True, slots=True)
class Office:
    """A role a person held, and when."""

    title: str
    period: Period = Period()


@dataclass(frozen=True, slots=True)
class Name:
    """An entry of the gazetteer. `not_` are the slugs of entries it must not be taken for, `see` of those
    that may be watched together with it; `care` is said wherever its forms are offered."""

    slug: str
    kind: NameKind
    title: str
    forms: tuple[Form, ...]
    offices: tuple[Office, ...] = ()
    not_: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    care: str = ""
