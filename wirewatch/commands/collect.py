"""`wirewatch collect`: one round now, with a progress bar, then a table."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from news.errors import StorageError
from wirewatch.commands.output import Json, settings_of, show_json, show_table
from wirewatch.lock import SERVICE, Busy, Holder
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from crawler.outcomes import Fetched, Visited
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

    visits: dict[str, Visit] = field(default_factory=dict)
    pages: dict[str, Counter[str]] = field(default_factory=dict)

    def observe(self, outcome: Visited | Fetched) -> None:
        from crawler.outcomes import Visited

        slug = outcome.task.source.slug
        if isinstance(outcome, Visited):
            self.visits[slug] = outcome.visit
            return
        what = "read" if outcome.reason is None else "unreadable" if outcome.reading else "later"
        self.pages.setdefault(slug, Counter())[what] += 1

    def follow(self, standing: Standing) -> None:
        """The same, as the rows in the database tell it."""
        self.visits.update(standing.visits)
        for what in ("read", "unreadable", "later"):
            for slug, number in getattr(standing, what).items():
                self.pages.setdefault(slug, Counter())[what] = number

    @property
    def done(self) -> int:
        """Visits made and pages tried."""
        return len(self.visits) + sum(pages.total() for pages in self.pages.values())

    def rows(self) -> list[dict[str, Any]]:
        return [self._row(slug) for slug in sorted(self.visits.keys() | self.pages.keys())]

    def _row(self, slug: str) -> dict[str, Any]:
        visit, pages = self.visits.get(slug), self.pages.get(slug, Counter())
        return {
            "slug": slug,
            "state": str(visit.outcome) if visit else "not due",
            "listed": visit.listed if visit else 0,
            "new": visit.new if visit else 0,
            "changed": visit.changed if visit else 0,
            "read": pages["read"],
            "unreadable": pages["unreadable"],
            "later": pages["later"],
            "seconds": round(visit.duration, 1) if visit else 0.0,
            "reason": visit.reason if visit else None,
        }


def collect(
    context: typer.Context,
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Only these sources.", metavar="[SLUG]...")
    ] = None,
    as_json: Json = False,
) -> None:
    """Visit every enabled source (or those named) once, now, and read what is new."""
    settings = settings_of(context)
    if not settings.crawl.contact:
        typer.secho(
            "crawl.contact is not set: sites cannot tell who asks. Set it in settings.toml.", err=True
        )
    done = asyncio.run(_collect(settings, tuple(slugs or ())))
    rows = done.rows()
    if as_json:
        show_json(rows)
        return
    show_table(rows, COLUMNS, "No enabled source. `wirewatch sources add` or `import` brings one.")
    totals = {key: sum(row[key] for row in rows) for key in ("new", "changed", "read", "unreadable", "later")}
    typer.echo(
        f"{len(rows)} sources, {totals['new']} new, {totals['changed']} changed, {totals['read']} read, "
        f"{totals['unreadable']} unreadable, {totals['later']} to be tried later"
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


async def _carry_out(settings: Settings, parts: Parts, slugs: tuple[str, ...]) -> Round:
    """The round, made by this process."""
    from storage import sources
    from wirewatch.wiring import collect_round

    for slug in slugs:
        await parts.database.read(sources.get, slug)
    done = Round()
    with _progress() as bar:
        shown = bar.add_task("collecting", total=None)

        def observe(outcome: Visited | Fetched) -> None:
            done.observe(outcome)
            bar.update(shown, completed=done.done)

        def expect(left: int) -> None:
            bar.update(shown, total=done.done + left)

        await collect_round(settings, parts, slugs or None, observe=observe, expect=expect)
    return done


async def _follow(settings: Settings, service: Holder, slugs: tuple[str, ...]) -> Round:
    """The round, left as rows to the service that runs here, and followed by its rows."""
    from crawler.visiting import HORIZON
    from storage import rounds
    from wirewatch.wiring import database, now

    typer.echo(f"the service (process {service.pid}) carries this out", err=True)
    done = Round()
    async with database(settings) as opened:
        mark = await opened.write(rounds.begin, slugs or None, now())
        with _progress() as bar:
            shown = bar.add_task("collecting", total=None)
            while True:
                standing = await opened.read(rounds.standing, mark, slugs or None, now() + HORIZON)
                done.follow(standing)
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
