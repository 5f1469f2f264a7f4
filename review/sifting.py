"""The inbox's filters as they stand in an address: `topic=lachin&kind=ministry&read=no`.

The same words serve the page, the API, saved searches and their feeds. What an address says that means
nothing here is left out; a date that is none is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from news.errors import WrongMoment
from news.judging import Says
from news.source import Kind, Tier
from storage.inbox import Place, Sieve

# The names in the address, in the order in which they are written there, and the sieve's own.
LISTS = {
    "topic": "topics",
    "source": "sources",
    "outlet": "outlets",
    "kind": "kinds",
    "tier": "tiers",
    "country": "countries",
    "speaks_for": "speaks_for",
    "language": "languages",
    "verdict": "verdicts",
    "tag": "tags",
}
CHOICES = {"kind": frozenset(Kind), "tier": frozenset(Tier), "verdict": frozenset(Says)}
PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
YES_OR_NO = {"yes": True, "no": False}
MINE = "me"
YEARS = range(1900, 2200)
# Of one name at most so many values count, each of so many characters.
MOST, LONGEST = 50, 200
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_CURSOR = re.compile("(-?[0-9]{1,16})-([0-9]{1,15})")
_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Sifting:
    """Filters as they were written: `lists` by name, `period` a name of PERIODS, `since` and `until` days
    (both included) in the zone of who looks, `judged`, `read` and `starred`, `assignee` an account's number
    or `me`. Empty: all through."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    period: str = ""
    since: date | None = None
    until: date | None = None
    judged: bool | None = None
    read: bool | None = None
    starred: bool = False
    assignee: str = ""

    def of(self, name: str) -> tuple[str, ...]:
        """The values under a name."""
        return self.lists.get(name, ())

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Name and value of every filter, as the address has them."""
        pairs = [(name, value) for name in LISTS for value in self.of(name)]
        pairs += [("period", self.period)] if self.period else []
        days = (("since", self.since), ("until", self.until))
        pairs += [(name, day.isoformat()) for name, day in days if day is not None]
        answers = (("judged", self.judged), ("read", self.read))
        pairs += [(name, "yes" if value else "no") for name, value in answers if value is not None]
        pairs += [("starred", "yes")] if self.starred else []
        return (*pairs, *([("assignee", self.assignee)] if self.assignee else []))

    @property
    def address(self) -> str:
        """The filters as an address has them after its question mark."""
        return urlencode(self.pairs)

    def without(self, name: str, value: str) -> str:
        """The address with one filter less."""
        return urlencode([pair for pair in self.pairs if pair != (name, value)])

    def sieve(self, *, account: int, zone: str, now: datetime) -> Sieve:
        """What of the inbox it lets through, for an account whose days are those of `zone` (IANA)."""
        since = now - PERIODS[self.period] if self.period else _begins(self.since, zone)
        until = _begins(self.until + timedelta(days=1), zone) if self.until else None
        lists = {LISTS[name]: values for name, values in self.lists.items() if name != "verdict"}
        return Sieve(
            **lists,
            verdicts=tuple(Says(value) for value in self.of("verdict")),
            since=since,
            until=until,
            judged=self.judged,
            read=self.read,
            starred=self.starred,
            assignee=account if self.assignee == MINE else int(self.assignee) if self.assignee else None,
        )


def sifting(pairs: Iterable[tuple[str, str]]) -> Sifting:
    """The filters of an address, by its names and values. Raises WrongMoment."""
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if 0 < len(value) <= LONGEST and "\x00" not in value:
            given.setdefault(name, []).append(value)

    def last(name: str, choices: Iterable[str]) -> str:
        value = given.get(name, [""])[-1]
        return value if value in choices else ""

    assignee = given.get("assignee", [""])[-1]
    return Sifting(
        lists={name: kept for name in LISTS if (kept := _values(name, given.get(name, ())))},
        period=last("period", PERIODS),
        since=_day("since", given.get("since", [""])[-1]),
        until=_day("until", given.get("until", [""])[-1]),
        judged=YES_OR_NO.get(last("judged", YES_OR_NO)),
        read=YES_OR_NO.get(last("read", YES_OR_NO)),
        starred=last("starred", YES_OR_NO) == "yes",
        assignee=assignee if assignee == MINE or _NUMBER.fullmatch(assignee) else "",
    )


def of_address(address: str) -> Sifting:
    """The filters of what stands after an address's question mark. Raises WrongMoment."""
    return sifting(parse_qsl(address, max_num_fields=500))


def cursor_of(place: Place | None) -> str:
    """A place in the inbox as an address has it; "" for none."""
    return "" if place is None else f"{(place.appeared - EPOCH) // MICROSECOND}-{place.article}"


def place_of(cursor: str) -> Place | None:
    """The place an address names; None: none, or nothing that is one."""
    found = _CURSOR.fullmatch(cursor)
    return Place(EPOCH + int(found[1]) * MICROSECOND, int(found[2])) if found else None


def _values(name: str, values: Sequence[str]) -> tuple[str, ...]:
    allowed = CHOICES.get(name)
    return tuple(dict.fromkeys(each for each in values if allowed is None or each in allowed))[:MOST]


def _day(name: str, written: str) -> date | None:
    try:
        day = date.fromisoformat(written) if written else None
    except ValueError as error:
        raise WrongMoment(option=name, written=written) from error
    if day is not None and day.year not in YEARS:
        raise WrongMoment(option=name, written=written)
    return day


def _begins(day: date | None, zone: str) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), ZoneInfo(zone))
