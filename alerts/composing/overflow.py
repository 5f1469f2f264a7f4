"""What an hour brought above the cap of instant alerts, as one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial

from alerts.composing.fitting import in_turn
from alerts.composing.items import Item, items
from alerts.composing.moments import Moments
from alerts.composing.page import Form, Page
from alerts.composing.rendering import fitted
from alerts.composing.sections import Topics, closing, counts_by_topic, sections, topics_told, with_headings
from alerts.composing.words import counted
from news.telling import Message, Overflow

# That each article is named with its link goes before a mail program's liking for short mails; servers
# take 10 MB, and at about 1 kB an article this names 5,000.
LIMIT = 5_000_000


def compose_overflow(overflow: Overflow) -> Message:
    """The mail that names each article above the cap, with its link, times in `overflow.zone`."""
    moments = Moments(overflow.zone, year=overflow.after.year)
    topics = topics_told((), overflow.findings)
    found = items(overflow.findings, [slug for slug, _ in topics], moments)
    order = in_turn(found, with_headings(found, topics, most=None))
    return fitted(partial(_page, overflow, topics, found, moments), order, limit=LIMIT, most=Form.BRIEF)


def _page(
    overflow: Overflow, topics: Topics, found: Sequence[Item], moments: Moments, forms: Mapping[int, Form]
) -> Page:
    end = overflow.after + timedelta(hours=1)
    hour = f"{moments.at(overflow.after)} to {moments.hour(end)}"
    told = counts_by_topic(found, topics)
    more = f" and {counted(len(told) - 1, 'more topic')}" if told[1:] else ""
    on = f"{told[0][0]}{more}: " if told else ""
    return Page(
        subject=f"{on}{counted(len(found), 'further article')} - {hour}",
        title=f"{counted(len(found), 'article')} above the {overflow.cap:,} alerts of one hour",
        lead=(
            f"{hour}, {moments.zone_words(overflow.after)}. {counted(overflow.cap, 'alert')} had been sent,"
            " the most for one hour; what came after them is named here, each with its link.",
        ),
        sections=sections(found, topics, forms, most=None),
        closing=closing(found, topics, most=None),
        foot=(
            "A topic is found in all inflected forms of its words.",
            "Why this mail: these topics are told at once, up to a number of alerts an hour"
            " (alerts.per_hour in the settings). To see and change what is told: wirewatch subscriptions",
        ),
    )
