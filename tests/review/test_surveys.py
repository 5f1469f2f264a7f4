"""A survey's order and its report, also where a source sends what would break a table."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

from news.article import Entry, Published
from news.source import Kind, Source, Tier
from review.checking import Check
from review.surveys import Surveyed, report, survey, survey_row

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def source(slug: str, host: str, tier: Tier = Tier.USEFUL, enabled: bool = True) -> Source:
    url = f"https://{host}.example/{slug}"
    return Source(slug, slug, slug, Kind.AGENCY, url, tier=tier, enabled=enabled)


async def test_hosts_are_visited_side_by_side_and_each_one_source_after_the_other() -> None:
    under_way: set[str] = set()
    most = 0

    async def visit(one: Source) -> Check:
        nonlocal most
        host = one.url.split("/")[2]
        assert host not in under_way
        under_way.add(host)
        most = max(most, len(under_way))
        await asyncio.sleep(0)
        under_way.remove(host)
        return Check(one, one.url, 200)

    given = [source(f"{host}{number}", host) for host in "abc" for number in range(3)]
    given += [source("must", "c", Tier.MUST_HAVE), source("off", "d", enabled=False)]
    done = await survey(given, visit, hosts=2)
    assert [one.check.source.slug for one in done] == ["must", *(one.slug for one in given[:9])]
    assert most == 2


def test_the_report_has_a_row_per_source_whatever_it_sends() -> None:
    hostile = Check(
        source("a", "a"), "https://a.example/a", 500, problem="it says\n| [x](javascript:1) <script>"
    )
    page = report("own", [survey_row(Surveyed(hostile, 1.26), NOW)], NOW)
    (line,) = [line for line in page.splitlines() if line.startswith("| a |")]
    assert line.startswith("| a | useful | no | 0 |  | 1.3 |")
    assert r"it says \| \[x\](javascript:1) \<script\>" in line
    assert "0 of 1 sources work" in page


def test_the_newest_date_is_an_entrys_and_an_old_one_is_said() -> None:
    days = [Published(date(2026, 11, 1)), Published(date(2026, 11, 2)), None]
    entries = tuple(Entry(link="https://a.example/1", title="t", published=day) for day in days)
    check = Check(source("a", "a"), "https://a.example/a", 200, entries)
    row = survey_row(Surveyed(check, 0.0), NOW)
    assert (row["published"], row["works"]) == ("2026-11-02", True)
    assert row["reason"] == "works, but nothing new for longer than its silence of 168 h"
    fresh = replace(check, entries=(Entry(link="x", title="t", published=Published(NOW.date(), NOW)),))
    assert survey_row(Surveyed(fresh, 0.0), NOW)["reason"] == "works"
