"""`wirewatch import`: addresses, saved pages and WARC files, taken in for the archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from wirewatch.commands.output import Json, counted, settings_of, show_json, show_table
from wirewatch.commands.taking import File, Import, files, kind_of_file, take_in
from wirewatch.lock import SERVICE, Busy
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from review.intake import Intake
    from storage.database import Database

LOOK = 0.5
COLUMNS = {
    "title": "file",
    "kind": "what",
    "listed": "rows",
    "new": "new",
    "known": "known",
    "bad": "not usable",
}


def import_(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE-or-FOLDER...", help="Lists, saved pages, WARC files.")
    ],
    source: Annotated[str | None, typer.Option(help="Whose they are, where a row does not say.")] = None,
    url: Annotated[str | None, typer.Option(help="The address of the one saved page that is given.")] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Only addresses whose path matches, such as '/en/news/*'."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in addresses, saved pages and WARC files for the archive; nobody is told of what is found.

    A list is CSV (url, date, title, source; with a header or without) or text with an address a line, perhaps
    a date and a title after it. Addresses are fetched and read as a visit's are. What is known is passed
    over, so the same command goes on after a kill. What cannot be used is named. Exit status 1: some was not
    usable.
    """
    settings = settings_of(context)
    work = Import(source, url, tuple(only or ()))
    work.files = [File(path, kind_of_file(path)) for given in paths for path in files(given)]
    if url is not None and len(work.files) != 1:
        raise typer.BadParameter("--url is the address of one saved page: give that file alone.")
    to_read, later = asyncio.run(_import(settings, work))
    rows = [_row(file) for file in work.files]
    if as_json:
        show_json(rows)
    else:
        show_table(rows, COLUMNS, "Nothing to import there: no list, page or WARC file.")
        totals = {key: sum(row[key] for row in rows) for key in ("new", "known", "bad")}
        came = f"{totals['new']} new, {totals['known']} known, {totals['bad']} not usable"
        waits = f"{counted(to_read + later, 'page')} to be read yet"
        typer.echo(f"{counted(len(rows), 'file')}: {came}; {waits}")
    raise typer.Exit(int(any(file.bad for file in work.files)))


def _row(file: File) -> dict[str, Any]:
    from review.rows import row

    counts = {key: getattr(file, key) for key in ("listed", "new", "known", "bad")}
    return row(id=str(file.path), title=str(file.path), kind=file.kind, **counts)


async def _import(settings: Settings, work: Import) -> tuple[int, int]:
    """Everything, file by file; returns how many pages are still to be read, now and later."""
    from storage import handed
    from wirewatch.database import database

    async with _intake(settings) as intake:
        with _bar() as bar:
            sizes = [file.path.stat().st_size for file in work.files]
            shown = bar.add_task("", total=sum(sizes))
            for place, file in enumerate(work.files):
                done = sum(sizes[:place])
                bar.update(shown, description=file.path.name, completed=done)
                work.advanced = partial(_advance, bar, shown, done)
                await take_in(settings, work, file, intake)
        waits, later = await intake.database.read(handed.waiting, work.slugs, intake.database.clock())
    if not waits:
        return waits, later
    await _read(settings, work.slugs)
    async with database(settings) as opened:
        return await opened.read(handed.waiting, work.slugs, opened.clock())


def _advance(bar: Progress, shown: TaskID, before: int, done: int) -> None:
    bar.update(shown, completed=before + done)


@asynccontextmanager
async def _intake(settings: Settings) -> AsyncIterator[Intake]:
    """Readers and a judge of this command's own: it works beside whatever is running."""
    from news.article import Brought
    from review.intake import Intake
    from wirewatch.wiring import READER_MODULES, archive
    from workers.readers import Readers

    async with archive(settings) as (opened, judge):
        readers = Readers(settings.crawl.readers, preload=READER_MODULES)
        try:
            intake = Intake(opened, readers.run, judge, Brought.IMPORT, quiet=True)
            await intake.load()
            yield intake
        finally:
            await readers.close()


async def _read(settings: Settings, slugs: set[str]) -> None:
    """Have the addresses read: here, or by the service that runs, which is followed."""
    from wirewatch.wiring import open_parts, read_round

    try:
        parts = await open_parts(settings)
    except Busy as busy:
        if busy.holder.command != SERVICE:
            typer.echo(f"{busy.problem}: the pages are read by the next `collect` or `run`", err=True)
            return
        service = busy.holder
        typer.echo(f"the service (process {service.pid}) reads them, also when you leave", err=True)
        from wirewatch.database import database

        async with database(settings) as opened:
            with _bar() as bar:
                await _follow(opened, slugs, bar, lambda: service.lives)
        return
    try:
        with _bar() as bar:
            following = asyncio.create_task(_follow(parts.database, slugs, bar, lambda: True))
            try:
                await read_round(settings, parts, slugs)
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
    finally:
        await parts.close()


async def _follow(database: Database, slugs: set[str], bar: Progress, lives: Any) -> None:
    """Show how many are read until all are, or nobody is there any more who would."""
    from storage import handed

    total, _ = await database.read(handed.waiting, slugs, database.clock())
    shown = bar.add_task("reading", total=total)
    while lives():
        left, _ = await database.read(handed.waiting, slugs, database.clock())
        bar.update(shown, completed=total - left)
        if not left:
            return
        await asyncio.sleep(LOOK)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
