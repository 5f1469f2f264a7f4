"""Full text proposes no fewer than the matcher finds, so what is found is the same on both databases."""

from itertools import product

import pytest
from sqlalchemy import Connection, text, update

from matching.index import index_terms
from matching.keys import Analysis
from matching.keys import asked as asked_of
from matching.topics import CompiledTopics
from news.article import Judgement, Reading, TextOrigin
from news.watch import Evidence, Field, Found, Term, Topic
from storage import articles, matches, search, topics, walking
from storage.columns import table
from storage.search import Filters, Place
from storage.tables import RevisionRow
from tests.storage.world import add, after, entry, tell, told

ANALYSES = Analysis()


def asked(query: str) -> list[list[tuple[str, ...]]]:
    """A phrase as full text is asked for it."""
    return [[asked_of(keys) for keys in path] for path in ANALYSES.paths(query)]


NAMES = [
    "Lachin",
    "LAÇIN",
    "Laçın’da",
    "Lacin",
    "Лачин",
    "ЛАЧИН",
    "Լաչին",
    "ლაჩინი",
    "لاچين",
    "Irak",
    "İRAK",
    "ırak",
]
ENDINGS = ["corridor", "-corridor", "koridoru", "коридор", "միջանցք", "دهليز", "O’Brien d'Erevan", "½ ﷺ 2026"]
QUERIES = [
    *("Lachin", "lacin", "Laçın", "Лачин", "լաչին", "ლაჩინი", "لاچین", "Irak", "ırak", "irak", "corridor"),
    *(
        "Lachin corridor",
        "corridor Lachin",
        "O'Brien",
        "Erevan",
        "d’Erevan",
        "١/٢",
        "2026",
        "12",
        "laçın koridoru",
    ),
    *("د", "دهلیز", "ﷺ", "lach", "~lacin", "terms", "AND", "NOT lachin", "a' | 'b", 'x" OR "y', "lachin*"),
]


def keep(conn: Connection, name: str, words: str, minutes: float = 0, language: str | None = None) -> int:
    known = {item.id for item in told(conn)}
    tell(conn, [entry(name)], minutes, slug="agency" if name.startswith("agency") else "mfa")
    [article] = {item.id for item in told(conn)} - known
    index = index_terms(name, words, ANALYSES.keys(language))
    reading = Reading(name, words, TextOrigin.PAGE)
    articles.store(conn, article, reading, Judgement(language, None, index), at=after(minutes))
    return article


def proposed(conn: Connection, query: str, **filters: object) -> list[int]:
    page = search.candidates(conn, asked(query), Filters(**filters), limit=1000)  # type: ignore[arg-type]
    return [candidate.article.id for candidate in page.candidates]


@pytest.fixture(autouse=True)
def sources(conn: Connection) -> None:
    add(conn, "mfa", "agency")


@pytest.fixture(params=[walking.FAR, 1], ids=["walked", "asked"], autouse=True)
def far(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Walking finds all of so small an archive; where it is not let go far, full text is asked."""
    monkeypatch.setattr(walking, "FAR", request.param)


def test_all_that_the_matcher_finds_is_proposed(conn: Connection) -> None:
    for number, (name, ending) in enumerate(product(NAMES, ENDINGS)):
        keep(conn, f"n{number}", f"{name} {ending}", number, (None, "az", "en", "ru")[number % 4])
    for query in QUERIES:
        wanted = CompiledTopics(ANALYSES, [Topic("q", "", 0, (Term(query),))])
        page = search.candidates(conn, asked(query), Filters(), limit=1000)
        candidates = [
            candidate.article.id
            for candidate in page.candidates
            if wanted.found(candidate.article.title, candidate.article.text, candidate.language)
        ]
        everything = articles.items(conn, limit=1000)
        rows = conn.execute(text("SELECT article, language FROM revisions"))
        languages: dict[int, str | None] = {row.article: row.language for row in rows}
        found = [item.id for item in everything if wanted.found(item.title, item.text, languages[item.id])]
        assert candidates == found, query


def test_only_what_holds_every_word_of_a_term_is_proposed(conn: Connection) -> None:
    both = keep(conn, "a", "the corridor of Lachin")
    one = keep(conn, "b", "the corridor")
    assert proposed(conn, "Lachin corridor") == [both]
    assert proposed(conn, "corridor") == [one, both]
    assert proposed(conn, "…") == []
    either = search.candidates(conn, [*asked("Lachin"), (), *asked("the")], Filters())
    assert [candidate.article.id for candidate in either.candidates] == [one, both]


def test_filters(conn: Connection) -> None:
    early, late = keep(conn, "a", "Lachin", 0, "en"), keep(conn, "b", "Lachin", 9, "az")
    other = keep(conn, "agency", "Lachin", 5, "en")
    assert proposed(conn, "Lachin") == [late, other, early]
    assert proposed(conn, "Lachin", sources=("agency",)) == [other]
    assert proposed(conn, "Lachin", languages=("az",)) == [late]
    assert proposed(conn, "Lachin", since=after(5)) == [late, other]


def test_pages_follow_each_other_without_gap_or_repetition(conn: Connection) -> None:
    every = [keep(conn, f"n{number}", "Lachin", number // 3) for number in range(10)]
    seen: list[int] = []
    place: Place | None = None
    while True:
        page = search.candidates(conn, asked("Lachin"), Filters(), after=place, limit=3)
        seen += [candidate.article.id for candidate in page.candidates]
        place = page.onward
        if place is None:
            break
    assert seen == sorted(every, reverse=True)


def test_the_latest_text_counts(conn: Connection) -> None:
    article = keep(conn, "a", "Lachin")
    index = index_terms("a", "Shusha", ANALYSES.keys(None))
    reading = Reading("a", "Shusha", TextOrigin.PAGE)
    articles.store(conn, article, reading, Judgement(None, None, index), at=after(5))
    assert proposed(conn, "Lachin") == []
    assert proposed(conn, "Shusha") == [article]


def test_the_longest_list_of_terms_is_borne(conn: Connection) -> None:
    article = keep(conn, "a", " ".join(f"{number:06}" for number in range(200_000)))
    assert proposed(conn, "000017") == [article]
    assert proposed(conn, "199999") == []


def test_terms_that_change_or_go_are_followed(conn: Connection) -> None:
    article = keep(conn, "a", "Lachin")
    revisions = table(RevisionRow)
    for terms, there in (("shusha", False), (None, False), ("lachin x", True), ("", False), ("lachin", True)):
        conn.execute(update(revisions).values(terms=terms))
        assert proposed(conn, "Lachin") == ([article] if there else [])
    conn.execute(revisions.delete())
    assert proposed(conn, "Lachin") == []
    if conn.dialect.name == "sqlite":
        conn.execute(text("INSERT INTO revision_terms (revision_terms) VALUES ('integrity-check')"))


def test_chosen_articles_come_with_their_latest_texts(conn: Connection) -> None:
    first, second, third = (keep(conn, name, "corridor", minutes) for minutes, name in enumerate(NAMES[:3]))
    found = search.of_articles(conn, [first, third, 10_000])
    assert [each.article.id for each in found] == [third, first]
    assert (
        found[0].article.text
        == search.candidates(conn, asked("corridor"), Filters()).candidates[0].article.text
    )
    assert search.of_articles(conn, []) == ()
    assert second not in {each.article.id for each in found}


@pytest.mark.parametrize("filters", [{}, {"sources": ("mfa",)}, {"languages": ("en",)}])
def test_a_walk_that_met_some_goes_on_where_it_ended(
    conn: Connection, filters: dict[str, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages may have fewer than asked for; all together they have everything, in order."""
    monkeypatch.setattr(walking, "FAR", 7)
    kept = [
        keep(conn, f"n{number}", "Lachin" if number % 3 else "Shusha", minutes=number, language="en")
        for number in range(30)
    ]
    found, place, pages = [], None, 0
    while pages == 0 or place is not None:
        page = search.candidates(conn, asked("Lachin"), Filters(**filters), after=place, limit=6)  # type: ignore[arg-type]
        found += [candidate.article.id for candidate in page.candidates]
        place, pages = page.onward, pages + 1
    assert found == [article for number, article in enumerate(kept) if number % 3][::-1]
    assert pages < 20


def test_a_topic_alone_leaves_few(conn: Connection) -> None:
    """Then those are read, whatever full text might say."""
    first, second = keep(conn, "a", "Lachin"), keep(conn, "b", "Lachin", 1)
    topics.put(conn, "lachin", "Lachin", (Term("Lachin"),), now=after(0))
    span = Evidence(Field.TEXT, 0, 6, "Lachin", "Lachin")
    matches.add(conn, second, 1, [Found("lachin", 1, (span,))], analysis=1, at=after(1), backfill=False)
    assert proposed(conn, "Lachin") == [second, first]
    assert proposed(conn, "Lachin", topics=("lachin",)) == [second]
    assert proposed(conn, "Shusha", topics=("lachin",)) == []
