"""The articles that full text proposes for terms, page by page; the matcher decides about each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable

from matching.keys import Analysis, asked, languages_of
from news.watch import Term
from storage import search
from storage.database import Database
from storage.search import Candidate, Filters, Words


def any_of(terms: Iterable[Term]) -> list[Words]:
    """What full text is asked for: every way in which one of the terms may be written."""
    written = [(term.text, term.language) for term in terms]
    analysis = Analysis(languages_of(written))
    return [[asked(keys) for keys in path] for text, code in written for path in analysis.paths(text, code)]


async def pages(
    database: Database, words: Collection[Words], filters: Filters, *, size: int
) -> AsyncIterator[tuple[Candidate, ...]]:
    """The articles that any of `words` is in, at most `size` at a time; none where nothing is asked for."""
    place = None
    while words:
        page = await database.read(search.candidates, words, filters, after=place, limit=size)
        yield page.candidates
        place = page.onward
        if place is None:
            return
