"""What a source's good visits left behind: small, kept with the source, folded on at every visit.

Health asks for it instead of reading visits back: ten thousand sources are looked at in a second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

# An answer that takes as long, and so many times as long as usual, is slow.
SLOW_SECONDS = 8.0
SLOW_TIMES = 5.0
# How much one visit weighs in what is usual.
WEIGHT = 0.05
# Items dated further ahead than this were dated by a wrong clock; servers' clocks differ by minutes.
AHEAD = 1700
# Two intervals that miss one another by no more than this may well be of one clock.
SLACK = 360
# Visits further apart than this say nothing of a clock.
APART = 2700
OLD = 30 * 86400
# Fields of a trace and their new values.
Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """What one good visit saw. `at` is when (UTC), `previous` when the good one before it was made.

    `new` of the items read were unknown; `rewritten`: the list was another one than before and held nothing
    new; `newest` is the latest date among the items read, None where none has an hour; `seconds` the time it
    took to answer.
    """

    at: datetime
    previous: datetime | None
    new: int
    rewritten: bool
    seconds: float
    newest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """Moments are whole seconds since 1970 (UTC), so that it is kept as it stands.

    `arrived` is the moment of the latest visit with news. `seconds` is how long an answer usually takes;
    `slow` counts the visits in a row that took far longer, from `slow_since` on. Since the latest arrival,
    `quiet` visits brought nothing new, `rewritten` of them with another list than the one before, the latest
    `anew` of them in a row; `rewrites` is the share that is usual. `day` is the latest day (UTC, days since
    1970) with news, of which there were `today`, and `yesterday` on the day before it.

    An item appeared between two visits; so its date is behind by no less than from it to the first, and no
    more than from it to the second. `back` counts the arrivals in a row whose dates may all be behind by the
    same, by `back_least` to `back_most` seconds. `ahead` counts arrivals in a row dated in the future, by
    `lead` seconds; `old` those whose newest date was over a month old.
    """

    arrived: int = 0
    seconds: float = 0.0
    slow: int = 0
    slow_since: int = 0
    quiet: int = 0
    rewritten: int = 0
    anew: int = 0
    rewrites: float = 0.0
    day: int = 0
    today: int = 0
    yesterday: int = 0
    back: int = 0
    back_least: int = 0
    back_most: int = 0
    ahead: int = 0
    lead: int = 0
    old: int = 0

    def after(self, look: Look) -> Trace:
        """The trace with one more good visit in it."""
        changed = self._timed(look) | (self._with_news(look) if look.new else self._without_news(look))
        return replace(self, **changed)  # one copy: this is done at every visit

    def _timed(self, look: Look) -> Changes:
        if self.seconds and look.seconds > max(SLOW_SECONDS, SLOW_TIMES * self.seconds):
            since = self.slow_since if self.slow else int(look.at.timestamp())
            return {"slow": self.slow + 1, "slow_since": since}
        usual = self.seconds + WEIGHT * (look.seconds - self.seconds) if self.seconds else look.seconds
        return {"seconds": round(max(usual, 0.001), 3), "slow": 0, "slow_since": 0}

    def _without_news(self, look: Look) -> Changes:
        anew = self.anew + 1 if look.rewritten else 0
        return {"quiet": self.quiet + 1, "rewritten": self.rewritten + look.rewritten, "anew": anew}

    def _with_news(self, look: Look) -> Changes:
        first = look.previous is None  # its backlog is no rhythm, and its dates are old by right
        at = int(look.at.timestamp())
        share = self.rewrites
        if self.quiet:
            share += 4 * WEIGHT * (self.rewritten / self.quiet - share)
        day = at // 86400
        counted = 0 if first else look.new
        if day == self.day:
            today, yesterday = self.today + counted, self.yesterday
        else:
            today, yesterday = counted, self.today if day == self.day + 1 else 0
        moved: Changes = {"arrived": at, "quiet": 0, "rewritten": 0, "anew": 0, "rewrites": round(share, 3)}
        moved |= {"day": day, "today": today, "yesterday": yesterday}
        return moved if first or look.newest is None else moved | self._dated(look, look.newest)

    def _dated(self, look: Look, newest: datetime) -> Changes:
        lead = int((newest - look.at).total_seconds())
        ahead = lead > AHEAD
        dated: Changes = {
            "ahead": self.ahead + 1 if ahead else 0,
            "lead": lead if ahead else 0,
            "old": self.old + 1 if -lead > OLD else 0,
        }
        least = int(((look.previous or look.at) - newest).total_seconds())
        if -lead - least > APART:
            return dated
        both = max(least, self.back_least), min(-lead, self.back_most)
        if self.back and both[0] <= both[1] + SLACK:
            return dated | {"back": self.back + 1, "back_least": both[0], "back_most": both[1]}
        return dated | {"back": 1, "back_least": least, "back_most": -lead}

    @property
    def arrival(self) -> datetime | None:
        """When something new last arrived (UTC)."""
        return datetime.fromtimestamp(self.arrived, UTC) if self.arrived else None
