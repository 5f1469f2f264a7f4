"""The articles that full text proposes for terms, page by page; the matcher decides about each."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection

from matching.proposing import any_of as any_of
from matching.proposing import of_topics as of_topics
from storage import search
from storage.database import Database
from storage.search import Candidate, Filters, Words


async def pages(
    database: Database, words: Collection[Words], filters: Filters, *, size: int
) -> AsyncGenerator[tuple[Candidate, ...], None]:
    """The articles that any of `words` is in, at most `size` at a time; none where nothing is asked for."""
    place = None
    while words:
        page = await database.read(search.candidates, words, filters, after=place, limit=size)
        yield page.candidates
        place = page.onward
        if place is None:
            return
