"""What `wirewatch sources check ADDRESS` says of a site's ways in: TOML that `sources import` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import typer

from wirewatch.commands.output import counted, foreign, local, say, show_json
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from review.discovering import Discovery, Way

SAMPLE = 5  # entries shown of each way


async def look(settings: Settings, url: str, example: str, title: str) -> Discovery:
    """Visit an address as politely as collecting would; where it is no feed, look for ways into its site."""
    from news.errors import FetchError
    from review import remedies
    from review.checking import Check, provisional
    from review.discovering import Asking, Discovery, discover
    from wirewatch.database import now
    from wirewatch.wiring import READER_MODULES, polite_door, user_agent, x_interface
    from workers.readers import Readers

    readers, way_out = Readers(1, preload=READER_MODULES), polite_door(settings)
    asking = Asking(
        way_out, readers.run, user_agent(settings), now(), x_interface(settings), observe=_observe
    )
    try:
        return await discover(asking, url, example=example, title=title)
    except FetchError as error:
        remedy = remedies.for_error(error)
        source = provisional(url)
        return Discovery(Check(source, error.url, None, problem=str(error), remedy=remedy, error=error))
    finally:
        way_out.close()
        await readers.close()


def _observe(url: str) -> None:
    typer.echo(f"asking {url}", err=True)


def show(found: Discovery, settings: Settings, as_json: bool) -> NoReturn:
    """The ways in, and the exit status of the command."""
    if as_json:
        show_json([_row(found)])
    else:
        _show_blocks(found, settings)
    raise typer.Exit(0 if found.ways else 1)


def say_failed(found: Discovery) -> None:
    """What was tried in vain, and why, on standard error."""
    for address, reason in found.failed:
        typer.echo(f"in vain: {address}: {reason.removeprefix(f'{address}: ')}", err=True)


def _show_blocks(found: Discovery, settings: Settings) -> None:
    from review import catalogue
    from review.rows import published

    count = len(found.ways)
    say(f"# {found.check.final_url}: {counted(count, 'way')} in, the best first.")
    say("# Everything below is a file for `wirewatch sources import`; look at name, kind and zone first.")
    for number, way in enumerate(found.ways, start=1):
        say("")
        say(f"# {number}. {_measure(way)}")
        for entry in way.entries[:SAMPLE]:
            when = local(published(entry.published), settings) or "no date"
            say(f"#    {when}  {foreign(entry.title) or entry.link}")
        say(catalogue.write([way.source]).rstrip())


def _measure(way: Way) -> str:
    """A way in a line: how much it gives, how exactly dated, how fast, and whether its articles read."""
    entries = len(way.entries)
    article = f"its newest article cannot be read: {way.problem}"
    if way.text:
        what = "its longest post" if way.source.spider == "telegram" else "its newest article"
        article = f"{what} has {way.text:,} characters"
    dated = f"{round(way.dated * entries)} dated, {round(way.timed * entries)} with an hour"
    return f"{way.source.spider}: {counted(entries, 'item')}, {dated}, {way.seconds:.1f} s; {article}"


def _row(found: Discovery) -> dict[str, Any]:
    from review import catalogue
    from review.rows import published, row

    check = found.check
    proposals = [
        {
            "slug": way.source.slug,
            "url": way.source.url,
            "spider": way.source.spider,
            "languages": list(way.source.languages),
            "dated": round(way.dated, 2),
            "timed": round(way.timed, 2),
            "seconds": round(way.seconds, 2),
            "article_characters": way.text,
            "article_problem": way.problem,
            "block": catalogue.write([way.source]),
            "entries": [
                row(url=one.link, title=one.title, published=published(one.published)) for one in way.entries
            ],
        }
        for way in found.ways
    ]
    return row(
        id=check.source.slug,
        slug=check.source.slug,
        url=check.final_url,
        state="fine" if found.ways else "failing",
        status=check.status,
        problem=check.problem if not found.ways else None,
        proposals=proposals,
        failed=[{"url": address, "reason": reason} for address, reason in found.failed],
        feeds=[{"url": feed.url, "title": feed.title} for feed in check.feeds],
        entries=[],
    )
