"""A search as the desk asks it: a line and the inbox's filters; hits with what a list shows of each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.composing.passages import marks
from news.sentences import Span
from news.watch import Field
from review import rows
from review.desk.admission import Visitor
from review.desk.parts import Desk
from review.desk.periods import zone_of
from review.latest import Latest, filters_of, latest, written
from review.matchers import Bench
from review.search import Hit
from review.sifting import Sifting
from storage import lines, sources
from storage.lines import Line
from storage.search import Place

COLUMNS = (
    *("id", "title", "source", "source_name", "kind", "language", "published", "first_seen", "not_there_at"),
    *("author", "quote", "url"),
)
# A file has so many hits at most: each is read by the judge, whom the service needs.
MOST_IN_A_FILE, AT_ONCE = 10_000, 200


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody searches for, and where. `bench` is the judge's."""

    desk: Desk
    bench: Bench
    who: Visitor
    line: str
    sifted: Sifting

    async def page(self, after: Place | None, *, limit: int) -> Latest:
        """The latest hits from a place on. Raises QueryError, QuerySyntaxError."""
        desk, account = self.desk, self.who.known.id
        wanted = written(self.line)
        sieve = self.sifted.sieve(account=account, zone=zone_of(desk, self.who), now=desk.clock())
        every = await desk.database.read(sources.all_sources)
        filters = filters_of(sieve, every, account)
        return await latest(desk.database, self.bench, wanted, filters, after=after, limit=limit)

    async def lines(self, found: Latest) -> list[tuple[Hit, Line]]:
        """The hits with what a list shows of them; what is there no more is left out."""
        numbers = [hit.article.id for hit in found.hits]
        shown = await self.desk.database.read(lines.lines, numbers, account=self.who.known.id)
        by_article = {line.article.id: line for line in shown}
        return [(hit, by_article[hit.article.id]) for hit in found.hits if hit.article.id in by_article]

    async def rows(self) -> AsyncIterator[list[rows.Row]]:
        """All hits as rows of a file, page by page, MOST_IN_A_FILE at most."""
        place: Place | None = None
        for _ in range(MOST_IN_A_FILE // AT_ONCE):
            found = await self.page(place, limit=AT_ONCE)
            yield [hit_row(hit, line) for hit, line in await self.lines(found)]
            place = found.onward
            if place is None:
                return


def headline_marks(hit: Hit) -> tuple[Span, ...]:
    """Where words of the title are marked."""
    return marks(hit.article.title, hit.evidence, Field.TITLE)


def hit_row(hit: Hit, line: Line) -> rows.Row:
    """A hit as a row of a file."""
    article, source = hit.article, line.source
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "source_name": source.name,
        "kind": str(source.kind),
        "language": article.language,
        "published": rows.published(article.published),
        "first_seen": rows.iso(article.appeared.by),
        "not_there_at": rows.iso(article.appeared.after),
        "author": article.author,
        "quote": " […] ".join(map(str, hit.snippets)),
        "url": article.url,
    }


def moment_and_number(hit: Hit) -> tuple[datetime, int]:
    """What lists of hits are ordered by."""
    return hit.article.appeared.by, hit.article.id


def of(request: Any, desk: Desk, who: Visitor, line: str, sifted: Sifting) -> Search:
    """The search of a request."""
    bench = request.app.state.bench
    assert isinstance(bench, Bench)
    return Search(desk, bench, who, line, sifted)
