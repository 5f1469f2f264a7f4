"""The archive brought up to date: old texts judged anew, a topic found in what was there before it.

It tells nobody: every match it adds is silent. Texts are judged one by one, so
that live ones take turns with them, and kept in small units, so that nobody
waits long for the writer. Killed at any point it goes on where it was: what is
done is what the database says is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from crawler.judging import TopicJudge
from matching.index import ANALYSIS
from matching.topics import analysis_of
from news.article import Judgement
from news.errors import ReaderFailed
from news.watch import Facts
from review import proposals
from storage import analyses, topics
from storage.analyses import Analysed
from storage.database import Database
from storage.search import Candidate, Filters

BATCH = 20
Observe = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Reindexed:
    """How many texts are up to date now that were not, and how many the judge died over."""

    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class BackFilled:
    """How many texts were looked at, and in how many of them the topic was found."""

    looked_at: int
    found: int


async def outdated(database: Database) -> int:
    """How many texts are of an older analysis than this program's."""
    return await database.read(analyses.count_outdated, ANALYSIS)


async def bring_up_to_date(
    database: Database, judge: TopicJudge, *, observe: Observe = lambda done: None
) -> Reindexed:
    """Judge every text of an older analysis anew. One the judge dies over stays for the next run.

    `observe` is told how many were looked at, batch by batch. Where nothing is
    to be done this costs one query, so a service may call it at every start.
    Raises ReaderUnavailable where no judge is to be had (the end of a service).
    """
    done = failed = after = 0
    while batch := await database.read(analyses.outdated, ANALYSIS, after=after, limit=BATCH):
        kept = await _renew(database, judge, batch)
        done, failed, after = done + kept, failed + len(batch) - kept, batch[-1].id
        observe(len(batch))
    return Reindexed(done, failed)


async def back_fill(
    database: Database,
    judge: TopicJudge,
    slug: str,
    *,
    since: datetime | None = None,
    observe: Observe = lambda done: None,
) -> BackFilled:
    """Find a topic in the latest texts of the articles first seen from `since` on. Nobody is told; what was
    found before and is still to be told is told as it was found. Raises UnknownTopic.

    What is of an older analysis is not looked at: `bring_up_to_date` first.
    """
    topic = await database.read(topics.get, slug)
    names = proposals.of_topics([topic], analysis_of([topic]))
    looked_at = found = 0
    async for candidates in proposals.pages(database, names, Filters(since=since), size=BATCH):
        found += await _found_in(database, judge, slug, candidates)
        looked_at += len(candidates)
        observe(len(candidates))
    return BackFilled(looked_at, found)


async def _renew(database: Database, judge: TopicJudge, batch: tuple[Analysed, ...]) -> int:
    """How many of the batch were kept; judged again as often as the topics change meanwhile."""
    while True:
        judged = [
            (text, judgement)
            for text in batch
            if (judgement := await _judged(judge, text.title, text.text, text.language, text.facts))
            is not None
        ]
        if await database.write(analyses.renew, judged, at=database.clock()):
            return len(judged)
        await judge.renew()


async def _found_in(
    database: Database, judge: TopicJudge, slug: str, candidates: tuple[Candidate, ...]
) -> int:
    while True:
        judged = []
        for candidate in candidates:
            article = candidate.article
            judgement = await _judged(judge, article.title, article.text, candidate.language, candidate.facts)
            if judgement is not None:
                judged.append((article.id, article.revision, judgement))
        found = await database.write(analyses.back_fill, judged, slug, at=database.clock())
        if found is not None:
            return found
        await judge.renew()


async def _judged(
    judge: TopicJudge, title: str, text: str, language: str | None, facts: Facts
) -> Judgement | None:
    """None where the judge died over it."""
    try:
        return await judge.judge(title, text, language, facts=facts, task=f"the archive: {title[:80]}")
    except ReaderFailed:
        return None
