"""`wirewatch deliveries`: what was told to whom, and how it went."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from news.telling import Delivery, DeliveryState
from wirewatch.commands.output import Json, local, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

COLUMNS = {
    "id": "id",
    "planned_at": "planned",
    "kind": "kind",
    "recipient": "recipient",
    "channel": "channel",
    "state": "state",
    "attempts": "tries",
    "next_try_at": "next try",
    "reason": "answer",
}
app = typer.Typer(help="What was told to whom, and how it went.")


@app.callback(invoke_without_command=True)
def deliveries(
    context: typer.Context,
    state: Annotated[DeliveryState | None, typer.Option(help="Only this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """The latest deliveries, newest first."""
    if context.invoked_subcommand:
        return
    settings = settings_of(context)
    rows = [_row(delivery) for delivery in asyncio.run(_deliveries(settings, state, limit))]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        row["reason"] = row["answer"]
        for key in ("planned_at", "next_try_at"):
            row[key] = local(row[key], settings)
    show_table(rows, COLUMNS, "Nothing was to be delivered yet.")


@app.command("resend")
def resend(
    context: typer.Context,
    delivery: Annotated[int, typer.Argument(metavar="ID", help="As `deliveries` shows it.")],
) -> None:
    """Try a failed or parked delivery again."""
    asyncio.run(_resend(settings_of(context), delivery))
    say(f"delivery {delivery} is pending again; the running service sends it")


def _row(delivery: Delivery) -> dict[str, Any]:
    moments = {name: getattr(delivery, name) for name in ("planned_at", "sent_at", "next_try_at")}
    return {
        "id": delivery.id,
        "kind": str(delivery.kind),
        "recipient": delivery.recipient,
        "channel": delivery.channel,
        "message_id": delivery.message_id,
        "state": str(delivery.state),
        "attempts": delivery.attempts,
        "answer": delivery.answer,
        **{name: at.isoformat(timespec="seconds") if at else None for name, at in moments.items()},
    }


async def _deliveries(settings: Settings, state: DeliveryState | None, limit: int) -> tuple[Delivery, ...]:
    from storage.deliveries import all_deliveries
    from wirewatch.database import database

    async with database(settings) as opened:
        return await opened.read(all_deliveries, state=state, limit=limit)


async def _resend(settings: Settings, delivery: int) -> None:
    from storage import deliveries
    from wirewatch.database import database, now

    async with database(settings) as opened:
        await opened.write(deliveries.resend, delivery, now=now())
