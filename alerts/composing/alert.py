"""An instant alert as a message."""

from __future__ import annotations

from alerts.composing.items import items
from alerts.composing.moments import Moments
from alerts.composing.page import MARKED, Entry, Form, Group, Page, Section
from alerts.composing.rendering import rendered
from alerts.composing.sections import MOST_NAMES, topics_told
from alerts.composing.words import listed
from news.telling import Alert, Message


def compose_alert(alert: Alert) -> Message:
    """The mail of one article, told under each of its topics. Raises ValueError where there is no finding."""
    if len({finding.article.id for finding in alert.findings}) != 1:
        raise ValueError("an alert is of one article")
    seen = alert.findings[0].article.appeared.by
    moments = Moments(alert.zone)
    topics = topics_told((), alert.findings)
    found = items(alert.findings, [slug for slug, _ in topics], moments)[0]
    named = listed((called for _, called in topics), MOST_NAMES)
    kind = f"Statement of {found.speaks_for}" if found.speaks_for else "Article"
    entry = Entry(found, Form.FULL, None)
    matched = "; ".join(
        f"{found.forms[slug]}" + (f" ({called})" if len(topics) > 1 else "")
        for slug, called in topics[:MOST_NAMES]
        if found.forms[slug]
    )
    page = Page(
        subject=f"{topics[0][1]}: {found.short_headline} ({found.source})",
        title=named,
        lead=(f"All times are {moments.zone_words(seen)}.",),
        sections=(
            Section(
                kind, f"Matched: {matched}" if matched else "", (Group("", bool(found.speaks_for), (entry,)),)
            ),
        ),
        foot=(
            MARKED,
            f"Why this mail: {named} {'are' if len(topics) > 1 else 'is'} told at once."
            " To see and change that: wirewatch subscriptions",
        ),
    )
    return rendered(page)
