"""On top of the telling world: people at the desk."""

from __future__ import annotations

from sqlalchemy import Connection

from news.people import Role
from storage import accounts
from tests.storage.world import NOON


def person(conn: Connection, name: str = "Ani", role: Role = Role.ANALYST) -> int:
    """The number of a new account."""
    return accounts.add(conn, name, role, now=NOON).id
