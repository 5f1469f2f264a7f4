"""The inbox: what is listed, in what order, and what each sieve lets through."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from news.article import Brought, IndexTerms, Judgement, Reading, TextOrigin
from news.judging import Own, Says
from news.sentences import Span
from news.source import Kind, Tier
from news.watch import Evidence, Field, Found, Term
from storage import (
    articles,
    assignments,
    inbox,
    matches,
    notes,
    readings,
    removals,
    tags,
    topics,
    verdicts,
)
from storage.columns import table
from storage.inbox import Listed, Sieve
from storage.tables import ArticleRow
from tests.storage.desk_world import person
from tests.storage.telling_world import topic
from tests.storage.world import NOON, add, after, entry, keep, tell, told

TITLE = "Talks on the bridge"
TEXT = "Talks on the bridge\nThe ministers met. They spoke of the Hakari bridge again. Then they left."


@pytest.fixture
def me(conn: Connection) -> int:
    add(conn, "mfa", "wire-en", "paper")
    topic(conn, "bridge", "talks")
    return person(conn)


def find(
    conn: Connection,
    name: str,
    *slugs: str,
    minutes: float = 1,
    slug: str = "mfa",
    silent: bool = False,
    proofs: tuple[Evidence, ...] = (),
    text: str = "A text.",
    language: str = "en",
    **facts: Any,
) -> int:
    """An article announced so many minutes after noon, in which these topics are found as it is kept."""
    tell(conn, [entry(name, **facts)], minutes, slug=slug)
    article = max(item.id for item in told(conn))
    found = tuple(Found(each, 1, proofs) for each in slugs)
    judged = Judgement(language, None, IndexTerms(1, ()), found)
    articles.store(conn, article, Reading("", text, TextOrigin.PAGE), judged, at=after(minutes + 1))
    return article


def ids(listed: Listed) -> list[int]:
    return [line.article.id for line in listed.lines]


def shown(conn: Connection, me: int, **sieve: Any) -> list[int]:
    return ids(inbox.page(conn, Sieve(**sieve), account=me))


def test_what_matched_is_listed_newest_first_page_by_page(conn: Connection, me: int) -> None:
    found = [find(conn, f"n{number}", "talks", minutes=number // 2) for number in range(7)]
    find(conn, "other", minutes=9)
    first = inbox.page(conn, Sieve(), account=me, limit=3)
    second = inbox.page(conn, Sieve(), account=me, after=first.onward, limit=3)
    third = inbox.page(conn, Sieve(), account=me, after=second.onward, limit=3)
    assert [*ids(first), *ids(second), *ids(third)] == found[::-1]
    assert third.onward is None
    by_topic = inbox.page(conn, Sieve(topics=("talks",)), account=me, limit=3)
    again = inbox.page(conn, Sieve(topics=("talks",)), account=me, after=by_topic.onward, limit=9)
    assert [*ids(by_topic), *ids(again)] == found[::-1]


def test_a_line_says_all_that_it_shows(conn: Connection, me: int) -> None:
    at = TEXT.index("Hakari bridge")
    begins = TEXT.index("They spoke")
    proofs = (
        Evidence(Field.TITLE, 13, 19, "bridge", "bridge"),
        Evidence(Field.TEXT, 13, 19, "bridge", "bridge", (0, 19)),
        Evidence(Field.TEXT, at, at + 13, "Hakari bridge", "Hakari bridge", (begins, begins + 38)),
    )
    article = find(conn, "it", "talks", "bridge", proofs=proofs, text=TEXT, title=TITLE)
    notes.add(conn, article, "Look at this", account=me, at=NOON)
    tags.put(conn, article, "Draft Paper", account=me, at=NOON)
    assignments.assign(conn, article, me, account=me, at=NOON)
    readings.read(conn, me, [article], at=NOON)
    verdicts.give(conn, article, ["talks"], Says.MUST_READ, account=me, at=NOON)
    [line] = inbox.page(conn, Sieve(), account=me).lines
    assert (line.article.title, line.article.text, line.source.slug) == (TITLE, "", "mfa")
    assert line.headline == (Span(13, 19),)
    assert line.quote is not None
    assert line.quote.text == "They spoke of the Hakari bridge again."
    assert line.quote.text[slice(*line.quote.marks[0])] == "Hakari bridge"
    assert (line.quote.sentence, line.quote.start) == (True, begins)
    assert [(each.topic, each.name, each.verdict) for each in line.topics] == [
        ("bridge", "Bridge", None),
        ("talks", "Talks", Says.MUST_READ),
    ]
    assert line.topics[0].forms == ("bridge", "Hakari bridge")
    assert (line.own, line.notes, line.tags, line.assignee) == (Own(NOON), 1, ("draft paper",), "Ani")


def test_offsets_are_code_points_whatever_stands_before(conn: Connection, me: int) -> None:
    text = "𐌰𐌱 Կամուրջ 😀 մոստ. Հաքարի կամուրջը բաց է։"
    at = text.index("կամուրջը")
    proof = Evidence(Field.TEXT, at, at + 8, "կամուրջը", "կամուրջ")
    find(conn, "it", "talks", proofs=(proof,), text=text, title="x")
    [line] = inbox.page(conn, Sieve(), account=me).lines
    assert line.quote is not None
    assert [line.quote.text[slice(*mark)] for mark in line.quote.marks] == ["կամուրջը"]
    assert not line.quote.sentence


def test_what_was_found_in_an_older_text_is_quoted_from_that(conn: Connection, me: int) -> None:
    text = "The bridge is open."
    article = find(
        conn, "it", "talks", proofs=(Evidence(Field.TEXT, 4, 10, "bridge", "b", (0, 19)),), text=text
    )
    keep(conn, article, "Nothing of it any more.", 5)
    [line] = inbox.page(conn, Sieve(), account=me).lines
    assert line.quote is not None
    assert (line.quote.text, line.article.revision) == (text, 2)


class TestSieves:
    @pytest.fixture(autouse=True)
    def world(self, conn: Connection, me: int) -> None:
        add(conn, "mod", kind=Kind.MINISTRY, tier=Tier.MUST_HAVE, speaks_for="Armenia", country=None)
        add(conn, "press", kind=Kind.AGENCY, tier=Tier.BACKGROUND, country="AZ")
        self.a = find(conn, "a", "talks", minutes=1, slug="mod", language="hy")
        self.b = find(conn, "b", "talks", "bridge", minutes=2, slug="press", language="az")
        self.c = find(conn, "c", "bridge", minutes=3, slug="press", language="ru")
        self.me = me

    def test_topics_any_of_them(self, conn: Connection, me: int) -> None:
        assert shown(conn, me, topics=("talks",)) == [self.b, self.a]
        assert shown(conn, me, topics=("talks", "bridge")) == [self.c, self.b, self.a]
        assert shown(conn, me, topics=("nothing",)) == []

    def test_what_the_source_is(self, conn: Connection, me: int) -> None:
        assert shown(conn, me, sources=("press",)) == [self.c, self.b]
        assert shown(conn, me, outlets=("mod",)) == [self.a]
        assert shown(conn, me, kinds=("ministry",)) == [self.a]
        assert shown(conn, me, tiers=("background", "must-have")) == [self.c, self.b, self.a]
        assert shown(conn, me, countries=("AZ",)) == [self.c, self.b]
        assert shown(conn, me, speaks_for=("Armenia",)) == [self.a]
        assert shown(conn, me, kinds=("agency",), topics=("talks",)) == [self.b]
        assert shown(conn, me, kinds=("agency",), countries=("GE",)) == []

    def test_language_and_period(self, conn: Connection, me: int) -> None:
        assert shown(conn, me, languages=("hy", "ru")) == [self.c, self.a]
        assert shown(conn, me, since=after(2), until=after(3)) == [self.b]
        assert shown(conn, me, since=after(2), topics=("talks",)) == [self.b]

    def test_verdicts_stand_under_topics(self, conn: Connection, me: int) -> None:
        verdicts.give(conn, self.b, ["talks"], Says.NOISE, account=me, at=NOON)
        assert shown(conn, me, judged=True) == [self.b]
        assert shown(conn, me, judged=False) == [self.c, self.a]
        assert shown(conn, me, judged=False, topics=("bridge",)) == [self.c, self.b]
        assert shown(conn, me, judged=False, topics=("bridge", "talks")) == [self.c, self.b, self.a]
        assert shown(conn, me, verdicts=(Says.NOISE,), topics=("bridge", "talks")) == [self.b]
        assert shown(conn, me, verdicts=(Says.NOISE,), topics=("bridge",)) == []
        assert shown(conn, me, verdicts=(Says.NOISE, Says.RELEVANT)) == [self.b]
        verdicts.give(conn, self.b, ["bridge"], Says.RELEVANT, account=me, at=NOON)
        assert shown(conn, me, verdicts=(Says.NOISE,)) == [], "the strongest speaks for the article"
        verdicts.undo(conn, self.b, ["bridge", "talks"], account=me, at=NOON)
        assert shown(conn, me, judged=True) == []

    def test_tags_and_whose_it_is(self, conn: Connection, me: int) -> None:
        other = person(conn, "Leyla")
        tags.put(conn, self.a, "draft", account=me, at=NOON)
        assignments.assign(conn, self.b, other, account=me, at=NOON)
        assert shown(conn, me, tags=("draft", "more")) == [self.a]
        assert shown(conn, me, assignee=other) == [self.b]
        assert shown(conn, me, assignee=me) == []

    def test_what_a_person_read_and_starred_is_theirs(self, conn: Connection, me: int) -> None:
        other = person(conn, "Leyla")
        readings.read(conn, me, [self.a, self.c], at=NOON)
        readings.star(conn, me, [self.c], at=NOON)
        assert shown(conn, me, read=True) == [self.c, self.a]
        assert shown(conn, me, read=False) == [self.b]
        assert shown(conn, me, starred=True) == [self.c]
        assert shown(conn, other, read=True) == shown(conn, other, starred=True) == []
        readings.unread(conn, me, [self.a])
        readings.unstar(conn, me, [self.c])
        assert shown(conn, me, read=False) == [self.b, self.a]
        assert shown(conn, me, starred=True) == []

    def test_what_stands_above_and_below(self, conn: Connection, me: int) -> None:
        assert inbox.neighbours(conn, Sieve(), self.b, account=me) == (self.c, self.a)
        assert inbox.neighbours(conn, Sieve(topics=("talks",)), self.b, account=me) == (None, self.a)
        assert inbox.neighbours(conn, Sieve(), 999, account=me) == (None, None)


class TestWhatIsNew:
    def test_is_what_was_found_since_the_page_was_made(self, conn: Connection, me: int) -> None:
        assert inbox.count_new(conn, Sieve(), account=me, since=None) == 0
        find(conn, "a", "talks", minutes=1)
        page = inbox.page(conn, Sieve(), account=me)
        assert page.until == after(2)
        assert inbox.count_new(conn, Sieve(), account=me, since=page.until) == 0
        find(conn, "b", "talks", minutes=3)
        find(conn, "c", "bridge", minutes=4)
        assert inbox.count_new(conn, Sieve(), account=me, since=page.until) == 2
        assert inbox.count_new(conn, Sieve(topics=("talks",)), account=me, since=page.until) == 1
        assert inbox.count_new(conn, Sieve(), account=me, since=None) == 3
        assert inbox.count(conn, Sieve(), account=me) == 3
        assert inbox.count(conn, Sieve(), account=me, most=2) == 2

    def test_what_is_found_silently_is_listed_and_not_new(self, conn: Connection, me: int) -> None:
        item = find(conn, "a")
        again = (Found("talks", 1, ()),)
        matches.add(conn, item, 1, again, analysis=1, at=after(9), backfill=False, silent=True)
        assert shown(conn, me) == [item]
        assert inbox.count_new(conn, Sieve(), account=me, since=None) == 0


class TestWhatStaysListed:
    def test_what_was_removed_leaves(self, conn: Connection, me: int) -> None:
        item = find(conn, "a", "talks")
        verdicts.give(conn, item, ["talks"], Says.NOISE, account=me, at=NOON)
        readings.read(conn, me, [item], at=NOON)
        removals.remove(conn, item, reason="asked", at=NOON)
        assert shown(conn, me) == []
        matches.add(conn, item, 1, (Found("talks", 1, ()),), analysis=1, at=after(9), backfill=False)
        assert shown(conn, me) == []

    def test_a_topic_that_is_watched_no_more_takes_its_own_with_it(self, conn: Connection, me: int) -> None:
        terms = [Term("bridge")]
        topics.put(conn, "bridge", "Bridge", terms, now=NOON)
        topics.put(conn, "talks", "Talks", terms, now=NOON)
        one, both = find(conn, "a", "bridge"), find(conn, "b", "bridge", "talks", minutes=2)
        verdicts.give(conn, one, ["bridge"], Says.MUST_READ, account=me, at=NOON)
        verdicts.give(conn, both, ["bridge"], Says.MUST_READ, account=me, at=NOON)
        verdicts.give(conn, both, ["talks"], Says.NOISE, account=me, at=NOON)
        topics.remove(conn, "bridge", now=NOON)
        assert shown(conn, me) == shown(conn, me, verdicts=(Says.NOISE,)) == [both]
        topics.put(conn, "bridge", "Bridge", terms, now=NOON)
        assert shown(conn, me, verdicts=(Says.MUST_READ,)) == [both, one]
        assert shown(conn, me, topics=("bridge",)) == [both, one]
        assert inbox.count_new(conn, Sieve(), account=me, since=None) == 2

    def test_a_verdict_given_before_it_matched_stands(self, conn: Connection, me: int) -> None:
        item = find(conn, "a", "talks")
        verdicts.give(conn, item, ["bridge"], Says.RELEVANT, account=me, at=NOON)
        assert shown(conn, me, judged=True) == []
        matches.add(conn, item, 1, (Found("bridge", 1, ()),), analysis=1, at=NOON, backfill=False)
        assert shown(conn, me, judged=True, topics=("bridge",)) == shown(conn, me, judged=True) == [item]

    def test_another_language_and_an_earlier_moment_are_followed(self, conn: Connection, me: int) -> None:
        item = find(conn, "a", "talks", language="en", minutes=20)
        judged = Judgement("ru", None, IndexTerms(1, ()))
        articles.store(conn, item, Reading("", "Другой.", TextOrigin.PAGE), judged, at=after(30))
        assert shown(conn, me, languages=("ru",)) == [item]
        assert shown(conn, me, languages=("en",)) == []

    def test_a_clipping_is_listed_like_any_other(self, conn: Connection, me: int) -> None:
        item = find(conn, "a", "talks")
        rows = table(ArticleRow)
        conn.execute(update(rows).values(brought=Brought.CLIP, said_by="A minister"))
        [line] = inbox.page(conn, Sieve(), account=me).lines
        assert (line.article.id, line.article.said_by) == (item, "A minister")
        assert conn.execute(select(rows.c.brought)).scalar_one() == Brought.CLIP
