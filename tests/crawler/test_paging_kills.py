"""kill -9 at every point of paging back: what is left goes on, nothing is lost and nothing stands twice."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from news.source import Rules, Source
from tests.collector import settings_for
from tests.crawler.killed import Run, fill, left_in, source
from tests.processes import PROCESSES
from tests.web import Web, serving
from tests.wirewatch.ministry import Ministry

RULES = Rules(item="li.item", link="a", title="a", date=".date", next="a.older")


@pytest.fixture(scope="module")
def served() -> Iterator[Web]:
    with serving() as site:
        yield site


def paged(run: Run) -> int | None:
    """Its exit code, negative where it was killed."""
    process = PROCESSES.Process(target=fill, args=(run,))
    process.start()
    process.join(180)
    return process.exitcode


@pytest.mark.parametrize(
    "point",
    [
        "in the reader",
        "filled before commit",
        "filled after commit",
        "paged before commit",
        "paged after commit",
    ],
)
async def test_killed_twice(served: Web, tmp_path: Path, point: str) -> None:
    served.pages.clear()
    site = Ministry(served, "mfa.test", 20)
    settings = settings_for(served, tmp_path, readers=1)
    egress = settings.egress.model_copy(update={"hosts": served.hosts()})
    settings = settings.model_copy(update={"egress": egress})
    mfa: Source = replace(source("mfa", site.url), spider="listing", rules=RULES, zone="Asia/Yerevan")
    # A slice holds less than a page: it is announced in units, the cursor moves with the last.
    run = Run(settings.model_dump(), (mfa,), datetime(2023, 1, 2, tzinfo=UTC), point, nth=2, slice=2)
    assert [paged(run), paged(run)] == [-signal.SIGKILL] * 2
    assert paged(replace(run, at=None)) == 0
    left = (await left_in(settings)).articles
    assert sorted(left) == sorted((site.title(number), "read", (1,)) for number in range(20))
