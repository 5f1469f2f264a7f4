"""`wirewatch prune`: what the retention settings let go, now or only shown."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from wirewatch.commands.output import Json, settings_of, show_json
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from storage.retention import Gone


def prune(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Remove what the retention settings let go. A running service does it daily."""
    settings = settings_of(context)
    gone = asyncio.run(_prune(settings, dry_run))
    if as_json:
        show_json([{**asdict(gone), "dry_run": dry_run}])
        return
    kept = settings.retention
    verb = "would be removed" if dry_run else "removed"
    megabytes = gone.page_bytes / 2**20
    rows = (
        (kept.pages_days, f"the bytes of {gone.pages} pages ({megabytes:.1f} MB)", "pages_days"),
        (kept.mails_days, f"the words of {gone.mails} mails", "mails_days"),
        (kept.unmatched_days, f"{gone.articles} articles that matched no topic", "unmatched_days"),
    )
    for days, what, key in rows:
        typer.echo(f"{what}: {verb} (older than {days} days)" if days else f"{key} is 0: kept for good")


async def _prune(settings: Settings, dry_run: bool) -> Gone:
    from scheduler import housekeeping
    from storage import retention
    from wirewatch.database import database, now
    from wirewatch.serving import retention_rules

    rules = retention_rules(settings)
    async with database(settings) as opened:
        if dry_run:
            return await opened.read(retention.preview, rules, now())
        return await housekeeping.prune(opened, rules, now)
