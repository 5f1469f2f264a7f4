"""`wirewatch demo`: a small web of our own making, a mail server, and the service between them."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from wirewatch.commands.output import say, settings_of

NOTICE = (
    "A demonstration on this machine alone. The event of December 2022 was real; outlets, institutions, "
    "people and texts are invented for it, and nobody said what stands in them."
)


def demo(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End when digest and alerts have arrived.")] = False,
    every: Annotated[
        float, typer.Option("--every", min=1, help="Seconds between two articles, while it stays up.")
    ] = 6.0,
) -> None:
    """Show wirewatch at work on an invented small web, in `demo` in the data folder."""
    from wirewatch.demo.play import play

    say(NOTICE, style="bold")
    folder = settings_of(context).data / "demo"
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    if not asyncio.run(play(folder, once=once, every=every)):
        raise typer.Exit(1)
