"""What a list page means for a back-fill: what is kept, where it goes on, when it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawler.backfilling import is_news, of_error, of_list, of_status
from crawler.reading.entries import ListReading
from news.article import Entry, Published
from news.errors import FetchError, RobotsDenied
from news.source import Kind, Rules, Source
from news.work import BackfillState, BackfillTask

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SINCE = datetime(2022, 12, 1, tzinfo=UTC)


def task(pages: int = 3, spider: str = "listing", enabled: bool = True, **facts: Any) -> BackfillTask:
    source = Source("mfa", "mfa", "MFA", Kind.MINISTRY, "https://m.example/", spider=spider, enabled=enabled)
    known: dict[str, Any] = {"url": "https://m.example/3", "attempts": 0, "visited": None}
    return BackfillTask(source, "m.example", since=SINCE, pages=pages, **{**known, **facts})


def entry(number: int, said: date | datetime | None) -> Entry:
    published = None
    if said is not None:
        published = Published(said.date(), said) if isinstance(said, datetime) else Published(said)
    return Entry(f"https://m.example/{number}", f"On {number}", published=published)


def page(*days: date | datetime | None, onward: str | None = "https://m.example/4") -> ListReading:
    entries = tuple(entry(number, day) for number, day in enumerate(days))
    return ListReading(entries, (), len(entries), next_url=onward)


def test_older_ones_are_left_out_and_a_page_of_mostly_older_ones_is_the_last() -> None:
    found = of_list(task(), page(date(2022, 12, 2), date(2022, 12, 1), None, date(2022, 11, 30)), NOW)
    assert [each.title for each in found.entries] == ["On 0", "On 1", "On 2", "On 3"]
    assert (found.state, found.onward, found.listed) == (BackfillState.RUNNING, ("https://m.example/4",), 4)
    found = of_list(
        task(), page(datetime(2022, 12, 1, 9, tzinfo=UTC), date(2022, 11, 30), date(2022, 11, 1)), NOW
    )
    assert (found.state, len(found.entries)) == (BackfillState.REACHED, 1)
    assert found.oldest is not None
    assert found.oldest.date() == date(2022, 11, 1)


def test_without_dates_it_goes_on_to_the_end() -> None:
    assert of_list(task(), page(None, None), NOW).state is BackfillState.RUNNING
    assert of_list(task(), page(None, onward=None), NOW).onward == ()


def test_numbered_pages_are_counted_by_their_address() -> None:
    rules = Rules(page_url="https://m.example/list?p={page}&x=(1)")
    for url, onward in (
        ("https://m.example/", "https://m.example/list?p=2&x=(1)"),
        ("https://m.example/list?p=9&x=(1)", "https://m.example/list?p=10&x=(1)"),
    ):
        asked = task(url=url)
        asked = replace(asked, source=replace(asked.source, rules=rules))
        assert of_list(asked, page(None, onward=None), NOW).onward == (onward,)
        assert of_list(asked, page(onward=None), NOW).onward == (), "an empty page leads nowhere"


def test_an_index_leads_to_all_its_parts() -> None:
    found = of_list(
        task(0, "sitemap"), ListReading((), onward=("https://m.example/a", "https://m.example/b")), NOW
    )
    assert (found.onward, found.reason) == (("https://m.example/a", "https://m.example/b"), None)


def test_a_sitemap_is_in_no_order() -> None:
    found = of_list(task(spider="sitemap"), page(date(2001, 1, 1)), NOW)
    assert (found.state, found.entries) == (BackfillState.RUNNING, ())


@pytest.mark.parametrize(
    ("spider", "reading", "said"),
    [
        ("listing", page(None, onward=None), "set rules.next or rules.page_url"),
        ("feed", ListReading((entry(1, None),)), "`wirewatch import`"),
        ("feed", ListReading(()), "holds nothing"),
    ],
)
def test_one_page_only_says_what_to_do(spider: str, reading: Any, said: str) -> None:
    reason = of_list(task(0, spider), reading, NOW).reason
    assert reason is not None
    assert said in reason
    assert of_list(task(1, spider), reading, NOW).reason is None


@pytest.mark.parametrize(
    ("pages", "status", "state", "again"),
    [
        (3, 404, BackfillState.RUNNING, False),
        (3, 400, BackfillState.RUNNING, False),
        (0, 404, BackfillState.STOPPED, False),
        (3, 403, BackfillState.STOPPED, False),
        (3, 503, BackfillState.STOPPED, True),
        (3, 429, BackfillState.STOPPED, True),
        (3, 304, BackfillState.STOPPED, True),
    ],
)
def test_what_a_status_means(pages: int, status: int, state: BackfillState, again: bool) -> None:
    found = of_status(task(pages), status, now=NOW, attempts=3, wait=None)
    assert found is not None
    assert (found.state, found.retry_at is not None) == (state, again)
    assert of_status(task(pages), 200, now=NOW, attempts=3, wait=None) is None


def test_tries_are_counted_and_a_servers_wish_is_kept_to() -> None:
    found = of_status(task(attempts=1), 503, now=NOW, attempts=3, wait=7200)
    assert found is not None
    assert found.retry_at == NOW + timedelta(hours=2)
    error = FetchError(url="u", reason="no answer")
    assert of_error(task(attempts=1), error, now=NOW, attempts=3).retry_at == NOW + timedelta(minutes=15)
    assert of_error(task(attempts=2), error, now=NOW, attempts=3).retry_at is None
    denied = RobotsDenied(url="u", reason="robots.txt forbids it")
    assert of_error(task(), denied, now=NOW, attempts=3).retry_at is None


def test_news_is_what_no_visit_has_seen() -> None:
    visited = datetime(2026, 11, 2, 9, tzinfo=UTC)
    fresh, today, old = (
        entry(1, said) for said in (visited + timedelta(hours=1), visited.date(), date(2026, 11, 1))
    )
    known = task(visited=visited)
    assert [is_news(each, known) for each in (fresh, today, old, entry(2, None))] == [
        True,
        True,
        False,
        False,
    ]
    assert not is_news(fresh, task()), "its first visit is a backlog, too"
    assert not is_news(fresh, task(visited=visited, enabled=False))
