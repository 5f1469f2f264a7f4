"""Fixtures every test package may ask for."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

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
# looked for with `--hypothesis-profile=search`; what that finds is written down as an @example. Nothing is
# decided by how busy the machine is: neither an example's time (200 ms by default) nor that of making it.
settings.register_profile(
    "same",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", settings.get_profile("same"), derandomize=False, max_examples=2_000)
settings.load_profile("same")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Why tests were skipped, one line for each reason."""
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    for reason, times in skipped.items():
        terminalreporter.write_line(f"{times} skipped: {reason.removeprefix('Skipped: ')}")
