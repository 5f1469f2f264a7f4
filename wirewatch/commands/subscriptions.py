"""`wirewatch subscriptions`: who is told of what, when and where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from alerts.subscribing import DAYS, Weekday
from news.errors import SubscriptionError
from news.telling import Mode, Rhythm, Schedule, Subscription
from wirewatch.commands.output import Json, local, settings_of, show_json, show_table
from wirewatch.settings import Settings

app = typer.Typer(help="Who is told of what, when and where.", no_args_is_help=True)
COLUMNS = {
    "id": "id",
    "recipient": "recipient",
    "what": "told",
    "topics": "topics",
    "zone": "zone",
    "next_due": "next",
    "channel": "channel",
    "state": "state",
}
Number = Annotated[int, typer.Argument(metavar="ID", help="As `subscriptions list` shows it.")]
Topics = Annotated[list[str] | None, typer.Option("--topic", help="A topic's slug; once for each.")]
Day = Annotated[Weekday | None, typer.Option("--day", help="The day of a weekly digest; else Monday.")]


class Via(StrEnum):
    SMTP = "smtp"
    FOLDER = "folder"


@app.command("list")
def list_subscriptions(context: typer.Context, as_json: Json = False) -> None:
    """Every subscription, paused ones too."""
    settings = settings_of(context)
    rows = asyncio.run(_rows(settings))
    if as_json:
        show_json(rows)
        return
    for row in rows:
        row["next_due"] = local(row["next_due"], settings)
        row["topics"] = ", ".join(row["topics"])
        row["what"] = _in_words(row)
    show_table(rows, COLUMNS, "No subscription yet. `wirewatch subscriptions add` makes one.")


@app.command()
def add(
    context: typer.Context,
    recipient: Annotated[str, typer.Argument(help="One e-mail address.")],
    topics: Topics = None,
    instant: Annotated[bool, typer.Option("--instant", help="Told at once, article by article.")] = False,
    digest: Annotated[Rhythm | None, typer.Option(help="Told by digest.")] = None,
    at: Annotated[str, typer.Option(help="When the digest is due, HH:MM in the zone.")] = "08:00",
    day: Day = None,
    zone: Annotated[str, typer.Option(help="IANA zone of its times; else the settings' own.")] = "",
    channel: Annotated[Via | None, typer.Option(help="Else smtp where a mail server is set.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No digest where there is nothing to tell.")] = False,
    as_json: Json = False,
) -> None:
    """Tell someone of topics, from now on."""
    from alerts import subscribing
    from alerts.mime import address
    from storage import subscriptions

    settings = settings_of(context)
    if instant == (digest is not None):
        remedy = "Say --instant, or --digest with daily, weekdays or weekly."
        raise SubscriptionError(recipient=recipient, problem="told at once or by digest?", remedy=remedy)
    wanted: dict[str, Any] = {
        "recipient": address(recipient),
        "channel": _channel(settings, recipient, channel),
        "mode": Mode.DIGEST if digest else Mode.INSTANT,
        "topics": topics or [],
        "zone": subscribing.zone(recipient, zone or settings.time_zone),
        "schedule": subscribing.schedule(recipient, digest, at, day) if digest else None,
        "when_empty": not quiet,
    }
    made = asyncio.run(_change(settings, subscriptions.add, **wanted))
    _show(settings, made.id, "added", as_json)


@app.command()
def change(
    context: typer.Context,
    number: Number,
    topics: Topics = None,
    digest: Annotated[Rhythm | None, typer.Option(help="Another rhythm.")] = None,
    at: Annotated[str | None, typer.Option(help="Another time, HH:MM.")] = None,
    day: Day = None,
    zone: Annotated[str | None, typer.Option(help="Another IANA zone.")] = None,
    as_json: Json = False,
) -> None:
    """Change times, zone or topics; what is not named stays."""
    from alerts import subscribing
    from storage import subscriptions

    settings = settings_of(context)
    known = asyncio.run(_get(settings, number))
    wanted: dict[str, Any] = {"topics": topics}
    if zone is not None:
        wanted["zone"] = subscribing.zone(known.recipient, zone)
    if digest is not None or at is not None or day is not None:
        wanted["schedule"] = _changed(known, digest, at, day)
    asyncio.run(_change(settings, subscriptions.change, number, **wanted))
    _show(settings, number, "changed", as_json)


@app.command()
def pause(context: typer.Context, number: Number) -> None:
    """Tell nothing until it is resumed."""
    from storage import subscriptions

    asyncio.run(_change(settings_of(context), subscriptions.pause, number))
    typer.echo(f"paused {number}; `wirewatch subscriptions resume {number}` goes on")


@app.command()
def resume(
    context: typer.Context,
    number: Number,
    catch_up: Annotated[bool, typer.Option("--catch-up", help="Tell of all since the pause too.")] = False,
) -> None:
    """Go on telling, of what is found from now on."""
    from storage import subscriptions

    asyncio.run(_change(settings_of(context), subscriptions.resume, number, catch_up=catch_up))
    typer.echo(f"resumed {number}{', with all since the pause' if catch_up else ''}")


@app.command()
def remove(context: typer.Context, number: Number) -> None:
    """Tell no more; what was told stays on record."""
    from storage import subscriptions

    asyncio.run(_change(settings_of(context), subscriptions.remove, number))
    typer.echo(f"removed {number}")


def _channel(settings: Settings, recipient: str, wanted: Via | None) -> str:
    """Raises SubscriptionError for a channel the settings do not provide for."""
    from wirewatch.wiring import default_channel

    if wanted is Via.SMTP and not settings.mail.host:
        remedy = "Name the server in the settings (mail.host), or say --channel folder."
        raise SubscriptionError(recipient=recipient, problem="no mail server is set", remedy=remedy)
    return wanted or default_channel(settings)


def _changed(known: Subscription, rhythm: Rhythm | None, at: str | None, day: Weekday | None) -> Schedule:
    """The schedule with what was named put in the place of what it had. Raises SubscriptionError."""
    from alerts import subscribing

    had = known.schedule
    if had is None:
        remedy = "Add a digest subscription beside it."
        raise SubscriptionError(recipient=known.recipient, problem="it is told at once", remedy=remedy)
    rhythm = rhythm or had.rhythm
    if day is None and rhythm is Rhythm.WEEKLY:
        day = DAYS[had.weekday]
    return subscribing.schedule(known.recipient, rhythm, at or f"{had.at:%H:%M}", day)


def _show(settings: Settings, number: int, done: str, as_json: bool) -> None:
    [row] = [row for row in asyncio.run(_rows(settings)) if row["id"] == number]
    if as_json:
        show_json([row])
        return
    next_due = local(row["next_due"], settings)
    following = f"; the next is due {next_due} ({settings.time_zone})" if next_due else ""
    said = f"{done} {number}: {row['recipient']} is told {_in_words(row)} of {', '.join(row['topics'])}"
    typer.echo(said + following)


def _in_words(row: dict[str, Any]) -> str:
    if row["mode"] == Mode.INSTANT:
        return "at once"
    when = {"daily": "daily", "weekdays": "on weekdays", "weekly": f"every {str(row['day']).title()}"}
    return f"{when[row['rhythm']]} at {row['at']}{'' if row['when_empty'] else ' if anything'}"


async def _rows(settings: Settings) -> list[dict[str, Any]]:
    from review import subscribing
    from storage import subscriptions
    from wirewatch.database import database, now

    async with database(settings) as opened:
        every = await opened.read(subscriptions.all_subscriptions)
        return list(map(subscribing.row, await opened.read(subscribing.standings, every, now())))


async def _get(settings: Settings, number: int) -> Subscription:
    from storage import subscriptions
    from wirewatch.database import database

    async with database(settings) as opened:
        return await opened.read(subscriptions.get, number)


async def _change(settings: Settings, fn: Callable[..., Any], *args: Any, **kw: Any) -> Any:
    """Run one unit of `storage.subscriptions`, now."""
    from wirewatch.database import database, now

    async with database(settings) as opened:
        return await opened.write(fn, *args, **kw, now=now())
