"""`wirewatch clip`: what the analyst found herself, kept by the same path as what visits find."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from news.article import Brought, Published
from news.errors import HandedInError, PageError
from news.source import Source
from wirewatch.commands.moments import moment
from wirewatch.commands.output import Json, counted, foreign, say, settings_of, show_json
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from news.article import Article
    from news.watch import Match
    from review.intake import InHand, Intake, Taken

PASTED = "what was pasted"
BY_HAND = (
    "Look whether the address is right; else save the page in a browser and clip the file, "
    "or its text with --paste."
)


@dataclass(frozen=True, slots=True)
class Clipping:
    """What is clipped, and what is said of it."""

    what: str | None
    source: str | None
    url: str | None
    title: str
    said_by: str | None
    published: Published | None
    quiet: bool

    def of(self, page: InHand) -> InHand:
        """The page with what is said of it."""
        return replace(
            page, source=self.source, title=self.title, published=self.published, said_by=self.said_by
        )


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
    said = Clipping(what, source, url, title, said_by, _published(on, settings), quiet)
    taken, article, matches = asyncio.run(_clip(settings, said))
    if as_json:
        _show_json(article, matches)
    else:
        _show(taken, article, matches, quiet)


def _published(on: str | None, settings: Settings) -> Published | None:
    """The day, or the instant; without a zone it is one of the operator's. Raises WrongMoment."""
    instant = moment("--on", on, settings)
    if on is None or instant is None:
        return None
    try:
        return Published(date.fromisoformat(on))
    except ValueError:
        return Published(instant.astimezone(settings.zone).date(), instant)


async def _clip(settings: Settings, said: Clipping) -> tuple[Taken, Article, tuple[Match, ...]]:
    from review.intake import Intake
    from storage import articles, matches
    from wirewatch.wiring import READER_MODULES, archive
    from workers.readers import Readers

    async with archive(settings) as (opened, judge):
        readers = Readers(1, preload=READER_MODULES)
        try:
            intake = Intake(opened, readers.run, judge, Brought.CLIP, said.quiet)
            await intake.load()
            taken = await intake.take(await _in_hand(settings, said, intake))
        finally:
            await readers.close()
        article = await opened.read(articles.article, taken.handed.article)
        return taken, article, await opened.read(matches.of_article, article.id)


async def _in_hand(settings: Settings, said: Clipping, intake: Intake) -> InHand:
    """The page, the file or the pasted text. Raises PageError, HandedInError."""
    from crawler.reading.saved import kind_of
    from review.intake import InHand

    if said.what is not None and "://" in said.what:
        return await _fetched(settings, said, intake)
    place, body = _given(said.what, settings.egress.max_bytes)
    kind, url = ("text/plain" if said.what is None else kind_of(body)), said.url
    if url is None and kind == "text/html":
        url = await intake.address_of(body, place)
    return said.of(InHand(place, body, kind, url=url))


async def _fetched(settings: Settings, said: Clipping, intake: Intake) -> InHand:
    from crawler.reading.saved import kind_of
    from review.checking import header
    from review.intake import InHand
    from review.pages import fetched
    from wirewatch.database import now
    from wirewatch.wiring import door, user_agent

    url, way_out = said.what or "", door(settings)
    source = _asks_as(url, said.source, intake)
    try:
        response = await fetched(way_out, source, url, agent=user_agent(settings), now=now())
    except PageError as error:
        raise PageError(url=error.url, problem=error.problem, remedy=BY_HAND) from error
    finally:
        way_out.close()
    kind = header(response, b"content-type") or kind_of(response.body)
    return said.of(InHand(url, response.body, kind, url=url, final_url=response.url))


def _asks_as(url: str, named: str | None, intake: Intake) -> Source:
    """By whose rules of politeness the page is asked for: its source's, where it has one."""
    from review import belonging

    known = intake.catalogue.get(named) if named else belonging.owner(url, intake.catalogue.values())
    return known or belonging.own(url)


def _given(what: str | None, limit: int) -> tuple[str, bytes]:
    """A file's bytes, or those of standard input, with what to call them. Raises HandedInError."""
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
