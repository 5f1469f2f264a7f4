"""All of feedparser's own test feeds, announced twice: the second time nothing is new and nothing changed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from crawler.reading.entries import ListReading
from news.errors import ReadError
from storage import announcing
from storage.address import parse
from storage.announcing import Announced
from tests.crawler.reading.test_feed_corpus import blank, feeds, ours
from tests.databases import SqliteDatabases
from tests.storage.world import add, after, tell


@pytest.fixture
def conn(sqlite_databases: SqliteDatabases) -> Iterator[Connection]:
    engine = create_engine(parse(sqlite_databases.fresh()).url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def visit(conn: Connection, slug: str, read: ListReading, minutes: float) -> Announced:
    """Tell the database what a visit read, as `crawler.recording` does."""
    cut = set(read.blocks) - {entry.block for entry in read.entries}
    announcing.seen_again(conn, slug, cut, after(minutes))
    return tell(conn, read.entries, minutes, slug)


@pytest.mark.parametrize("cutting", [True, False])
def test_a_blank_at_the_end_announces_nothing(conn: Connection, cutting: bool) -> None:
    """With the body-hash skip out of the way, whether known items are cut before parsing or not."""
    news, again = 0, {}
    for number, (name, body) in enumerate(feeds()):
        try:
            first = ours(body)
        except ReadError:
            continue
        slug = f"feed{number}"
        add(conn, slug)
        news += visit(conn, slug, first, 0).new
        known = frozenset(entry.block for entry in first.entries if entry.block is not None)
        second = visit(conn, slug, ours(body + blank(body), known if cutting else frozenset()), 10)
        if (second.new, second.changed) != (0, 0):
            again[name] = second
    assert news > 1_200
    assert again == {}
