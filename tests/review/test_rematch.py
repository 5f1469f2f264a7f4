"""A changed topic applied backwards: nobody is told again, and nobody loses what was still to be told."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, update

from alerts.planning import Composers, Planner
from crawler.judging import TopicJudge
from news.telling import Alert, Digest, Message, Mode, Overflow, Rhythm, Schedule
from news.watch import Term
from review import reindex
from review.reindex import BackFilled
from storage import articles, matches, subscriptions, topics
from storage.database import Database
from tests.review.archive import LANGUAGES, SETUP, fill
from workers.judge import Judge

NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)
TEXTS = ("The road is closed.", "The bridge is closed.", "The road and the bridge are closed.")


def words(told: Alert | Digest | Overflow) -> Message:
    return Message(" ".join(sorted(each.article.title for each in told.findings)), "", "")


def _unsilenced(conn: Connection) -> None:
    """As if they had been found when they were collected."""
    conn.execute(update(matches.MATCHES).values(silent=False))


async def test_a_change_applied_backwards(database_url: str) -> None:
    clock = NOON - timedelta(hours=1)
    database = await Database.open(database_url, clock=lambda: clock)
    process = Judge(SETUP, LANGUAGES)
    judge = TopicJudge(process, database)
    told: list[str] = []

    def heard(message: Alert | Digest | Overflow) -> Message:
        said = words(message)
        told.append(f"{type(message).__name__}: {said.subject}")
        return said

    composers = Composers(heard, heard, heard)
    planner = Planner(database, composers, per_hour=20, domain="x.example", clock=lambda: clock)
    await database.write(topics.put, "road", "Road", (Term("road", "en"),), now=clock)
    for mode in (Mode.INSTANT, Mode.DIGEST):
        await database.write(
            subscriptions.add,
            recipient=f"{mode}@x.example",
            channel="smtp",
            mode=mode,
            topics=["road"],
            zone="UTC",
            schedule=Schedule(Rhythm.DAILY, time(8)) if mode is Mode.DIGEST else None,
            when_empty=False,
            now=clock,
        )
    clock = NOON
    await database.write(fill, TEXTS)
    await reindex.bring_up_to_date(database, judge)
    await database.write(_unsilenced)
    items = await database.read(articles.items)
    assert await planner.plan_instant([item.id for item in items]) == 2
    clock += timedelta(minutes=10)
    terms = (Term("road", "en"), Term("bridge", "en"))
    await database.write(topics.put, "road", "Road", terms, now=clock)
    await judge.renew()
    assert await reindex.back_fill(database, judge, "road") == BackFilled(3, 3)
    assert await reindex.back_fill(database, judge, "road", since=clock) == BackFilled(0, 0)
    assert await planner.plan_instant([item.id for item in items]) == 0, "told already, or found in silence"
    assert await planner.plan_instant() == 0
    clock = NOON + timedelta(hours=20)
    assert await planner.plan_digests() == 1
    assert told == ["Alert: Report 0", "Alert: Report 2", "Digest: Report 0 Report 2"]
    clock += timedelta(days=1)
    assert await planner.plan_digests() == 0
    found = [match for item in items for match in await database.read(matches.of_article, item.id)]
    assert sorted((match.topic_version, match.silent) for match in found) == [
        *[(1, False)] * 2,
        *[(2, True)] * 3,
    ]
    await process.close()
    await database.close()
