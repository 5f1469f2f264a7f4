"""`wirewatch sources show`: one source, how it does and how fast it is."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from wirewatch.commands.output import Json, explain, local, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

VISITS = 10
COLUMNS = {
    "at": "visit",
    "outcome": "outcome",
    "status": "status",
    "seconds": "seconds",
    "listed": "listed",
    "new": "new",
    "reason": "reason",
}


def show(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="As `sources list` shows it.")],
    as_json: Json = False,
) -> None:
    """One source: its state, its rhythm, how soon its items are seen and told, its latest visits."""
    settings = settings_of(context)
    row = asyncio.run(_row(settings, slug))
    if as_json:
        show_json(row)
        return
    say(f"{row['slug']}: {row['title']}", style="bold")
    say(f"{row['url']} ({row['spider']}, {row['tier']} {row['kind']})")
    explain(f"{row['state']}: {row['reason']}")
    say(_rhythm(row))
    say(_latency(row))
    say("")
    for visit in row["visits"]:
        visit["at"] = local(visit["at"], settings)
    show_table(row["visits"], COLUMNS, "Not visited yet.")


def _rhythm(row: dict[str, Any]) -> str:
    usual = (
        f"{row['usual']}, learned from {row['learned_from_days']} days"
        if row["usual"]
        else (f"no rhythm learned yet; silent after {row['hint_silence_hours']} hours (its hint)")
    )
    return f"rhythm: {usual}; visited {row['requests_a_day']:g} times a day"


def _latency(row: dict[str, Any]) -> str:
    seen = _lasting(row["published_to_seen"], row["published_to_seen_items"], "item")
    told = _lasting(row["seen_to_told"], row["seen_to_told_alerts"], "alert")
    return f"of the last week, medians: from published to seen {seen}; from seen to told {told}"


def _lasting(seconds: float | None, number: int, what: str) -> str:
    if seconds is None:
        return f"not known (no {what})"
    units = (("days", 86_400), ("h", 3_600), ("min", 60))
    unit, length = next((each for each in units if abs(seconds) >= 2 * each[1]), ("s", 1))
    size = f"{seconds / length:.1f} {unit}"
    return f"{size} ({number} {what}{'' if number == 1 else 's'})"


async def _row(settings: Settings, slug: str) -> dict[str, Any]:
    from review.rows import source_in_full
    from review.standing import insight
    from wirewatch.database import database, now

    async with database(settings) as opened:
        return source_in_full(await opened.read(insight, slug, now()), VISITS)
