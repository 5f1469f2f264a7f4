"""`wirewatch topics drift`: words that rise around a topic and are not in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wirewatch.commands.output import Json, counted, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from review.drift import Drifts

COLUMNS = {
    "title": "word",
    "language": "lang",
    "where": "where",
    "share": "now",
    "earlier": "before",
    "other": "elsewhere",
    "sources": "sources",
    "what": "such as",
}


def drift(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="The topic.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="What is recent: first seen in so many.")] = 7,
    before: Annotated[int, typer.Option(min=1, max=3650, help="So many days before are compared.")] = 30,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many words.")] = 20,
    as_json: Json = False,
) -> None:
    """Words that rise in the articles a topic matches, and beside them, and are not in the topic.

    Beside it: in articles it does not match, of the same sources and days, that have a word of it.
    """
    from review.drift import drift_row

    drifts = asyncio.run(_drifts(settings_of(context), slug, days, before))
    rows = [drift_row(place, each) for place, each in enumerate(drifts.found[:limit], 1)]
    if as_json:
        show_json(rows)
        return
    every = f", every {drifts.nth}th," if drifts.nth > 1 else ""
    matching = counted(drifts.matching, "matching article")
    say(f"{slug}: {matching} and {drifts.others:,} others{every} of {days} days and the {before} before")
    show_table([_shown(row) for row in rows], COLUMNS, "No word rises that is not in the topic.")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    samples = "; ".join(f"{each['title']} ({each['id']})" for each in row["samples"][:1])
    return {
        **row,
        "share": f"{row['now']:,} of {row['of_now']:,}",
        "earlier": f"{row['before']:,} of {row['of_before']:,}",
        "other": f"{row['elsewhere']:,} of {row['of_elsewhere']:,}",
        "what": samples,
    }


async def _drifts(settings: Settings, slug: str, days: int, before: int) -> Drifts:
    from matching.keys import Analysis
    from news.languages.registry import LANGUAGES
    from review.drift import drift as look
    from review.drift import window
    from review.matchers import Dictionary
    from storage import sources, topics
    from wirewatch.database import database
    from wirewatch.words import WordFile

    analysis = Analysis(code for code in LANGUAGES if code in settings.languages)
    WordFile(settings.data).recall(analysis)
    async with database(settings) as opened:
        topic = await opened.read(topics.get, slug)
        names = [source.name for source in await opened.read(sources.all_sources)]
        return await look(opened, topic, window(opened.clock(), days, before), Dictionary(analysis), names)
