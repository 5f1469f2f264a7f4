"""What packs bring to the database: loaded once, followed when they change, left alone where a hand was."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection

from news.errors import UnknownTopic
from news.pack import Pack
from news.source import Source
from news.watch import Term, Topic
from storage import packs, sources, topics
from storage.database import Database
from storage.packs import Loaded
from tests.storage.world import NOON, after, source

LACHIN = Topic("lachin", "Lachin", 0, (Term("Lachin", "en"),))
SHUSHA = Topic("shusha", "Shusha / Shushi", 0, (Term("Shusha", "en"), Term("Shushi", "en")))


def pack(
    *given: Source, watched: tuple[Topic, ...] = (), digest: bytes = b"1", name: str = "caucasus"
) -> Pack:
    return Pack(name, digest, given, watched)


def load(conn: Connection, given: Pack, minutes: float = 0) -> Loaded | None:
    return packs.load(conn, given, now=after(minutes))


def enabled(conn: Connection) -> dict[str, bool]:
    return {each.slug: each.enabled for each in sources.all_sources(conn)}


def watched(conn: Connection) -> dict[str, int]:
    return {topic.slug: topic.version for topic in topics.all_topics(conn)}


def test_a_pack_is_loaded_once(conn: Connection) -> None:
    given = pack(source("mfa"), source("mod"), watched=(LACHIN,))
    assert load(conn, given) == Loaded(2, 1, 3, (), ())
    assert packs.digests(conn) == {"caucasus": b"1"}
    assert load(conn, given, 1) is None
    assert (enabled(conn), watched(conn)) == ({"mfa": True, "mod": True}, {"lachin": 1})


def test_a_changed_pack_makes_a_new_version_only_where_terms_changed(conn: Connection) -> None:
    load(conn, pack(watched=(LACHIN, SHUSHA)))
    other = Topic("lachin", "Lachin / Berdzor", 0, (*LACHIN.terms, Term("Berdzor", "en")))
    renamed = Topic("shusha", "Shushi / Shusha", 0, SHUSHA.terms)
    assert load(conn, pack(watched=(other, renamed), digest=b"2"), 1) == Loaded(0, 2, 0, (), ())
    assert watched(conn) == {"lachin": 2, "shusha": 1}
    assert topics.get(conn, "shusha").name == "Shushi / Shusha"


def test_a_topic_that_a_hand_changed_or_removed_stays_so(conn: Connection) -> None:
    load(conn, pack(watched=(LACHIN, SHUSHA)))
    by_hand = topics.put(conn, "lachin", "Mine", (Term("Laçın", "az"),), now=after(1))
    topics.remove(conn, "shusha", now=after(1))
    load(conn, pack(watched=(LACHIN, SHUSHA), digest=b"2"), 2)
    assert topics.all_topics(conn) == (by_hand,)
    load(conn, pack(digest=b"3"), 3)
    assert topics.all_topics(conn) == (by_hand,), "what left the pack is the hand's all the same"


def test_a_topic_that_was_there_before_the_pack_is_left_alone(conn: Connection) -> None:
    mine = topics.put(conn, "lachin", "Mine", (Term("Laçın", "az"),), now=NOON)
    assert load(conn, pack(watched=(LACHIN,)), 1) == Loaded(0, 1, 0, (), ())
    assert topics.get(conn, "lachin") == mine


def test_what_leaves_the_pack_is_disabled_or_removed_and_comes_back_with_it(conn: Connection) -> None:
    full = pack(source("mfa"), source("mod"), watched=(LACHIN, SHUSHA))
    load(conn, full)
    gone = Loaded(1, 1, 0, ("mod",), ("shusha",))
    assert load(conn, pack(source("mfa"), watched=(LACHIN,), digest=b"2"), 1) == gone
    assert (enabled(conn), watched(conn)) == ({"mfa": True, "mod": False}, {"lachin": 1})
    with pytest.raises(UnknownTopic):
        topics.get(conn, "shusha")
    assert load(conn, pack(source("mfa"), watched=(LACHIN,), digest=b"3"), 2) == Loaded(1, 1, 0, (), ())
    load(conn, full, 3)
    assert (enabled(conn), watched(conn)) == ({"mfa": True, "mod": True}, {"lachin": 1, "shusha": 3})


def test_a_source_that_a_hand_changed_or_switched_on_outlives_the_pack(conn: Connection) -> None:
    load(conn, pack(source("changed"), source("switched"), source("left")))
    sources.put(conn, source("changed", name="by hand"), now=after(1), by_hand=True)
    sources.set_enabled(conn, "switched", True, after(1))
    loaded = load(conn, pack(watched=(LACHIN,), digest=b"2"), 2)
    assert loaded is not None
    assert loaded.disabled == ("left",)
    assert enabled(conn) == {"changed": True, "left": False, "switched": True}


def test_what_one_pack_gives_up_and_another_holds_comes_back_with_that_one(conn: Connection) -> None:
    first, second = pack(source("mfa"), name="first"), pack(source("mfa"), name="second")
    load(conn, first)
    load(conn, second)
    loaded = load(conn, pack(watched=(LACHIN,), name="second", digest=b"2"), 1)
    assert loaded is not None
    assert loaded.disabled == ("mfa",)
    load(conn, first, 2)
    assert enabled(conn) == {"mfa": True}


async def test_two_commands_at_once_both_load_harmlessly(database_url: str) -> None:
    both = [await Database.open(database_url) for _ in range(2)]
    given = pack(*(source(f"s{number}") for number in range(20)), watched=(LACHIN, SHUSHA))
    loaded = await asyncio.gather(*(each.write(packs.load, given, now=NOON) for each in both))
    assert sorted(loaded, key=lambda one: one is None) == [Loaded(20, 2, 22, (), ()), None]
    assert await both[0].read(watched) == {"lachin": 1, "shusha": 1}
    for each in both:
        await each.close()
