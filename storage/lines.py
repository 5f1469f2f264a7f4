"""What a line of the inbox shows: an article with the sentence that proves why it is there.

Of the texts only the slice around that sentence is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Row,
    RowMapping,
    Select,
    and_,
    bindparam,
    column,
    func,
    literal,
    select,
    values,
)

from news.article import Article
from news.judging import Own, Says
from news.sentences import Span
from news.source import Source
from news.watch import Evidence, Field
from storage.articles import ARTICLES, REVISIONS, article_of
from storage.columns import table
from storage.desk_tables import AccountRow
from storage.judging_tables import AssignmentRow, InboxTopicRow, NoteRow, ReadingRow, TagRow
from storage.matches import MATCHES, evidence_of
from storage.sources import CATALOGUE, source_of
from storage.sources import TABLE as SOURCES
from storage.telling_tables import TopicRow

LISTED, TOPICS, ACCOUNTS = table(InboxTopicRow), table(TopicRow), table(AccountRow)
READINGS, NOTES, TAGS, ASSIGNMENTS = table(ReadingRow), table(NoteRow), table(TagRow), table(AssignmentRow)
THESE: Any = bindparam("these", expanding=True)
# Where no sentence is known: so many characters before and after the words, or from the text's beginning.
AROUND = 200
OPENING = 320
ARTICLE = select(ARTICLES, literal("").label("text")).where(ARTICLES.c.id.in_(THESE))
SOURCE = select(*CATALOGUE).where(SOURCES.c.slug.in_(THESE))
FOUND = select(
    MATCHES.c.article, MATCHES.c.topic, MATCHES.c.revision, MATCHES.c.topic_version, MATCHES.c.evidence
).where(MATCHES.c.article.in_(THESE))
UNDER = (
    select(LISTED.c.article, LISTED.c.topic, LISTED.c.verdict, TOPICS.c.name)
    .join(TOPICS, TOPICS.c.slug == LISTED.c.topic)
    .where(LISTED.c.article.in_(THESE))
    .order_by(TOPICS.c.name, LISTED.c.topic)
)
OWN = select(READINGS.c.article, READINGS.c.read_at, READINGS.c.starred_at).where(
    READINGS.c.account == bindparam("whose"), READINGS.c.article.in_(THESE)
)
NOTED = select(NOTES.c.article, func.count()).where(NOTES.c.article.in_(THESE)).group_by(NOTES.c.article)
TAGGED = select(TAGS.c.article, TAGS.c.tag).where(TAGS.c.article.in_(THESE)).order_by(TAGS.c.tag)
GIVEN = (
    select(ASSIGNMENTS.c.article, ACCOUNTS.c.name)
    .join(ACCOUNTS, ACCOUNTS.c.id == ASSIGNMENTS.c.assignee)
    .where(ASSIGNMENTS.c.article.in_(THESE))
)


@dataclass(frozen=True, slots=True)
class Topical:
    """A topic of a line: its slug and name, the team's verdict under it, the forms that matched."""

    topic: str
    name: str
    verdict: Says | None
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A slice of an article's text, from offset `start` of it, with the words marked that matched (`marks`
    are offsets in the slice). `sentence`: it is exactly the sentence around them."""

    text: str
    start: int
    marks: tuple[Span, ...]
    sentence: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One article of a list. Its `text` is empty: `quote` is what there is of it, None where it has none.
    `headline` marks words of the title."""

    article: Article
    source: Source
    headline: tuple[Span, ...]
    quote: Quote | None
    topics: tuple[Topical, ...]
    own: Own
    notes: int
    tags: tuple[str, ...]
    assignee: str | None


def lines(conn: Connection, articles: Sequence[int], *, account: int) -> tuple[Line, ...]:
    """These articles as one account sees them, in this order; what is there no more is left out."""
    if not articles:
        return ()
    these = {"these": list(articles)}
    rows = {row["id"]: row for row in conn.execute(ARTICLE, these).mappings()}
    sources = _sources(conn, {row["source"] for row in rows.values()})
    under = _by_article(conn.execute(UNDER, these))
    found = _latest(conn.execute(FOUND, these), {(a, each.topic) for a, of in under.items() for each in of})
    quotes = _quotes(conn, rows, found)
    own = {a: Own(read, star) for a, read, star in conn.execute(OWN, {**these, "whose": account})}
    noted = {article: number for article, number in conn.execute(NOTED, these)}  # noqa: C416 - mypy
    tagged = _by_article(conn.execute(TAGGED, these))
    given = {article: name for article, name in conn.execute(GIVEN, these)}  # noqa: C416 - mypy
    return tuple(
        Line(
            article=article_of(rows[each]),
            source=sources[rows[each]["source"]],
            headline=_title_marks(rows[each]["title"], found.get(each, ())),
            quote=quotes.get(each),
            topics=_topics(under.get(each, ()), found.get(each, ())),
            own=own.get(each, Own()),
            notes=noted.get(each, 0),
            tags=tuple(row.tag for row in tagged.get(each, ())),
            assignee=given.get(each),
        )
        for each in articles
        if each in rows
    )


@dataclass(frozen=True, slots=True)
class _Found:
    topic: str
    revision: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The slice of a revision's text to fetch, and what was proven in that text."""

    revision: int
    start: int
    length: int
    proofs: tuple[Evidence, ...]
    sentence: bool


def _sources(conn: Connection, slugs: Iterable[str]) -> dict[str, Source]:
    rows = conn.execute(SOURCE, {"these": sorted(slugs)}).mappings()
    return {row["slug"]: source_of(row) for row in rows}


def _by_article(rows: Iterable[Row[Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.article, []).append(row)
    return found


def _latest(rows: Iterable[Row[Any]], listed: set[tuple[int, str]]) -> dict[int, list[_Found]]:
    """Of each listed article and topic the match of the latest revision, and of that the latest version's."""
    latest: dict[tuple[int, str], Row[Any]] = {}
    for row in rows:
        key = (row.article, row.topic)
        known = latest.get(key)
        if key in listed and (known is None or _age(known) < _age(row)):
            latest[key] = row
    found: dict[int, list[_Found]] = {}
    for (article, topic), row in sorted(latest.items()):
        evidence = tuple(evidence_of(each) for each in row.evidence)
        found.setdefault(article, []).append(_Found(topic, row.revision, evidence))
    return found


def _age(row: Row[Any]) -> tuple[int, int]:
    return row.revision, row.topic_version


def _topics(under: Iterable[Any], found: Sequence[_Found]) -> tuple[Topical, ...]:
    forms = {each.topic: tuple(dict.fromkeys(proof.form for proof in each.evidence)) for each in found}
    return tuple(
        Topical(
            row.topic, row.name, None if row.verdict is None else Says(row.verdict), forms.get(row.topic, ())
        )
        for row in under
    )


def _title_marks(title: str, found: Sequence[_Found]) -> tuple[Span, ...]:
    proofs = [proof for each in found for proof in each.evidence if proof.field is Field.TITLE]
    return apart(title, 0, proofs)


def apart(text: str, start: int, proofs: Iterable[Evidence]) -> tuple[Span, ...]:
    """Where the proven words stand in `text`, itself a slice from `start` of what they were found in: sorted,
    apart; what does not stand where it should is left out."""
    spans: list[Span] = []
    for begin, end, form in sorted({(each.start - start, each.end - start, each.form) for each in proofs}):
        if not 0 <= begin < end or text[begin:end] != form:
            continue
        if spans and begin <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(end, spans[-1].end))
        else:
            spans.append(Span(begin, end))
    return tuple(spans)


def _quotes(
    conn: Connection, rows: Mapping[int, RowMapping], found: Mapping[int, Sequence[_Found]]
) -> dict[int, Quote]:
    """The first sentence in the text that holds proving words; else the text's beginning."""
    wanted = {article: _wanted(row, found.get(article, ())) for article, row in rows.items()}
    asked = [(article, each.revision, each.start, each.length) for article, each in wanted.items()]
    return {
        article: Quote(
            text,
            wanted[article].start,
            apart(text, wanted[article].start, wanted[article].proofs),
            wanted[article].sentence,
        )
        for article, text in conn.execute(_slices(asked))
        if text
    }


def _wanted(row: RowMapping, found: Sequence[_Found]) -> _Wanted:
    proofs = [
        (each.revision, proof) for each in found for proof in each.evidence if proof.field is Field.TEXT
    ]
    if not proofs:
        return _Wanted(row["revision"], 0, OPENING, (), False)
    # Many a text begins with its headline, which stands above the quote already: later words say more.
    below = [each for each in proofs if each[1].start > len(row["title"])] or proofs
    revision, first = min(below, key=lambda each: (-each[0], each[1].start))
    start, end = first.sentence or (max(0, first.start - AROUND), first.end + AROUND)
    same = tuple(proof for number, proof in proofs if number == revision)
    return _Wanted(revision, start, end - start, same, first.sentence is not None)


def _slices(wanted: Sequence[tuple[int, int, int, int]]) -> Select[Any]:
    """Of each (article, revision, start, length) that slice of the revision's text, in code points."""
    # PostgreSQL's substr takes int4, a number of ours is an int8.
    kinds = {"article": BigInteger(), "revision": BigInteger(), "start": Integer(), "length": Integer()}
    typed = (column(name, kind) for name, kind in kinds.items())
    asked = values(*typed, name="asked").data(list(wanted)).cte("asked")
    text = func.substr(REVISIONS.c.text, asked.c.start + 1, asked.c.length)
    here = and_(REVISIONS.c.article == asked.c.article, REVISIONS.c.number == asked.c.revision)
    return select(asked.c.article, text).select_from(asked).join(REVISIONS, here)
