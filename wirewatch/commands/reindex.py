"""`wirewatch reindex`: the archive brought up to date."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from wirewatch.commands.moments import moment
from wirewatch.commands.output import settings_of
from wirewatch.settings import Settings


def reindex(
    context: typer.Context,
    topic: Annotated[
        str | None, typer.Option(metavar="SLUG", help="Also find this topic in what was read before.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="The topic only in what was first seen from then on: 2026-03-08.")
    ] = None,
) -> None:
    """Judge texts of an older analysis anew. Tells nobody; may be stopped and started again at any time."""
    settings = settings_of(context)
    typer.echo(asyncio.run(rematch(settings, topic, moment("--since", since, settings))))


async def rematch(settings: Settings, topic: str | None, since: datetime | None) -> str:
    """What was done, in words."""
    from review import reindex as review
    from storage import topics
    from wirewatch.wiring import archive

    async with archive(settings) as (database, judge):
        if topic is not None:
            await database.read(topics.get, topic)
        with progress() as bar:
            shown = bar.add_task("reindexing", total=await review.outdated(database))
            renewed = await review.bring_up_to_date(
                database, judge, observe=lambda done: bar.advance(shown, done)
            )
            said = f"{renewed.done} texts brought up to date"
            if renewed.failed:
                said += f", {renewed.failed} could not be judged and stay for the next run"
            if topic is None:
                return said
            shown = bar.add_task(f"looking for {topic}", total=None)
            filled = await review.back_fill(
                *(database, judge, topic),
                since=since,
                observe=lambda done: bar.advance(shown, done),
            )
    texts = "text" if filled.found == 1 else "texts"
    return f"{said}; {topic}: found in {filled.found} {texts} of the archive; nobody was told"


def progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
        transient=True,
    )
