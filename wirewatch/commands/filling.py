"""`wirewatch collect --since`: sources' lists paged back to a date, with a bar for each."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from news.errors import StorageError
from news.work import BackfillState
from wirewatch.commands.output import show_json, show_table
from wirewatch.lock import SERVICE, Busy, Holder
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from storage.backfills import Standing
    from storage.database import Database

# Between two looks at how it stands.
LOOK = 0.5
# Between two rounds, where another process has a host that is to be asked.
MEANWHILE = 5.0
DONE = (BackfillState.REACHED, BackfillState.ENDED)
COLUMNS = {
    "slug": "source",
    "state": "state",
    "oldest": "back to",
    "pages": "list pages",
    "listed": "listed",
    "new": "new",
    "unreadable": "unread",
    "later": "later",
    "reason": "reason",
}


def fill(settings: Settings, slugs: tuple[str, ...], since: datetime, again: bool, as_json: bool) -> None:
    """Page back the lists of these sources, then show how far that went. Exit status 1: not all is done."""
    if not slugs:
        raise typer.BadParameter("Name the sources whose lists are to be paged back.")
    rows = asyncio.run(_fill(settings, slugs, since, again))
    if as_json:
        show_json(rows)
    else:
        show_table(rows, COLUMNS, "")
        typer.echo(
            f"{len(rows)} sources, {sum(row['new'] for row in rows)} new articles; nobody is told of them"
        )
        if any(row["state"] == BackfillState.RUNNING for row in rows):
            typer.echo("The same command goes on with what is left, and so does `wirewatch run`.")
    raise typer.Exit(int(any(row["state"] not in DONE for row in rows)))


def stop(settings: Settings, slugs: tuple[str, ...]) -> None:
    """Page the lists of these sources back no further."""
    asyncio.run(_stop(settings, slugs))
    typer.echo(f"{', '.join(slugs)}: paged back no further; what was found stays")


async def _stop(settings: Settings, slugs: tuple[str, ...]) -> None:
    from storage import backfills, sources
    from wirewatch.database import database

    async with database(settings) as opened:
        for slug in slugs:
            await opened.read(sources.get, slug)
            await opened.write(backfills.give_up, slug)


async def _fill(
    settings: Settings, slugs: tuple[str, ...], since: datetime, again: bool
) -> list[dict[str, Any]]:
    from storage import backfills
    from wirewatch.wiring import SECOND_TRY, fill_round, open_parts

    try:
        parts = await open_parts(settings)
    except Busy as busy:
        if busy.holder.command != SERVICE:
            raise
        return await _follow(settings, busy.holder, slugs, since, again)
    try:
        await _begin(parts.database, slugs, since, again)
        with _Bars(slugs) as bars:
            watching = asyncio.create_task(bars.keep_up(parts.database))
            try:
                await fill_round(settings, parts, slugs)
                while await parts.database.read(backfills.is_due, slugs, parts.clock() + SECOND_TRY):
                    await asyncio.sleep(MEANWHILE)
                    await fill_round(settings, parts, slugs)
            finally:
                watching.cancel()
                with suppress(asyncio.CancelledError):
                    await watching
        return await _rows(parts.database, slugs)
    finally:
        await parts.close()


async def _begin(database: Database, slugs: Collection[str], since: datetime, again: bool) -> None:
    """Leave the work as rows; what went on before goes on, what is done is named."""
    from storage import backfills, sources

    now = database.clock()
    for slug in slugs:
        await database.read(sources.get, slug)
    for slug in slugs:
        begun = await database.write(backfills.begin, slug, since, now=now, again=again)
        if begun is not backfills.Begun.NEW:
            (stands,) = await database.read(backfills.standing, [slug], now)
            done = stands.backfill
            at = f"after {done.pages} list pages" + (
                f", back to {done.oldest:%Y-%m-%d}" if done.oldest else ""
            )
            goes = "goes on" if begun is backfills.Begun.RESUMED else "is done; --again pages back once more,"
            typer.echo(f"{slug}: {goes} {at}", err=True)


async def _follow(
    settings: Settings, service: Holder, slugs: tuple[str, ...], since: datetime, again: bool
) -> list[dict[str, Any]]:
    """The same, left as rows to the service that runs here, and followed by its rows."""
    from wirewatch.database import database

    typer.echo(f"the service (process {service.pid}) carries this out, also when you leave", err=True)
    async with database(settings) as opened:
        await _begin(opened, slugs, since, again)
        with _Bars(slugs) as bars:
            while await bars.look(opened):
                if not service.lives:
                    problem = "the service ended before the lists were paged back"
                    raise StorageError(url=settings.data, problem=problem, remedy="Run this again to go on")
                await asyncio.sleep(LOOK)
        return await _rows(opened, slugs)


async def _rows(database: Database, slugs: Collection[str]) -> list[dict[str, Any]]:
    from review.rows import iso, row
    from storage import backfills, sources

    unreadable = await database.read(backfills.unreadable, slugs)
    rows = []
    for stands in await database.read(backfills.standing, slugs, database.clock()):
        done, source = stands.backfill, await database.read(sources.get, stands.backfill.source)
        rows.append(
            row(
                id=source.slug,
                slug=source.slug,
                url=source.url,
                title=source.name,
                language=",".join(source.languages) or None,
                state=str(done.state),
                since=iso(done.since),
                oldest=done.oldest.date().isoformat() if done.oldest else None,
                pages=done.pages,
                listed=done.listed,
                new=done.found,
                unreadable=unreadable.get(source.slug, 0),
                later=stands.to_read + stands.later,
                reason=done.reason,
            )
        )
    return rows


class _Bars:
    """A bar for each source: how far back it has come on its way to the date."""

    def __init__(self, slugs: Collection[str]) -> None:
        self._slugs = slugs
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[said]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bars: dict[str, TaskID] = {}

    def __enter__(self) -> _Bars:
        self._progress.start()
        self._bars = {slug: self._progress.add_task(slug, total=None, said="") for slug in self._slugs}
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    async def keep_up(self, database: Database) -> None:
        while True:
            await self.look(database)
            await asyncio.sleep(LOOK)

    async def look(self, database: Database) -> bool:
        """Show how it stands; whether there is more to wait for."""
        from storage import backfills

        standing = await database.read(backfills.standing, self._slugs, database.clock())
        for stands in standing:
            self._show(stands)
        return any(stands.backfill.state is BackfillState.RUNNING or stands.to_read for stands in standing)

    def _show(self, stands: Standing) -> None:
        done = stands.backfill
        whole = (done.started - done.since).total_seconds()
        way = (done.started - done.oldest).total_seconds() if done.oldest else 0.0
        if done.state is not BackfillState.RUNNING:
            way = whole
        said = f"{done.pages} list pages, {done.found} new, {stands.to_read} to read"
        self._progress.update(
            self._bars[done.source], total=whole, completed=max(0.0, min(way, whole)), said=said
        )
