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


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema up to `revision`; a missing SQLite file and its folder are made."""
    address = parse(url)
    if address.file is not None:
        address.file.parent.mkdir(parents=True, exist_ok=True)
    with _connection(address) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the schema down to `revision`; `base` removes it with all that it holds."""
    with _connection(parse(url)) as connection:
        command.downgrade(_config(connection), revision)


def back_up(url: str, state: SchemaState) -> Path | None:
    """Copy a SQLite database to `<file>.before-<head>` and return that path; None for PostgreSQL."""
    file = parse(url).file
    if file is None:
        return None
    kept = file.with_name(f"{file.name}.before-{state.head}")
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
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return SchemaState(Condition.OLDER if current in known else Condition.UNKNOWN, current, head)


def _head() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    # Alembic reads a percent sign in its options as an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(address: Address) -> Iterator[Connection]:
    """A transaction of its own, committed at the end."""
    engine = create_engine(address.blocking, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        remedy = "Check that the address is right and that the database answers"
        raise StorageError(url=address.shown, problem=str(error.orig).strip(), remedy=remedy) from error
    finally:
        engine.dispose()
