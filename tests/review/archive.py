"""An archive for tests: articles as an older program left them, and processes that die over them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from crawler.judging import TopicJudge
from news.article import Entry, IndexTerms, Judgement, Reading, TextOrigin
from news.source import Kind, Source
from news.watch import Term
from review import reindex
from storage import announcing, articles, sources, topics
from storage.announcing import Listing
from storage.columns import table
from storage.database import Database
from storage.tables import ArticleRow, RevisionRow
from tests.crawler.killed import Killer
from workers.judge import Judge

NOON = datetime(2026, 3, 8, 12, tzinfo=UTC)
SETUP, LANGUAGES = "matching.judge:setup", ("az", "en", "hy", "ru")


def fill(conn: Connection, texts: Sequence[str], analysis: int | None = None) -> None:
    """Articles of these texts, in this order, analysed by an older program or (None) not at all."""
    agency = Source(slug="agency", outlet="agency", name="A", kind=Kind.AGENCY, url="https://a.example/rss")
    sources.put(conn, agency, now=NOON, by_hand=True)
    entries = [Entry(f"https://a.example/{number}", f"Report {number}") for number in range(len(texts))]
    announcing.announce_all(conn, [Listing("agency", entries, at=NOON, after=NOON, backfill=False)])
    waiting = sorted(articles.items(conn, limit=10_000), key=lambda item: int(item.title.split()[1]))
    index = None if analysis is None else IndexTerms(analysis, ("old",))
    for item, text in zip(waiting, texts, strict=True):
        reading = Reading(item.title, text, TextOrigin.PAGE)
        articles.store(conn, item.id, reading, Judgement(None, None, index), at=NOON)
    conn.execute(update(table(ArticleRow)).values(language=None))


def watch(conn: Connection, slug: str, *names: str) -> None:
    topics.put(conn, slug, slug, tuple(Term(name) for name in names), now=NOON)


def analyses(conn: Connection) -> list[int | None]:
    revisions = table(RevisionRow)
    return list(conn.execute(select(revisions.c.analysis).order_by(revisions.c.id)).scalars())


@asynccontextmanager
async def judged(url: str, texts: Sequence[str]) -> AsyncIterator[Database]:
    """A database that holds these texts, judged and indexed."""
    database = await Database.open(url)
    await database.write(fill, texts)
    judge = Judge(SETUP, LANGUAGES)
    await reindex.bring_up_to_date(database, TopicJudge(judge, database))
    await judge.close()
    yield database
    await database.close()


def reindex_and_die(url: str, at: str, nth: int) -> None:
    """Bring an archive up to date in a process that kills itself at a point it passes."""
    asyncio.run(_reindex(url, Killer(at, nth)))


async def _reindex(url: str, checkpoint: Killer) -> None:
    database = await Database.open(url, checkpoint=checkpoint)
    judge = Judge(SETUP, LANGUAGES)
    await reindex.bring_up_to_date(database, TopicJudge(judge, database))
