"""The archive is brought up to date, silently, and from where it was when its process died."""

import signal
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text

from crawler.judging import TopicJudge
from matching.index import ANALYSIS
from news.errors import UnknownTopic
from news.watch import Topic
from review import reindex
from review.reindex import BackFilled, Reindexed
from review.search import search
from storage import articles, matches, topics
from storage.database import Database
from storage.search import Filters
from tests.processes import PROCESSES
from tests.review.archive import LANGUAGES, NOON, SETUP, analyses, fill, reindex_and_die, watch
from workers.judge import Judge

TEXTS = [f"The road to Lachin was closed, says report {number}." for number in range(50)]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def judge(database: Database) -> AsyncIterator[TopicJudge]:
    judge = Judge(SETUP, LANGUAGES)
    yield TopicJudge(judge, database)
    await judge.close()


def all_matches(conn: Connection) -> list[tuple[int, str, bool]]:
    query = "SELECT article, topic, silent FROM matches ORDER BY article, topic"
    return [(row.article, row.topic, bool(row.silent)) for row in conn.execute(text(query))]


@pytest.mark.parametrize("analysis", [None, 0])
async def test_old_texts_are_indexed_and_matched_in_silence(
    database: Database, judge: TopicJudge, analysis: int | None
) -> None:
    await database.write(fill, TEXTS, analysis)
    await database.write(watch, "lachin", "Lachin")
    assert await search(database, ["Lachin"], Filters()) == ()
    assert await reindex.outdated(database) == 50
    seen: list[int] = []
    assert await reindex.bring_up_to_date(database, judge, observe=seen.append) == Reindexed(50, 0)
    assert (sum(seen), max(seen) <= reindex.BATCH) == (50, True)
    assert await database.read(analyses) == [ANALYSIS] * 50
    assert len(await search(database, ["Lachin"], Filters())) == 50
    found = await database.read(all_matches)
    assert [(topic, silent) for _, topic, silent in found] == [("lachin", True)] * 50
    assert {item.language for item in await database.read(articles.items)} == {"en"}
    assert await reindex.bring_up_to_date(database, judge) == Reindexed(0, 0)


async def test_topics_that_change_meanwhile_are_taken_up(database: Database, judge: TopicJudge) -> None:
    await database.write(fill, TEXTS[:3])
    assert (await judge.judge("", "Lachin", "en", task="before the topic is there")).found == ()
    await database.write(watch, "lachin", "Lachin")
    await reindex.bring_up_to_date(database, judge)
    assert len(await database.read(all_matches)) == 3


@pytest.mark.parametrize(
    ("point", "nth", "done"),
    [("renew before commit", 1, 0), ("renew before commit", 2, 20), ("renew after commit", 2, 40)],
)
async def test_killed_it_goes_on_where_it_was(database_url: str, point: str, nth: int, done: int) -> None:
    database = await Database.open(database_url)
    await database.write(fill, TEXTS)
    await database.write(watch, "lachin", "Lachin")
    process = PROCESSES.Process(target=reindex_and_die, args=(database_url, point, nth))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert await reindex.outdated(database) == 50 - done
    assert len(await database.read(all_matches)) == done
    judge = Judge(SETUP, LANGUAGES)
    assert await reindex.bring_up_to_date(database, TopicJudge(judge, database)) == Reindexed(50 - done, 0)
    assert len(await database.read(all_matches)) == 50
    await judge.close()
    await database.close()


async def test_a_back_fill_finds_one_topic_in_what_was_there_before(
    database: Database, judge: TopicJudge
) -> None:
    await database.write(fill, [*TEXTS[:30], "Nothing of note in Lachinsk", "LAÇIN yolu bağlıdır"])
    await reindex.bring_up_to_date(database, judge)
    await database.write(watch, "lachin", "Lachin", "Laçın yolu")
    await database.write(watch, "road", "the road")
    assert await reindex.back_fill(database, judge, "lachin") == BackFilled(32, 31)
    found = await database.read(all_matches)
    assert {(topic, silent) for _, topic, silent in found} == {("lachin", True)}
    assert len(found) == 31
    assert await reindex.back_fill(database, judge, "lachin") == BackFilled(32, 31)
    assert await database.read(all_matches) == found
    assert await database.read(matches.articles_by_topic) == {"lachin": 31}
    with pytest.raises(UnknownTopic):
        await reindex.back_fill(database, judge, "nosuch")


async def test_a_query_is_found_in_what_was_there_before_it(database: Database, judge: TopicJudge) -> None:
    lines = ["Roads near Lachin are open.", "The roadside.", "Lachíns and corridors", "Berdzor", "corridor"]
    await database.write(fill, lines)
    await reindex.bring_up_to_date(database, judge)
    for query, expected in {
        "Lachin NEAR/2 road": 1,
        "road* OR Berdzor": 3,
        "lach*": 2,
        "=corridor": 1,
        "corridor AND kind:agency": 2,
        "corridor AND kind:ministry": 0,
        "NOT source:agency AND corridor": 0,
    }.items():
        made = Topic("asked", "Asked", 0, (), query)
        await database.write(topics.put_all, [made], now=NOON)
        await judge.renew()
        assert (await reindex.back_fill(database, judge, "asked")).found == expected, query
