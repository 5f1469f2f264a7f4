"""`wirewatch topics history` and `diff`: how a topic came to be what it is."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from news.texts import clipped, one_line
from news.watch import Role, Stands, TopicVersion
from wirewatch.commands.output import Json, local, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

COLUMNS = {"version": "version", "at": "when", "by": "by", "terms": "terms", "articles": "in", "what": "what"}
MARKS = {Role.NAME: "", Role.REQUIRED: " (required)", Role.EXCLUDED: " (excluded)"}
STANDS = {Stands.ALONE: "", Stands.CONTEXT: " (in context)", Stands.PHRASE: " (in a phrase)"}
SHOWN = 5  # terms of one change in a table; `diff` shows all
Slug = Annotated[str, typer.Argument(help="The topic.")]


def history(context: typer.Context, slug: Slug, as_json: Json = False) -> None:
    """Every version of a topic: when it was made, by a hand or a pack, what changed, where it was found."""
    from review.versions import changes, version_row

    settings = settings_of(context)
    versions = asyncio.run(_versions(settings, slug))
    rows = [version_row(slug, *each) for each in zip(versions, changes(versions), strict=True)]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        row |= {
            "at": local(row["at"], settings),
            "what": _what(row),
            "articles": f"{row['articles']} articles",
        }
    show_table(rows, COLUMNS, "")


def diff(
    context: typer.Context,
    slug: Slug,
    before: Annotated[
        int | None, typer.Argument(help="From this version (0: nothing); else the one before.")
    ] = None,
    after: Annotated[int | None, typer.Argument(help="To this version; else the latest.")] = None,
    as_json: Json = False,
) -> None:
    """The terms that came (+) and went (-) between two versions of a topic."""
    from review.versions import between, change_row

    change = change_row(
        slug, between(slug, asyncio.run(_versions(settings_of(context), slug)), before, after)
    )
    if as_json:
        show_json([change])
        return
    say(f"{slug}: version {change['before']} to {change['after']}", style="bold")
    for sign, key in (("-", "removed"), ("+", "added")):
        for term in change[key]:
            say(f"{sign} {term['language'] or 'any':>3}  {_term(term)}")
    for line in _others(change):
        say(line)
    if not any(change[key] for key in ("added", "removed", "changed_query", "changed_mentions")):
        say("no term came or went")


def _others(change: dict[str, Any]) -> list[str]:
    """What changed besides terms, line by line."""
    lines = []
    if change["changed_query"]:
        was, now = change["changed_query"]
        lines += [f"-      {line}" for line in was.splitlines()]
        lines += [f"+      {line}" for line in now.splitlines()]
    if change["changed_mentions"]:
        was, now = change["changed_mentions"]
        lines.append(f"mentions: {was} before, {now} now")
    return lines


def _what(row: dict[str, Any]) -> str:
    if not row["terms"] and not row["query"]:
        return "removed"
    parts = []
    for sign, key in (("+", "added"), ("-", "removed")):
        terms = [f"{sign}{_term(term)}" for term in row[key]]
        more = [f"and {len(terms) - SHOWN} more ({sign})"] if len(terms) > SHOWN else []
        parts += [*terms[:SHOWN], *more]
    if row["changed_query"]:
        now = one_line(row["changed_query"][1])
        parts.append(f"query: {clipped(now, 60)}" if now else "-the query")
    if row["changed_mentions"] and row["version"] > 1:
        parts.append(f"mentions: {row['mentions']}")
    return ", ".join(parts) or "the same terms in another order"


def _term(term: dict[str, Any]) -> str:
    return f"{term['text']}{MARKS[Role(term['role'])]}{STANDS[Stands(term['stands'])]}"


async def _versions(settings: Settings, slug: str) -> tuple[TopicVersion, ...]:
    from storage import topics
    from wirewatch.database import database

    async with database(settings) as opened:
        return await opened.read(topics.versions, slug)
