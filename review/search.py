"""Searching the archive: full text proposes, the matcher decides, so a search finds what a topic would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from matching import tokens
from matching.keys import Analysis, asked, languages_of
from matching.topics import CompiledTopics
from news.article import Article
from news.errors import QueryError
from news.watch import Evidence, Term, Topic
from review.proposals import pages
from storage.database import Database
from storage.search import Candidate, Filters

PAGE = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that holds what was searched for, and the spans of its title and text that do."""

    article: Article
    evidence: tuple[Evidence, ...]


async def search(
    database: Database, phrases: Sequence[str], filters: Filters, *, limit: int = 50
) -> tuple[Hit, ...]:
    """The articles whose latest text holds every one of the phrases, the latest first seen first.

    The words of a phrase stand next to each other. Raises QueryError for one
    without a word in it.
    """
    for phrase in phrases:
        if not tokens.forms(phrase):
            remedy = "Give words, such as: wirewatch search Lachin"
            raise QueryError(words=phrase, problem="there is no letter or digit in it", remedy=remedy)
    analysis = Analysis(languages_of((phrase, None) for phrase in phrases))
    topics = [Topic(str(number), "", 0, (Term(phrase),)) for number, phrase in enumerate(phrases)]
    wanted = CompiledTopics(analysis, topics)
    ways = product(*(analysis.paths(phrase) for phrase in phrases))
    any_of = [[asked(keys) for path in paths for keys in path] for paths in ways]
    hits: list[Hit] = []
    async for candidates in pages(database, any_of, filters, size=PAGE):
        found = (_hit(wanted, candidate) for candidate in candidates)
        hits += [hit for hit in found if hit is not None]
        if len(hits) >= limit:
            break
    return tuple(hits[:limit])


def _hit(wanted: CompiledTopics, candidate: Candidate) -> Hit | None:
    article = candidate.article
    found = wanted.found(article.title, article.text, candidate.language, candidate.facts)
    if len(found) < len(wanted):
        return None
    spans = {evidence for each in found for evidence in each.evidence}
    # "title" comes after "text" in the alphabet and before it in an article.
    ordered = sorted(spans, key=lambda span: (span.field != "title", span.start, span.end, span.term))
    return Hit(article, tuple(ordered))
