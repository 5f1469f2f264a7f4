"""How long the digests of one hour take: 500 articles in each, 1,000 recipients, 20 distinct sets of topics.

`python -m benchmarks.digests` measures on a SQLite file, then on PostgreSQL where a server answers: from the
moment they are due until the mail server has accepted the last. `--sqlite` leaves PostgreSQL out. The outside
world is `benchmarks.wire`. It fails where a digest is composed more than once, is too long, or does not say
what it leaves out.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, insert, select

from alerts.composing.alert import compose_alert
from alerts.composing.digest import compose_digest
from alerts.composing.overflow import compose_overflow
from alerts.planning import Composers, Planner
from benchmarks.meter import cpu_by_process
from benchmarks.outside import Wire, verdict, wired
from benchmarks.world import sentence
from news.source import Kind, Source
from news.telling import Digest, Message, Mode, Rhythm, Schedule
from news.watch import Term
from scheduler.telling import Teller, Telling
from storage import sources, subscriptions, topics
from storage.columns import table
from storage.database import Database
from storage.tables import ArticleRow, RevisionRow
from storage.telling_tables import BodyRow, DeliveryRow, LedgerRow, MatchRow
from tests.databases import running_server
from wirewatch.database import now
from wirewatch.settings import Settings
from wirewatch.wiring import outbox

RECIPIENTS, SETS, ARTICLES = 1_000, 20, 500
DOMAINS = 20
SECONDS = 30.0
GMAIL = 102_000
PATIENCE = 180.0
SOURCES = 40
MORE = re.compile(r"^And ([\d,]+) more \(.*\); all of them: wirewatch items", re.MULTILINE)
KINDS = (Kind.MINISTRY, Kind.AGENCY, Kind.NEWSPAPER, Kind.BROADCASTER)


@dataclass
class Furnished:
    """A database in which all digests are due, and the composers that are called for them."""

    database: Database
    composed: list[Digest] = field(default_factory=list)

    def compose(self, digest: Digest) -> Message:
        self.composed.append(digest)
        return compose_digest(digest)


def furnish(conn: Connection, moment: datetime) -> None:
    """Twenty topics of 250 articles each, and readers who asked for two of them, due two minutes ago."""
    origins = [_source(number) for number in range(SOURCES)]
    sources.put_all(conn, origins, now=moment, by_hand=True)
    names = [f"topic-{number}" for number in range(SETS)]
    since = moment - timedelta(hours=20)
    for name in names:
        topics.put(conn, name, f"Question {name}", [Term(f"the {name}")], now=since)
    at = (moment - timedelta(minutes=2)).time().replace(second=0, microsecond=0)
    for number in range(RECIPIENTS):
        subscriptions.add(
            conn,
            recipient=f"reader-{number}@mail-{number % DOMAINS}.example",
            channel="smtp",
            mode=Mode.DIGEST,
            topics=[names[number % SETS], names[(number + 1) % SETS]],
            zone="UTC",
            schedule=Schedule(Rhythm.DAILY, at),
            when_empty=True,
            now=since,
        )
    _add_articles(conn, names, origins, moment)


def _source(number: int) -> Source:
    kind = KINDS[number % len(KINDS)]
    return Source(
        slug=f"source-{number}",
        outlet=f"source-{number}",
        name=f"Source number {number}",
        kind=kind,
        speaks_for=f"State {number}" if kind is Kind.MINISTRY else None,
        languages=("en",),
        url=f"http://source-{number}.example/feed",
    )


def _add_articles(conn: Connection, names: list[str], origins: list[Source], moment: datetime) -> None:
    articles, revisions, matches = [], [], []
    for number in range(1, ARTICLES // 2 * len(names) + 1):
        topic, origin = names[number % len(names)], origins[number % 37 % len(origins)]
        seen = moment - timedelta(minutes=5 + number % 600)
        title, text, span = _words(number, topic)
        articles.append(_article(number, title, origin, seen))
        revisions.append(
            {"article": number, "number": 1, "at": seen, "title": title, "text": text, "origin": "page"}
        )
        matches.append(
            {
                "topic": topic,
                "topic_version": 1,
                "article": number,
                "revision": 1,
                "evidence": [span],
                "analysis": 1,
                "judged_at": seen,
                "silent": False,
            }
        )
    for row, rows in ((ArticleRow, articles), (RevisionRow, revisions), (MatchRow, matches)):
        conn.execute(insert(table(row)), rows)


def _words(number: int, topic: str) -> tuple[str, str, dict[str, Any]]:
    """Title, text of some 250 words, and the span of the topic in its third sentence."""
    random = Random(number)
    before = f"{sentence(random, 14)} {sentence(random, 12)} {sentence(random, 8)[:-1]} on "
    form = f"the {topic}"
    text = f"{before}{form}. {' '.join(sentence(random, 12) for _ in range(18))}"
    span = {"field": "text", "start": len(before), "end": len(before) + len(form), "form": form, "term": form}
    return f"{sentence(random, 8)[:-1]} {number}", text, span


def _article(number: int, title: str, origin: Source, seen: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "outlet": origin.outlet,
        "source": origin.slug,
        "url": f"https://{origin.slug}.example/news/{number}.html",
        "title": title,
        "language": "en",
        "published_day": seen.date(),
        "published_at": seen,
        "appeared_after": seen - timedelta(minutes=10),
        "appeared_by": seen,
        "state": "read",
        "backfill": False,
        "revision": 1,
        "host": f"{origin.slug}.example",
        "attempts": 1,
        "crashes": 0,
        "fruitless": 0,
    }


def telling(settings: Settings, furnished: Furnished) -> Telling:
    """As `wirewatch.telling` puts it together, with composers that are counted."""
    composers = Composers(furnished.compose, compose_alert, compose_overflow)
    post = outbox(settings, furnished.database, holder="bench", clock=now)
    plans = Planner(
        furnished.database, composers, per_hour=20, domain="bench.example", clock=now, planned=post.wake
    )
    return Telling(plans.plan_instant, plans.plan_digests, post.run, post.wake, post.stop)


async def measure(wire: Wire, folder: Path, url: str) -> None:
    """Furnish that database, tell, and say how long it took."""
    furnished = Furnished(await Database.open(url, clock=now))
    database = furnished.database
    print(f"digests on {database.describe().partition(' in ')[0].partition(' at ')[0]}:", end=" ", flush=True)
    try:
        await database.write(furnish, now())
        settings = Settings(data=folder, egress=wire.egress(), mail=wire.mail())
        teller = Teller(telling(settings, furnished))
        before, started = cpu_by_process()[os.getpid()], time.monotonic()
        began = now()
        running = asyncio.create_task(teller.run())
        async with asyncio.timeout(PATIENCE):
            while await database.read(_sent) < RECIPIENTS:  # noqa: ASYNC110 - it rings nobody
                await asyncio.sleep(0.25)
        spent = cpu_by_process()[os.getpid()] - before
        teller.stop()
        await running
        planned = (await database.read(_planned) - began).total_seconds()
        await _check(furnished)
        wire.end()
        _check_mails(wire)
        wall = max(mail.at for mail in wire.accepted) - started
        first = min(mail.at for mail in wire.accepted) - started
        sizes = sorted(mail.size for mail in wire.accepted)
        print(f"{wall:.1f} s, at most {SECONDS:g}: {verdict(wall, SECONDS)}")
        print(f"  planned after {planned:.1f} s, first mail after {first:.1f}; CPU of ours {spent:.1f} s")
        times = len(furnished.composed)
        print(f"  composed {times} times; mails of {median(sizes):,.0f} bytes, at most {sizes[-1]:,}")
    finally:
        await database.close()


def _sent(conn: Connection) -> int:
    row = table(DeliveryRow)
    return conn.execute(select(func.count()).where(row.c.state == "sent")).scalar_one()


def _planned(conn: Connection) -> datetime:
    moment: datetime = conn.execute(select(func.max(table(DeliveryRow).c.planned_at))).scalar_one()
    return moment


def _kept(conn: Connection) -> tuple[int, Sequence[str]]:
    """How many rows the ledger has, and the texts of all bodies."""
    told = conn.execute(select(func.count()).select_from(table(LedgerRow))).scalar_one()
    return told, conn.execute(select(table(BodyRow).c.text)).scalars().all()


async def _check(furnished: Furnished) -> None:
    """Each set composed once, of all its articles; all of them in the ledger; what was left out is said."""
    composed = Counter(tuple(slug for slug, _ in digest.topics) for digest in furnished.composed)
    assert len(composed) == SETS, composed
    assert set(composed.values()) == {1}, composed
    assert {len(digest.findings) for digest in furnished.composed} == {ARTICLES}
    told, texts = await furnished.database.read(_kept)
    assert told == RECIPIENTS * ARTICLES
    assert len(texts) == SETS
    for text in texts:
        left_out = sum(int(number.replace(",", "")) for number in MORE.findall(text))
        assert left_out + text.count("https://") == ARTICLES, (left_out, text.count("https://"))
        assert left_out > 0


def _check_mails(wire: Wire) -> None:
    assert len(wire.accepted) == len({mail.recipient for mail in wire.accepted}) == RECIPIENTS
    assert max(mail.size for mail in wire.accepted) < GMAIL


def run(url: Callable[[Path], str]) -> None:
    with wired(0) as wire, tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(wire, Path(folder), url(Path(folder))))


def main(*arguments: str) -> None:
    run(lambda folder: f"sqlite:///{folder}/wirewatch.db")
    if "--sqlite" in arguments:
        return
    with running_server() as databases:
        if databases is None:
            print("digests on PostgreSQL: no server answers")
        else:
            run(lambda folder: databases.fresh())


if __name__ == "__main__":
    main(*sys.argv[1:])
