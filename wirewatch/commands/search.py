"""`wirewatch search`: the archive by words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wirewatch.commands.moments import moment
from wirewatch.commands.output import Json, local, settings_of, show_json, show_table
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from review.search import Hit
    from storage.search import Filters

COLUMNS = {
    "id": "id",
    "first_seen": "seen",
    "slug": "source",
    "language": "lang",
    "title": "title",
    "forms": "found",
}


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Quoted words stand side by side; all must be there.")],
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    language: Annotated[str | None, typer.Option(help="Only this language (ISO 639-1).")] = None,
    since: Annotated[
        str | None,
        typer.Option(help="First seen from then on: 2026-03-08, or with an hour: 2026-03-08T14:00."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """Articles whose latest text holds these words, newest first."""
    from review.rows import article_row, evidence_rows
    from storage.search import Filters

    settings = settings_of(context)
    filters = Filters(source, language, moment("--since", since, settings))
    hits, behind = asyncio.run(_search(settings, words, filters, limit))
    if behind:
        said = f"{behind} texts are not indexed yet and were not looked at: `wirewatch reindex` does it."
        typer.secho(said, err=True)
    rows = [
        {
            **article_row(hit.article),
            "evidence": evidence_rows(hit.evidence, hit.article.title, hit.article.text),
        }
        for hit in hits
    ]
    if as_json:
        show_json(rows)
        return
    show_table([_shown(row, settings) for row in rows], COLUMNS, "Nothing found.")


def _shown(row: dict[str, Any], settings: Settings) -> dict[str, Any]:
    forms = dict.fromkeys(span["form"] for span in row["evidence"])
    return {**row, "first_seen": local(row["first_seen"], settings), "forms": ", ".join([*forms][:3])}


async def _search(
    settings: Settings, words: list[str], filters: Filters, limit: int
) -> tuple[tuple[Hit, ...], int]:
    from review import reindex
    from review.search import search as look
    from storage import sources
    from wirewatch.database import database

    async with database(settings) as opened:
        if filters.source is not None:
            await opened.read(sources.get, filters.source)
        return await look(opened, words, filters, limit=limit), await reindex.outdated(opened)
