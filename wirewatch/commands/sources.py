"""`wirewatch sources`: what is visited."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from news.errors import CatalogueError
from news.source import Kind, Source, Tier
from news.watch import Topic
from wirewatch.commands.checks import check
from wirewatch.commands.output import Json, local, settings_of, show_json, show_table
from wirewatch.commands.showing import show
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from storage.database import Connection

app = typer.Typer(help="What is visited, and how it is.", no_args_is_help=True)
app.command()(show)
app.command()(check)
COLUMNS = {
    "slug": "source",
    "state": "state",
    "tier": "tier",
    "kind": "kind",
    "spider": "spider",
    "last_visit": "last visit",
    "usual": "usual",
    "reason": "reason",
}
Slugs = Annotated[list[str], typer.Argument(metavar="SLUG...", help="As `sources list` shows them.")]


@app.command("list")
def list_sources(context: typer.Context, as_json: Json = False) -> None:
    """Every source with its health and the reason in words."""
    settings = settings_of(context)
    rows = asyncio.run(_rows(settings))
    if as_json:
        show_json(rows)
        return
    for row in rows:
        row["last_visit"] = local(row["last_visit"], settings)
        row["usual"] = (row["usual"] or "").removeprefix("normally ")
        for name, reason in row["exceptions"].items():
            row["reason"] += f" [{name}: {reason}]"
    show_table(rows, COLUMNS, "No source yet. `wirewatch sources add` or `import` brings one.")


@app.command()
def add(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="Its short name: a-z, digits, hyphens.")],
    url: Annotated[str, typer.Argument(help="The address of the feed.")],
    name: Annotated[str, typer.Option(help="As it is to be shown.")] = "",
    kind: Annotated[Kind, typer.Option(help="Who publishes it.")] = Kind.NEWSPAPER,
    tier: Annotated[
        Tier, typer.Option(help="A must-have that fails stands at the top of digests.")
    ] = Tier.USEFUL,
    languages: Annotated[str, typer.Option(help="ISO 639-1 codes, comma between.")] = "",
    zone: Annotated[str, typer.Option(help="IANA zone of dates that name none.")] = "UTC",
    speaks_for: Annotated[
        str | None, typer.Option(help="The institution whose own channel it is, where that is not its name.")
    ] = None,
) -> None:
    """Add or replace a feed. Lists, with their rules, come by `import` of a TOML file."""
    from review.catalogue import from_values

    codes = [code.strip() for code in languages.split(",") if code.strip()]
    values = {"slug": slug, "url": url, "name": name or slug, "kind": kind, "tier": tier}
    values |= {"speaks_for": speaks_for} if speaks_for else {}
    source = from_values({**values, "languages": codes, "zone": zone})
    new, _ = asyncio.run(_put(settings_of(context), (source,)))
    typer.echo(f"{'added' if new else 'replaced'} {slug}; `wirewatch collect {slug}` visits it now")


@app.command()
def enable(context: typer.Context, slugs: Slugs) -> None:
    """Visit these sources again."""
    asyncio.run(_set_enabled(settings_of(context), slugs, True))
    typer.echo(f"enabled {', '.join(slugs)}")


@app.command()
def disable(context: typer.Context, slugs: Slugs) -> None:
    """Visit these sources no more; what they gave is kept."""
    asyncio.run(_set_enabled(settings_of(context), slugs, False))
    typer.echo(f"disabled {', '.join(slugs)}")


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="TOML, a pack's folder, or OPML (.opml, .xml).")],
    kind: Annotated[Kind, typer.Option(help="What the feeds of an OPML file are.")] = Kind.NEWSPAPER,
) -> None:
    """Add the sources of a file, or the sources and topics of a pack's folder, all or none.

    Those with a known slug are replaced; of an OPML file, feeds with a known address are left as they are.
    """
    from review import catalogue, opml, packs

    settings = settings_of(context)
    topics: tuple[Topic, ...] = ()
    if file.is_dir():
        pack = packs.read(file)
        found, topics = pack.sources, pack.topics
    elif file.suffix.lower() in (".opml", ".xml"):
        found = opml.read_file(file, kind=kind, known=asyncio.run(_all(settings)))
    else:
        found = catalogue.read_file(file)
        if not found:
            remedy = "Sources are [[source]] blocks; `wirewatch topics import` reads [[topic]] blocks."
            raise CatalogueError(file=file, where="(file)", problem="no source in it", remedy=remedy)
    new, new_topics = asyncio.run(_put(settings, found, topics))
    typer.echo(f"{len(found)} sources, {new} of them new")
    if topics:
        typer.echo(f"{len(topics)} topics, {new_topics} of them new")


@app.command()
def export(
    context: typer.Context,
    as_opml: Annotated[bool, typer.Option("--opml", help="Feeds only, as OPML.")] = False,
) -> None:
    """Write all sources to standard output, as TOML that `import` reads."""
    from review import catalogue, opml

    found = asyncio.run(_all(settings_of(context)))
    typer.echo(opml.write(found) if as_opml else catalogue.write(found), nl=False)


async def _all(settings: Settings) -> tuple[Source, ...]:
    from storage import sources
    from wirewatch.database import database

    async with database(settings) as opened:
        return await opened.read(sources.all_sources)


async def _rows(settings: Settings) -> list[dict[str, Any]]:
    from review.rows import source_row
    from review.standing import standings
    from wirewatch.database import database, now

    async with database(settings) as opened:
        found = await opened.read(standings, now())
    return [source_row(each) for each in sorted(found, key=lambda each: each.source.slug)]


async def _put(
    settings: Settings, found: tuple[Source, ...], watched: tuple[Topic, ...] = ()
) -> tuple[int, int]:
    """Store the sources and topics in one unit; how many of each are new."""
    from storage import sources, topics
    from wirewatch.database import database, now

    def put(conn: Connection, at: datetime) -> tuple[int, int]:
        new = sources.put_all(conn, found, now=at, by_hand=True)
        return new, topics.put_all(conn, watched, now=at)

    async with database(settings) as opened:
        return await opened.write(put, now())


async def _set_enabled(settings: Settings, slugs: list[str], enabled: bool) -> None:
    from storage import sources
    from wirewatch.database import database, now

    async with database(settings) as opened:
        for slug in slugs:
            await opened.read(sources.get, slug)
        for slug in slugs:
            await opened.write(sources.set_enabled, slug, enabled, now())
