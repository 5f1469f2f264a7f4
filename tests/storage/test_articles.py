"""Texts become revisions; the same text within an outlet is one article."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, select

from news.article import (
    ArticleState,
    IndexTerms,
    Interval,
    Judgement,
    Published,
    Reading,
    Revision,
    TextOrigin,
)
from news.errors import UnknownArticle
from news.visit import Outcome, Visit
from news.work import ReadTask
from storage import articles, visits, work
from storage.articles import Stored
from storage.columns import table
from storage.tables import RevisionBytesRow, RevisionRow
from tests.storage.world import NOON, add, after, at_hour, entry, keep, tell, told

HASH = b"0123456789abcdef"


@pytest.fixture(autouse=True)
def ministry(conn: Connection) -> None:
    add(conn, "mfa", "mfa-listing", "agency")


def announced(
    conn: Connection, name: str = "talks", minutes: float = 0, slug: str = "mfa", **facts: object
) -> int:
    known = {item.id for item in told(conn)}
    tell(conn, [entry(name, **facts)], minutes, slug=slug)
    [new] = {item.id for item in told(conn)} - known
    return new


def stand_in(
    conn: Connection, article: int, text: str = "Summary.", text_hash: bytes | None = None
) -> Stored:
    reading = Reading("On talks", text, TextOrigin.SUMMARY)
    return articles.store_stand_in(
        conn, article, reading, Judgement("en", None), reason="404 Not Found", at=after(5)
    )


def waiting(conn: Connection) -> int:
    return work.pending(conn, ["mfa"])[1]


def claim(conn: Connection, minutes: float) -> tuple[work.Task, ...]:
    return work.claim(conn, now=after(minutes), limit=9, holder="me", lease=timedelta(0), slugs=["mfa"])


class TestStoring:
    def test_the_first_revision_is_number_one(self, conn: Connection) -> None:
        article = announced(conn)
        raw = zlib.compress(b"<html>")
        reading = Reading("Talks held", "A text.", TextOrigin.PAGE, raw=raw, author="A. B.", language="hy")
        judgement = Judgement("en", HASH, IndexTerms(3, ("talk", "hold")))
        assert articles.store(conn, article, reading, judgement, at=after(1)) == Stored(article, 1, False)
        kept = articles.article(conn, article)
        assert (kept.title, kept.text, kept.language, kept.author) == ("Talks held", "A text.", "en", "A. B.")
        assert (kept.state, kept.revision, waiting(conn)) == (ArticleState.READ, 1, 0)
        assert articles.revisions(conn, article) == (
            Revision(article, 1, after(1), "Talks held", "A text.", HASH, TextOrigin.PAGE),
        )
        assert conn.execute(select(table(RevisionBytesRow).c.raw)).scalars().all() == [raw]
        assert conn.execute(select(RevisionRow.analysis, RevisionRow.terms)).all() == [(3, "talk hold")]

    def test_only_another_title_or_text_is_another_revision(self, conn: Connection) -> None:
        article = announced(conn)
        assert [
            keep(conn, article, text, number, title=title).revision
            for number, (title, text) in enumerate(
                [("T", "one"), ("T", "one"), ("T", "two"), ("U", "two"), ("U", "two"), ("T", "one")]
            )
        ] == [1, None, 2, 3, None, 4]
        assert articles.article(conn, article).title == "T"
        assert [revision.number for revision in articles.revisions(conn, article)] == [1, 2, 3, 4]

    def test_the_feed_s_date_goes_first_and_the_page_s_hour_completes_its_day(self, conn: Connection) -> None:
        day = date(2026, 11, 2)
        said = [None, Published(day), Published(day), at_hour(9)]
        read = [at_hour(10), at_hour(10), Published(date(2020, 1, 1)), at_hour(10)]
        expected = [at_hour(10), at_hour(10), Published(day), at_hour(9)]
        for number, (feed, page, kept) in enumerate(zip(said, read, expected, strict=True)):
            article = announced(conn, f"n{number}", published=feed)
            keep(conn, article, f"Text {number}", published=page)
            assert articles.article(conn, article).published == kept

    def test_an_unknown_article_is_an_error(self, conn: Connection) -> None:
        with pytest.raises(UnknownArticle, match="999"):
            keep(conn, 999)
        with pytest.raises(UnknownArticle):
            articles.article(conn, 999)
        with pytest.raises(UnknownArticle):
            articles.postpone(conn, 999, next_try_at=NOON, reason="", crashed=False)


class TestTheSameText:
    """Rule 5."""

    def test_within_the_outlet_is_one_article_with_both_sightings(self, conn: Connection) -> None:
        first, second = announced(conn, "a"), announced(conn, "b", 10, "mfa-listing")
        assert keep(conn, first, text_hash=HASH) == Stored(first, 1, False)
        assert keep(conn, second, text_hash=HASH) == Stored(first, None, True)
        assert [item.id for item in told(conn)] == [first]
        assert [each.source for each in articles.sightings(conn, first)] == ["mfa", "mfa-listing"]
        assert tell(conn, [entry("b")], 20, "mfa-listing").known == 1
        for minutes in (30, 40):  # two items of one source that turned out to be one article
            assert tell(conn, [entry("a"), entry("b", guid="x")], minutes).known == 2
        assert waiting(conn) == 0

    def test_the_one_read_first_stays_and_appeared_when_the_first_did(self, conn: Connection) -> None:
        first, second = announced(conn, "a"), announced(conn, "b", 10)
        assert keep(conn, second, text_hash=HASH).article == second
        assert keep(conn, first, text_hash=HASH) == Stored(second, None, True)
        assert articles.article(conn, second).appeared == Interval(after(-10), NOON)

    def test_at_another_outlet_is_an_article_of_its_own(self, conn: Connection) -> None:
        first, other = announced(conn, "a"), announced(conn, "a", 0, "agency")
        keep(conn, first, text_hash=HASH)
        assert keep(conn, other, text_hash=HASH) == Stored(other, 1, False)

    def test_too_short_to_tell_merges_nothing(self, conn: Connection) -> None:
        first, second = announced(conn, "a"), announced(conn, "b")
        keep(conn, first, text_hash=None)
        assert keep(conn, second, text_hash=None) == Stored(second, 1, False)

    def test_an_earlier_version_s_text_counts(self, conn: Connection) -> None:
        first, second = announced(conn, "a"), announced(conn, "b")
        keep(conn, first, "one", text_hash=HASH)
        keep(conn, first, "two", text_hash=b"2" * 16)
        assert keep(conn, second, "one", text_hash=HASH).merged

    def test_one_that_was_read_is_never_merged_away(self, conn: Connection) -> None:
        first, second = announced(conn, "a"), announced(conn, "b")
        keep(conn, first, "one", text_hash=HASH)
        keep(conn, second, "two", text_hash=b"2" * 16)
        assert keep(conn, second, "one", text_hash=HASH) == Stored(second, 2, False)

    def test_a_page_that_names_a_known_url_and_title_is_that_article(self, conn: Connection) -> None:
        first = announced(conn, "a", title="Talks")
        second = announced(conn, "amp/a", title="Talks")
        third = announced(conn, "c", title="Other")
        keep(conn, first, "short")
        claimed = "https://mfa.example/a"
        assert keep(conn, second, "shorter", canonical_url=claimed) == Stored(first, None, True)
        assert keep(conn, third, "else", canonical_url=claimed) == Stored(third, 1, False)

    def test_the_url_a_page_names_leads_to_it_from_then_on(self, conn: Connection) -> None:
        article = announced(conn, "a", link="https://short.example/1")
        keep(conn, article, canonical_url="https://mfa.example/long")
        assert tell(conn, [entry("x", link="https://mfa.example/long")], 5, "mfa-listing").new == 0


class TestWhatCannotBeRead:
    def test_the_feed_s_words_stand_in_marked_with_the_reason(self, conn: Connection) -> None:
        article = announced(conn)
        assert stand_in(conn, article) == Stored(article, 1, False)
        kept = articles.article(conn, article)
        assert (kept.state, kept.reason, kept.text) == (ArticleState.UNREADABLE, "404 Not Found", "Summary.")
        assert articles.revisions(conn, article)[0].origin is TextOrigin.SUMMARY
        assert waiting(conn) == 0

    def test_a_change_gives_it_another_chance(self, conn: Connection) -> None:
        article = announced(conn)
        stand_in(conn, article)
        tell(conn, [entry("talks", summary="More.")], 60)
        assert waiting(conn) == 1
        assert keep(conn, article, "The page.", 61) == Stored(article, 2, False)
        kept = articles.article(conn, article)
        assert (kept.state, kept.reason) == (ArticleState.READ, None)

    def test_an_article_that_was_read_keeps_its_text(self, conn: Connection) -> None:
        article = announced(conn)
        keep(conn, article, "The page.")
        tell(conn, [entry("talks", summary="More.")], 10)
        assert stand_in(conn, article) == Stored(article, None, False)
        kept = articles.article(conn, article)
        assert (kept.state, kept.text, kept.reason, waiting(conn)) == (
            ArticleState.READ,
            "The page.",
            None,
            0,
        )

    def test_crashes_are_remembered_when_it_is_to_be_read_again(self, conn: Connection) -> None:
        article = announced(conn)
        for _ in range(3):
            articles.postpone(conn, article, next_try_at=NOON, reason="died", crashed=True)
        stand_in(conn, article)
        tell(conn, [entry("talks", summary="More.")], 60)
        visit = Visit("mfa", after(60), Outcome.NEW)
        visits.record(conn, visit, next_visit_at=after(10_000), validators=None)
        [task] = claim(conn, 600)
        assert isinstance(task, ReadTask)
        assert task.crashes == 3

    def test_readings_in_vain_become_rarer(self, conn: Connection) -> None:
        """A summary that counts comments changes at each visit, its article does not."""
        article, readings = announced(conn), 0
        keep(conn, article)
        visits.record(conn, Visit("mfa", NOON, Outcome.NEW), next_visit_at=after(10_000), validators=None)
        for visit in range(1, 6 * 24):  # a day of visits, ten minutes apart
            minutes = visit * 10
            tell(conn, [entry("talks", summary=f"{visit} comments")], minutes)
            if any(isinstance(task, ReadTask) for task in claim(conn, minutes)):
                readings += 1
                keep(conn, article, minutes=minutes)
        assert 3 <= readings <= 8


class TestAsking:
    def test_the_latest_first_by_source_state_language_and_moment(self, conn: Connection) -> None:
        names = ["a", "b", "c"]
        ids = [announced(conn, name, minutes) for minutes, name in enumerate(names)]
        other = announced(conn, "d", 3, "agency")
        keep(conn, ids[0])
        tell(conn, [entry("b")], 9, "mfa-listing")

        def asked(**filters: Any) -> list[int]:
            return [item.id for item in articles.items(conn, **filters)]

        assert asked() == [other, *reversed(ids)]
        assert asked(limit=2) == [other, ids[2]]
        assert asked(source="mfa") == list(reversed(ids))
        assert asked(source="mfa-listing") == [ids[1]]
        assert asked(state=ArticleState.READ) == [ids[0]]
        assert asked(language="en") == [ids[0]]
        assert asked(since=after(2)) == [other, ids[2]]

    def test_how_many_there_are(self, conn: Connection) -> None:
        keep(conn, announced(conn, "a"))
        stand_in(conn, announced(conn, "b"))
        announced(conn, "c")
        assert articles.counts(conn) == {
            "sources": 3,
            "announced": 1,
            "read": 1,
            "unreadable": 1,
            "removed": 0,
            "revisions": 2,
        }

    def test_a_moment_without_a_zone_is_refused(self, conn: Connection) -> None:
        with pytest.raises(Exception, match="without a time zone"):
            articles.items(conn, since=datetime(2026, 11, 2))  # noqa: DTZ001 - that is the point

    def test_every_zone_s_moment_is_the_same_moment(self, conn: Connection) -> None:
        baku = timezone(timedelta(hours=4))
        said = Published(date(2026, 11, 2), datetime(2026, 11, 2, 13, tzinfo=baku))
        article = announced(conn, "a", published=said)
        kept = articles.article(conn, article).published
        assert kept is not None
        assert kept.at is not None
        assert kept.at == datetime(2026, 11, 2, 9, tzinfo=UTC)
        assert kept.at.tzinfo is UTC
