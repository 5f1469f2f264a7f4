"""Searching the archive: full text proposes, the matcher decides, so a search finds what a topic would.

The order is ours, not the databases': it is computed of what was found, so both give the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest
from itertools import product

from alerts.composing.passages import Passage, marks, passage
from matching import tokens
from matching.checking import check
from matching.keys import Analysis
from matching.naming import spoken_of
from matching.topics import CompiledTopics, analysis_of
from news.article import Article
from news.errors import QueryError
from news.names import Form, Name
from news.sentences import Span
from news.source import Source
from news.watch import Evidence, Field, Found, Stands, Term, Topic
from review import proposals
from storage.database import Database
from storage.search import Candidate, Filters

PAGE = 1_000
# Of so many, the latest, the most relevant are shown; nobody reads on beyond.
MOST_RANKED = 20_000
SNIPPETS = 2
# BM25's saturation and its share of length (Robertson and Zaragoza 2009, 3.4), with a news text's length for
# the mean of the archive, which changes with every article; a mention in the title counts as three.
K1, B, USUAL, TITLED = 1.2, 0.75, 2_500, 3


class Order(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that holds what was searched for, how well (the more, the better), the spans of its title
    and text that prove it, and the sentences of its text around the first of them."""

    article: Article
    score: float
    evidence: tuple[Evidence, ...]
    snippets: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The hits in order, how many were found in all (None: there may be more), and whether older ones were
    left unranked."""

    hits: tuple[Hit, ...]
    found: int | None
    cut: bool


def asked(phrases: Sequence[str], query: str = "", names: Sequence[Name] = ()) -> tuple[Topic, ...]:
    """What is searched for, each of which must be found: the phrases, each with the other forms of the
    `names` it is a form of (that stand alone), and the query. Raises QueryError."""
    for phrase in phrases:
        if not tokens.forms(phrase):
            remedy = "Give words, such as: wirewatch search Lachin"
            raise QueryError(words=phrase, problem="there is no letter or digit in it", remedy=remedy)
    if not phrases and not query:
        remedy = "Give words, or --query."
        raise QueryError(words="", problem="nothing is searched for", remedy=remedy)
    wanted = [
        Topic(phrase, "", 0, (Term(phrase), *(_term(form) for form in also(phrase, names))))
        for phrase in phrases
    ]
    if query:
        wanted.append(Topic("--query", "", 0, (), query))
        check(wanted[-1])
    return tuple(wanted)


def also(phrase: str, names: Sequence[Name]) -> tuple[Form, ...]:
    """The forms of the entries that have a form written so: those that stand alone, by language."""
    entries = spoken_of([phrase], names) if names else ()
    forms = [form for name in entries for form in name.forms if form.stands is Stands.ALONE]
    return tuple(form for form in dict.fromkeys(forms) if form.text.casefold() != phrase.casefold())


def ways_in(
    sources: Iterable[Source],
    *,
    slugs: Sequence[str] = (),
    kinds: Sequence[str] = (),
    tiers: Sequence[str] = (),
    countries: Sequence[str] = (),
    speaks_for: Sequence[str] = (),
) -> tuple[str, ...] | None:
    """The slugs of the sources that are all of this (of each one of those given; of whom they speak for, a
    part of the name); None where nothing is asked. Raises QueryError where there are none."""
    if not any((slugs, kinds, tiers, countries, speaks_for)):
        return None
    chosen = tuple(
        source.slug
        for source in sources
        if (not slugs or source.slug in slugs)
        if (not kinds or source.kind in kinds)
        if (not tiers or source.tier in tiers)
        if (not countries or (source.country or "").casefold() in map(str.casefold, countries))
        if (not speaks_for or _contains(source.speaker, speaks_for))
    )
    if not chosen:
        said = ", ".join((*slugs, *kinds, *tiers, *countries, *speaks_for))
        remedy = "`wirewatch sources list --json` shows what they are."
        raise QueryError(words=said, problem="no source is all of that", remedy=remedy)
    return chosen


async def search(
    database: Database,
    wanted: Sequence[Topic],
    filters: Filters,
    *,
    order: Order = Order.RELEVANCE,
    limit: int = 50,
    analysis: Analysis | None = None,
) -> Results:
    """The articles whose latest text holds all that is `wanted` (`asked`), the best or the latest first.

    Texts without index terms are not looked at (`review.reindex.outdated`). `analysis` is one that reads
    the languages of what is wanted, where there is one already.
    """
    analysis = analysis or analysis_of(wanted)
    ready = CompiledTopics(analysis, wanted)
    best: list[tuple[tuple[float, ...], Candidate, tuple[Evidence, ...]]] = []
    found = looked_at = 0
    async for candidates in proposals.pages(database, _words(wanted, analysis), filters, size=PAGE):
        for candidate in candidates:
            evidence = _proof(ready, candidate)
            if evidence is not None:
                found += 1
                best.append((_key(candidate, evidence, order), candidate, evidence))
        best = nlargest(limit, best, key=lambda each: each[0])
        looked_at += len(candidates)
        enough = order is Order.NEWEST and len(best) == limit
        if enough or looked_at >= MOST_RANKED:
            hits = tuple(hit(candidate, evidence) for _, candidate, evidence in best)
            return Results(hits, None, cut=not enough)
    return Results(tuple(hit(candidate, evidence) for _, candidate, evidence in best), found, cut=False)


def _words(wanted: Sequence[Topic], analysis: Analysis) -> list[list[Sequence[str]]]:
    """Full text is asked for any way to write one of each."""
    ways = product(*(proposals.of_topics([topic], analysis) for topic in wanted))
    return [[keys for words in way for keys in words] for way in ways]


def _proof(ready: CompiledTopics, candidate: Candidate) -> tuple[Evidence, ...] | None:
    article = candidate.article
    found = ready.found(article.title, article.text, candidate.language, candidate.facts)
    return together(found, len(ready))


def together(found: Sequence[Found], number: int) -> tuple[Evidence, ...] | None:
    """What proves all of a `number` of things, in the order of the article; None where one was not found."""
    if len(found) < number:
        return None
    spans = {evidence for each in found for evidence in each.evidence}
    # "title" comes after "text" in the alphabet and before it in an article.
    return tuple(sorted(spans, key=lambda span: (span.field != "title", span.start, span.end, span.term)))


def _key(candidate: Candidate, evidence: Sequence[Evidence], order: Order) -> tuple[float, ...]:
    article = candidate.article
    score = _score(article, evidence) if order is Order.RELEVANCE else 0.0
    return score, article.appeared.by.timestamp(), article.id


def _score(article: Article, evidence: Sequence[Evidence]) -> float:
    mentions = sum(TITLED if span.field is Field.TITLE else 1 for span in evidence)
    length = 1 - B + B * len(article.text) / USUAL
    return round(mentions * (K1 + 1) / (mentions + K1 * length), 4)


def hit(candidate: Candidate, evidence: tuple[Evidence, ...]) -> Hit:
    """An article with what proves that it is one."""
    text = candidate.article.text
    marked = marks(text, evidence, Field.TEXT)
    around = dict.fromkeys(
        Span(*span.sentence) for span in evidence if span.field is Field.TEXT and span.sentence
    )
    snippets = tuple(passage(text, span, marked, candidate.language) for span in [*around][:SNIPPETS])
    return Hit(candidate.article, _score(candidate.article, evidence), evidence, snippets)


def _term(form: Form) -> Term:
    return Term(form.text, form.language)


def _contains(speaker: str | None, parts: Sequence[str]) -> bool:
    return speaker is not None and any(part.casefold() in speaker.casefold() for part in parts)
