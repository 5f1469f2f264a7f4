"""Fixtures every test package may ask for."""

from tests.databases import (
    blank_url,
    database_url,
    databases,
    postgresql_databases,
    sqlite_databases,
)

__all__ = ["blank_url", "database_url", "databases", "postgresql_databases", "sqlite_databases"]
