"""A digest as a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from alerts.composing.coverage import Looked
from alerts.composing.fitting import in_turn
from alerts.composing.items import Item, items
from alerts.composing.moments import Moments, rhythm
from alerts.composing.page import MARKED, Form, Page
from alerts.composing.rendering import fitted, rendered
from alerts.composing.sections import (
    MOST_NAMES,
    Topics,
    closing,
    counts_by_topic,
    sections,
    topics_told,
    with_headings,
)
from alerts.composing.words import counted, joined, listed
from news.telling import Digest, Message, Rhythm, Window

LATE_AFTER = timedelta(minutes=15)
LONGEST_SUBJECT = 120
MOST_SPEAKERS = 20


def compose_digest(digest: Digest) -> Message:
    """The mail of `digest`, its times in `digest.zone`, at most 102 kB when encoded."""
    moments = Moments(digest.zone, year=digest.window.until.year)
    topics = topics_told(digest.topics, digest.findings)
    found = items(digest.findings, [slug for slug, _ in topics], moments)
    if not found:
        return rendered(_nothing_new(digest, topics, moments))
    order = in_turn(found, with_headings(found, topics))
    return fitted(partial(_page, digest, topics, found, moments), order)


def _page(
    digest: Digest, topics: Topics, found: Sequence[Item], moments: Moments, forms: Mapping[int, Form]
) -> Page:
    window = digest.window
    looked = Looked(digest.coverage, moments, window.until)
    day = moments.date(window.due)
    return Page(
        subject=_subject(found, topics, _label(digest, moments)),
        title=f"Digest of {day}"
        if digest.schedule.rhythm is not Rhythm.WEEKLY
        else f"Digest of the week to {day}",
        lead=(
            f"{moments.span(window.after, window.until)}. All times are {_zone(window, moments)}.",
            *_lateness(window, moments),
            *_shortened(found, forms),
            *(
                []
                if digest.coverage.troubles
                else [f"All {counted(digest.coverage.sources, 'source')} were read."]
            ),
        ),
        trouble_label=looked.label,
        trouble=looked.must_haves,
        trouble_rest=looked.others,
        balance=_balance(found),
        sections=sections(found, topics, forms),
        closing=closing(found, topics),
        foot=(looked.in_full, MARKED, _why(digest, topics)),
    )


def _nothing_new(digest: Digest, topics: Topics, moments: Moments) -> Page:
    """Two lines, and what is in trouble, if anything is."""
    window, looked = digest.window, Looked(digest.coverage, moments, digest.window.until)
    unread = len(looked.must_haves)
    but = f"; {counted(unread, 'must-have source')} in trouble" if unread else ""
    on = f" on {listed((called for _, called in topics), MOST_NAMES)}" if topics else ""
    return Page(
        subject=f"Nothing new from {looked.words}{but} - {_label(digest, moments)}",
        title=f"Nothing new, and we looked at {looked.words}.",
        lead=(
            f"{moments.span(window.after, window.until)}, {_zone(window, moments)}{on}."
            " To change this mail: wirewatch subscriptions",
            *_lateness(window, moments),
        ),
        trouble_label=looked.label,
        trouble=looked.must_haves,
        trouble_rest=looked.others,
        foot=(looked.in_full,) if digest.coverage.troubles or digest.coverage.waiting else (),
    )


def _subject(found: Sequence[Item], topics: Topics, label: str) -> str:
    """As many topics as a line takes: "Lachin corridor: 7 articles, 3 statements - 13 Dec"."""
    told = counts_by_topic(found, topics)
    parts = [f"{called}: {counts}" for called, counts in told]
    shown = parts[:1]
    for part in parts[1:]:
        if len("; ".join([*shown, part])) > LONGEST_SUBJECT:
            break
        shown.append(part)
    rest = len(parts) - len(shown)
    if rest:
        shown.append(counted(rest, "more topic"))
    return f"{'; '.join(shown)} - {label}"


def _label(digest: Digest, moments: Moments) -> str:
    day = moments.day(digest.window.due.astimezone(moments.zone).date())
    return f"week to {day}" if digest.schedule.rhythm is Rhythm.WEEKLY else day


def _zone(window: Window, moments: Moments) -> str:
    return moments.zone_words(window.after, window.until)


def _lateness(window: Window, moments: Moments) -> tuple[str, ...]:
    """That a digest is late, and which it stands for; nothing for one in time."""
    lines = []
    if window.until - window.due > LATE_AFTER:
        made = moments.at(window.until)
        lines.append(f"This digest is late: it was due on {moments.at(window.due)} and was made on {made}.")
    if window.missed:
        earlier = (
            "the digest before it that was"
            if window.missed == 1
            else f"{window.missed:,} digests before it that were"
        )
        lines.append(
            f"It stands also for {earlier} due and not made, and covers"
            f" {moments.span(window.after, window.until)}."
        )
    return tuple(lines)


def _shortened(found: Sequence[Item], forms: Mapping[int, Form]) -> tuple[str, ...]:
    """What is not shown in full, because mail programs cut long messages."""
    brief = sum(form is Form.BRIEF for form in forms.values())
    hidden = len(found) - len(forms)
    parts = [f"{brief:,} are named without their sentences"] if brief else []
    parts += [f"{hidden:,} are only counted"] if hidden else []
    if not parts:
        return ()
    return (f"Of {counted(len(found), 'article')}, {joined(parts)}: mail programs cut off what is longer.",)


def _balance(found: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    """Institutions that speak, in alphabetical order; the press is counted, and is nobody's party."""
    speakers = Counter(item.speaks_for for item in found if item.speaks_for)
    press = [item for item in found if not item.speaks_for]
    named = (f"{speaker} {number:,}" for speaker, number in sorted(speakers.items()))
    outlets = len({item.outlet for item in press})
    counts = f"{counted(len(press), 'article')} from {counted(outlets, 'outlet')}" if press else "none"
    note = "; where a paper is published does not say for whom it speaks" if press else ""
    return (
        ("Institutions speaking", listed(named, MOST_SPEAKERS) or "none"),
        ("Press", counts + note),
    )


def _why(digest: Digest, topics: Topics) -> str:
    on = listed((called for _, called in topics), MOST_NAMES)
    return (
        f"Why this mail: it is asked for {rhythm(digest.schedule)}, {digest.zone}, on {on}."
        " To see and change that: wirewatch subscriptions"
    )
