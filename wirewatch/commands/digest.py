"""`wirewatch digest`: what a digest would say, making it now, and those that were sent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from news.telling import Message, Window
from wirewatch.commands.output import settings_of
from wirewatch.settings import Settings

app = typer.Typer(help="Digests: before, at and after their time.", no_args_is_help=True)
Subscriber = Annotated[
    int, typer.Argument(metavar="SUBSCRIPTION", help="Its id, as `subscriptions list` shows it.")
]
Html = Annotated[Path | None, typer.Option("--html", help="Write it as HTML into this file instead.")]


@app.command()
def preview(context: typer.Context, subscription: Subscriber, html: Html = None) -> None:
    """What its digest would say now; nothing is stored or sent."""
    _show(asyncio.run(_preview(settings_of(context), subscription)), html)


@app.command()
def send(context: typer.Context, subscription: Subscriber) -> None:
    """Make the digest of this day (or week) now, unless it was made already."""
    window = asyncio.run(_send(settings_of(context), subscription))
    typer.echo(f"made the digest of {window.slot}; the running service sends it (`wirewatch deliveries`)")


@app.command()
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help="A digest's id.")],
    html: Html = None,
) -> None:
    """A digest as it was sent."""
    _show(asyncio.run(_as_sent(settings_of(context), number)), html)


def _show(message: Message, html: Path | None) -> None:
    if html is None:
        typer.echo(f"{message.subject}\n\n{message.text}", nl=not message.text.endswith("\n"))
        return
    html.write_text(message.html, "utf-8")
    typer.echo(f"{message.subject}\nwritten to {html}")


async def _preview(settings: Settings, subscription: int) -> Message:
    from wirewatch.database import database, now
    from wirewatch.telling import planner

    async with database(settings) as opened:
        return await planner(settings, opened, clock=now).preview(subscription)


async def _send(settings: Settings, subscription: int) -> Window:
    from wirewatch.database import database, now
    from wirewatch.telling import planner

    async with database(settings) as opened:
        return await planner(settings, opened, clock=now).send_digest(subscription)


async def _as_sent(settings: Settings, number: int) -> Message:
    from storage import telling
    from wirewatch.database import database

    async with database(settings) as opened:
        return await opened.read(telling.digest_as_sent, number)
