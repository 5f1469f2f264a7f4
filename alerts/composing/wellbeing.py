"""What the operator is told of sources: one message when some break or recover, one report a week."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.composing.coverage import Looked, called, notice
from alerts.composing.moments import Moments
from alerts.composing.page import Page
from alerts.composing.rendering import rendered
from alerts.composing.words import counted
from news.source import Source, Tier
from news.telling import Changes, Message, Trouble, WeekReport
from news.visit import MISSING

MOST = 40
# Where so many break at once, it is rather this machine or its line than all of them.
MANY, PART = 5, 0.3
WHY = (
    "Why this mail: you are named as operator (operator.email in the settings). Each source is told of once"
    " when it breaks and once when it recovers; it is tried at least daily all the while."
    " All of them: wirewatch sources list"
)


def compose_changes(changes: Changes) -> Message:
    """The mail that says which sources broke and which recovered, times in `changes.zone`."""
    moments = Moments(changes.zone, year=changes.at.year)
    broke, recovered = changes.broke, changes.recovered
    parts = [_some([each.source for each in broke], _state(broke))] if broke else []
    parts += [_some([source for source, *_ in recovered], "again fine")] if recovered else []
    missing = sum(each.health.state in MISSING for each in broke)
    ours = missing >= MANY and missing >= PART * changes.sources
    return rendered(
        Page(
            subject=f"Sources: {'; '.join(parts)}",
            title="; ".join(parts)[:1].upper() + "; ".join(parts)[1:],
            lead=(
                f"As of {moments.at(changes.at, year=True)}, {moments.zone_words(changes.at)}.",
                *(["So many at once: look at this machine's own connection first."] if ours else []),
            ),
            trouble_label="Broken" if broke else "",
            trouble=tuple(notice(each, moments) for each in broke[:MOST]),
            trouble_rest=_rest(len(broke) - MOST),
            closing=_recovered(changes, moments),
            foot=(WHY,),
        )
    )


def compose_week(report: WeekReport) -> Message:
    """The weekly mail on all sources, times in `report.zone`."""
    moments = Moments(report.zone, year=report.at.year)
    coverage = report.coverage
    looked = Looked(coverage, moments)
    day = moments.day(report.at.astimezone(moments.zone).date())
    bad = [each for each in coverage.troubles if each.health.sure]
    ordered = sorted(bad, key=lambda each: (each.source.tier is not Tier.MUST_HAVE, each.source.slug))
    return rendered(
        Page(
            subject=f"Sources, week to {day}: {looked.line}",
            title=f"{looked.line}.",
            lead=(
                f"As of {moments.at(report.at, year=True)}, {moments.zone_words(report.at)}.",
                *([] if bad else ["Nothing is broken."]),
            ),
            trouble_label="Not fine" if bad else "",
            trouble=tuple(notice(each, moments) for each in ordered[:MOST]),
            trouble_rest=_rest(len(ordered) - MOST),
            closing=tuple(map(_set_up, coverage.waiting)),
            foot=(looked.in_full, WHY),
        )
    )


def _recovered(changes: Changes, moments: Moments) -> tuple[str, ...]:
    lines = []
    for source, state, since in changes.recovered[:MOST]:
        when = f" since {moments.at(since)}" if since else ""
        lines.append(f"Again fine: {called(source)} (was {state}{when}).")
    return (*lines, *_rest(len(changes.recovered) - MOST))


def _set_up(source: Source) -> str:
    return f"{called(source)} is not set up yet; `wirewatch sources list` says what it needs."


def _state(broke: Sequence[Trouble]) -> str:
    states = dict.fromkeys(str(each.health.state) for each in broke)
    return ", ".join(states)


def _some(sources: Sequence[Source], how: str) -> str:
    """One by its name, more by their number."""
    return f"{called(sources[0])} {how}" if len(sources) == 1 else f"{counted(len(sources), 'source')} {how}"


def _rest(number: int) -> tuple[str, ...]:
    return (f"And {counted(number, 'more source')}: wirewatch sources list",) if number > 0 else ()
