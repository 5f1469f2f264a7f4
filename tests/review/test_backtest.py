"""A topic tried on the archive: found is what the matcher finds in every text, and nobody hears of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta

import pytest

from matching.topics import compiled
from news.telling import Mode, Rhythm, Schedule, Subscription
from news.watch import Facts, Term, Topic
from review.backtest import Caught, Mails, back_test, counts, difference, mails
from storage import articles, matches
from storage.database import Database
from storage.search import Filters
from tests.review.archive import NOON, judged

TEXTS = [
    "Traffic on the Lachin corridor has stopped; Shusha is cut off.",
    "The corridor of Lachin",
    "По Лачинскому коридору не проехать.",
    "A road near Lachin, and a football match.",
    "Nothing of the kind",
]
NARROW = Topic("lachin", "Lachin", 1, (Term("Lachin corridor", "en"), Term("Лачинский коридор", "ru")))
WIDE = Topic("lachin", "Lachin", 2, (), '"Lachin corridor" OR (Lachin NEAR/3 (road OR corridor))')


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with judged(database_url, TEXTS * 3) as opened:
        yield opened


async def test_two_versions_are_tried_in_one_pass(database: Database) -> None:
    seen: list[int] = []
    looked_at, (wide, narrow) = await back_test(database, [WIDE, NARROW], Filters(), observe=seen.append)
    assert looked_at == sum(seen)
    every = await database.read(articles.items, limit=100)
    for trial in (wide, narrow):
        alone = compiled([trial.topic])
        expected = {
            item.id for item in every if alone.found(item.title, item.text, item.language, _facts("agency"))
        }
        assert {caught.article for caught in trial.caught} == expected
    assert (len(wide.caught), len(narrow.caught)) == (9, 6)
    gained, lost, kept = difference(narrow, wide)
    assert [len(some) for some in (gained, lost, kept)] == [6, 3, 3]
    assert {form for caught in lost for form in caught.forms} == {"Лачинскому коридору"}
    found = counts(narrow.caught, UTC)
    assert found["form"] == {"Lachin corridor": 3, "Лачинскому коридору": 3}
    assert (found["source"], found["day"]) == ({"agency": 6}, {"2026-03-08": 6})
    assert [sample.caught.article for sample in narrow.samples] == [each.article for each in narrow.caught]
    for item in every:
        assert await database.read(matches.of_article, item.id) == ()


async def test_only_what_was_first_seen_in_a_span(database: Database) -> None:
    for since, until, expected in ((NOON, None, 6), (None, NOON, 0), (NOON + timedelta(seconds=1), None, 0)):
        _, (trial,) = await back_test(database, [NARROW], Filters(since=since, until=until))
        assert len(trial.caught) == expected


def test_mails_it_would_have_sent() -> None:
    moments = [
        datetime(2026, 3, day, hour, minute, tzinfo=UTC)
        for day, hour, minute in [(1, 9, 0), (1, 9, 1), (1, 9, 2), (1, 10, 0), (3, 6, 59), (3, 7, 1)]
    ]
    caught = [
        Caught(number, at, "s", "en", "t", None, frozenset(), frozenset())
        for number, at in enumerate(moments)
    ]
    start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)

    def one(mode: Mode, when_empty: bool = False) -> Subscription:
        schedule = Schedule(Rhythm.DAILY, time(8)) if mode is Mode.DIGEST else None
        return Subscription(1, "a", "smtp", mode, ("t",), "Europe/Berlin", schedule, when_empty, start, start)

    asked = one(Mode.INSTANT), one(Mode.DIGEST), one(Mode.DIGEST, when_empty=True)
    assert mails(caught, asked, start, end, per_hour=2) == (
        Mails(asked[0], alerts=5, overflows=1),
        Mails(asked[1], digests=3),
        Mails(asked[2], digests=4),
    )


def _facts(source: str) -> Facts:
    return Facts(source, "agency", "useful", None)
