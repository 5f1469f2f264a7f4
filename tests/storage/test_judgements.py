"""What people say of articles: kept, changed, undone; and what becomes of it when an article goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from news.errors import RemarkError, UnknownAccount, UnknownArticle, UnknownRemark, UnknownTopic
from news.judging import Own, Says
from storage import (
    assignments,
    notes,
    readings,
    removals,
    retention,
    saved_searches,
    tags,
    verdicts,
)
from storage.columns import table
from storage.judging_tables import NoteRow, ReadingRow, TagRow, UseRow
from tests.storage.desk_world import person
from tests.storage.telling_world import matched, topic
from tests.storage.world import NOON, add, after, entry, keep, tell, told

HASH = b"h" * 16


@pytest.fixture
def me(conn: Connection) -> int:
    add(conn, "mfa", "mfa-en")
    topic(conn, "talks", "bridge")
    return person(conn)


@pytest.fixture
def item(conn: Connection, me: int) -> int:
    return matched(conn, "it", "talks", "bridge")


class TestVerdicts:
    def test_one_stands_and_all_are_kept(self, conn: Connection, me: int, item: int) -> None:
        both = ["talks", "bridge"]
        given: dict[str, Any] = {"account": me}
        assert verdicts.give(conn, item, both, Says.NOISE, at=NOON, **given) == {
            "talks": None,
            "bridge": None,
        }
        before = verdicts.give(conn, item, ["talks"], Says.RELEVANT, at=after(1), **given)
        assert before == {"talks": Says.NOISE}
        verdicts.give(conn, item, ["talks"], Says.RELEVANT, at=after(2), **given)
        assert verdicts.undo(conn, item, both, at=after(3), **given) == {
            "talks": Says.RELEVANT,
            "bridge": Says.NOISE,
        }
        assert verdicts.undo(conn, item, both, at=after(4), **given) == {}
        said = sorted(
            (each.topic, each.says, each.at, each.undone) for each in verdicts.of_article(conn, item)
        )
        assert said == [
            ("bridge", Says.NOISE, NOON, after(3)),
            ("talks", Says.NOISE, NOON, after(1)),
            ("talks", Says.RELEVANT, after(1), after(3)),
        ]

    def test_what_stands_under_a_topic(self, conn: Connection, me: int, item: int) -> None:
        verdicts.give(conn, item, ["talks"], Says.NOISE, account=me, at=NOON)
        assert [(each.article, each.by) for each in verdicts.of_topic(conn, "talks")] == [(item, "Ani")]
        assert verdicts.of_topic(conn, "bridge") == ()

    def test_what_is_not_there_cannot_be_judged(self, conn: Connection, me: int, item: int) -> None:
        with pytest.raises(UnknownTopic):
            verdicts.give(conn, item, ["nothing"], Says.NOISE, account=me, at=NOON)
        with pytest.raises(UnknownArticle):
            verdicts.give(conn, 999, ["talks"], Says.NOISE, account=me, at=NOON)
        removals.remove(conn, item, reason="asked", at=NOON)
        for refused in (
            lambda: verdicts.give(conn, item, ["talks"], Says.NOISE, account=me, at=NOON),
            lambda: notes.add(conn, item, "x", account=me, at=NOON),
            lambda: notes.cite(conn, item, "x", account=me, at=NOON),
            lambda: tags.put(conn, item, "x", account=me, at=NOON),
            lambda: assignments.assign(conn, item, me, account=me, at=NOON),
        ):
            with pytest.raises(UnknownArticle):
                refused()


def test_readings_keep_their_first_moment(conn: Connection, me: int, item: int) -> None:
    readings.read(conn, me, [item, 999], at=NOON)
    readings.read(conn, me, [item], at=after(1))
    readings.star(conn, me, [item], at=after(2))
    assert readings.own(conn, me, item) == Own(NOON, after(2))
    readings.unread(conn, me, [item])
    readings.read(conn, me, [item], at=after(3))
    assert readings.own(conn, me, item) == Own(after(3), after(2))
    assert readings.own(conn, me, 999) == Own()


def test_notes_and_uses_come_and_go(conn: Connection, me: int, item: int) -> None:
    note = notes.add(conn, item, "  <b>Look</b>\x00 ", account=me, at=NOON)
    assert (note.text, notes.get(conn, note.id)) == ("<b>Look</b>", note)
    use = notes.cite(conn, item, "Brief 7", account=me, at=NOON)
    notes.remove(conn, note.id)
    notes.remove_use(conn, use.id)
    assert not notes.of_article(conn, item)
    assert not notes.uses_of(conn, item)
    for gone in (
        lambda: notes.remove(conn, note.id),
        lambda: notes.get(conn, 99),
        lambda: notes.remove_use(conn, 9),
    ):
        with pytest.raises(UnknownRemark):
            gone()
    with pytest.raises(RemarkError, match="it is empty"):
        notes.add(conn, item, " \n", account=me, at=NOON)
    with pytest.raises(RemarkError, match="it has 501 characters"):
        notes.cite(conn, item, "x" * 501, account=me, at=NOON)


def test_tags_are_one_set_whoever_writes_them(conn: Connection, me: int, item: int) -> None:
    other = person(conn, "Leyla")
    assert tags.put(conn, item, " Draft,\nPaper ", account=me, at=NOON) == "draft paper"
    tags.put(conn, item, "DRAFT PAPER", account=other, at=after(1))
    assert [(each.tag, each.by) for each in tags.of_article(conn, item)] == [("draft paper", "Ani")]
    assert tags.in_use(conn) == {"draft paper": 1}
    assert tags.take_off(conn, item, "draft paper")
    assert not tags.take_off(conn, item, "draft paper")
    with pytest.raises(RemarkError):
        tags.put(conn, item, ",", account=me, at=NOON)


def test_an_article_is_one_persons_or_nobodys(conn: Connection, me: int, item: int) -> None:
    other = person(conn, "Leyla")
    assignments.assign(conn, item, me, account=me, at=NOON)
    assignments.assign(conn, item, other, account=me, at=NOON)
    given = assignments.of_article(conn, item)
    assert given is not None
    assert (given.name, given.by) == ("Leyla", "Ani")
    with pytest.raises(UnknownAccount):
        assignments.assign(conn, item, 999, account=me, at=NOON)
    assignments.assign(conn, item, None, account=me, at=NOON)
    assert assignments.of_article(conn, item) is None


def test_saved_searches_are_a_persons_and_have_a_feed_when_asked(conn: Connection, me: int) -> None:
    other = person(conn, "Leyla")
    kept = saved_searches.put(conn, me, "Bridge, unread", "inbox", "topic=bridge&read=no", at=NOON)
    again = saved_searches.put(conn, me, "Bridge, unread", "inbox", "topic=bridge", at=after(1))
    assert (again.id, again.address, again.token) == (kept.id, "topic=bridge", None)
    assert saved_searches.of_account(conn, me) == saved_searches.of_account(conn, me, "inbox") == (again,)
    assert saved_searches.of_account(conn, me, "search") == saved_searches.of_account(conn, other) == ()
    saved_searches.open_feed(conn, me, kept.id, "secret")
    found = saved_searches.by_token(conn, "secret")
    assert found is not None
    assert (found.id, saved_searches.by_token(conn, "other")) == (kept.id, None)
    for refused in (
        lambda: saved_searches.get(conn, other, kept.id),
        lambda: saved_searches.remove(conn, other, kept.id),
        lambda: saved_searches.open_feed(conn, other, kept.id, None),
    ):
        with pytest.raises(UnknownRemark):
            refused()
    saved_searches.remove(conn, me, kept.id)
    assert saved_searches.of_account(conn, me) == ()
    with pytest.raises(RemarkError):
        saved_searches.put(conn, me, "", "inbox", "", at=NOON)
    with pytest.raises(RemarkError):
        saved_searches.put(conn, me, "x", "inbox", "x" * 4001, at=NOON)


class TestWhenTheArticleGoes:
    def said(self, conn: Connection, article: int, me: int) -> None:
        verdicts.give(conn, article, ["talks"], Says.NOISE, account=me, at=NOON)
        notes.add(conn, article, "Zanzibar said", account=me, at=NOON)
        notes.cite(conn, article, "On Zanzibar", account=me, at=NOON)
        tags.put(conn, article, "Zanzibar", account=me, at=NOON)
        readings.star(conn, me, [article], at=NOON)

    def test_removed_on_request_no_word_is_left(self, conn: Connection, me: int, item: int) -> None:
        self.said(conn, item, me)
        removals.remove(conn, item, reason="asked", at=NOON)
        for each in (NoteRow, UseRow, TagRow, ReadingRow):
            assert conn.execute(select(table(each))).all() == []
        assert [each.says for each in verdicts.of_article(conn, item)] == [Says.NOISE]

    def test_merged_it_was_said_of_the_one_that_stays(self, conn: Connection, me: int) -> None:
        tell(conn, [entry("first")], 1)
        [first] = told(conn)
        keep(conn, first.id, "The same text.", text_hash=HASH)
        tell(conn, [entry("copy", title="A copy", link="https://mfa.example/copy")], 5, slug="mfa-en")
        copy = told(conn)[-1].id
        self.said(conn, copy, me)
        tags.put(conn, first.id, "zanzibar", account=me, at=NOON)
        assert keep(conn, copy, "The same text.", text_hash=HASH).merged
        assert [each.text for each in notes.of_article(conn, first.id)] == ["Zanzibar said"]
        assert [each.line for each in notes.uses_of(conn, first.id)] == ["On Zanzibar"]
        assert tags.in_use(conn) == {"zanzibar": 1}
        assert readings.own(conn, me, first.id) == Own(None, NOON)
        assert [each.says for each in verdicts.of_article(conn, first.id)] == [Says.NOISE]

    def test_what_somebody_said_something_of_is_kept(self, conn: Connection, me: int) -> None:
        tell(conn, [entry(name) for name in ("noted", "starred", "opened", "plain")], 1)
        ids = [each.id for each in told(conn)]
        for each in ids:
            keep(conn, each, f"Text {each}.")
        notes.add(conn, ids[0], "Look", account=me, at=NOON)
        readings.star(conn, me, [ids[1]], at=NOON)
        readings.read(conn, me, [ids[2]], at=NOON)
        tell(conn, [entry("new")], 60 * 24 * 30)
        retention.drop_unmatched(conn, before=NOON + timedelta(days=10))
        assert [each.id for each in told(conn)][:-1] == ids[:2]
