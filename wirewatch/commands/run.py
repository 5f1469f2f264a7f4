"""`wirewatch run`: the service."""

from __future__ import annotations

import asyncio
import signal

import typer

from wirewatch.commands.output import settings_of
from wirewatch.settings import Settings


def run(context: typer.Context) -> None:
    """Collect by every source's own rhythm until stopped (Ctrl-C, SIGTERM)."""
    settings = settings_of(context)
    typer.echo(f"collecting into {settings.data}; Ctrl-C stops", err=True)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    from crawler.crew import crawl
    from scheduler.service import Service
    from wirewatch.wiring import open_parts, scrapy_settings

    parts = await open_parts(settings)
    try:
        scrapy = scrapy_settings(settings)
        service = Service(parts, lambda dispatcher: crawl(parts, dispatcher, scrapy))
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, service.stop)
        await service.run()
    finally:
        await parts.close()
