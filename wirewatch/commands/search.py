"""`wirewatch search`: the archive by words."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from news.source import Kind, Tier
from wirewatch.commands.moments import moment
from wirewatch.commands.names import gazetteer
from wirewatch.commands.output import Json, console, counted, local, say, say_behind, settings_of, show_json
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from alerts.composing.passages import Passage
    from news.watch import Topic
    from review.search import Hit, Order, Results
    from storage.search import Filters

MARKED = "bold reverse"
Some = list[str] | None


def search(
    context: typer.Context,
    words: Annotated[Some, typer.Argument(help="Quoted words stand side by side; all must be there.")] = None,
    query: Annotated[str, typer.Option(help="Or an expression, as a topic's (docs/topics.md).")] = "",
    all_languages: Annotated[
        bool, typer.Option("--all-languages", help="With the other names of what is meant (docs/names.md).")
    ] = False,
    source: Annotated[Some, typer.Option(help="Only this source; may be repeated, as all of these.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only sources of this kind.")] = None,
    tier: Annotated[list[Tier] | None, typer.Option(help="Only sources of this tier.")] = None,
    country: Annotated[Some, typer.Option(help="Only sources of this country (AM).")] = None,
    speaks_for: Annotated[Some, typer.Option(help="Only whose own channels these are, a part of it.")] = None,
    language: Annotated[Some, typer.Option(help="Only this language (ISO 639-1).")] = None,
    topic: Annotated[Some, typer.Option(help="Only what this topic was found in.")] = None,
    since: Annotated[
        str | None,
        typer.Option(help="First seen from then on: 2026-03-08, or with an hour: 2026-03-08T14:00."),
    ] = None,
    until: Annotated[str | None, typer.Option(help="First seen before then.")] = None,
    newest: Annotated[bool, typer.Option("--newest", help="The latest first, not the best.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """Articles whose latest text holds these words, the most relevant first."""
    from review.search import Order, asked
    from storage.search import Filters

    settings = settings_of(context)
    wanted = asked(words or [], query, gazetteer(settings) if all_languages else ())
    if added := [f"{term.text} ({term.language})" for each in wanted for term in each.terms[1:]]:
        typer.secho(f"also searched: {', '.join(added)}", err=True)
    span = moment("--since", since, settings), moment("--until", until, settings)
    filters = Filters(None, tuple(language or ()), tuple(topic or ()), *span)
    sources = {"slugs": source, "kinds": kind, "tiers": tier, "countries": country, "speaks_for": speaks_for}
    order = Order.NEWEST if newest else Order.RELEVANCE
    results, behind = asyncio.run(_search(settings, wanted, filters, sources, order, limit))
    say_behind(behind)
    if as_json:
        show_json([_row(hit) for hit in results.hits])
    else:
        _show(results, settings)


async def _search(
    settings: Settings,
    wanted: Sequence[Topic],
    filters: Filters,
    given: Mapping[str, Sequence[str] | None],
    order: Order,
    limit: int,
) -> tuple[Results, int]:
    from review import reindex
    from review.search import search as look
    from review.search import ways_in
    from storage import sources, topics
    from wirewatch.database import database

    async with database(settings) as opened:
        for slug in given["slugs"] or ():
            await opened.read(sources.get, slug)
        for slug in filters.topics:
            await opened.read(topics.versions, slug)
        chosen = ways_in(
            await opened.read(sources.all_sources), **{name: some or () for name, some in given.items()}
        )
        found = await look(opened, wanted, replace(filters, sources=chosen), order=order, limit=limit)
        return found, await reindex.outdated(opened)


def _row(hit: Hit) -> dict[str, Any]:
    from review.rows import article_row, evidence_rows

    return {
        **article_row(hit.article),
        "score": hit.score,
        "evidence": evidence_rows(hit.evidence, hit.article.title, hit.article.text),
        "snippets": [_snippet(each) for each in hit.snippets],
    }


def _snippet(passage: Passage) -> dict[str, Any]:
    """Its text and, as places in it, what is marked."""
    place, marks = 0, []
    for piece in passage.pieces:
        if piece.marked:
            marks.append([place, place + len(piece.text)])
        place += len(piece.text)
    return {"text": str(passage), "marks": marks}


def _show(results: Results, settings: Settings) -> None:
    if not results.hits:
        typer.echo("Nothing found.")
        return
    for hit in results.hits:
        article = hit.article
        seen = local(article.appeared.by.isoformat(), settings)
        say(f"{article.id}  {seen}  {article.source}  {article.language or '?'}", style="dim")
        console().print(_marked_title(hit), soft_wrap=True)
        for passage in hit.snippets:
            console().print(_marked(passage), soft_wrap=True)
    shown = len(results.hits)
    if results.cut:
        say(
            f"the best {shown} of the latest that full text proposed; older ones were not looked at",
            style="dim",
        )
    elif results.found is None or results.found > shown:
        say(f"the first {shown}" + (f" of {results.found} articles" if results.found else ""), style="dim")
    else:
        say(counted(shown, "article"), style="dim")


def _marked_title(hit: Hit) -> Text:
    from alerts.composing.passages import marks
    from news.watch import Field

    title = hit.article.title
    text = Text(title, style="bold")
    for span in marks(title, hit.evidence, Field.TITLE):
        text.stylize(MARKED, span.start, span.end)
    return text


def _marked(passage: Passage) -> Text:
    """Isolated, so that what is written from right to left turns nothing else around."""
    text = Text("    \N{FIRST STRONG ISOLATE}")
    for piece in passage.pieces:
        text.append(piece.text, style=MARKED if piece.marked else "")
    return text.append("\N{POP DIRECTIONAL ISOLATE}")
