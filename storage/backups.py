"""The whole database out into a backup, consistent while it is written to, and back in.

All functions block. A SQLite file is copied first, in one step of the online
backup API (https://www.sqlite.org/backup.html): in several it would begin
anew with every commit of a running service.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    LargeBinary,
    NullPool,
    Select,
    Table,
    collate,
    column,
    create_engine,
    func,
    insert,
    select,
    text,
)
from sqlalchemy import table as described
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType, Text, TypeEngine

from news.errors import StorageError
from storage import archive, desk_tables, judging_tables, removals, schema, telling_tables, work
from storage.address import parse
from storage.archive import Manifest, TableMember
from storage.columns import Base, Document, Moment
from storage.removals import Removal
from storage.schema import Condition

ROOMS = (desk_tables, judging_tables, telling_tables)  # importing it fills the metadata
KINDS: dict[str, TypeEngine[Any]] = {
    "moment": Moment(),
    "day": Date(),
    "bytes": LargeBinary(),
    "document": Document,
    "plain": NullType(),
}
# What is done last in the transaction that loads a backup.
Then = Callable[[Connection], None]
BATCH = 500
BUSY = 30.0


def copy(source: Path, target: Path) -> None:
    """A sound copy of a SQLite file as it stands now. Raises StorageError where it is damaged."""
    try:
        with closing(sqlite3.connect(source, timeout=BUSY)) as now, closing(sqlite3.connect(target)) as made:
            made.execute("PRAGMA synchronous = OFF")
            now.backup(made)
    except sqlite3.Error as error:
        remedy = "Nothing was written; is there room for a copy?"
        raise StorageError(url=source, problem=f"it cannot be copied: {error}", remedy=remedy) from error
    problem = quick_check(target)
    if problem is not None:
        remedy = "Restore the last backup, or see https://www.sqlite.org/recovery.html"
        raise StorageError(url=source, problem=f"it is damaged: {problem}", remedy=remedy)


def quick_check(file: Path) -> str | None:
    """The first thing SQLite finds wrong with the file, None where there is nothing."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=BUSY)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return None if found == "ok" else found


def dump(url: str, into: ZipFile, scratch: Path) -> tuple[str, tuple[TableMember, ...]]:
    """Write every table as it stood at one moment; returns the schema's revision and the members.

    `scratch` is a folder with room for a copy of a SQLite file. Raises StorageError.
    """
    address, state = parse(url), schema.schema_state(url)
    if state.condition is Condition.EMPTY:
        remedy = "There is nothing to back up yet"
        raise StorageError(url=address.shown, problem="it holds no schema", remedy=remedy)
    if state.condition is not Condition.CURRENT:
        raise schema.refusal(address, state)
    if address.file is not None:
        copied = scratch / "copy.db"
        copy(address.file, copied)
        url = f"sqlite:///{copied}"
    with _reading(url) as connection:
        tables = tuple(_dump_table(connection, table, into) for table in Base.metadata.sorted_tables)
    return state.head, tables


def replace_file(file: Path, backup: ZipFile, manifest: Manifest, kept: Path, then: Then) -> bool:
    """Put a SQLite file made of the backup in the place of `file`, which stays as `kept`.

    The new one is made beside it and checked before anything is moved. Returns
    whether there was one to keep. Raises StorageError.
    """
    made = file.with_name(f"{file.name}.restoring")
    for left in file.parent.glob(f"{made.name}*"):
        left.unlink()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with writing(f"sqlite:///{made}") as connection:
            load(connection, backup, manifest, then)
        _require_sound(made)
        if not file.exists():
            made.rename(file)
            return False
        with _held_still(file):
            os.link(file, kept)
            made.replace(file)
        return True
    finally:
        made.unlink(missing_ok=True)


def _require_sound(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    problem = quick_check(file) or (f"a row of {broken[0]} refers to none of {broken[2]}" if broken else None)
    if problem is not None:
        raise StorageError(url=file, problem=problem, remedy="Nothing was changed")


@contextmanager
def _held_still(file: Path) -> Iterator[None]:
    """The whole database in this one file, and nobody writing to it."""
    try:
        with closing(sqlite3.connect(file, timeout=BUSY, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            yield
    except sqlite3.Error as error:
        raise StorageError(url=file, problem=str(error), remedy="Nothing was changed; try again") from error


def is_empty(url: str) -> bool:
    """Whether nothing would be lost if this database were replaced."""
    state = schema.schema_state(url)
    if state.condition is not Condition.CURRENT:
        return state.condition is Condition.EMPTY
    with _reading(url) as connection:
        return not any(
            connection.execute(select(1).select_from(table).limit(1)).first()
            for table in Base.metadata.sorted_tables
        )


def removed(url: str) -> tuple[Removal, ...]:
    """What was removed on request from this database; nothing where there is none to read."""
    if schema.schema_state(url).condition is not Condition.CURRENT:
        return ()
    with _reading(url) as connection:
        return removals.all_removed(connection)


def load(connection: Connection, backup: ZipFile, manifest: Manifest, then: Then) -> None:
    """Within this transaction: replace whatever schema there is by what the backup holds."""
    schema.rebuild(connection, manifest.revision)
    for member in manifest.tables:
        table = described(member.name, *(column(name, KINDS[kind]) for name, kind in member.columns.items()))
        rows = archive.rows(backup, member)
        while some := list(islice(rows, BATCH)):
            connection.execute(insert(table), some)
    schema.raise_to_head(connection)
    _go_on_counting(connection)
    work.release_all(connection)  # whoever held them is no more
    then(connection)


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    """One transaction, committed at the end. Raises StorageError for what the database refuses."""
    address = parse(url)
    engine = create_engine(address.url, poolclass=NullPool)
    with _disposing(engine), _named(address.shown), engine.begin() as connection:
        yield connection


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    address = parse(url)
    engine = create_engine(address.url, poolclass=NullPool)
    if address.file is None:
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with _disposing(engine), _named(address.shown), engine.connect() as connection:
        yield connection


@contextmanager
def _disposing(engine: Engine) -> Iterator[None]:
    try:
        yield
    finally:
        engine.dispose()


@contextmanager
def _named(shown: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        remedy = "Check that the database answers and that its disk is not full"
        raise StorageError(url=shown, problem=str(error.orig).strip(), remedy=remedy) from error


def _dump_table(connection: Connection, table: Table, into: ZipFile) -> TableMember:
    columns = {each.name: _kind(each) for each in table.columns}
    streamed = connection.execution_options(stream_results=True, yield_per=BATCH)
    rows = streamed.execute(_in_order(connection, table)).mappings()
    return archive.add_table(into, table.name, columns, rows)


def _in_order(connection: Connection, table: Table) -> Select[Any]:
    """All rows in the same order everywhere: PostgreSQL sorts texts by a language's rules unless told."""
    bytewise = connection.dialect.name == "postgresql"
    key = (
        collate(each, "C") if bytewise and isinstance(each.type, Text) else each for each in table.primary_key
    )
    return select(table).order_by(*key)


def _kind(each: Column[Any]) -> str:
    for kind, type_ in KINDS.items():
        if type(each.type) is type(type_):
            return kind
    return "plain"


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL numbers rows by a counter that does not see rows which bring their number."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns and table.columns["id"].primary_key:
            last = connection.execute(select(func.max(table.columns["id"]))).scalar()
            if last is not None:
                counter = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
                connection.execute(counter, {"table": table.name, "last": last})
