"""A database's URL as users write it, and the driver's spelling of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from news.errors import StorageError

SQLITE = {"sqlite", "sqlite+pysqlite"}
POSTGRESQL = {"postgresql", "postgres", "postgresql+psycopg"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is: `shown` hides the password, `file` is set for SQLite."""

    shown: str
    url: URL
    file: Path | None


def parse(url: str) -> Address:
    """Read `sqlite:///FILE` or `postgresql://USER@HOST/NAME`. Raises StorageError for anything else."""
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise _unusable("(not shown)", "not a database URL") from None
    if password := made.query.get("password"):  # libpq's other place for it, which nothing would hide
        made = made.difference_update_query(["password"]).set(password=str(password))
    shown = made.render_as_string(hide_password=True)
    if made.drivername in SQLITE:
        if made.database in (None, "", ":memory:"):
            raise _unusable(shown, "names no file")
        return Address(shown, made.set(drivername="sqlite+pysqlite"), Path(made.database))
    if made.drivername in POSTGRESQL:
        return Address(shown, made.set(drivername="postgresql+psycopg"), None)
    raise _unusable(shown, f"{made.drivername} is no database wirewatch knows")


def _unusable(shown: str, problem: str) -> StorageError:
    remedy = "Use sqlite:///FILE or postgresql://USER@HOST/NAME"
    return StorageError(url=shown, problem=problem, remedy=remedy)
