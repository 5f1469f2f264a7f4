"""`wirewatch desk`: the pages for analysts, in a process of their own."""

from __future__ import annotations

import asyncio
import signal

import typer

from news.errors import SettingsError
from wirewatch.commands.output import settings_of
from wirewatch.settings import Settings, base_url


def desk(context: typer.Context) -> None:
    """Serve the desk alone, over the database of a service that runs elsewhere (PostgreSQL) or beside it."""
    asyncio.run(_desk(settings_of(context)))


async def _desk(settings: Settings) -> None:
    from wirewatch.desk import desk_alone, welcome

    if settings.desk.port == 0:
        remedy = "Set it to the port it is to listen on."
        raise SettingsError(file="settings", key="desk.port", problem="it is 0: no desk", remedy=remedy)
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with desk_alone(settings) as (database, server):
        link = await welcome(settings, database)
        if not await server.start():
            problem, remedy = f"port {settings.desk.port} cannot be had", "Set desk.port to another."
            raise SettingsError(file="settings", key="desk.port", problem=problem, remedy=remedy)
        typer.echo(f"The desk: {link or base_url(settings)} (Ctrl-C stops)", err=True)
        await stopped.wait()
        await server.stop()
