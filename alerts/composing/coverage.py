"""What was looked at, and what could not be read: for the top and the foot of a digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.composing.moments import Moments
from alerts.composing.page import Notice
from alerts.composing.plain import name, plain
from alerts.composing.words import counted, joined, listed
from news.source import Source, Tier
from news.telling import Coverage, Trouble
from news.texts import clipped
from news.visit import MISSING, State

MOST_NOTICES = 15
MOST_NAMES = 10
MOST_IN_LINE = 3
LONGEST_REASON = 300
_UNREAD = (State.FAILING, State.BLOCKED, State.GONE, State.BLANK)
_QUIET = (State.SILENT, State.STALE)
_FLAWED = (State.SLOW, State.FLOODING, State.CLOCK)
_WORDS = {
    State.FAILING: "failed",
    State.BLOCKED: "refused us",
    State.GONE: "gone",
    State.BLANK: "gave no items",
    State.SILENT: "silent",
    State.STALE: "the same items for ever",
    State.SLOW: "slow",
    State.FLOODING: "flooding",
    State.CLOCK: "with a wrong clock",
}


class Looked:
    """The words of a coverage; hours of the day of `until` stand without their day.

    An outlet is missing where none of its ways in delivers. `must_haves` are
    must-have outlets that are, `others` lines about the rest, `label` the
    heading over both; `words` is "43 sources", or "41 of 43 sources"; `line` is
    "40 of 43 sources delivered" with the first outlets that are missing;
    `in_full` the lines at the foot, with every source.
    """

    def __init__(self, coverage: Coverage, moments: Moments, until: datetime | None = None) -> None:
        troubles = coverage.troubles
        unread = sum(trouble.health.state in _UNREAD for trouble in troubles)
        missing = _missing(coverage)
        must = [outlet for outlet in missing if outlet.must_have]
        everything = counted(coverage.sources, "source")
        self.words = f"{coverage.sources - unread:,} of {everything}" if unread else everything
        self.must_haves = tuple(outlet.notice(moments) for outlet in must[:MOST_NOTICES])
        self.label = "Must-have sources that could not be read or are silent" if must else ""
        more = (
            [f"And {counted(len(must) - MOST_NOTICES, 'more must-have source')}."]
            if must[MOST_NOTICES:]
            else []
        )
        others = [outlet.latest for outlet in missing if not outlet.must_have]
        self.others = (*more, *_rest(others, bool(must)))
        self.line = _line(coverage, missing, moments, until)
        waiting = [called(source, 60) for source in coverage.waiting]
        set_up = [f"Not set up yet ({len(waiting)}): {listed(waiting, MOST_NAMES)}."] if waiting else []
        self.in_full = " ".join((f"{self.line}.", *_by_state(troubles), *set_up))


@dataclass(frozen=True, slots=True)
class Missing:
    """An outlet none of whose ways in delivers, and they; `latest` is the one that delivered last."""

    ways: tuple[Trouble, ...]

    @property
    def latest(self) -> Trouble:
        return max(self.ways, key=lambda each: (each.health.since is not None, each.health.since))

    @property
    def must_have(self) -> bool:
        return any(each.source.tier is Tier.MUST_HAVE for each in self.ways)

    def called(self, longest: int = 80) -> str:
        """Its name; with the slug where only one of its ways in is looked at."""
        source = self.latest.source
        return called(source, longest) if len(self.ways) == 1 else name(source.name, longest) or source.slug

    def notice(self, moments: Moments) -> Notice:
        one = notice(self.latest, moments)
        if len(self.ways) == 1:
            return one
        besides = listed(sorted(each.source.slug for each in self.ways), MOST_NAMES)
        return Notice(self.called(), f"{one.words} None of its ways in delivers: {besides}.")


def _missing(coverage: Coverage) -> list[Missing]:
    """The outlets that are missing, must-haves first, else in the order of their troubles."""
    outlets: dict[str, list[Trouble]] = {}
    for trouble in coverage.troubles:
        outlet = trouble.source.outlet
        if trouble.health.state in MISSING and outlet not in coverage.delivering:
            outlets.setdefault(outlet, []).append(trouble)
    return sorted((Missing(tuple(ways)) for ways in outlets.values()), key=lambda each: not each.must_have)


def notice(trouble: Trouble, moments: Moments) -> Notice:
    """One source in trouble: its name, since when, and the reason with what to do."""
    health = trouble.health
    since = f"since {moments.at(health.since)}" if health.since else "from the first visit"
    reason = clipped(plain(health.reason).strip(), LONGEST_REASON)
    return Notice(called(trouble.source), f"{since}: {reason}")


def called(source: Source, longest: int = 80) -> str:
    """Its name; with the slug where it is one of several ways into an outlet, which share the name."""
    named = name(source.name, longest) or source.slug
    return named if source.slug in (source.outlet, named) else f"{named} ({source.slug})"


def _line(coverage: Coverage, missing: Sequence[Missing], moments: Moments, until: datetime | None) -> str:
    """What the sources gave: "44 of 45 sources delivered; MFA silent since 09:12, normally 3 to 9 a day"."""
    without = sum(trouble.health.state in MISSING for trouble in coverage.troubles)
    parts = [f"{coverage.sources - without:,} of {counted(coverage.sources, 'source')} delivered"]
    for outlet in missing[:MOST_IN_LINE]:
        health = outlet.latest.health
        since = f" since {_since(health.since, moments, until)}" if health.since else ""
        usual = f", {health.usual}" if health.usual else ""
        parts.append(f"{outlet.called(60)} {_WORDS[health.state]}{since}{usual}")
    if len(missing) > MOST_IN_LINE:
        parts.append(f"{len(missing) - MOST_IN_LINE:,} more missing")
    if otherwise := without - sum(len(outlet.ways) for outlet in missing):
        parts.append(f"of the outlets of {counted(otherwise, 'source')} another way in did")
    return "; ".join(parts)


def _since(since: datetime, moments: Moments, until: datetime | None) -> str:
    same = until is not None and moments.date(since) == moments.date(until)
    return moments.hour(since) if same else moments.at(since)


def _rest(others: Sequence[Trouble], after_must_haves: bool) -> tuple[str, ...]:
    """One line on sources that are not must-have: how many; the foot names them."""
    unread = sum(trouble.health.state in _UNREAD for trouble in others)
    silent = len(others) - unread
    parts = [f"{counted(unread, 'source')} could not be read"] if unread else []
    parts += [f"{counted(silent, 'source')} {'is' if silent == 1 else 'are'} silent"] if silent else []
    if not parts:
        return ()
    which = "Besides, " if after_must_haves else "No must-have source is in trouble; "
    return (f"{which}{joined(parts)} (named at the foot).",)


def _by_state(troubles: Sequence[Trouble]) -> list[str]:
    """All that are not fine, as sentences: "Failed (2): A, B. Silent (1): C. Read, but slow (1): D."."""
    sentences = []
    for state in (*_UNREAD, *_QUIET, *_FLAWED):
        names = [called(t.source, 60) for t in troubles if t.health.state is state]
        words = f"read, but {_WORDS[state]}" if state in _FLAWED else _WORDS[state]
        if names:
            sentences.append(f"{words.capitalize()} ({len(names)}): {listed(names, MOST_NAMES)}.")
    return sentences
