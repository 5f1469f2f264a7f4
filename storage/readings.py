"""Readings: what a person has read and starred, which is nobody else's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from news.judging import Own
from storage.columns import table, upsert
from storage.judging_tables import ReadingRow
from storage.removals import standing

READINGS = table(ReadingRow)


def read(conn: Connection, account: int, articles: Collection[int], *, at: datetime) -> None:
    """They read these articles; what was read before keeps its moment, what is there no more is left out."""
    _mark(conn, account, articles, "read_at", at)


def star(conn: Connection, account: int, articles: Collection[int], *, at: datetime) -> None:
    """They want to find these again; what is there no more is left out."""
    _mark(conn, account, articles, "starred_at", at)


def unread(conn: Connection, account: int, articles: Collection[int]) -> None:
    """As if they had not read these."""
    _unmark(conn, account, articles, "read_at")


def unstar(conn: Connection, account: int, articles: Collection[int]) -> None:
    """They need not find these again."""
    _unmark(conn, account, articles, "starred_at")


def own(conn: Connection, account: int, article: int) -> Own:
    """What of it is theirs."""
    query = select(READINGS.c.read_at, READINGS.c.starred_at)
    row = conn.execute(
        query.where(READINGS.c.account == account, READINGS.c.article == article)
    ).one_or_none()
    return Own() if row is None else Own(row.read_at, row.starred_at)


def _mark(conn: Connection, account: int, articles: Collection[int], mark: str, at: datetime) -> None:
    there = standing(conn, articles)
    if not there:
        return
    rows: list[dict[str, Any]] = [
        {"account": account, "article": article, mark: at} for article in sorted(there)
    ]
    kept = upsert(conn, READINGS)
    first = {mark: kept.excluded[mark]}
    unmarked = READINGS.c[mark].is_(None)
    conn.execute(
        kept.on_conflict_do_update(index_elements=["account", "article"], set_=first, where=unmarked), rows
    )


def _unmark(conn: Connection, account: int, articles: Collection[int], mark: str) -> None:
    theirs = update(READINGS).where(READINGS.c.account == account, READINGS.c.article.in_(sorted(articles)))
    conn.execute(theirs.values({mark: None}))
