"""The conventions of every table: what a moment, a number and a text are to both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, ReturnTypeFromArgs
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """An aware moment in, the same moment in UTC out; naive ones are refused.

    PostgreSQL keeps `timestamptz`. SQLite keeps the UTC moment as ISO text
    with six decimals, whose order as text is the order in time.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Several(TypeDecorator[tuple[Any, ...]]):
    """Values of type `of` gathered from rows by `gathered`, as one tuple: a row costs more than a value."""

    impl = JSON
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(postgresql.ARRAY(self.of) if dialect.name == "postgresql" else JSON())

    def process_result_value(self, value: list[Any] | None, dialect: Dialect) -> tuple[Any, ...]:
        if dialect.name == "postgresql":
            return tuple(value or ())
        read = self.of.dialect_impl(dialect).result_processor(dialect, None)
        return tuple(value or ()) if read is None else tuple(map(read, value or ()))


# SQLite numbers rows by itself only in a column declared INTEGER; it is 64 bits wide there.
WholeNumber = BigInteger().with_variant(Integer(), "sqlite")
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """What all `...Row` classes share. Rows never leave `storage`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own name and form
        datetime: Moment(),
        date: Date(),
        str: Text(),
        bytes: LargeBinary(),
        int: WholeNumber,
        dict[str, Any]: Document,
        list[Any]: Document,
    }


def table(row: type[Base]) -> Table:
    """A row class's table, for statements that need no ORM (which costs two to three times as much)."""
    assert isinstance(row.__table__, Table)
    return row.__table__


def upsert(conn: Connection, into: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what is to happen on conflict; both databases spell it the same."""
    return upsert_for(conn.dialect.name, into)


def upsert_for(dialect: str, into: Table) -> sqlite.Insert | postgresql.Insert:
    """The same for the database named, for statements that are built once."""
    return sqlite.insert(into) if dialect == "sqlite" else postgresql.insert(into)


class latest(ReturnTypeFromArgs[Any]):  # noqa: N801 - a function of SQL, written as such
    """The greatest of its arguments, none of which may be NULL."""

    inherit_cache = True


@compiles(latest)
def _greatest(element: latest, compiler: SQLCompiler, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


@compiles(latest, "sqlite")
def _max(element: latest, compiler: SQLCompiler, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


class gathered(FunctionElement[Any]):  # noqa: N801
    """All values of a column of the rows at hand, in no order (`Several`)."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = Several(column.type)


@compiles(gathered)
def _array_agg(element: gathered, compiler: SQLCompiler, **kw: Any) -> str:
    return f"array_agg({compiler.process(element.clauses, **kw)})"


@compiles(gathered, "sqlite")
def _json_group_array(element: gathered, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **kw)})"


class day_before(ReturnTypeFromArgs[Any]):  # noqa: N801
    """The moment 24 hours before its argument, to the millisecond."""

    inherit_cache = True


@compiles(day_before)
def _minus_interval(element: day_before, compiler: SQLCompiler, **kw: Any) -> str:
    return f"({compiler.process(element.clauses, **kw)} - INTERVAL '24 hours')"


@compiles(day_before, "sqlite")
def _strftime(element: day_before, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strftime('%Y-%m-%d %H:%M:%f', {compiler.process(element.clauses, **kw)}, '-1 day')"


class seconds(FunctionElement[int]):  # noqa: N801
    """A moment's seconds since 1970, without their fraction; of a date those of its midnight in UTC."""

    type = BigInteger()
    inherit_cache = True


@compiles(seconds)
def _epoch(element: seconds, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(floor(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **kw)})) AS bigint)"


@compiles(seconds, "sqlite")
def _unixepoch(element: seconds, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **kw)}) AS INTEGER)"


def unindexed(column: ColumnElement[str]) -> ColumnElement[str]:
    """A text column in a condition that no index is to be searched by.

    SQLite, without statistics, takes any index whose first column is compared: it would walk all a
    source's sightings ever for those of one article.
    """
    return column.concat("")
