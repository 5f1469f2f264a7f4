"""The command line. Heavy rooms are imported by the commands that need them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from news.errors import WirewatchError
from wirewatch.commands import (
    accounts,
    backup,
    clip,
    collect,
    database,
    deliveries,
    demo,
    desk,
    digest,
    doctor,
    importing,
    init,
    items,
    names,
    prune,
    reindex,
    remove,
    run,
    search,
    sources,
    subscriptions,
    topics,
)
from wirewatch.logs import configure, secrets_of
from wirewatch.settings import load

app = typer.Typer(
    name="wirewatch",
    help="Reads what ministries and news agencies publish, keeps it, and tells you what you watch.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("init")(init.init)
app.command("collect")(collect.collect)
app.command("import")(importing.import_)
app.command("clip")(clip.clip)
app.command("run")(run.run)
app.command("desk")(desk.desk)
app.add_typer(accounts.app, name="accounts")
app.command("demo")(demo.demo)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("prune")(prune.prune)
app.add_typer(sources.app, name="sources")
app.add_typer(topics.app, name="topics")
app.add_typer(names.app, name="names")
app.command("search")(search.search)
app.add_typer(subscriptions.app, name="subscriptions")
app.add_typer(digest.app, name="digest")
app.command("items")(items.items)
app.command("show")(items.show)
app.command("remove")(remove.remove)
app.command("reindex")(reindex.reindex)
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
    """Read the settings once; every command is handed them. `init` makes the file, so it needs none."""
    if context.invoked_subcommand == "init":
        return
    found = load(file)
    configure(secrets=secrets_of(found))
    context.obj = found


def main() -> None:
    """Run a command. Expected errors are one line on standard error and exit status 2."""
    try:
        app()
    except* WirewatchError as errors:
        typer.secho(f"wirewatch: {_first(errors)}", fg="red", err=True)
        sys.exit(2)


def _first(errors: BaseException) -> BaseException:
    """What several tasks met with at once is said once."""
    while isinstance(errors, BaseExceptionGroup):
        errors = errors.exceptions[0]
    return errors


if __name__ == "__main__":
    main()
