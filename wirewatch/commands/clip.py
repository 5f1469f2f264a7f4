"""`wirewatch clip`: what the analyst found herself, kept by the same path as what visits find."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from news.article import Brought, Published
from news.errors import HandedInError
from wirewatch.commands.moments import moment
from wirewatch.commands.output import Json, counted, foreign, say, settings_of, show_json
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from news.article import Article
    from news.watch import Match
    from review.clipping import Said
    from review.intake import InHand, Intake, Taken


@dataclass(frozen=True, slots=True)
class Clipping:
    """What is clipped, and what is said of it."""

    what: str | None
    url: str | None
    said: Said
    quiet: bool


def clip(
    context: typer.Context,
    what: Annotated[
        str | None, typer.Argument(metavar="URL-or-FILE", help="A page, or a file: HTML, PDF, docx, text.")
    ] = None,
    paste: Annotated[bool, typer.Option("--paste", help="Read the text from standard input.")] = False,
    source: Annotated[str | None, typer.Option(help="The source it belongs to; else by its address.")] = None,
    said_by: Annotated[str | None, typer.Option(metavar="NAME", help="Whose words it holds.")] = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="When it was said or published.")] = None,
    title: Annotated[str, typer.Option(help="Its title; else the page's, or the first line.")] = "",
    url: Annotated[str | None, typer.Option(help="The address a file or a pasted text is from.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="For the archive: nobody is told.")] = False,
    as_json: Json = False,
) -> None:
    """Keep a page, a file or a pasted text that you found yourself, marked as clipped.

    It is read, judged and told as what a visit finds. Without --source it goes to the source on whose site
    its address is, or to one of its own. A page that is kept already is marked, and not told again.
    """
    settings = settings_of(context)
    if (what is None) is not paste:
        raise typer.BadParameter("Give an address, a file or --paste, one of them.")
    from review.clipping import Said

    said = Said(source, title, said_by, _published(on, settings))
    taken, article, matches = asyncio.run(_clip(settings, Clipping(what, url, said, quiet)))
    if as_json:
        _show_json(article, matches)
    else:
        _show(taken, article, matches, quiet)


def _published(on: str | None, settings: Settings) -> Published | None:
    """The day, or the instant; without a zone it is one of the operator's. Raises WrongMoment."""
    from review.clipping import published

    instant = moment("--on", on, settings)
    return None if on is None or instant is None else published(on, instant.astimezone(settings.zone))


async def _clip(settings: Settings, given: Clipping) -> tuple[Taken, Article, tuple[Match, ...]]:
    from review.intake import Intake
    from storage import articles, matches
    from wirewatch.wiring import READER_MODULES, archive
    from workers.readers import Readers

    async with archive(settings) as (opened, judge):
        readers = Readers(1, preload=READER_MODULES)
        try:
            intake = Intake(opened, readers.run, judge, Brought.CLIP, given.quiet)
            await intake.load()
            taken = await intake.take(await _in_hand(settings, given, intake))
        finally:
            await readers.close()
        article = await opened.read(articles.article, taken.handed.article)
        return taken, article, await opened.read(matches.of_article, article.id)


async def _in_hand(settings: Settings, given: Clipping, intake: Intake) -> InHand:
    """The page, the file or the pasted text. Raises PageError, HandedInError."""
    from crawler.reading.saved import kind_of
    from review.intake import InHand

    if given.what is not None and "://" in given.what:
        return await _fetched(settings, given.what, given.said, intake)
    place, body = _given(given.what, settings.egress.max_bytes)
    kind, url = ("text/plain" if given.what is None else kind_of(body)), given.url
    if url is None and kind == "text/html":
        url = await intake.address_of(body, place)
    return given.said.of(InHand(place, body, kind, url=url))


async def _fetched(settings: Settings, url: str, said: Said, intake: Intake) -> InHand:
    from review.clipping import fetched
    from wirewatch.database import now
    from wirewatch.wiring import door, user_agent

    way_out = door(settings)
    try:
        return await fetched(way_out, intake, url, said, agent=user_agent(settings), now=now())
    finally:
        way_out.close()


def _given(what: str | None, limit: int) -> tuple[str, bytes]:
    """A file's bytes, or those of standard input, with what to call them. Raises HandedInError."""
    from review.clipping import PASTED

    place = PASTED if what is None else what
    try:
        body = sys.stdin.buffer.read(limit + 1) if what is None else Path(what).read_bytes()
    except OSError as error:
        remedy = "Name a file that can be read, or a whole address (https://...)."
        problem = error.strerror or str(error)
        raise HandedInError(place=place, problem=problem, remedy=remedy) from error
    if len(body) > limit:
        remedy = "Raise egress.max_bytes if it is to be kept."
        raise HandedInError(place=place, problem=f"more than {limit} bytes", remedy=remedy)
    return place, body


def _show_json(article: Article, matches: tuple[Match, ...]) -> None:
    from review.rows import article_row

    topics = sorted({match.topic for match in matches})
    show_json([{**article_row(article), "said_by": article.said_by, "topics": topics}])


def _show(taken: Taken, article: Article, matches: tuple[Match, ...], quiet: bool) -> None:
    handed = taken.handed
    how = "kept as" if handed.new else "known already as"
    say(f"{how} item {article.id} of {article.source}: {foreign(article.title)}")
    topics = sorted({match.topic for match in matches})
    if not topics:
        say("no topic was found in it")
        return
    found = f"{counted(len(topics), 'topic')} found in it: {', '.join(topics)}"
    told = (
        "who subscribes is told"
        if handed.loud
        else "nobody is told"
        if quiet or handed.new
        else "not told again"
    )
    say(f"{found}; {told}")
