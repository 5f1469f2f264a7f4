"""What was found is kept with the revision it was found in, once, and says whether it may be told of."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from news.article import IndexTerms, Judgement, Reading, TextOrigin
from news.watch import Evidence, Field, Found, Match, Term
from storage import articles, matches, topics
from storage.articles import Stored
from tests.storage.world import NOON, add, after, entry, tell, told

HASH = b"0123456789abcdef"
SPAN = Evidence(Field.TITLE, 0, 6, "Lachin", "Lachin")


@pytest.fixture(autouse=True)
def world(conn: Connection) -> None:
    add(conn, "mfa", "mfa-listing")
    for slug in ("lachin", "shusha"):
        topics.put(conn, slug, slug, (Term(slug),), now=NOON)


def announced(conn: Connection, name: str, backfill: bool = False, slug: str = "mfa") -> int:
    known = {item.id for item in told(conn)}
    tell(conn, [entry(name)], slug=slug, backfill=backfill)
    [new] = {item.id for item in told(conn)} - known
    return new


def found(*slugs: str, version: int = 1, span: Evidence = SPAN) -> tuple[Found, ...]:
    return tuple(Found(slug, version, (span,)) for slug in slugs)


def keep(
    conn: Connection,
    article: int,
    text: str,
    what: Sequence[Found],
    minutes: float = 1,
    **facts: bytes | None,
) -> Stored:
    judgement = Judgement("en", facts.get("text_hash"), IndexTerms(1, ("lachin",)), tuple(what), 2)
    reading = Reading("", text, TextOrigin.PAGE)
    return articles.store(conn, article, reading, judgement, at=after(minutes))


def kept(conn: Connection, article: int) -> list[tuple[str, int, int, bool]]:
    return [
        (match.topic, match.topic_version, match.revision, match.silent)
        for match in matches.of_article(conn, article)
    ]


def test_matches_come_with_the_revision(conn: Connection) -> None:
    article = announced(conn, "a")
    assert keep(conn, article, "one", found("lachin", "shusha")) == Stored(article, 1, False, loud=2)
    assert matches.of_article(conn, article)[0] == Match(
        "lachin", 1, article, 1, (SPAN,), judged_at=after(1), silent=False
    )
    assert kept(conn, article) == [("lachin", 1, 1, False), ("shusha", 1, 1, False)]


def test_the_same_text_again_matches_nothing_anew_and_another_text_does(conn: Connection) -> None:
    article = announced(conn, "a")
    keep(conn, article, "one", found("lachin"))
    assert keep(conn, article, "one", found("lachin", "shusha")).loud == 0
    assert keep(conn, article, "two", found("lachin")).loud == 1
    assert kept(conn, article) == [("lachin", 1, 1, False), ("lachin", 1, 2, False)]


def test_a_backlog_is_silent_and_so_are_its_later_revisions(conn: Connection) -> None:
    article = announced(conn, "a", backfill=True)
    assert keep(conn, article, "one", found("lachin")).loud == 0
    assert kept(conn, article) == [("lachin", 1, 1, True)]


def test_what_was_silently_found_before_stays_silent_and_what_was_not_does_not(conn: Connection) -> None:
    article = announced(conn, "a")
    keep(conn, article, "one", ())
    filled = {"analysis": 1, "at": after(2), "backfill": False, "silent": True}
    assert matches.add(conn, article, 1, found("lachin"), **filled) == 0  # type: ignore[arg-type]
    assert keep(conn, article, "two", found("lachin", "shusha")).loud == 1
    assert kept(conn, article) == [("lachin", 1, 1, True), ("lachin", 1, 2, True), ("shusha", 1, 2, False)]


def test_a_known_match_gets_newer_evidence_and_keeps_the_rest(conn: Connection) -> None:
    article = announced(conn, "a")
    keep(conn, article, "one", found("lachin"))
    newer = Evidence(Field.TEXT, 3, 9, "Lachin", "Lachin", (0, 20))
    again = found("lachin", span=newer)
    assert matches.add(conn, article, 1, again, analysis=2, at=after(9), backfill=False, silent=True) == 0
    [match] = matches.of_article(conn, article)
    assert (match.evidence, match.judged_at, match.silent) == ((newer,), after(1), False)


def test_a_merged_article_leaves_the_matches_of_the_one_that_stays(conn: Connection) -> None:
    first, second = announced(conn, "a"), announced(conn, "b", slug="mfa-listing")
    keep(conn, first, "one", found("lachin"), text_hash=HASH)
    assert keep(conn, second, "one", found("lachin"), text_hash=HASH) == Stored(first, None, True, loud=0)
    assert kept(conn, first) == [("lachin", 1, 1, False)]


def test_the_feed_s_own_words_match_too(conn: Connection) -> None:
    article = announced(conn, "a")
    judgement = Judgement("en", None, IndexTerms(1, ("lachin",)), found("lachin"), 2)
    reading = Reading("", "Lachin.", TextOrigin.SUMMARY)
    stored = articles.store_stand_in(conn, article, reading, judgement, reason="404", at=after(1))
    assert stored.loud == 1


def test_a_removed_topic_keeps_its_matches(conn: Connection) -> None:
    article = announced(conn, "a")
    keep(conn, article, "one", found("lachin"))
    topics.remove(conn, "lachin", now=after(2))
    assert kept(conn, article) == [("lachin", 1, 1, False)]
    assert matches.articles_by_topic(conn) == {"lachin": 1}


def test_how_often_and_when_each_topic_was_found(conn: Connection) -> None:
    first, second = announced(conn, "a"), announced(conn, "b")
    keep(conn, first, "one", found("lachin", "shusha"))
    keep(conn, second, "two", found("lachin"))
    seen = {item.id: item.appeared.by for item in told(conn)}
    latest = max(seen.values())
    assert matches.listed_by_topic(conn) == {"lachin": (2, latest), "shusha": (1, seen[first])}
    moments = matches.moments_by_topic(conn, min(seen.values()))
    assert {topic: sorted(each) for topic, each in moments.items()} == {
        "lachin": sorted(seen.values()),
        "shusha": [seen[first]],
    }
    assert matches.moments_by_topic(conn, after(10_000)) == {}
    assert [*matches.moments_by_topic(conn, min(seen.values()), "shusha")] == ["shusha"]
    topics.remove(conn, "shusha", now=after(9))
    assert "shusha" not in matches.listed_by_topic(conn)
