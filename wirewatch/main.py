"""The command line. Heavy rooms are imported by the commands that need them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from news.errors import WirewatchError
from wirewatch.commands import (
    collect,
    database,
    deliveries,
    digest,
    doctor,
    items,
    run,
    sources,
    subscriptions,
)
from wirewatch.logs import configure
from wirewatch.settings import load

app = typer.Typer(
    name="wirewatch",
    help="Reads what ministries and news agencies publish and keeps what was read.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("collect")(collect.collect)
app.command("run")(run.run)
app.add_typer(sources.app, name="sources")
app.add_typer(subscriptions.app, name="subscriptions")
app.add_typer(digest.app, name="digest")
app.command("items")(items.items)
app.command("show")(items.show)
app.add_typer(deliveries.app, name="deliveries")
app.command("doctor")(doctor.doctor)
app.add_typer(database.app, name="db")


@app.callback()
def settings(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Option("--settings", help="The settings file; default: settings.toml here.")
    ] = None,
) -> None:
    """Read the settings once; every command is handed them."""
    configure()
    context.obj = load(file)


def main() -> None:
    """Run a command. Expected errors are one line on standard error and exit status 2."""
    try:
        app()
    except WirewatchError as error:
        typer.secho(f"wirewatch: {error}", fg="red", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
