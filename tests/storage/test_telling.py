"""What there is to tell, as the database knows it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from news.errors import UnknownDigest
from news.telling import Hit, Message, Told
from news.watch import Evidence, Field
from storage import ledger, telling
from storage.ledger import Telling
from tests.storage.telling_world import found, matched, subscribe, topic
from tests.storage.world import NOON, add, after, keep

WORDS = Message("About it", "About it.\n", "<p>About it.</p>")


@pytest.fixture
def world(conn: Connection) -> Connection:
    add(conn, "mfa")
    topic(conn, "roads", "talks")
    return conn


def hit(article: int, topic: str = "talks", minutes: float = 1, revision: int = 1) -> Hit:
    return Hit(topic, article, revision, 1, after(minutes))


def test_hits_are_the_topics_of_articles(world: Connection) -> None:
    first = matched(world, "a", "talks", "roads")
    second = matched(world, "b", "talks", minutes=20)
    assert telling.hits_of(world, [second, first]) == (
        hit(first, "roads"),
        hit(first),
        hit(second, minutes=20),
    )
    assert telling.hits_of(world, [second]) == (hit(second, minutes=20),)
    assert telling.hits_since(world, {"talks": after(1), "roads": after(2)}) == (
        hit(first),
        hit(second, minutes=20),
    )
    assert telling.hits_since(world, {"talks": after(2)}) == (hit(second, minutes=20),)


def test_silent_ones_are_none(world: Connection) -> None:
    article = matched(world, "a", "talks", silent=True)
    assert telling.hits_of(world, [article]) == ()
    assert telling.hits_since(world, {"talks": NOON}) == ()


def test_of_several_matches_the_latest_counts_with_its_revision_s_words(world: Connection) -> None:
    article = matched(world, "a", "talks")
    keep(world, article, "Another text.", 5, title="Anew")
    found(world, article, "talks", minutes=5, revision=2)
    keep(world, article, "Nothing of the topic any more.", 9, title="Silence")
    [one] = telling.hits_of(world, [article])
    assert one == hit(article, minutes=5, revision=2)
    finding = telling.findings(world, [one])[one]
    assert (finding.article.title, finding.article.text, finding.article.revision) == (
        "Anew",
        "Another text.",
        2,
    )
    assert finding.evidence == (Evidence(Field.TITLE, 0, 2, "An", "on"),)


def test_findings_come_with_topic_source_and_when_it_appeared(world: Connection) -> None:
    article = matched(world, "a", "talks", "roads", announced=0.5)
    hits = telling.hits_of(world, [article])
    made = telling.findings(world, hits)
    assert set(made) == set(hits)
    finding = made[hit(article, "roads")]
    assert (finding.topic, finding.topic_name, finding.source.slug) == ("roads", "Roads", "mfa")
    assert finding.article.appeared.by == after(0.5)
    assert not finding.late
    assert telling.findings(world, []) == {}


def test_many_articles_are_asked_for_in_bearable_statements(world: Connection) -> None:
    articles = [matched(world, f"n{number}", "talks") for number in range(3)]
    assert telling.hits_of(world, [*articles, *range(10_000, 40_000)]) != ()


def test_told_is_what_stands_in_the_ledger(world: Connection) -> None:
    first, second = subscribe(world), subscribe(world)
    article, other = matched(world, "a", "talks", "roads"), matched(world, "b", "talks")
    tellings = [Telling(first, Told.ALERT, WORDS, (hit(article),))]
    assert ledger.plan_alerts(world, tellings, now=after(2), per_hour=9, domain="d.test") == 1
    hits = telling.hits_of(world, [article, other])
    assert telling.told(world, [first.id, second.id], hits) == {(first.id, "talks", article)}
    assert telling.told(world, [second.id], hits) == set()
    assert telling.told(world, [first.id], [hit(other)]) == set()


def test_alerts_are_counted_by_clock_hour(world: Connection) -> None:
    one, other = subscribe(world), subscribe(world)
    for number, minutes in enumerate((0, 59.9, 60, 61)):
        article = matched(world, f"n{number}", "talks", minutes=minutes)
        told = [Telling(one, Told.ALERT, WORDS, (hit(article),))]
        ledger.plan_alerts(world, told, now=after(minutes), per_hour=9, domain="d.test")
    hour = timedelta(hours=1)
    counted = telling.alerts_by_hour(world, [one.id, other.id], [NOON - hour, NOON, NOON + hour])
    assert counted == {(one.id, NOON): 2, (one.id, NOON + hour): 2}


def test_names_are_those_of_topics_still_watched(world: Connection) -> None:
    assert telling.topic_names(world, ["talks", "roads", "nowhere"]) == {"talks": "Talks", "roads": "Roads"}


def test_an_unknown_digest_is_an_error(world: Connection) -> None:
    with pytest.raises(UnknownDigest, match="77"):
        telling.digest_as_sent(world, 77)
