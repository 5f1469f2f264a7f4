"""`wirewatch sources check`: one source, or all of a pack, visited once; the database stays as it is."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from news.errors import SettingsError
from wirewatch.commands.output import Json, local, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from news.pack import Pack
    from news.source import Source
    from review.checking import Check
    from review.surveys import Surveyed

COLUMNS = {
    "slug": "source",
    "tier": "tier",
    "state": "state",
    "entries": "entries",
    "published": "newest",
    "seconds": "s",
    "reason": "reason",
    "remedy": "what to do",
}


def check(
    context: typer.Context,
    target: Annotated[
        str, typer.Argument(metavar="URL-or-SLUG", help="A feed, a page that links to one, or a source.")
    ] = "",
    pack: Annotated[str, typer.Option(help="Visit all of this pack (its name or folder), politely.")] = "",
    example: Annotated[
        str, typer.Option(metavar="URL", help="An article the page lists: propose rules that find its like.")
    ] = "",
    title: Annotated[str, typer.Option(help="That article's title, as it stands in the list.")] = "",
    as_json: Json = False,
) -> None:
    """Visit an address or a source once, store nothing, and show what would be collected.

    An address that is no feed: ways into its site are looked for (feeds, WordPress, Telegram, sitemaps,
    list pages, other languages), each tried once, and those that work proposed as [[source]] blocks, the
    best first; standard output is then a file for `sources import`. With --example or --title: rules for
    that page's list.
    With --pack: every enabled source of the pack; a report goes into `reports` in the data folder.
    Exit status 0: all work, or a way in was found; 1: not all, or none.
    """
    settings = settings_of(context)
    if bool(target) == bool(pack):
        raise typer.BadParameter("Give an address, a source's slug or --pack, one of them.")
    if (example or title) and "://" not in target:
        raise typer.BadParameter("--example and --title go with the address of a list page.")
    if pack:
        _check_pack(settings, pack, as_json)
    if "://" in target:
        from wirewatch.commands import discovered

        found = asyncio.run(discovered.look(settings, target, example, title))
        discovered.say_failed(found)
        if found.ways or example or title:
            discovered.show(found, settings, as_json)
        checked = found.check
    else:
        checked = asyncio.run(_check(settings, target))
    if as_json:
        show_json([_check_row(checked)])
    else:
        _show_check(checked, settings)
    raise typer.Exit(0 if checked.problem is None else 1)


def _check_pack(settings: Settings, name: str, as_json: bool) -> NoReturn:
    from review import packs, surveys
    from wirewatch.database import now
    from wirewatch.packs import find

    pack = packs.read(find(settings, name))
    started = now()
    rows = [surveys.survey_row(each, started) for each in asyncio.run(_survey(settings, pack))]
    local_start = started.astimezone(settings.zone)
    files = {".md": surveys.report(pack.name, rows, local_start)}
    if as_json:
        files[".json"] = json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    file = _keep(settings.data / "reports", f"check-{pack.name}-{local_start:%Y-%m-%d}", files)
    if as_json:
        show_json(rows)
    else:
        shown = [{**row, "published": local(row["published"], settings)} for row in rows]
        show_table(shown, COLUMNS, "No enabled source in this pack.")
    working = sum(row["works"] for row in rows)
    typer.echo(f"{working} of {len(rows)} sources work; the report is {file}", err=True)
    raise typer.Exit(0 if working == len(rows) else 1)


def _keep(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Write the report; one of the same day is replaced. Returns where the page is."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for ending, text in files.items():
            (folder / f"{name}{ending}").write_text(text, "utf-8")
    except OSError as error:
        problem, remedy = f"{folder} cannot be written: {error.strerror}", "Name another folder as `data`."
        raise SettingsError(file="settings", key="data", problem=problem, remedy=remedy) from error
    return folder / f"{name}.md"


async def _survey(settings: Settings, pack: Pack) -> tuple[Surveyed, ...]:
    from review.checking import check
    from review.surveys import survey
    from wirewatch.database import now
    from wirewatch.wiring import READER_MODULES, polite_door, user_agent, x_interface
    from workers.readers import Readers

    readers, way_out = Readers(settings.crawl.readers, preload=READER_MODULES), polite_door(settings)
    agent, robots = user_agent(settings), dict[str, Any]()

    async def visit(source: Source) -> Check:
        return await check(
            way_out, readers.run, source, agent=agent, now=now(), x=x_interface(settings), robots=robots
        )

    def observe(surveyed: Surveyed) -> None:
        how = "works" if surveyed.works else surveyed.check.problem
        typer.echo(f"{surveyed.check.source.slug}: {how}", err=True)

    try:
        return await survey(pack.sources, visit, hosts=settings.crawl.concurrency, observe=observe)
    finally:
        way_out.close()
        await readers.close()


async def _check(settings: Settings, target: str) -> Check:
    from review import checking
    from storage import sources
    from wirewatch.database import database, now
    from wirewatch.wiring import READER_MODULES, door, user_agent, x_interface
    from workers.readers import Readers

    async with database(settings) as opened:
        source = await opened.read(sources.get, target)
    readers, way_out = Readers(1, preload=READER_MODULES), door(settings)
    try:
        return await checking.check(
            way_out, readers.run, source, agent=user_agent(settings), now=now(), x=x_interface(settings)
        )
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
        state=str(checked.state),
        status=checked.status,
        problem=checked.problem,
        remedy=checked.remedy,
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
    if checked.remedy:
        say(f"what to do: {checked.remedy}")
    for feed in row["feeds"]:
        say(f"a feed: {feed['url']}  {feed['title']}")
    if not checked.entries:
        return
    say(f"{checked.title or 'no title'}: {len(checked.entries)} entries")
    shown = [{**entry, "published": local(entry["published"], settings)} for entry in row["entries"][:10]]
    show_table(shown, {"published": "published", "title": "title", "url": "url"}, "")
