"""The schema's state and its way up and down, by Alembic, from wherever the package is installed.

All functions block; the service calls them in a thread before it starts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from news.errors import StorageError
from storage.address import Address, parse
from storage.tables import SourceRow

# Two services that start on one empty PostgreSQL must not both create the schema.
MIGRATION_LOCK = 0x77697265


MIGRATIONS = Path(__file__).parent / "migrations"


# The full-text objects, made by hand in the migrations: SQLAlchemy has no words for them.
FULL_TEXT = "revision_terms"


class Condition(StrEnum):
    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """`current` is the database's revision (None: none), `head` this program's.

    UNKNOWN is a schema that this program has never heard of: a newer one, or
    tables that are not wirewatch's.
    """

    condition: Condition
    current: str | None
    head: str


def schema_state(url: str) -> SchemaState:
    """Say how the database's schema stands to this program's. Raises StorageError if it cannot be had."""
    address = parse(url)
    if address.file is not None and not address.file.exists():
        return SchemaState(Condition.EMPTY, None, _head())
    with _connection(address) as connection:
        return _state(connection)


def is_described(thing: object, name: str | None, *_: object) -> bool:
    """Whether the row classes describe a table or index (Alembic's `include_object`)."""
    return not (name or "").startswith(FULL_TEXT)


def upgrade(url: str, revision: str = "head") -> str:
    """Bring the schema up to `revision`; returns what was done, in words.

    A missing SQLite file and its folder are made; one with an older schema is
    first copied to `<file>.before-<revision>`. Raises StorageError for a
    schema this program has never heard of.
    """
    address, before = parse(url), schema_state(url)
    if before.condition is Condition.UNKNOWN:
        raise refusal(address, before)
    kept = None
    if address.file is not None:
        _make_folder(address, address.file.parent)
        if before.condition is Condition.OLDER:
            kept = _back_up(address.file, before.head)
    with _connection(address) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        command.upgrade(_config(connection), revision)
        after = _state(connection)
    if after.current == before.current:
        return f"{address.shown}: the schema is {after.current}, nothing to do"
    copied = f"; a copy as it was is {kept}" if kept else ""
    return f"{address.shown}: the schema is now {after.current} (before: {before.current or 'none'}){copied}"


def downgrade(url: str, revision: str) -> None:
    """Take the schema down to `revision`; `base` removes it with all that it holds."""
    with _connection(parse(url)) as connection:
        command.downgrade(_config(connection), revision)


def rebuild(connection: Connection, revision: str) -> None:
    """Within this transaction: remove the schema with all that it holds, and make it anew at `revision`."""
    if MigrationContext.configure(connection).get_current_revision() is not None:
        command.downgrade(_config(connection), "base")
    command.upgrade(_config(connection), revision)


def raise_to_head(connection: Connection) -> None:
    """Within this transaction: bring the schema to this program's."""
    command.upgrade(_config(connection), "head")


def knows(revision: str) -> bool:
    """Whether this program has heard of that schema."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return revision in {script.revision for script in scripts}


def refusal(address: Address, state: SchemaState) -> StorageError:
    """Why a database in that state cannot be worked with, and what to do."""
    if state.condition is Condition.OLDER:
        problem = f"its schema {state.current} is older than this program's {state.head}"
        remedy = "Make a backup, then run `wirewatch db upgrade`"
    elif state.current is None:
        problem = "it holds tables that are not wirewatch's"
        remedy = "Give wirewatch a database of its own"
    else:
        problem = f"its schema {state.current} is newer than this program's {state.head}"
        remedy = "Run the wirewatch that made it, or a newer one"
    return StorageError(url=address.shown, problem=problem, remedy=remedy)


def _make_folder(address: Address, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"its folder cannot be made: {error.strerror}"
        raise StorageError(url=address.shown, problem=problem, remedy="Name another folder") from error


def _back_up(file: Path, head: str) -> Path:
    kept = file.with_name(f"{file.name}.before-{head}")
    with closing(sqlite3.connect(file)) as now, closing(sqlite3.connect(kept)) as copy:
        now.backup(copy)
    return kept


def _state(connection: Connection) -> SchemaState:
    head = _head()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        foreign = inspect(connection).has_table(SourceRow.__tablename__)
        return SchemaState(Condition.UNKNOWN if foreign else Condition.EMPTY, None, head)
    if current == head:
        return SchemaState(Condition.CURRENT, current, head)
    return SchemaState(Condition.OLDER if knows(current) else Condition.UNKNOWN, current, head)


def _head() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    # Alembic reads a percent sign in its options as an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(address: Address) -> Iterator[Connection]:
    """A transaction of its own, committed at the end."""
    engine = create_engine(address.url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        remedy = "Check that the address is right and that the database answers"
        problem = " ".join(str(error.orig).split())  # a driver's word may have several lines
        raise StorageError(url=address.shown, problem=problem, remedy=remedy) from error
    finally:
        engine.dispose()
