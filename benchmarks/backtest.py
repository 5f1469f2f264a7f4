"""How long a topic takes to be tried on an archive of 100,000 articles: a rare one and a broad one.

`python -m benchmarks.backtest` fills a SQLite file, and PostgreSQL where a server answers (`--sqlite` leaves
it out), and holds each trial against the same topic looked for in every article, without full text to
propose. The archive are 4,000 made-up texts of 150 words, each kept 25 times; the rare topic is
in 1 % of them, the broad one in 38 %. It fails where both do not
find the same.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select

from benchmarks.outside import verdict
from benchmarks.world import START, sentence
from matching.index import ANALYSIS, index_terms
from matching.keys import Analysis
from matching.topics import compiled
from news.source import Kind, Source
from news.watch import Facts, Term, Topic
from review.backtest import back_test
from storage import sources
from storage.columns import table
from storage.database import Database
from storage.search import Filters
from storage.tables import ArticleRow, RevisionRow
from tests.databases import running_server

ARTICLES, TEXTS, SENTENCES = 100_000, 4_000, 12
SECONDS = 10.0
RARE = "The Lachin corridor and Лачинский коридор were named."
NAMES = (Term("Lachin corridor", "en"), Term("Лачинский коридор", "ru"), Term("Laçın yolu", "az"))
TOPICS = {
    "rare": Topic("rare", "Rare", 1, NAMES),
    "broad": Topic("broad", "Broad", 1, (*NAMES, Term("pipeline", "en"))),
}


def texts() -> Iterator[tuple[str, str, str]]:
    """Title, text and its index terms."""
    keys = Analysis(("en", "ru", "az")).keys("en")
    for number in range(TEXTS):
        random = Random(f"backtest {number}")
        words = [sentence(random, 12) for _ in range(SENTENCES)]
        if number % 100 == 0:
            words[5] = RARE
        title, text = sentence(random, 8)[:-1], " ".join(words)
        yield title, text, " ".join(index_terms(title, text, keys).terms)


def fill(conn: Connection) -> None:
    source = Source("wire", "wire", "Wire", Kind.AGENCY, "https://wire.example/rss", languages=("en",))
    sources.put(conn, source, now=START, by_hand=True)
    made = list(texts())
    articles, revisions = table(ArticleRow), table(RevisionRow)
    for start in range(0, ARTICLES, 1_000):
        numbers = range(start + 1, start + 1_001)
        conn.execute(insert(articles), [_article(number, *made[number % TEXTS]) for number in numbers])
        rows = [_revision(number, *made[number % TEXTS]) for number in numbers]
        conn.execute(insert(revisions), rows)
    conn.exec_driver_sql("ANALYZE")  # as PostgreSQL's autovacuum would have done


def _article(number: int, title: str, text: str, terms: str) -> dict[str, Any]:
    seen = START + timedelta(minutes=number)
    return {
        "id": number,
        "outlet": "wire",
        "source": "wire",
        "title": title,
        "language": "en",
        "appeared_by": seen,
        "state": "read",
        "backfill": False,
        "revision": 1,
        "host": "wire.example",
        "attempts": 1,
        "crashes": 0,
        "fruitless": 0,
    }


def _revision(number: int, title: str, text: str, terms: str) -> dict[str, Any]:
    return {
        "article": number,
        "number": 1,
        "at": START,
        "title": title,
        "text": text,
        "origin": "page",
        "language": "en",
        "analysis": ANALYSIS,
        "terms": terms,
    }


async def measure(name: str, url: str) -> None:
    database = await Database.open(url)
    await database.write(fill)
    plain = await database.read(everything)
    for topic in TOPICS.values():
        begun = time.perf_counter()
        looked_at, (trial,) = await back_test(database, [topic], Filters())
        took = time.perf_counter() - begun
        begun = time.perf_counter()
        wanted = compiled([topic])
        expected = sum(bool(wanted.found(title, text, "en", Facts())) for title, text in plain)
        without = time.perf_counter() - begun
        assert len(trial.caught) == expected, f"{len(trial.caught)} found, {expected} expected"
        print(
            f"back-test, {topic.slug} topic, {name}: {took:.2f} s for {ARTICLES:,} articles"
            f" ({looked_at:,} proposed, {expected:,} found), every text matched: {without:.1f} s,"
            f" ratio {took / without:.3f}, at most {SECONDS:g} s: {verdict(took, SECONDS)}",
            flush=True,
        )
    await database.close()


def everything(conn: Connection) -> list[tuple[str, str]]:
    revisions = table(RevisionRow)
    return [(row.title, row.text) for row in conn.execute(select(revisions.c.title, revisions.c.text))]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure("SQLite", f"sqlite:///{folder}/wirewatch.db"))
    if "--sqlite" in sys.argv:
        return
    with running_server() as databases:
        if databases is None:
            print("back-test: no PostgreSQL answers, left out")
        else:
            asyncio.run(measure("PostgreSQL", databases.fresh()))


if __name__ == "__main__":
    main()
