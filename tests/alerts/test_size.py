"""No digest is cut off by a mail program: what does not fit is counted, fairly, and said."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.composing.digest import compose_digest
from alerts.composing.fitting import Cost, granted, in_turn
from alerts.composing.items import items
from alerts.composing.moments import Moments
from alerts.composing.page import Form
from news.article import Interval
from news.source import Tier
from news.telling import Coverage, Digest, Trouble
from news.visit import Health, State
from tests import telling_samples as samples
from tests.alerts.reading import check_html, sent
from tests.telling_samples import article, digest, finding, source

GMAIL = 102_000


def links(html: str) -> list[str]:
    return [str(a.get("href")) for a in check_html(html).iter("a")]


def counted_only(text: str) -> list[int]:
    return [int(n.replace(",", "")) for n in re.findall(r"^And ([\d,]+) more \(", text, re.MULTILINE)]


def test_a_digest_of_500_is_short_enough_and_says_what_it_leaves_out() -> None:
    told = samples.long_digest(500)
    began = process_time()
    message = compose_digest(told)
    spent = process_time() - began
    assert GMAIL * 0.9 < len(sent(message)) < GMAIL
    assert spent < 1.0
    assert len(links(message.html)) + sum(counted_only(message.text)) == 500
    assert "all of them: wirewatch items --topic" in message.text
    assert "mail programs cut off" in message.text
    assert links(message.html) == [
        word for word in message.text.split() if word.startswith("https://") and "/2022/" in word
    ]


def test_topics_take_turns_and_institutions_go_first() -> None:
    flood = [
        finding(article(n, samples.ARMENIA, title=f"Statement {n}"), samples.ARMENIA, "lachin")
        for n in range(300)
    ]
    few = [finding(article(n, title=f"On gas {n}"), source(), "gas") for n in range(400, 405)]
    press = [finding(article(n, title=f"Press {n}"), source(), "lachin") for n in range(500, 600)]
    message = compose_digest(digest([*press, *flood, *few]))
    assert message.text.count("On gas") == 5
    assert "Press 5" not in message.text
    assert len(sent(message)) < GMAIL


def test_what_fits_is_shown_in_full() -> None:
    few = compose_digest(samples.long_digest(10))
    assert "mail programs" not in few.text
    assert not counted_only(few.text)


@pytest.mark.parametrize("topics", [1, 60, 300])
def test_many_topics_and_many_troubles_keep_to_the_size(topics: int) -> None:
    names = tuple((f"t{n}", "Հայաստան դալան " * 12 + str(n)) for n in range(topics))
    found = [finding(article(n), source(), f"t{n % topics}") for n in range(600)]
    ill = Health(State.FAILING, samples.EVE, "HTTP 503 " * 400)
    troubles = tuple(
        Trouble(
            source(f"s{n}", name="Նախարարություն " * 20, tier=Tier.MUST_HAVE if n < 50 else Tier.USEFUL), ill
        )
        for n in range(400)
    )
    message = compose_digest(digest(found, topics=names, coverage=Coverage(500, troubles)))
    assert len(sent(message)) < GMAIL
    quiet = compose_digest(digest(topics=names, coverage=Coverage(500, troubles)))
    assert len(sent(quiet)) < GMAIL


words = st.text(max_size=40)
long_words = st.builds(lambda text, times: text * times, words, st.integers(1, 200))


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """Up to 80 articles of any text under up to four topics."""
    pool = draw(st.lists(st.tuples(long_words, long_words, words, words), min_size=1, max_size=6))
    topics = draw(
        st.lists(st.tuples(st.sampled_from("abcd"), words), min_size=1, max_size=4, unique_by=lambda t: t[0])
    )
    found = []
    for number in range(draw(st.integers(0, 80))):
        title, text, author, named = pool[number % len(pool)]
        origin = source(f"s{number % 3}", name=named, speaks_for=named if number % 4 == 0 else None)
        told = article(
            number,
            origin,
            title=title,
            text=text,
            author=author,
            language=(None, "hy", "fa", "en")[number % 4],
            appeared=Interval(None, samples.at(8) + timedelta(minutes=number)),
        )
        for slug, _ in topics[: 1 + number % len(topics)]:
            found.append(finding(told, origin, slug, *({text[3:9], title[:4]} - {""})))
    return digest(found, topics=tuple(topics))


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None
)
@given(digests())
def test_any_digest_is_sound_and_short_enough(told: Digest) -> None:
    message = compose_digest(told)
    assert len(sent(message)) < GMAIL
    root = check_html(message.html)
    shown = len(list(root.iter("a")))
    articles = len({f.article.id for f in told.findings})
    assert shown <= articles
    if not counted_only(message.text):
        assert shown == articles


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.booleans(), st.integers(50, 900), st.integers(10, 400)), max_size=60
    ),
    st.integers(0, 20_000),
)
def test_room_is_never_overspent_and_turns_are_kept(
    wishes: list[tuple[int, bool, int, int]], room: int
) -> None:
    topics = ["a", "b", "c", "d"]
    told = []
    costs = {}
    for number, (topic, speaks, more, brief) in enumerate(wishes):
        origin = source("x", speaks_for="A" if speaks else None)
        told.append(finding(article(number, origin), origin, topics[topic]))
        costs[number] = Cost(brief + more, brief)
    order = in_turn(items(told, topics, Moments("UTC")), topics)
    assert len(order) == len(wishes)
    forms = granted(order, costs, room)
    spent = sum(costs[a].full if form is Form.FULL else costs[a].brief for a, form in forms.items())
    assert spent <= room or not forms
    shown = [item.article in forms for item in order]
    assert shown == sorted(shown, reverse=True)  # nobody is passed over for one who comes later
    turns = Counter(item.topics[0] for item in order[:4])
    there = {topics[topic] for topic, *_ in wishes}
    assert not there or max(turns.values()) <= max(1, 5 - len(there))
