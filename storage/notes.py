"""What the team writes beside an article: notes, and where it was cited (`uses`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from news.errors import RemarkError, UnknownArticle, UnknownRemark
from news.judging import Note, Use
from news.texts import clean_text
from storage.columns import table
from storage.desk_tables import AccountRow
from storage.judging_tables import NoteRow, UseRow
from storage.removals import standing

NOTES, USES, ACCOUNTS = table(NoteRow), table(UseRow), table(AccountRow)
LONGEST_NOTE = 20_000
LONGEST_LINE = 500


def add(conn: Connection, article: int, text: str, *, account: int, at: datetime) -> Note:
    """Write a note. Raises UnknownArticle (also of a removed one), RemarkError."""
    words = _words(text, "note", LONGEST_NOTE)
    number = _add(conn, NOTES, article, account, at, {"text": words})
    return next(note for note in of_article(conn, article) if note.id == number)


def of_article(conn: Connection, article: int) -> tuple[Note, ...]:
    """An article's notes, the first first."""
    return tuple(
        Note(row.id, row.article, row.account, row.by, row.at, row.text)
        for row in _of_article(conn, NOTES, article)
    )


def get(conn: Connection, number: int) -> Note:
    """Raises UnknownRemark."""
    article = conn.execute(select(NOTES.c.article).where(NOTES.c.id == number)).scalar()
    for note in of_article(conn, article) if article is not None else ():
        if note.id == number:
            return note
    raise UnknownRemark(kind="note", id=number)


def remove(conn: Connection, number: int) -> None:
    """Take a note away. Raises UnknownRemark."""
    if conn.execute(delete(NOTES).where(NOTES.c.id == number)).rowcount == 0:
        raise UnknownRemark(kind="note", id=number)


def cite(conn: Connection, article: int, line: str, *, account: int, at: datetime) -> Use:
    """Say where an article was cited. Raises UnknownArticle (also of a removed one), RemarkError."""
    words = " ".join(_words(line, "line", LONGEST_LINE).split())
    number = _add(conn, USES, article, account, at, {"line": words})
    return next(use for use in uses_of(conn, article) if use.id == number)


def uses_of(conn: Connection, article: int) -> tuple[Use, ...]:
    """Where an article was cited, the first first."""
    return tuple(
        Use(row.id, row.article, row.account, row.by, row.at, row.line)
        for row in _of_article(conn, USES, article)
    )


def remove_use(conn: Connection, number: int) -> None:
    """Take back where it was cited. Raises UnknownRemark."""
    if conn.execute(delete(USES).where(USES.c.id == number)).rowcount == 0:
        raise UnknownRemark(kind="use", id=number)


def _add(
    conn: Connection, into: Table, article: int, account: int, at: datetime, words: dict[str, str]
) -> int:
    if article not in standing(conn, [article]):
        raise UnknownArticle(id=article)
    row = {"article": article, "account": account, "at": at, **words}
    number: int = conn.execute(insert(into).values(row).returning(into.c.id)).scalar_one()
    return number


def _of_article(conn: Connection, kept: Table, article: int) -> Any:
    query = select(kept, ACCOUNTS.c.name.label("by")).join(ACCOUNTS, ACCOUNTS.c.id == kept.c.account)
    return conn.execute(query.where(kept.c.article == article).order_by(kept.c.id))


def _words(text: str, kind: str, longest: int) -> str:
    words = clean_text(text)
    if not words or len(words) > longest:
        problem = f"it has {len(words):,} characters" if words else "it is empty"
        raise RemarkError(kind=kind, problem=problem, remedy=f"Write 1 to {longest:,} characters.")
    return words
