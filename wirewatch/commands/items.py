"""`wirewatch items` and `wirewatch show`: what was collected."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from news.article import Article, ArticleState, Brought, Revision, Sighting
from news.watch import Match
from wirewatch.commands.output import Json, foreign, local, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

COLUMNS = {
    "id": "id",
    "first_seen": "seen",
    "published": "published",
    "slug": "source",
    "language": "lang",
    "state": "state",
    "title": "title",
}
SENTENCES = 3


def items(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    state: Annotated[ArticleState | None, typer.Option(help="Only this state.")] = None,
    language: Annotated[str | None, typer.Option(help="Only this language (ISO 639-1).")] = None,
    topic: Annotated[str | None, typer.Option(help="Only what this topic was found in.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")] = 50,
    as_json: Json = False,
) -> None:
    """The latest articles, newest first."""
    from review.rows import article_row

    settings = settings_of(context)
    found = asyncio.run(_items(settings, source, state, language, topic, limit))
    rows = [article_row(article) for article in found]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        row["first_seen"] = local(row["first_seen"], settings)
        row["published"] = local(row["published"], settings)
        row["state"] += ", clipped" if row["brought"] == Brought.CLIP else ""
    show_table(rows, COLUMNS, "Nothing collected yet. `wirewatch collect` does it.")


def show(
    context: typer.Context,
    item: Annotated[int, typer.Argument(help="An id, as `items` and `search` show it.")],
    as_json: Json = False,
) -> None:
    """One article with all that is known of it: text, versions, where it stood, what was found in it."""
    from review.rows import article_rows_in_full

    settings = settings_of(context)
    article, revisions, sightings, matches = asyncio.run(_item(settings, item))
    row = article_rows_in_full(article, revisions, sightings, matches)
    if as_json:
        show_json([row])
        return
    say(article.title or f"({article.state})", style="bold")
    said = local(row["published"], settings) or "not said"
    appeared = f"between {local(row['not_there_at'], settings)} and " if row["not_there_at"] else "by "
    facts = {
        "address": article.url or "none",
        "outlet": f"{article.outlet} (seen by {article.source})",
        "language": article.language or "not known",
        "author": article.author or "not said",
        "published": said,
        "appeared": appeared + local(row["first_seen"], settings),
        "state": _state(article),
        "came": _came(article),
        "versions": ", ".join(
            f"{r.number} ({r.origin}, {local(r.at.isoformat(), settings)})" for r in revisions
        ),
    }
    for name, value in facts.items():
        say(f"{name:>10}  {value}")
    for sighting in row["sightings"]:
        say(f"{'sighting':>10}  {_sighted(sighting, settings)}")
    for match in row["matches"]:
        say(f"{'topic':>10}  {_found(match)}")
        for sentence in _sentences(match):
            say(f"{'':>10}  {sentence}")
    say("")
    say(article.text or "(no text)")


def _sighted(sighting: dict[str, Any], settings: Settings) -> str:
    """Where it stood, from when to when, and how often it was seen there where that is said."""
    seen = f"{local(sighting['first_seen'], settings)} to {local(sighting['last_seen'], settings)}"
    views = "" if sighting["views"] is None else f", {sighting['views']:,} views"
    return f"{sighting['slug']}, {seen}{views}: {sighting['url'] or 'no link'}"


def _state(article: Article) -> str:
    if article.reason is None:
        return str(article.state)
    between = " " if article.state is ArticleState.REMOVED else ": "
    return f"{article.state}{between}{article.reason}"


def _came(article: Article) -> str:
    """How it came, and whose words a clipping holds."""
    by = {
        Brought.VISIT: "by a visit",
        Brought.BACKFILL: "by paging back (collect --since)",
        Brought.IMPORT: "by an import",
        Brought.CLIP: "clipped by hand",
    }
    return by[article.brought] + (f", said by {foreign(article.said_by)}" if article.said_by else "")


def _found(match: dict[str, Any]) -> str:
    forms = ", ".join(dict.fromkeys(span["form"] for span in match["evidence"]))
    silent = ", silent" if match["silent"] else ""
    return f"{match['topic']} (in version {match['revision']}{silent}): {forms or 'removed'}"


def _sentences(match: dict[str, Any]) -> list[str]:
    """The first few that prove it, each once."""
    around = (span["sentence"] for span in match["evidence"])
    return [*dict.fromkeys(" ".join(each["text"].split()) for each in around if each)][:SENTENCES]


async def _items(
    settings: Settings,
    source: str | None,
    state: ArticleState | None,
    language: str | None,
    topic: str | None,
    limit: int,
) -> tuple[Article, ...]:
    from storage import articles, sources, topics
    from wirewatch.database import database

    async with database(settings) as opened:
        if source is not None:
            await opened.read(sources.get, source)
        if topic is not None:
            await opened.read(topics.get, topic)
        return await opened.read(
            articles.items, source=source, state=state, language=language, topic=topic, limit=limit
        )


async def _item(
    settings: Settings, item: int
) -> tuple[Article, tuple[Revision, ...], tuple[Sighting, ...], tuple[Match, ...]]:
    from storage import articles, matches
    from wirewatch.database import database

    async with database(settings) as opened:
        found = await opened.read(matches.of_article, item)  # before the revisions it points into
        return (
            await opened.read(articles.article, item),
            await opened.read(articles.revisions, item),
            await opened.read(articles.sightings, item),
            found,
        )
