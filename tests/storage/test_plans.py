"""What is asked at every visit and for every page does not grow with what a source ever published."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, event

from storage import announcing, work
from tests.databases import SqliteDatabases
from tests.storage.world import add, after, entry, tell


@pytest.fixture
def databases(sqlite_databases: SqliteDatabases) -> SqliteDatabases:
    """PostgreSQL plans by what it knows of the rows; SQLite by the statement alone."""
    return sqlite_databases


@pytest.mark.parametrize("many", [1, 30])
def test_sightings_are_not_walked_source_by_source(conn: Connection, many: int) -> None:
    add(conn, "mfa")
    tell(conn, [entry("one")])
    asked: list[tuple[str, Any]] = []

    def heard(conn: Any, cursor: Any, statement: str, values: Any, context: Any, executemany: bool) -> None:
        asked.append((statement, values[0] if executemany else values))

    event.listen(conn, "before_cursor_execute", heard)
    assert work.claim(conn, now=after(60), limit=1, holder="me", lease=after(1) - after(0))
    assert work.claim(conn, now=after(61), limit=1, holder="me", lease=after(1) - after(0))
    announcing.seen_again(conn, "mfa", range(many), after(60))
    event.remove(conn, "before_cursor_execute", heard)
    plans = [row[3] for said, values in asked for row in explain(conn, said, values)]
    walks = [
        plan for plan in plans if plan.startswith("SEARCH sightings USING INDEX") and "(source=?)" in plan
    ]
    assert walks == []
    assert any("ix_sightings_article" in plan for plan in plans)
    assert any("ix_sightings_block" in plan for plan in plans)


def explain(conn: Connection, statement: str, values: Any) -> list[Any]:
    return list(conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
