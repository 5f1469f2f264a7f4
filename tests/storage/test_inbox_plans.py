"""A page of the inbox walks an index to its end, and sorts nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, event

from news.judging import Says
from storage import inbox
from storage.inbox import Place, Sieve
from tests.databases import SqliteDatabases
from tests.storage.desk_world import person
from tests.storage.world import NOON, after

WALKS = {
    "all": (Sieve(), "ix_inbox_appeared_by_article"),
    "a topic": (Sieve(topics=("talks",)), "ix_inbox_topics_topic_appeared_by_article"),
    "topics": (Sieve(topics=("talks", "bridge")), "ix_inbox_appeared_by_article"),
    "a source": (Sieve(sources=("mfa",)), "ix_inbox_source_appeared_by_article"),
    "a language": (Sieve(languages=("hy",)), "ix_inbox_language_appeared_by_article"),
    "a verdict": (Sieve(verdicts=(Says.NOISE,)), "ix_inbox_verdict_appeared_by_article"),
    "a period": (Sieve(since=NOON, until=after(9)), "ix_inbox_appeared_by_article"),
    "unread": (Sieve(read=False), "ix_inbox_appeared_by_article"),
}


@pytest.fixture
def databases(sqlite_databases: SqliteDatabases) -> SqliteDatabases:
    """PostgreSQL plans by what it knows of the rows; SQLite by the statement alone."""
    return sqlite_databases


@pytest.mark.parametrize("sieve", WALKS)
@pytest.mark.parametrize("after_", [None, Place(NOON, 7)], ids=["the first page", "a later page"])
def test_a_page_is_one_walk(conn: Connection, sieve: str, after_: Place | None) -> None:
    wanted, index = WALKS[sieve]
    steps = plan(conn, lambda: inbox.page(conn, wanted, account=person(conn), after=after_), "FROM inbox")
    assert index in steps[0]
    assert not any("ORDER BY" in step for step in steps), steps
    assert not any(step.startswith("SCAN inbox") and "INDEX" not in step for step in steps), steps


def test_what_is_new_is_looked_for_among_the_latest(conn: Connection) -> None:
    me = person(conn)
    steps = plan(conn, lambda: inbox.count_new(conn, Sieve(), account=me, since=NOON), "FROM inbox")
    assert any("ix_inbox_matched_at (matched_at>?)" in step for step in steps), steps


def plan(conn: Connection, ask: Any, about: str) -> list[str]:
    """How the first statement of `ask` that is about this is carried out."""
    asked: list[tuple[str, Any]] = []

    def heard(conn: Any, cursor: Any, statement: str, values: Any, context: Any, executemany: bool) -> None:
        asked.append((statement, values))

    event.listen(conn, "before_cursor_execute", heard)
    ask()
    event.remove(conn, "before_cursor_execute", heard)
    statement, values = next(each for each in asked if about in each[0])
    return [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
