"""Fixtures every test package may ask for."""

from hypothesis import settings

from tests.certificates import served
from tests.databases import (
    blank_url,
    database_url,
    databases,
    postgresql_databases,
    sqlite_databases,
)

__all__ = ["blank_url", "database_url", "databases", "postgresql_databases", "served", "sqlite_databases"]

# The same examples on every machine: whether a commit passes is decided by the commit. New examples are
# looked for with `--hypothesis-profile=search`; what that finds is written down as an @example.
settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("search", max_examples=2_000, database=None, deadline=None)
settings.load_profile("same")
