"""What was looked at, and what could not be read: for the top and the foot of a digest."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.composing.moments import Moments
from alerts.composing.page import Notice
from alerts.composing.plain import name, plain
from alerts.composing.words import counted, joined, listed
from news.source import Source, Tier
from news.telling import Coverage, Trouble
from news.texts import clipped
from news.visit import State

MOST_NOTICES = 15
MOST_NAMES = 10
LONGEST_REASON = 300
_UNREAD = (State.FAILING, State.BLOCKED, State.BLANK)
_WORDS = {
    State.FAILING: "failed",
    State.BLOCKED: "refused us",
    State.BLANK: "gave no items",
    State.SILENT: "silent",
    State.FINE: "not fine",
}


class Looked:
    """The words of a coverage.

    `must_haves` are must-have sources in trouble, `others` lines about the
    rest, `label` the heading over both; `words` is "43 sources", or "41 of 43
    sources"; `in_full` the line at the foot.
    """

    def __init__(self, coverage: Coverage, moments: Moments) -> None:
        troubles = coverage.troubles
        unread = sum(trouble.health.state in _UNREAD for trouble in troubles)
        must = [trouble for trouble in troubles if trouble.source.tier is Tier.MUST_HAVE]
        everything = counted(coverage.sources, "source")
        self.words = f"{coverage.sources - unread:,} of {everything}" if unread else everything
        self.must_haves = tuple(_notice(trouble, moments) for trouble in must[:MOST_NOTICES])
        self.label = "Must-have sources that could not be read or are silent" if must else ""
        more = (
            [f"And {counted(len(must) - MOST_NOTICES, 'more must-have source')}."]
            if must[MOST_NOTICES:]
            else []
        )
        others = [trouble for trouble in troubles if trouble.source.tier is not Tier.MUST_HAVE]
        self.others = (*more, *_rest(others, bool(must)))
        read = f"Looked at: {everything}, of which {coverage.sources - unread:,} read."
        self.in_full = " ".join((read, *_by_state(troubles)))


def _notice(trouble: Trouble, moments: Moments) -> Notice:
    health = trouble.health
    since = f"since {moments.at(health.since)}" if health.since else "from the first visit"
    reason = clipped(plain(health.reason).strip(), LONGEST_REASON)
    return Notice(_called(trouble.source), f"{since}: {reason}")


def _called(source: Source, longest: int = 80) -> str:
    """Its name; with the slug where it is one of several ways into an outlet, which share the name."""
    called = name(source.name, longest) or source.slug
    return called if source.slug in (source.outlet, called) else f"{called} ({source.slug})"


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
    """All that are not fine, as sentences: "Failed (2): A, B. Silent (1): C."."""
    sentences = []
    for state in (*_UNREAD, State.SILENT):
        names = [_called(t.source, 60) for t in troubles if t.health.state is state]
        if names:
            sentences.append(f"{_WORDS[state].capitalize()} ({len(names)}): {listed(names, MOST_NAMES)}.")
    return sentences
