"""`wirewatch remove`: articles removed on request, so that they stay removed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from news.article import ArticleState
from wirewatch.commands.output import say, settings_of
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from storage.removals import Traces

BACKUPS = "Backups made before, and mail in other hands, still hold it: docs/privacy.md."


def remove(
    context: typer.Context,
    items: Annotated[
        list[int], typer.Argument(metavar="ITEM...", help="Ids, as `items` and `search` show them.")
    ],
    reason: Annotated[str, typer.Option(help="Who asked, and why; `show` says it.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Remove articles on request: all their words, here and in kept messages. They stay removed."""
    settings = settings_of(context)
    if not reason.strip():
        raise typer.BadParameter("Say who asked for it, and why.", param_hint="--reason")
    wanted = list(dict.fromkeys(items))
    found = [each for each in asyncio.run(_look(settings, wanted)) if not _removed_before(each)]
    for each in found:
        _tell(each, _files(settings, each))
    if dry_run or not found:
        return
    if sys.stdin.isatty() and not yes:
        typer.confirm("Remove this for good?", abort=True)
    for gone in asyncio.run(_remove(settings, [each.article for each in found], reason.strip())):
        for file in _files(settings, gone):
            file.unlink()
        typer.echo(f"removed {gone.article}")
    typer.echo(BACKUPS)


def _removed_before(found: Traces) -> bool:
    if found.state is not ArticleState.REMOVED:
        return False
    say(f"{found.article}: removed {found.reason}")
    return True


def _tell(found: Traces, files: Iterable[Path]) -> None:
    """What there is of an article, in words."""
    say(f"{found.article}  {found.title}  {found.url or '(no address)'}", style="bold")
    say(
        f"    texts: {found.revisions}, pages as they came: {found.pages}, "
        f"places where it stood: {found.sightings}, matches: {found.matches}"
    )
    say(f"    messages that carry it: {len(found.carried)}, of them not sent yet: {len(found.open)}")
    for file in files:
        say(f"    file: {file}")


def _files(settings: Settings, found: Traces) -> list[Path]:
    from wirewatch.backups import files_of

    return files_of(settings.outbox, found)


async def _look(settings: Settings, items: list[int]) -> list[Traces]:
    from storage import removals
    from wirewatch.database import database

    async with database(settings) as opened:
        return [await opened.read(removals.traces, item) for item in items]


async def _remove(settings: Settings, items: list[int], reason: str) -> list[Traces]:
    from storage import removals
    from wirewatch.database import database, now

    async with database(settings) as opened:
        return [await opened.write(removals.remove, item, reason=reason, at=now()) for item in items]
