"""`wirewatch run`: the service."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from threading import Timer

import typer

from wirewatch.commands.output import settings_of
from wirewatch.lock import SERVICE
from wirewatch.settings import Settings

# From the first signal to the end, whatever hangs.
LIMIT = 9.0
BY_SIGNAL = 128


def run(context: typer.Context) -> None:
    """Collect and tell by every source's and subscription's own rhythm until stopped (Ctrl-C, SIGTERM)."""
    settings = settings_of(context)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    from storage.census import census
    from wirewatch.desk import desk_of_service, welcome
    from wirewatch.greeting import greeting
    from wirewatch.logs import configure_service
    from wirewatch.serving import serve
    from wirewatch.telling import telling
    from wirewatch.wiring import open_parts

    parts = await open_parts(settings, command=SERVICE, patient=True)
    found = await parts.database.read(census)
    link = await welcome(settings, parts.database) if settings.desk.port else None
    typer.echo(greeting(settings, parts.database.describe(), found, link), err=True)
    configure_service(settings)
    service, status = serve(settings, parts, telling(settings, parts))
    desk = desk_of_service(settings, parts, service)
    ending = Ending(service.stop)
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ending.asked, name)
    try:
        await status.start()
        if desk is not None:
            await desk.start()
        await service.run()
    finally:
        if desk is not None:
            await desk.stop()
        await status.stop()
        await parts.close()
        ending.reached()


class Ending:
    """What signals do: the first ends the service in good order, the second at once, the third by force.

    Force is also what is left after LIMIT seconds: a thread may be stuck where
    nothing reaches it (a name that is being looked up, a server that keeps
    silent). Nothing is lost by it: whatever is not committed is a lease.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._asked = 0
        self._status = 1

    def asked(self, by: signal.Signals) -> None:
        self._asked += 1
        if self._asked == 1:
            timer = Timer(LIMIT, self._leave)
            timer.daemon = True
            timer.start()
        if self._asked > 2:
            os._exit(BY_SIGNAL + by)
        self._stop()

    def reached(self) -> None:
        """All is closed: whatever still hangs is of no account."""
        self._status = 0

    def _leave(self) -> None:
        os._exit(self._status)
