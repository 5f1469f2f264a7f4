"""The topics of a message with the articles under each, as far as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from alerts.composing.items import Item
from alerts.composing.page import Entry, Form, Group, Section
from alerts.composing.plain import name
from alerts.composing.words import counted, listed, statements_and_articles
from news.telling import Finding

MOST_SECTIONS = 40  # topics that have a heading of their own; each costs about 1 kB
MOST_NAMES = 12
HOW_TO_READ = "all of them: wirewatch items"

Topics = Sequence[tuple[str, str]]


def topics_told(topics: Topics, findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    """(slug, name) of all topics, those asked for in their order, then any other a finding names."""
    names = dict(topics)
    for finding in findings:
        names.setdefault(finding.topic, finding.topic_name)
    return tuple((slug, name(called) or slug) for slug, called in names.items())


def with_headings(items: Iterable[Item], topics: Topics, most: int | None = MOST_SECTIONS) -> tuple[str, ...]:
    """The slugs of the topics that have articles and get a heading, in order: at most `most` (None: all)."""
    told = {slug for item in items for slug in item.topics}
    return tuple(slug for slug, _ in topics if slug in told)[:most]


def sections(
    items: Sequence[Item], topics: Topics, forms: Mapping[int, Form], most: int | None = MOST_SECTIONS
) -> tuple[Section, ...]:
    """A section for each topic with articles, as many as get headings.

    An article is shown under the first of its topics and referred to under
    the others; `forms` says how much of it, by its id: without one it is only counted.
    """
    numbers: dict[int, int] = {}
    names = dict(topics)
    made = []
    for slug in with_headings(items, topics, most):
        own = _of(items, slug)
        first_here = [item.article for item in own if item.topics[0] == slug and item.article in forms]
        numbers |= {article: len(numbers) + index for index, article in enumerate(first_here, 1)}
        made.append(_section(names[slug], slug, own, forms, numbers))
    return tuple(made)


def closing(items: Sequence[Item], topics: Topics, most: int | None = MOST_SECTIONS) -> tuple[str, ...]:
    """Lines about the topics that have no section: too many of them, or nothing new on them."""
    told = {slug for item in items for slug in item.topics}
    headed = with_headings(items, topics, most)
    lines = []
    rest = [(slug, called) for slug, called in topics if slug in told and slug not in headed]
    if rest:
        named = listed((f"{called} ({_counts(_of(items, slug))})" for slug, called in rest), MOST_NAMES)
        lines.append(f"And {counted(len(rest), 'more topic')}: {named}; {HOW_TO_READ}")
    without = [called for slug, called in topics if slug not in told]
    if without:
        lines.append(f"Nothing new on {listed(without, MOST_NAMES)}.")
    return tuple(lines)


def counts_by_topic(items: Sequence[Item], topics: Topics) -> tuple[tuple[str, str], ...]:
    """(name, "7 articles, 3 statements") of the topics that have any."""
    told = {slug for item in items for slug in item.topics}
    return tuple((called, _counts(_of(items, slug))) for slug, called in topics if slug in told)


def _section(
    called: str, slug: str, own: Sequence[Item], forms: Mapping[int, Form], numbers: Mapping[int, int]
) -> Section:
    groups = []
    for label, institutions in (("Institutions' own statements", True), ("Press", False)):
        entries = tuple(
            _entry(item, slug, forms[item.article], numbers[item.article])
            for item in own
            if item.article in forms and bool(item.speaks_for) is institutions
        )
        if entries:
            groups.append(Group(label, institutions, entries))
    hidden = [item for item in own if item.article not in forms]
    more = (
        f"And {len(hidden):,} more ({_counts(hidden)}); {HOW_TO_READ} --topic {name(slug, 60)}"
        if hidden
        else None
    )
    return Section(called, _counts(own), tuple(groups), more)


def _entry(item: Item, slug: str, form: Form, number: int) -> Entry:
    if item.topics[0] == slug:
        return Entry(item, form, number)
    return Entry(item, Form.AGAIN, number, item.forms[slug])


def _of(items: Iterable[Item], slug: str) -> list[Item]:
    return [item for item in items if slug in item.topics]


def _counts(own: Sequence[Item]) -> str:
    statements = sum(bool(item.speaks_for) for item in own)
    return statements_and_articles(statements, len(own) - statements)
