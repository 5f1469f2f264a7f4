"""New words around a topic, read from an archive on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from matching.index import ANALYSIS
from matching.keys import Analysis
from news.article import Entry, IndexTerms, Judgement, Reading, TextOrigin
from news.source import Kind, Source
from news.watch import Evidence, Field, Found, Term, Topic
from review.drift import BESIDE, INSIDE, drift, drift_row, window
from review.matchers import Dictionary
from storage import announcing, articles, sources, topics
from storage.announcing import Listing
from storage.database import Database
from tests.review.archive import NOON

WORDS = Dictionary(Analysis(["en"]))
EARLY = NOON - timedelta(days=20)
OTHER = "The parliament debated the budget of the year."
TEXTS = [
    *[("agency", EARLY, "Traffic on the Lachin corridor goes on.", True)] * 6,
    *[("agency", NOON, "The Lachin corridor is closed at the Hakari bridge.", True)] * 5,
    *[("agency", NOON, "In Lachin a gas pipeline was damaged.", False)] * 4,
    *[("agency", EARLY, "In Lachin it rained.", False)] * 5,
    *[("paper", NOON, OTHER, False), ("paper", EARLY, OTHER, False)] * 10,
]
EVIDENCE = (Evidence(Field.TEXT, 0, 3, "The", "Lachin corridor"),)


def fill(conn: Connection) -> Topic:
    topic = topics.put(conn, "road", "Road", (Term("Lachin corridor", "en"),), now=EARLY)
    for slug in ("agency", "paper"):
        url = f"https://{slug}.example/rss"
        sources.put(conn, Source(slug, slug, slug.title(), Kind.AGENCY, url), now=EARLY, by_hand=True)
    for number, (slug, at, text, matched) in enumerate(TEXTS):
        entry = Entry(f"https://{slug}.example/{number}", f"Report {number}")
        announcing.announce_all(conn, [Listing(slug, [entry], at=at, after=at, backfill=False)])
        [item] = [each for each in articles.items(conn, limit=1000) if each.title == entry.title]
        found = (Found("road", 1, EVIDENCE),) if matched else ()
        reading = Reading(entry.title, text, TextOrigin.PAGE)
        judgement = Judgement("en", None, IndexTerms(ANALYSIS, ("x",)), found, topics.edition(conn))
        articles.store(conn, item.id, reading, judgement, at=at)
    return topic


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


async def test_what_rises_inside_and_beside_a_topic(database: Database) -> None:
    topic = await database.write(fill)
    drifts = await drift(database, topic, window(NOON, 7, 30), WORDS, ["Report Agency"])
    assert (drifts.matching, drifts.others, drifts.nth) == (11, 29, 1)
    told = {(each.where, each.rise.form): each.rise for each in drifts.found}
    assert set(told) == {
        (INSIDE, "Hakari bridge"),
        (INSIDE, "closed"),
        (BESIDE, "gas pipeline"),
        (BESIDE, "damaged"),
    }
    bridge = told[INSIDE, "Hakari bridge"]
    assert (bridge.now, bridge.of_now, bridge.before, bridge.of_before) == (5, 5, 0, 6)
    assert (bridge.elsewhere, bridge.of_elsewhere, bridge.sources) == (0, 29, 1)
    gas = told[BESIDE, "gas pipeline"]
    assert (gas.now, gas.of_now, gas.before, gas.of_before, gas.of_elsewhere) == (4, 4, 0, 5, 20)
    row = drift_row(1, drifts.found[0])
    assert (row["id"], row["language"], len(row["samples"])) == (1, "en", 3)
    assert all(sample["title"].startswith("Report") for sample in row["samples"])


async def test_a_topic_found_nowhere_has_no_new_words(database: Database) -> None:
    topic = await database.write(fill)
    nothing = await drift(database, topic, window(NOON + timedelta(days=90), 7, 30), WORDS, [])
    assert (nothing.found, nothing.matching, nothing.others) == ((), 0, 0)
