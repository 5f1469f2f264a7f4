"""Rhythms are learned from what arrived, calm days noted, texts counted: as the service does it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection

from news.article import Judgement, Reading, TextOrigin
from news.source import Kind
from news.visit import History, Outcome, Visit
from scheduler.learning import learn_rhythms, note_texts
from storage import articles, rhythms, visits, work
from storage.database import Database
from storage.visits import Recorded
from tests.databases import Databases
from tests.storage.world import NOON, add, entry, keep, tell, told

WEEKS = 6
LATER = NOON + timedelta(weeks=WEEKS)


def arrive(conn: Connection, slug: str, at: datetime, new: int = 3) -> None:
    made = Visit(slug, at, Outcome.NEW, listed=20, new=new)
    visits.record_all(conn, [Recorded(made, at, None, None, arrived=True)])


def a_past(conn: Connection) -> None:
    """Six weeks of a ministry on weekdays at 8 and 13 h, and of an agency on every day."""
    add(conn, "mfa", country="AM")
    add(conn, "agency", kind=Kind.AGENCY, country="AM")
    for n in range(7 * WEEKS):
        day = NOON + timedelta(days=n)
        for hour in (8, 13):
            arrive(conn, "agency", day.replace(hour=hour), 30)
            if day.weekday() < 5:
                arrive(conn, "mfa", day.replace(hour=hour))


async def past_of(database: Database, slug: str) -> History:
    return (await database.read(visits.histories))[slug]


def an_office(conn: Connection, slug: str) -> None:
    add(conn, slug, country="AM")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


async def test_rhythms_are_learned_kept_and_handed_to_the_next_visit(database: Database) -> None:
    await database.write(a_past)
    assert (await past_of(database, "mfa")).rhythm is None
    assert await learn_rhythms(database, lambda: LATER) == 2
    assert await learn_rhythms(database, lambda: LATER) == 0, "not again on the same day"
    rhythm = (await past_of(database, "mfa")).rhythm
    assert rhythm is not None
    assert rhythm.in_words() == "normally 6 a day"
    assert rhythm.rates[8] > 0.3 > rhythm.rates[5 * 24 + 8]
    tasks = await database.write(work.claim, now=LATER, limit=9, holder="me", lease=timedelta(0))
    assert {task.source.slug: task.history.rhythm for task in tasks}["mfa"] == rhythm  # type: ignore[union-attr]


async def test_a_day_on_which_a_circle_was_quiet_is_noted(sqlite_databases: Databases) -> None:
    database = await Database.open(sqlite_databases.fresh())
    await database.write(a_past)
    for n in range(8):
        await database.write(an_office, f"office{n}")
        for back in range(1, 40):
            await database.write(arrive, f"office{n}", LATER - timedelta(days=back + 1))
    await learn_rhythms(database, lambda: LATER)
    assert (await past_of(database, "office3")).rhythm is not None
    tuesday = LATER + timedelta(days=1)
    await database.write(arrive, "mfa", tuesday)
    for hour in (8, 13):
        await database.write(arrive, "agency", tuesday.replace(hour=hour))
    await learn_rhythms(database, lambda: LATER + timedelta(days=2))
    calm = await database.read(rhythms.calm)
    assert calm["AM offices"][tuesday.date()] == 0.0
    assert calm["AM wires"][tuesday.date()] == 1.0
    assert isinstance(min(calm["AM offices"]), date)
    await database.close()


def publish(conn: Connection, name: str, text: str, had: bool = True) -> None:
    tell(conn, [entry(name)])
    article = told(conn)[-1].id
    if had:
        keep(conn, article, text)
    else:
        stand_in = Reading("", text, TextOrigin.SUMMARY)
        articles.store_stand_in(conn, article, stand_in, Judgement("en", None), reason="403", at=NOON)


async def test_texts_count_by_their_length_and_missing_ones_as_nothing(database: Database) -> None:
    await database.write(an_office, "mfa")
    await database.write(publish, "old", "before anybody looked")
    await note_texts(database)
    await database.write(publish, "one", "x" * 700)
    await database.write(publish, "two", "summary", False)
    await note_texts(database)
    await note_texts(database)
    assert (await past_of(database, "mfa")).lengths == (700, 0)
