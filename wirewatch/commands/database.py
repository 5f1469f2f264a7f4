"""`wirewatch db`: the schema."""

from __future__ import annotations

import typer

from wirewatch.commands.output import settings_of

app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Keeps `upgrade` a subcommand although it is the only one."""


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to this version's schema; a SQLite file is backed up first."""
    from storage.schema import upgrade as migrate

    settings = settings_of(context)
    typer.echo(migrate(settings.database_url))
