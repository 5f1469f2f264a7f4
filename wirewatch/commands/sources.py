"""`wirewatch sources`: what is visited."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from news.errors import CatalogueError
from news.source import Kind, Source, Tier
from wirewatch.commands.output import Json, local, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from review.checking import Check

app = typer.Typer(help="What is visited, and how it is.", no_args_is_help=True)
COLUMNS = {
    "slug": "source",
    "state": "state",
    "tier": "tier",
    "kind": "kind",
    "spider": "spider",
    "last_visit": "last visit",
    "reason": "reason",
}
Slugs = Annotated[list[str], typer.Argument(metavar="SLUG...")]


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
        for name, reason in row["exceptions"].items():
            row["reason"] += f" [{name}: {reason}]"
    show_table(rows, COLUMNS, "No source yet. `wirewatch sources add` or `import` brings one.")


@app.command()
def add(
    context: typer.Context,
    slug: str,
    url: str,
    name: Annotated[str, typer.Option(help="As it is to be shown.")] = "",
    kind: Annotated[Kind, typer.Option()] = Kind.NEWSPAPER,
    tier: Annotated[Tier, typer.Option()] = Tier.USEFUL,
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
    new = asyncio.run(_put(settings_of(context), (source,)))
    typer.echo(f"{'added' if new else 'replaced'} {slug}; `wirewatch collect {slug}` visits it now")


@app.command()
def check(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="URL-or-SLUG")],
    as_json: Json = False,
) -> None:
    """Visit an address or a source once, store nothing, and show what would be collected."""
    settings = settings_of(context)
    checked = asyncio.run(_check(settings, target))
    if as_json:
        show_json([_check_row(checked)])
    else:
        _show_check(checked, settings)
    raise typer.Exit(0 if checked.problem is None else 1)


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
    file: Annotated[Path, typer.Argument(help="TOML, a folder of TOML, or OPML (.opml, .xml).")],
    kind: Annotated[Kind, typer.Option(help="What the feeds of an OPML file are.")] = Kind.NEWSPAPER,
) -> None:
    """Add the sources of a file, all or none.

    Those with a known slug are replaced; of an OPML file, feeds with a known address are left as they are.
    """
    from review import catalogue, opml

    settings = settings_of(context)
    if file.suffix.lower() in (".opml", ".xml"):
        found = opml.read_file(file, kind=kind, known=asyncio.run(_all(settings)))
    else:
        found = catalogue.read_file(file)
        if not found:
            remedy = "Sources are [[source]] blocks."
            raise CatalogueError(file=file, where="(file)", problem="no source in it", remedy=remedy)
    new = asyncio.run(_put(settings, found))
    typer.echo(f"{len(found)} sources, {new} of them new")


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
    from news.visit import History
    from review.rows import source_row
    from storage import sources, visits
    from wirewatch.database import database, now

    async with database(settings) as opened:
        found = await opened.read(sources.all_sources)
        histories = await opened.read(visits.histories)
    return [source_row(source, histories.get(source.slug, History()), now()) for source in found]


async def _put(settings: Settings, found: tuple[Source, ...]) -> int:
    """Store the sources in one unit; how many of them are new."""
    from storage import sources
    from wirewatch.database import database, now

    async with database(settings) as opened:
        return await opened.write(sources.put_all, found, now=now(), by_hand=True)


async def _set_enabled(settings: Settings, slugs: list[str], enabled: bool) -> None:
    from storage import sources
    from wirewatch.database import database, now

    async with database(settings) as opened:
        for slug in slugs:
            await opened.read(sources.get, slug)
        for slug in slugs:
            await opened.write(sources.set_enabled, slug, enabled, now())


async def _check(settings: Settings, target: str) -> Check:
    from review import checking
    from storage import sources
    from wirewatch.database import database, now
    from wirewatch.wiring import READER_MODULES, door, user_agent
    from workers.readers import Readers

    if "://" in target:
        source = checking.provisional(target)
    else:
        async with database(settings) as opened:
            source = await opened.read(sources.get, target)
    readers, way_out = Readers(1, preload=READER_MODULES), door(settings)
    try:
        return await checking.check(way_out, readers.run, source, agent=user_agent(settings), now=now())
    finally:
        way_out.close()
        await readers.close()


def _check_row(checked: Check) -> dict[str, Any]:
    from review.rows import published, row

    source = checked.source
    entries = [
        row(
            slug=source.slug,
            url=entry.link,
            title=entry.title,
            language=entry.language,
            published=published(entry.published),
        )
        for entry in checked.entries
    ]
    return row(
        id=source.slug,
        slug=source.slug,
        url=checked.final_url,
        title=checked.title,
        language=",".join(source.languages) or None,
        state="fine" if checked.problem is None else "failing",
        status=checked.status,
        problem=checked.problem,
        confidence=str(source.confidence) if source.confidence else None,
        feeds=[{"url": feed.url, "title": feed.title} for feed in checked.feeds],
        entries=entries,
    )


def _show_check(checked: Check, settings: Settings) -> None:
    row = _check_row(checked)
    say(f"{checked.final_url}  HTTP {checked.status or '-'}")
    if checked.source.confidence:
        say(f"confidence: {checked.source.confidence}")
    if checked.problem:
        say(f"problem: {checked.problem}")
    for feed in row["feeds"]:
        say(f"a feed: {feed['url']}  {feed['title']}")
    if not checked.entries:
        return
    say(f"{checked.title or 'no title'}: {len(checked.entries)} entries")
    shown = [{**entry, "published": local(entry["published"], settings)} for entry in row["entries"][:10]]
    show_table(shown, {"published": "published", "title": "title", "url": "url"}, "")
