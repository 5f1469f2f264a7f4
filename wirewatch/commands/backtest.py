"""`wirewatch topics backtest`: what a topic would have found, before it is trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from news.errors import TopicError
from news.telling import Mode, Subscription
from news.watch import Topic, TopicVersion
from wirewatch.commands.moments import moment
from wirewatch.commands.output import counted, local, say, say_behind, settings_of, show_json
from wirewatch.commands.reindex import progress
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from review.backtest import Trial
    from storage.database import Database

SHOWN = 10  # sources, languages, forms in a list; --json has all
BAR = 40  # characters of the longest bar
MARK = "\N{LEFT-POINTING ANGLE BRACKET}{}\N{RIGHT-POINTING ANGLE BRACKET}"


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of it: a trial of the topic and, where it is compared, one of the other."""

    since: datetime
    until: datetime
    looked_at: int
    behind: int
    trials: list[Trial]
    listeners: tuple[Subscription, ...]


def backtest(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="The topic.")],
    days: Annotated[int, typer.Option(min=1, max=36_500, help="Over the last so many days.")] = 30,
    since: Annotated[str | None, typer.Option(help="Or from then on: 2026-03-08.")] = None,
    until: Annotated[str | None, typer.Option(help="Up to then; else now.")] = None,
    version: Annotated[int | None, typer.Option(help="A version of it; else the one in force.")] = None,
    file: Annotated[Path | None, typer.Option(help="As this file has it, not saved yet.")] = None,
    query: Annotated[str, typer.Option(help="As this query has it, not saved yet.")] = "",
    against: Annotated[
        int | None,
        typer.Option(help="Compare with this version; what is not saved: else with that in force."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """What a topic would have found in the archive and whom it would have told. Nothing is stored."""
    settings = settings_of(context)
    unsaved = _unsaved(slug, file, query)
    span = moment("--since", since, settings), moment("--until", until, settings)
    tested = asyncio.run(_test(settings, slug, unsaved, (version, against), span, days))
    say_behind(tested.behind)
    told = _told(tested, settings)
    if as_json:
        show_json(told)
    else:
        _show(told, settings)


def _unsaved(slug: str, file: Path | None, query: str) -> Topic | None:
    from review import topics

    if file is not None and query:
        raise TopicError(topic=slug, problem="a file and a query", remedy="Give one of them.")
    if query:
        return topics.topic(slug, "", (), query=query)
    if file is None:
        return None
    for topic in topics.read_file(file):
        if topic.slug == slug:
            return topic
    raise TopicError(
        topic=slug, problem=f"{file} does not hold it", remedy="Name one that stands in the file."
    )


async def _test(
    settings: Settings,
    slug: str,
    unsaved: Topic | None,
    numbers: tuple[int | None, int | None],
    span: tuple[datetime | None, datetime | None],
    days: int,
) -> Tested:
    from review import reindex
    from review.backtest import back_test
    from storage import subscriptions
    from storage.search import Filters
    from wirewatch.database import database

    async with database(settings) as opened:
        topics = await _topics(opened, slug, unsaved, *numbers)
        until = span[1] or opened.clock()
        since = span[0] or until - timedelta(days=days)
        with progress() as bar:
            shown = bar.add_task(f"trying {slug}", total=None)
            looked_at, trials = await back_test(
                opened,
                topics,
                Filters(since=since, until=until),
                observe=lambda done: bar.advance(shown, done),
            )
        every = await opened.read(subscriptions.all_subscriptions)
        listeners = tuple(each for each in every if slug in each.topics and each.paused is None)
        return Tested(since, until, looked_at, await reindex.outdated(opened), trials, listeners)


async def _topics(
    opened: Database, slug: str, unsaved: Topic | None, version: int | None, against: int | None
) -> list[Topic]:
    """The topic that is tried, then the one it is compared with."""
    from storage import topics

    if unsaved is not None and against is None:
        known = {topic.slug: topic for topic in await opened.read(topics.all_topics)}
        return [unsaved, known[slug]] if slug in known else [unsaved]
    versions = await opened.read(topics.versions, slug)
    tried = unsaved or _version(slug, versions, version)
    return [tried] if against is None else [tried, _version(slug, versions, against)]


def _version(slug: str, versions: Sequence[TopicVersion], number: int | None) -> Topic:
    wanted = versions[-1].version if number is None else number
    for each in versions:
        if each.version == wanted and (each.terms or each.query):
            return Topic(slug, slug, wanted, each.terms, each.query, each.mentions)
    problem = (
        f"version {wanted} watches nothing" if 1 <= wanted <= len(versions) else f"it has no version {wanted}"
    )
    raise TopicError(topic=slug, problem=problem, remedy=f"`wirewatch topics history {slug}` shows them.")


def _told(tested: Tested, settings: Settings) -> dict[str, Any]:
    """All that came of it, as one object."""
    from review.backtest import against_row, mails, mails_row, supposed, trial_row

    trial, *others = tested.trials
    since, until = tested.since, tested.until
    listeners = tested.listeners or supposed(trial.topic.slug, settings.zone.key, since)
    told = mails(trial.caught, listeners, since, until, settings.alerts.per_hour)
    found: dict[str, Any] = {
        **trial_row(trial, since, until, tested.looked_at, settings.zone),
        "mails": [mails_row(each) for each in told],
        "supposed": not tested.listeners,
    }
    return {**found, "against": against_row(others[0], trial)} if others else found


def _show(told: dict[str, Any], settings: Settings) -> None:
    name = f"{told['topic']}, version {told['version']}" if told["version"] else f"{told['topic']}, not saved"
    span = f"{local(told['since'], settings)} to {local(told['until'], settings)}"
    say(f"{name}: {counted(told['articles'], 'article')} from {span}", style="bold")
    say(f"(full text proposed {told['looked_at']}, the matcher decided)")
    _show_days(told["by_day"])
    for what, heading in (
        ("source", "sources"),
        ("language", "languages"),
        ("form", "forms found"),
        ("term", "terms"),
    ):
        _show_counts(heading, told[f"by_{what}"])
    _show_mails(told)
    if told["first"]:
        say(f"\nthe latest {len(told['first'])} with what proves it", style="bold")
    for sample in told["first"]:
        say(f"{local(sample['first_seen'], settings)}  {sample['slug']}  {sample['title']}")
        for span in sample["evidence"][:1]:
            around = span["sentence"]["text"] if span["sentence"] else sample["title"]
            say(f"    {span['form']} ({span['term']}): {around}")
    if "against" in told:
        _show_difference(told["against"], settings)


def _show_days(days: dict[str, int]) -> None:
    most = max(days.values(), default=0)
    for day, number in sorted(days.items()):
        say(f"  {day}  {number:>5}  {'#' * max(1, round(BAR * number / most))}")


def _show_counts(heading: str, found: dict[str, int]) -> None:
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    words = [f"{name} {number}" for name, number in ordered[:SHOWN]]
    more = [f"and {len(ordered) - SHOWN} more"] if len(ordered) > SHOWN else []
    say(f"{heading}: {', '.join((*words, *more)) or 'none'}")


def _show_mails(told: dict[str, Any]) -> None:
    supposed = " (nobody listens to it yet; supposed are one told at once and one daily digest at 07:00)"
    say(f"\nmails it would have sent{supposed if told['supposed'] else ''}", style="bold")
    for each in told["mails"]:
        if each["mode"] == Mode.INSTANT:
            what = f"{counted(each['alerts'], 'alert')}, {counted(each['overflows'], 'overflow message')}"
        else:
            what = counted(each["digests"], "digest")
        say(f"  {each['recipient']} ({each['mode']}): {what}")


def _show_difference(against: dict[str, Any], settings: Settings) -> None:
    gained, lost = against["gained"], against["lost"]
    say(
        f"\nagainst version {against['version']}: {len(gained)} gained, {len(lost)} lost,"
        f" {against['kept']} kept",
        style="bold",
    )
    for sign, rows in (("+", gained), ("-", lost)):
        for each in rows[:SHOWN]:
            forms = ", ".join(each["forms"][:3])
            say(f"{sign} {local(each['first_seen'], settings)}  {each['slug']}  {each['title']}  [{forms}]")
        if len(rows) > SHOWN:
            say(f"{sign} and {len(rows) - SHOWN} more")
