"""`wirewatch collect`: one round now, with a progress bar, then a table."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from news.errors import StorageError
from news.source import Source
from wirewatch.commands import filling
from wirewatch.commands.moments import moment
from wirewatch.commands.output import Json, settings_of, show_json, show_table
from wirewatch.lock import SERVICE, Busy, Holder
from wirewatch.settings import Settings
from wirewatch.steps import contact

if TYPE_CHECKING:
    from crawler.outcomes import AnyOutcome
    from crawler.parts import Parts
    from news.visit import Visit
    from storage.rounds import Standing

# Between two looks at the rows of a round that a service carries out.
LOOK = 0.5

COLUMNS = {
    "slug": "source",
    "state": "visit",
    "listed": "listed",
    "new": "new",
    "changed": "changed",
    "read": "read",
    "unreadable": "unread",
    "later": "later",
    "seconds": "s",
    "reason": "reason",
}


@dataclass(slots=True)
class Round:
    """What one round gave, source by source."""

    sources: dict[str, Source] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    pages: dict[str, Counter[str]] = field(default_factory=dict)
    held_back: dict[str, str] = field(default_factory=dict)
    waiting: int = 0

    def observe(self, outcome: AnyOutcome) -> None:
        from crawler.outcomes import Paged, Visited

        if isinstance(outcome, Paged):
            return
        slug = outcome.task.source.slug
        self.sources[slug] = outcome.task.source
        if isinstance(outcome, Visited):
            self.visits[slug] = outcome.visit
            return
        what = "read" if outcome.reason is None else "unreadable" if outcome.reading else "later"
        self.pages.setdefault(slug, Counter())[what] += 1

    def not_visited(self, held_back: Iterable[tuple[Source, datetime, str | None]], waiting: int) -> None:
        """Sources whose host is not free before a moment, with who holds it; pages still to be read."""
        from review.rows import iso

        self.waiting = waiting
        for source, until, holder in held_back:
            self.sources[source.slug] = source
            asks = f"{holder} has its host, or died having it," if holder else "its host asks to wait"
            self.held_back[source.slug] = f"{asks} until {iso(until)}"

    def follow(self, standing: Standing, known: Mapping[str, Source]) -> None:
        """The same, as the rows in the database tell it of sources by their slugs."""
        self.visits.update(standing.visits)
        for what in ("read", "unreadable", "later"):
            for slug, number in getattr(standing, what).items():
                self.pages.setdefault(slug, Counter())[what] = number
        self.sources = {slug: known[slug] for slug in self.visits.keys() | self.pages.keys()}

    @property
    def done(self) -> int:
        """Visits made and pages tried."""
        return len(self.visits) + sum(pages.total() for pages in self.pages.values())

    def rows(self) -> list[dict[str, Any]]:
        return [self._row(source) for _, source in sorted(self.sources.items())]

    def _row(self, source: Source) -> dict[str, Any]:
        from review.rows import row

        visit, pages = self.visits.get(source.slug), self.pages.get(source.slug, Counter())
        held = self.held_back.get(source.slug)
        return row(
            id=source.slug,
            slug=source.slug,
            url=source.url,
            title=source.name,
            language=",".join(source.languages) or None,
            state=str(visit.outcome) if visit else "waits" if held else "not due",
            listed=visit.listed if visit else 0,
            new=visit.new if visit else 0,
            changed=visit.changed if visit else 0,
            read=pages["read"],
            unreadable=pages["unreadable"],
            later=pages["later"],
            seconds=round(visit.duration, 1) if visit else 0.0,
            reason=visit.reason if visit else held,
        )


def collect(
    context: typer.Context,
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Only these sources.", metavar="[SLUG]...")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Page the lists of these sources back to then, and read it all."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="With --since: also where it was done before.")
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Page their lists back no further.")] = False,
    as_json: Json = False,
) -> None:
    """Visit every enabled source (or those named) once, now, and read what is new.

    With --since: fill the archive. Their lists are paged back, politely, until they are older than the date
    or end; nobody is told of what is found. Killed or left, the same command goes on where it was. Exit
    status 1: not all is done, for the reason that stands with its source.
    """
    settings = settings_of(context)
    if step := contact(settings):
        typer.echo(f"{step.said}.", err=True)
    if stop:
        filling.stop(settings, tuple(slugs or ()))
        return
    if (moment_since := moment("--since", since, settings)) is not None:
        filling.fill(settings, tuple(slugs or ()), moment_since, again, as_json)
    done = asyncio.run(_collect(settings, tuple(slugs or ())))
    rows = done.rows()
    if as_json:
        show_json(rows)
        return
    show_table(rows, COLUMNS, "No enabled source. `wirewatch sources add` or `import` brings one.")
    totals = {key: sum(row[key] for row in rows) for key in ("new", "changed", "read", "unreadable", "later")}
    typer.echo(
        f"{len(rows)} sources, {totals['new']} new, {totals['changed']} changed, {totals['read']} read, "
        f"{totals['unreadable']} unreadable, {totals['later']} to be tried later, {done.waiting} pages wait"
    )


async def _collect(settings: Settings, slugs: tuple[str, ...]) -> Round:
    from wirewatch.wiring import open_parts

    try:
        parts = await open_parts(settings)
    except Busy as busy:
        if busy.holder.command != SERVICE:
            raise
        return await _follow(settings, busy.holder, slugs)
    try:
        return await _carry_out(settings, parts, slugs)
    finally:
        await parts.close()


async def _note_what_waits(parts: Parts, slugs: Collection[str] | None, done: Round) -> None:
    from storage import work

    held_back = await parts.database.read(work.held_back, parts.clock(), slugs)
    _, pages = await parts.database.read(work.pending, slugs)
    done.not_visited(held_back, pages)


async def _carry_out(settings: Settings, parts: Parts, slugs: tuple[str, ...]) -> Round:
    """The round, made by this process."""
    from storage import sources
    from wirewatch.wiring import collect_round

    for slug in slugs:
        await parts.database.read(sources.get, slug)
    done = Round()
    with _progress() as bar:
        shown = bar.add_task("collecting", total=None)

        def observe(outcome: AnyOutcome) -> None:
            done.observe(outcome)
            bar.update(shown, completed=done.done)

        def expect(left: int) -> None:
            bar.update(shown, total=done.done + left)

        await collect_round(settings, parts, slugs or None, observe=observe, expect=expect)
    await _note_what_waits(parts, slugs or None, done)
    return done


async def _follow(settings: Settings, service: Holder, slugs: tuple[str, ...]) -> Round:
    """The round, left as rows to the service that runs here, and followed by its rows."""
    from crawler.visiting import HORIZON
    from storage import rounds, sources
    from wirewatch.database import database, now

    typer.echo(f"the service (process {service.pid}) carries this out", err=True)
    done = Round()
    async with database(settings) as opened:
        mark = await opened.write(rounds.begin, slugs or None, now())
        known = {source.slug: source for source in await opened.read(sources.all_sources)}
        with _progress() as bar:
            shown = bar.add_task("collecting", total=None)
            while True:
                standing = await opened.read(rounds.standing, mark, slugs or None, now() + HORIZON)
                done.follow(standing, known)
                bar.update(shown, completed=done.done, total=done.done + standing.left)
                if standing.left == 0:
                    return done
                if not service.lives:
                    problem = "the service ended before the round did"
                    remedy = "What is left waits in the database: run this again"
                    raise StorageError(url=settings.data, problem=problem, remedy=remedy)
                await asyncio.sleep(LOOK)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
