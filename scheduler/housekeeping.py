"""Housekeeping: what the retention rules let go, unit by unit, so that nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from storage import retention
from storage.database import Database
from storage.retention import Gone, Rules

# Between two units: others come first.
BREATH = 0.02


async def prune(database: Database, rules: Rules, clock: Callable[[], datetime]) -> Gone:
    """Remove what these rules let go; it may stop anywhere and goes on at the next call."""
    now = clock()
    pages, size = await _pages(database, rules, now)
    gone = Gone(pages, size, await _mails(database, rules, now), await _articles(database, rules, now))
    if gone != Gone():
        structlog.get_logger("retention").info(
            "removed", pages=gone.pages, bytes=gone.page_bytes, mails=gone.mails, articles=gone.articles
        )
    return gone


async def _pages(database: Database, rules: Rules, now: datetime) -> tuple[int, int]:
    pages, size, before = 0, 0, now - timedelta(days=rules.pages)
    while rules.pages:
        some, much = await database.write(retention.drop_pages, before=before)
        if some == 0:
            break
        pages, size = pages + some, size + much
        await asyncio.sleep(BREATH)
    return pages, size


async def _mails(database: Database, rules: Rules, now: datetime) -> int:
    mails, before = 0, now - timedelta(days=rules.mails)
    words = f"(removed after {rules.mails} days)"
    while rules.mails and (some := await database.write(retention.empty_mails, before=before, words=words)):
        mails += some
        await asyncio.sleep(BREATH)
    return mails


async def _articles(database: Database, rules: Rules, now: datetime) -> int:
    articles, before = 0, now - timedelta(days=rules.unmatched)
    last: int | None = 0
    while rules.unmatched and last is not None:
        some, last = await database.write(retention.drop_unmatched, before=before, after=last)
        articles += some
        await asyncio.sleep(BREATH)
    return articles
