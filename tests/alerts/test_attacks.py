"""Whatever sources and namers of things write: nothing of it becomes a header, a tag or a link."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.composing.alert import compose_alert
from alerts.composing.digest import compose_digest
from alerts.composing.overflow import compose_overflow
from news.source import Tier
from news.telling import Alert, Coverage, Message, Overflow, Trouble
from news.visit import Health, State
from tests import telling_samples as samples
from tests.alerts.naughty import ENCODED_WORDS, MARKUP, NAUGHTY, TEMPLATES
from tests.alerts.reading import check_html, read_mail, sent, words_of
from tests.telling_samples import article, digest, finding, source

# The text without what moves a terminal's cursor or reorders a line; isolates are the composer's own.
UNSEEN = set(map(chr, [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), 0x2028, 0x2029])) - {"\n"}


def told(attack: str) -> tuple[Message, ...]:
    """Everything that can be told, with `attack` in every place that others can write."""
    origin = source(
        "origin",
        name=attack,
        outlet=attack,
        control=attack,
        owner=attack,
        country=attack,
        note=attack,
        tier=Tier.MUST_HAVE,
    )
    institution = replace(origin, slug="institution", speaks_for=attack)
    found = []
    for number, where in enumerate((origin, institution)):
        text = f"{attack} {attack}. It was said on Monday that {attack} is so.\n{attack}"
        one = article(number, where, title=attack, text=text, author=attack, url=attack, language=attack[:8])
        proven = finding(one, where, "one", attack or "x", late=True)
        found += [replace(proven, topic=topic, topic_name=attack) for topic in ("one", "two")]
    troubles = (
        Trouble(origin, Health(State.FAILING, samples.EVE, attack)),
        Trouble(replace(origin, tier=Tier.USEFUL), Health(State.SILENT, None, attack)),
    )
    topics = (("one", attack), ("two", attack), ("three", attack))
    coverage = Coverage(9, troubles)
    return (
        compose_digest(digest(found, topics=topics, coverage=coverage)),
        compose_digest(digest(topics=topics, coverage=coverage)),
        compose_alert(Alert(samples.ZONE, tuple(found[:2]))),
        compose_overflow(Overflow(samples.ZONE, samples.at(14), 20, tuple(found))),
    )


def check(message: Message) -> None:
    subject, text, html = read_mail(sent(message))
    assert (text, html) == (message.text, message.html)
    assert not UNSEEN & set(subject)
    assert not UNSEEN & set(text)
    assert not UNSEEN & set(html)
    check_html(html)


def test_the_list_is_long_enough() -> None:
    assert len(set(NAUGHTY)) > 150


@pytest.mark.parametrize("attack", NAUGHTY, ids=range(len(NAUGHTY)))
def test_nothing_written_by_others_becomes_more_than_words(attack: str) -> None:
    for message in told(attack):
        check(message)


@pytest.mark.parametrize("attack", [*ENCODED_WORDS[:7], *TEMPLATES, *MARKUP[:3]])
def test_it_arrives_as_the_words_it_is(attack: str) -> None:
    """Neither decoded nor taken out: whoever reads the mail sees what the source wrote."""
    for message in told(attack):
        words = " ".join(attack.split())
        assert words in " ".join(words_of(check_html(message.html)).split())


@pytest.mark.parametrize("attack", ENCODED_WORDS[:7])
def test_an_encoded_word_in_a_headline_arrives_literally_in_the_subject(attack: str) -> None:
    origin = source()
    alert = compose_alert(Alert(samples.ZONE, (finding(article(1, origin, title=attack), origin, "lachin"),)))
    subject, _, _ = read_mail(sent(alert))
    assert subject == f"Lachin corridor: {attack} (Paper)"


@pytest.mark.parametrize("attack", NAUGHTY, ids=range(len(NAUGHTY)))
def test_words_that_match_are_marked_whatever_they_are(attack: str) -> None:
    origin = source()
    one = article(
        1, origin, title=f"On {attack} today", text=f"It is said that {attack} has come. Then more."
    )
    message = compose_digest(digest([finding(one, origin, "lachin", attack)] if attack else []))
    check(message)


@settings(deadline=None)
@given(st.text())
def test_any_text_at_all(attack: str) -> None:
    for message in told(attack):
        check(message)


@settings(deadline=None)
@given(st.lists(st.sampled_from(NAUGHTY), min_size=2, max_size=4).map("".join))
def test_any_mixture_of_them(attack: str) -> None:
    for message in told(attack):
        check(message)
