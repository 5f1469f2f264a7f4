"""Both databases find the same, in the same order, and what the matcher would find in every article."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from matching.index import index_terms
from matching.keys import Analysis
from matching.topics import CompiledTopics
from news.article import Entry, Judgement, Reading, TextOrigin
from news.names import Form, Name, NameKind
from news.source import Kind, Source
from news.watch import Found, Stands, Term
from review.search import Order, Results, asked, search, ways_in
from storage import announcing, articles, matches, sources, topics
from storage.announcing import Listing
from storage.database import Database
from storage.search import Filters
from tests.databases import Databases
from tests.matching.test_cases import GROUPS
from tests.review.archive import NOON

ANALYSIS = Analysis()
SOURCES = (
    Source("mfa", "mfa", "MFA", Kind.MINISTRY, "https://mfa.example/", country="AZ", speaks_for="Ministry A"),
    Source("wire", "wire", "Wire", Kind.AGENCY, "https://wire.example/"),
)
TEXTS = [
    (re.sub("[⟦⟧]", "", text), next((code for code in group["terms"] if code != "any"), None))
    for group in GROUPS
    for text in group["texts"]
]
QUERIES = sorted({term for group in GROUPS for some in group["terms"].values() for term in some})


def fill(conn: Connection) -> None:
    """Each text in two articles, one a minute, from two sources in turn; some say it twice."""
    for source in SOURCES:
        sources.put(conn, source, now=NOON, by_hand=True)
    for number in range(2 * len(TEXTS)):
        text, language = TEXTS[number % len(TEXTS)]
        text, slug = text * (1 + number % 3 // 2), SOURCES[number % 2].slug
        at = NOON + timedelta(minutes=number // 4)
        entry = Entry(f"https://{slug}.example/{number}", f"Report {number}")
        announcing.announce_all(conn, [Listing(slug, [entry], at=at, after=NOON, backfill=False)])
        (item,) = articles.items(conn, limit=1)
        index = index_terms(entry.title, text, ANALYSIS.keys(language))
        reading = Reading(entry.title, text, TextOrigin.PAGE)
        articles.store(conn, item.id, reading, Judgement(language, None, index), at=at)


@pytest.fixture
async def archive(databases: Databases) -> AsyncIterator[Database]:
    database = await Database.open(databases.fresh())
    await database.write(fill)
    yield database
    await database.close()


def ids(results: Results) -> list[int]:
    return [hit.article.id for hit in results.hits]


async def test_a_query_finds_what_the_matcher_does_in_every_article(archive: Database) -> None:
    everything = await archive.read(articles.items, limit=10_000)
    assert len(everything) == 2 * len(TEXTS)
    languages = {item.id: item.language for item in everything}
    all_found = []
    for query in QUERIES[:: max(1, len(QUERIES) // 60)]:
        wanted = asked([query])
        results = await search(archive, wanted, Filters(), limit=10_000, analysis=ANALYSIS)
        ready = CompiledTopics(ANALYSIS, wanted)
        expected = {item.id for item in everything if ready.found(item.title, item.text, languages[item.id])}
        assert {*ids(results)} == expected, query
        assert results.found == len(expected)
        scores = [(hit.score, hit.article.appeared.by, hit.article.id) for hit in results.hits]
        assert scores == sorted(scores, reverse=True), query
        few = await search(archive, wanted, Filters(), limit=3, analysis=ANALYSIS)
        assert ids(few) == ids(results)[:3]
        newest = await search(archive, wanted, Filters(), limit=10_000, order=Order.NEWEST, analysis=ANALYSIS)
        assert sorted(ids(newest)) == sorted(expected)
        all_found.append(ids(results) + ids(newest))
    assert sum(map(len, all_found)) > 500


async def test_both_databases_give_the_same_order(
    sqlite_databases: Databases, postgresql_databases: Databases
) -> None:
    found = []
    for databases in (sqlite_databases, postgresql_databases):
        database = await Database.open(databases.fresh())
        await database.write(fill)
        found.append(
            [
                ids(
                    await search(
                        database, asked([query]), filters, limit=limit, order=order, analysis=ANALYSIS
                    )
                )
                for query in QUERIES[:: max(1, len(QUERIES) // 40)]
                for filters in (Filters(), Filters(sources=("mfa",)), Filters(languages=("ru", "az")))
                for order in Order
                for limit in (5, 1_000)
            ]
        )
        await database.close()
    assert found[0] == found[1]
    assert any(found[0])


async def test_filters(archive: Database) -> None:
    wanted = asked(["report"])
    every = {*ids(await search(archive, wanted, Filters(), limit=10_000))}

    async def found(filters: Filters) -> set[int]:
        return {*ids(await search(archive, wanted, filters, limit=10_000))}

    stored = {item.id: item for item in await archive.read(articles.items, limit=10_000)}
    assert every == {*stored}
    assert await found(Filters(sources=("mfa",))) == {i for i in every if stored[i].source == "mfa"}
    assert await found(Filters(sources=("mfa", "wire"))) == every
    assert await found(Filters(sources=())) == set()
    assert await found(Filters(languages=("hy", "ka"))) == {
        i for i in every if stored[i].language in ("hy", "ka")
    }
    late = NOON + timedelta(minutes=20)
    assert await found(Filters(since=late)) == {i for i in every if stored[i].appeared.by >= late}
    assert await found(Filters(until=late)) == {i for i in every if stored[i].appeared.by < late}
    one = min(every)
    await archive.write(topics.put, "t", "T", (Term("x"),), now=NOON)
    await archive.write(matches.add, one, 1, [Found("t", 1, ())], analysis=1, at=NOON, backfill=False)
    assert await found(Filters(topics=("t", "none"))) == {one}


async def test_a_query_form_asks_for_fields_too(archive: Database) -> None:
    ministry = await search(archive, asked([], "report AND kind:ministry"), Filters(), limit=10_000)
    assert {hit.article.source for hit in ministry.hits} == {"mfa"}
    both = await search(archive, asked(["report"], "country:az AND report*"), Filters(), limit=10_000)
    assert ids(both) == ids(ministry)


def test_which_sources() -> None:
    assert ways_in(SOURCES) is None
    assert ways_in(SOURCES, kinds=["ministry"], countries=["az"]) == ("mfa",)
    assert ways_in(SOURCES, speaks_for=["ministry"]) == ("mfa",)
    assert ways_in(SOURCES, slugs=["mfa", "wire"], tiers=["useful"]) == ("mfa", "wire")
    with pytest.raises(Exception, match="search for 'agency, AM': no source is all of that"):
        ways_in(SOURCES, kinds=["agency"], countries=["AM"])


def test_other_names_are_searched_where_they_stand_alone() -> None:
    forms = (
        Form("Lachin corridor", "en", True),
        Form("Лачинский коридор", "ru", True),
        Form("road", "en", True, Stands.PHRASE),
    )
    name = Name("corridor", NameKind.PLACE, "Lachin corridor", forms)
    (wanted,) = asked(["lachin corridor"], names=[name])
    assert wanted.terms == (Term("lachin corridor"), Term("Лачинский коридор", "ru"))
    assert asked(["football"], names=[name])[0].terms == (Term("football"),)


async def test_snippets_are_the_sentences_with_the_words_marked(archive: Database) -> None:
    results = await search(archive, asked(["Лачинский коридор"]), Filters(), limit=1_000)
    assert results.hits
    for hit in results.hits:
        assert hit.snippets
        assert all(any(piece.marked for piece in snippet.pieces) for snippet in hit.snippets)
        assert all(str(snippet) in hit.article.text for snippet in hit.snippets)
