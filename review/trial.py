"""A source as it is proposed or edited, tried before it is saved: what would be collected, how it reads."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from news.source import Source
from review.checking import Check, check
from review.discovering import Asking, Way, with_article


@dataclass(frozen=True, slots=True)
class Trial:
    """What one visit would give: the check of the list, and where it gave entries, the way with its newest
    article read."""

    check: Check
    way: Way | None = None


async def trial(asking: Asking, source: Source) -> Trial:
    """Visit a source's list and its newest article once; nothing is stored. Expected errors become the
    check's `problem`."""
    started = monotonic()
    found = await check(
        asking.door,
        asking.read,
        source,
        agent=asking.agent,
        now=asking.now,
        x=asking.x,
        robots=asking.robots,
    )
    if found.problem is not None:
        return Trial(found)
    return Trial(found, await with_article(asking, Way(source, found.entries, monotonic() - started)))
