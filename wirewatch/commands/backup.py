"""`wirewatch backup` and `wirewatch restore`: everything into one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wirewatch.commands.output import settings_of

File = Annotated[Path, typer.Argument(help="The backup.", metavar="FILE")]


def backup(context: typer.Context, file: File) -> None:
    """Write everything to FILE, consistent while the service runs. It fits SQLite and PostgreSQL alike."""
    from wirewatch.backups import back_up
    from wirewatch.database import now

    manifest = back_up(settings_of(context), file, now())
    rows = sum(table.rows for table in manifest.tables)
    megabytes = file.stat().st_size / 2**20
    typer.echo(f"{file}: {rows} rows, {len(manifest.files)} files, {megabytes:.1f} MB")


def restore(
    context: typer.Context,
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is there; a copy of it is kept.")
    ] = False,
) -> None:
    """Bring back everything from FILE, with the service stopped."""
    from wirewatch.backups import restore as bring_back
    from wirewatch.database import now

    settings = settings_of(context)
    restored = bring_back(settings, file, replace=replace, now=now())
    manifest = restored.manifest
    rows = sum(table.rows for table in manifest.tables)
    typer.echo(f"restored as it was at {manifest.made_at}: {rows} rows, {len(manifest.files)} files")
    if restored.removed:
        typer.echo(f"removed again, as asked for before: {restored.removed} articles")
    for copy in restored.kept:
        typer.echo(f"what was there is kept in {copy}")
    typer.echo(f"the settings stay as they are; those of the backup are in it: unzip -p {file} settings.toml")
