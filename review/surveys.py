"""Trying every source of a pack once: several hosts at once, must-haves first; what works, and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from news.source import Source, Tier
from review.checking import Check
from review.rows import Row, published, row
from storage.sources import host_of

ORDER = {tier: place for place, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One source's check, and the seconds it took, turns at its host included."""

    check: Check
    seconds: float

    @property
    def works(self) -> bool:
        return self.check.problem is None


async def survey(
    sources: Iterable[Source],
    visit: Callable[[Source], Awaitable[Check]],
    *,
    hosts: int,
    observe: Callable[[Surveyed], None] = lambda surveyed: None,
) -> tuple[Surveyed, ...]:
    """`visit` every source that is enabled, at most `hosts` hosts at once, a host's one after the other.

    Whatever is done is shown to `observe` at once. Returns them all, must-haves first, then by slug.
    """
    queues: dict[str, list[Source]] = {}
    for source in sorted(sources, key=_rank):
        if source.enabled:
            queues.setdefault(host_of(source.url), []).append(source)
    places, done = asyncio.Semaphore(hosts), []

    async def visit_host(queue: list[Source]) -> None:
        async with places:
            for source in queue:
                started = monotonic()
                done.append(Surveyed(await visit(source), monotonic() - started))
                observe(done[-1])

    async with asyncio.TaskGroup() as group:
        for queue in queues.values():
            group.create_task(visit_host(queue))
    return tuple(sorted(done, key=lambda surveyed: _rank(surveyed.check.source)))


def reason(surveyed: Surveyed, now: datetime) -> str:
    """How it is, in words: what is wrong, or that it works, also where its newest entry is old."""
    check = surveyed.check
    if check.problem is not None:
        return check.problem
    newest, limit = _newest(check), timedelta(hours=check.source.silence)
    if newest is not None and now.date() - datetime.fromisoformat(newest).date() > limit:
        return f"works, but nothing new for longer than its silence of {check.source.silence} h"
    return "works"


def survey_row(surveyed: Surveyed, now: datetime) -> Row:
    """One source of the report, for `--json`."""
    check = surveyed.check
    source = check.source
    return row(
        id=source.slug,
        slug=source.slug,
        url=source.url,
        title=source.name,
        language=",".join(source.languages) or None,
        published=_newest(check),
        state=str(check.state),
        works=surveyed.works,
        reason=reason(surveyed, now),
        remedy=check.remedy,
        tier=str(source.tier),
        confidence=str(source.confidence) if source.confidence else None,
        entries=len(check.entries),
        final_url=check.final_url,
        status=check.status,
        seconds=round(surveyed.seconds, 1),
    )


def report(name: str, rows: list[Row], at: datetime) -> str:
    """The report of a survey as a Markdown page; `at` is when it was made, in the zone it is to say."""
    working = sum(row["works"] for row in rows)
    lines = [
        f"# Check of the pack {name}, {at:%Y-%m-%d %H:%M %Z}",
        "",
        f"{working} of {len(rows)} sources work. Nothing was stored.",
        "",
        "| source | tier | works | entries | newest | seconds | reason | what to do | address |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for each in rows:
        address = each["final_url"] if each["works"] else each["url"]
        cells = (
            *(each["slug"], each["tier"], "yes" if each["works"] else "no", each["entries"]),
            *(each["published"] or "", each["seconds"], each["reason"], each["remedy"] or "", address),
        )
        lines.append("| " + " | ".join(map(_cell, cells)) + " |")
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    """Text as a table's cell may hold it: what a source sends neither ends a cell nor makes a link or tag."""
    text = " ".join(str(value).split())
    for special in "\\`|<>[]*_":
        text = text.replace(special, f"\\{special}")
    return text


def _newest(check: Check) -> str | None:
    """The newest date among the entries as rows say it; a date without an hour goes by its day."""
    said = [entry.published for entry in check.entries if entry.published is not None]
    return published(max(said, key=lambda one: (one.day, one.at is not None, one.at))) if said else None


def _rank(source: Source) -> tuple[int, str]:
    return ORDER[source.tier], source.slug
