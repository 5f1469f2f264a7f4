"""Topics reach the judge while it runs; a change takes effect at once and no article slips between."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from crawler import judging
from crawler.judging import TopicJudge
from crawler.outcomes import Fetched, Kept
from news.article import Judgement
from news.errors import ReaderFailed
from news.watch import Match, Term
from storage import matches, topics
from storage.address import parse
from storage.database import Connection, Database
from tests.collector import START, Collector, collecting
from tests.web import Item, Reply, Web, article, rss
from workers.judge import Judge

LACHIN, SHUSHA = (Term("Lachin corridor", "en"),), (Term("Shusha", "en"),)
WORDS = (
    "The ministry said that traffic on the Lachin corridor had stopped and that talks would go on in Shusha."
)


def publish(web: Web, *numbers: int) -> str:
    items = []
    for number in numbers:
        title = f"Report {number}"
        link = web.put("agency.test", f"/{number}", article(title, f"{WORDS} This was report {number}."))
        items.append(Item(title, link, guid=f"g{number}", summary="Summary."))
    return web.put("agency.test", "/rss", Reply(rss(items), headers={"Content-Type": "application/rss+xml"}))


async def watch(desk: Collector, slug: str, terms: tuple[Term, ...]) -> None:
    await desk.parts.database.write(topics.put, slug, slug, terms, now=desk.clock())


async def found(desk: Collector, title: str) -> list[Match]:
    item = await desk.item(title)
    return list(await desk.parts.database.read(matches.of_article, item.id))


async def test_what_is_watched_is_found_and_the_backlog_is_silent(web: Web, desk: Collector) -> None:
    await watch(desk, "lachin", LACHIN)
    await desk.add("agency", publish(web, 1))
    await desk.round()
    [match] = await found(desk, "Report 1")
    item = await desk.item("Report 1")
    assert (match.topic, match.topic_version, match.silent) == ("lachin", 1, True)
    assert all(span.form == item.text[span.start : span.end] == "Lachin corridor" for span in match.evidence)
    desk.clock.forward(hours=1)
    publish(web, 2, 1)
    outcomes = await desk.round()
    [kept] = [each.kept for each in outcomes if isinstance(each, Fetched)]
    assert kept == Kept((await desk.item("Report 2")).id, loud=1)
    assert [(match.silent, match.judged_at) for match in await found(desk, "Report 2")] == [
        (False, desk.clock())
    ]


async def test_topics_change_without_a_restart(web: Web, desk: Collector) -> None:
    await desk.add("agency", publish(web, 1))
    await desk.round()
    assert await found(desk, "Report 1") == []
    for number, (slug, terms, expected) in enumerate(
        [
            ("lachin", LACHIN, [("lachin", 1)]),
            ("shusha", SHUSHA, [("lachin", 1), ("shusha", 1)]),
            ("lachin", SHUSHA, [("lachin", 2), ("shusha", 1)]),
        ],
        start=2,
    ):
        await watch(desk, slug, terms)
        desk.clock.forward(hours=1)
        publish(web, number, number - 1)
        await desk.round()
        matched = [(match.topic, match.topic_version) for match in await found(desk, f"Report {number}")]
        assert matched == expected
    await desk.parts.database.write(topics.remove, "lachin", now=desk.clock())
    desk.clock.forward(hours=1)
    publish(web, 9)
    await desk.round()
    assert [match.topic for match in await found(desk, "Report 9")] == ["shusha"]


class Intruder:
    """Another process that adds a topic at the first pass of one point of the way; `mark` is the last
    revision there was when it did, which nothing can be stored beside."""

    def __init__(self, url: str, moment: str) -> None:
        self._moment = moment
        self._engine = create_engine(parse(url).url, poolclass=NullPool)
        self._thread = Thread(target=self._add)
        self.mark = -1

    def __call__(self, name: str) -> None:
        if name == self._moment and not self._thread.ident:
            self._thread.start()
            if name == "judged":
                self._thread.join()  # the text at hand is outdated for certain

    def _add(self) -> None:
        with self._engine.begin() as conn:
            topics.put(conn, "lachin", "Lachin", LACHIN, now=START)
            self.mark = conn.execute(text("SELECT coalesce(max(id), 0) FROM revisions")).scalar_one()

    def close(self) -> None:
        self._thread.join()
        self._engine.dispose()


def matched_revisions(conn: Connection) -> list[tuple[int, bool]]:
    query = (
        "SELECT r.id, m.topic FROM revisions r "
        "LEFT JOIN matches m ON m.article = r.article AND m.revision = r.number ORDER BY r.id"
    )
    return [(row.id, row.topic is not None) for row in conn.execute(text(query))]


@pytest.mark.parametrize("moment", ["judged", "stored before commit"])
async def test_what_is_stored_after_a_topic_came_is_judged_by_it(
    web: Web, tmp_path: Path, database_url: str, moment: str
) -> None:
    intruder = Intruder(database_url, moment)
    async with collecting(web, tmp_path, database_url, intruder) as desk:
        await desk.add("agency", publish(web, *range(1, 13)))
        await desk.round()
        intruder.close()
        stored = await desk.parts.database.read(matched_revisions)
    assert len(stored) == 12
    assert stored == [(number, number > intruder.mark) for number, _ in stored]
    assert stored[-1][1]
    if moment == "judged":
        assert intruder.mark == 0


@pytest.fixture
async def judge(database: Database) -> AsyncIterator[Judge]:
    judge = Judge("matching.judge:setup", ("en", "ru"))
    yield judge
    await judge.close()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite:///{tmp_path}/wire.db")
    yield opened
    await opened.close()


def slugs(judgement: Judgement) -> list[str]:
    return [each.topic for each in judgement.found]


async def test_a_judge_that_died_is_handed_the_topics_again(judge: Judge, database: Database) -> None:
    await database.write(topics.put, "lachin", "Lachin", LACHIN, now=START)
    asked = TopicJudge(judge, database)
    first = await asked.judge("", WORDS, "en", task="one")
    assert (slugs(first), first.edition) == (["lachin"], 1)
    pid = judge._child.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ReaderFailed):  # noqa: PT012 - whether the first or the second call notices is a race
        await asked.judge("", WORDS, "en", task="two")
        raise ReaderFailed(task="", cause="", reason="noticed in time")
    again = await asked.judge("", WORDS, "en", task="three")
    assert (slugs(again), again.edition, judge._child.pid != pid) == (["lachin"], 1, True)


async def test_many_callers_wait_for_one_handing_over(
    judge: Judge, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "PART", 7)
    many = [(f"t{number}", (Term(f"word{number}"),)) for number in range(30)]
    for slug, terms in many:
        await database.write(topics.put, slug, slug, terms, now=START)
    asked = TopicJudge(judge, database)
    await asked.start()
    texts = [f"word{number} and word{number + 1}" for number in range(0, 30, 2)]
    judged = await asyncio.gather(*(asked.judge("", words, "en", task=words) for words in texts))
    assert all(len(judgement.found) == 2 and judgement.edition == 30 for judgement in judged)


async def test_it_judges_by_the_edition_it_read_until_it_is_told_of_another(
    judge: Judge, database: Database
) -> None:
    asked = TopicJudge(judge, database)
    assert (await asked.judge("", WORDS, "en", task="one")).edition == 0
    await database.write(topics.put, "lachin", "Lachin", LACHIN, now=START)
    assert (await asked.judge("", WORDS, "en", task="two")).edition == 0
    await asked.renew()
    judgement = await asked.judge("", WORDS, "en", task="three")
    assert (slugs(judgement), judgement.edition) == (["lachin"], 1)
