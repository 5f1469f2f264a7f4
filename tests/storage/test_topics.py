"""Topics and their versions; the edition by which a judgement is known to be outdated."""

import pytest
from sqlalchemy import Connection, select

from news.errors import TopicChanged, UnknownTopic
from news.watch import Role, Term, Topic, TopicVersion
from storage import topics
from storage.columns import table
from storage.telling_tables import TermRow
from tests.storage.world import NOON, after

LACHIN = (Term("Lachin", "en"), Term("Лачин", "ru"), Term("football", None, Role.EXCLUDED))


def test_a_topic_is_kept_as_it_was_put(conn: Connection) -> None:
    assert topics.put(conn, "lachin", "Lachin", LACHIN, now=NOON) == Topic("lachin", "Lachin", 1, LACHIN)
    assert topics.get(conn, "lachin") == Topic("lachin", "Lachin", 1, LACHIN)
    assert topics.all_topics(conn) == (Topic("lachin", "Lachin", 1, LACHIN),)


def test_other_terms_are_another_version_and_another_edition(conn: Connection) -> None:
    assert topics.edition(conn) == 0
    topics.put(conn, "lachin", "Lachin", LACHIN, now=NOON)
    assert topics.edition(conn) == 1
    topics.put(conn, "lachin", "Lachin corridor", LACHIN, now=after(1))
    assert topics.watched(conn) == (1, (Topic("lachin", "Lachin corridor", 1, LACHIN),))
    topics.put(conn, "lachin", "Lachin corridor", LACHIN[1:], now=after(2))
    assert topics.watched(conn) == (2, (Topic("lachin", "Lachin corridor", 2, LACHIN[1:]),))
    assert topics.held_edition(conn) == 2
    kept = conn.execute(select(table(TermRow).c.version)).scalars().all()
    assert sorted(kept) == [1, 1, 1, 2, 2]


def test_a_removed_topic_is_an_edition_of_its_own_and_may_come_back(conn: Connection) -> None:
    topics.put(conn, "lachin", "Lachin", LACHIN, now=NOON)
    topics.remove(conn, "lachin", now=after(1))
    assert topics.watched(conn) == (2, ())
    with pytest.raises(UnknownTopic, match="lachin"):
        topics.get(conn, "lachin")
    with pytest.raises(UnknownTopic):
        topics.remove(conn, "lachin", now=after(2))
    assert topics.put(conn, "lachin", "Lachin", LACHIN, now=after(3)).version == 3
    assert topics.edition(conn) == 3


def test_what_was_changed_meanwhile_is_not_written_over(conn: Connection) -> None:
    seen = topics.put_over(conn, Topic("lachin", "Lachin", 0, LACHIN), None, now=NOON)
    first = topics.put_over(conn, Topic("lachin", "Lachin", 1, LACHIN[1:]), seen, now=after(1))
    with pytest.raises(TopicChanged, match="it is version 2 now, not version 1") as told:
        topics.put_over(conn, Topic("lachin", "Lachin", 1, LACHIN[:1]), seen, now=after(2))
    assert told.value.topic == first == topics.get(conn, "lachin")
    with pytest.raises(TopicChanged, match="not version 0"):
        topics.put_over(conn, Topic("lachin", "Lachin", 0, LACHIN), None, now=after(2))
    renamed = topics.put_over(conn, Topic("lachin", "The corridor", 2, LACHIN[1:]), first, now=after(3))
    assert (renamed.version, renamed.name) == (2, "The corridor")
    with pytest.raises(TopicChanged):
        topics.put_over(conn, Topic("lachin", "Lachin road", 2, LACHIN[1:]), first, now=after(4))
    topics.remove(conn, "lachin", now=after(5))
    with pytest.raises(TopicChanged, match="it is version 0 now, not version 2") as told:
        topics.put_over(conn, Topic("lachin", "Lachin", 2, LACHIN), renamed, now=after(6))
    assert told.value.topic is None
    assert topics.put_over(conn, Topic("lachin", "Lachin", 0, LACHIN), None, now=after(7)).version == 4


def test_several_at_once(conn: Connection) -> None:
    topics.put(conn, "b", "B", LACHIN, now=NOON)
    given = [Topic(slug, slug.upper(), 0, LACHIN[:1]) for slug in "cab"]
    assert topics.put_all(conn, given, now=after(1)) == 2
    assert [(each.slug, each.version) for each in topics.all_topics(conn)] == [("a", 1), ("b", 2), ("c", 1)]


def test_every_version_is_kept_with_who_made_it(conn: Connection) -> None:
    topics.put(conn, "lachin", "Lachin", LACHIN, now=NOON, pack="caucasus")
    topics.extend(conn, "lachin", (Term("Berdzor", "en"), LACHIN[0]), now=after(1))
    topics.extend(conn, "lachin", LACHIN, now=after(2))
    topics.remove(conn, "lachin", now=after(3), pack="caucasus")
    topics.put(conn, "other", "Other", LACHIN[:1], now=NOON)
    longer = (*LACHIN, Term("Berdzor", "en"))
    assert topics.versions(conn, "lachin") == (
        TopicVersion(1, NOON, "caucasus", LACHIN, 0),
        TopicVersion(2, after(1), None, longer, 0),
        TopicVersion(3, after(3), "caucasus", (), 0),
    )
    with pytest.raises(UnknownTopic):
        topics.versions(conn, "nothing")
    with pytest.raises(UnknownTopic):
        topics.extend(conn, "lachin", LACHIN, now=after(4))
