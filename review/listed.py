"""The inbox as rows of a file: what a line of it shows, for a table or a program."""

from __future__ import annotations

from collections.abc import AsyncIterator

from alerts.composing.plain import web_link
from review.exporting import Row
from review.rows import iso, published
from storage import inbox
from storage.database import Database
from storage.inbox import Sieve
from storage.lines import Line

AT_ONCE = 200
COLUMNS = (
    *("id", "title", "url", "source", "source_name", "outlet", "kind", "tier", "country", "speaks_for"),
    *("language", "author", "published", "appeared_after", "appeared_by", "topics", "verdicts", "quote"),
    *("tags", "assignee", "notes", "read", "starred", "said_by"),
)


def line_row(line: Line) -> Row:
    """A line with every one of COLUMNS; several topics, verdicts and tags are joined by "; "."""
    article, source = line.article, line.source
    judged = (f"{each.topic}: {each.verdict}" for each in line.topics if each.verdict)
    return {
        "id": article.id,
        "title": article.title,
        "url": web_link(article.url),
        "source": source.slug,
        "source_name": source.name,
        "outlet": source.outlet,
        "kind": str(source.kind),
        "tier": str(source.tier),
        "country": source.country,
        "speaks_for": source.speaks_for,
        "language": article.language,
        "author": article.author,
        "published": published(article.published),
        "appeared_after": iso(article.appeared.after),
        "appeared_by": iso(article.appeared.by),
        "topics": "; ".join(each.topic for each in line.topics),
        "verdicts": "; ".join(judged),
        "quote": line.quote.text if line.quote else None,
        "tags": "; ".join(line.tags),
        "assignee": line.assignee,
        "notes": line.notes,
        "read": iso(line.own.read_at),
        "starred": iso(line.own.starred_at),
        "said_by": article.said_by,
    }


async def line_rows(database: Database, sieve: Sieve, account: int) -> AsyncIterator[list[Row]]:
    """All that the sieve lets through, the newest first, some at a time."""
    place = None
    while True:
        page = await database.read(inbox.page, sieve, account=account, after=place, limit=AT_ONCE)
        yield [line_row(line) for line in page.lines]
        place = page.onward
        if place is None:
            return
