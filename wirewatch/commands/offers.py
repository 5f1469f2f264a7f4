"""`wirewatch topics offer`: the other names of what a topic watches, and what each would have added."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Annotated, Any

import typer

from news.errors import TopicError, WirewatchError
from news.watch import Stands, Term, Topic
from wirewatch.commands.names import STANDS, describe, gazetteer, mark, within
from wirewatch.commands.output import (
    Json,
    counted,
    explain,
    foreign,
    local,
    say,
    settings_of,
    show_json,
    show_table,
)
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from matching.naming import Offer
    from news.names import Form, Name
    from review.offers import Gain

COLUMNS = {
    "id": "",
    "language": "",
    "form": "form",
    "adds": "adds",
    "last": "last",
    "mark": "mark",
    "what": "used by, when, how",
}
# How a form stands in a topic that takes it.
COMPANY = {
    Stands.CONTEXT: "In context: it counts where another form of the topic is in the article, too.",
    Stands.PHRASE: "In a phrase: it counts close beside another form of the topic.",
}
QUERY = 'The topic is a query: write what you take into it, such as OR "Степанакерт".'
SHOWN = 8  # forms of one entry that are named after `topics add`
ENTRIES = 3
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered to a topic, with what each form would have added; `behind` texts were not looked at."""

    topic: Topic
    offers: tuple[Offer, ...]
    gains: tuple[Gain, ...]
    behind: int


def offer(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="The topic.")],
    take: Annotated[
        list[str] | None,
        typer.Option(help="Take these: numbers as listed (1,3), or a form, such as ru:Ханкенди."),
    ] = None,
    take_all: Annotated[
        str, typer.Option(help="Take all that can be taken in these languages: en,ru,hy, or all.")
    ] = "",
    leave: Annotated[
        list[str] | None, typer.Option(help="Leave these, of those --take-all would take.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Count what was first seen in so many.")] = 30,
    as_json: Json = False,
) -> None:
    """Other names of what a topic watches: who uses them, and what each would have added.

    On a terminal it asks form by form. What is taken makes one new version of the topic.
    """
    from review import choosing
    from review.offers import offer_row

    settings = settings_of(context)
    offered = asyncio.run(_offered(settings, slug, gazetteer(settings), days))
    picked = choosing.chosen(slug, offered.offers, take=take or (), take_all=take_all, leave=leave or ())
    each = zip(offered.offers, offered.gains, strict=True)
    rows = [offer_row(place + 1, *one, taken=place in picked) for place, one in enumerate(each)]
    if not as_json:
        _show(rows, offered, settings, days)
        if not (take or take_all or offered.topic.query) and sys.stdin.isatty() and sys.stdout.isatty():
            picked = _ask(rows, offered.offers)
    after = asyncio.run(_take(settings, offered.topic, [offered.offers[place].term for place in picked]))
    if as_json:
        show_json(rows)
    elif after is not None:
        typer.echo(
            f"took {counted(len(picked), 'form')}: {slug} is version {after.version} now, changed by hand; "
            f"`wirewatch reindex --topic {slug}` finds it in what was read before"
        )


def hint(settings: Settings, topic: Topic) -> None:
    """Say which other names there are for what a new topic watches. A gazetteer that cannot be read is
    told of, and stops nobody."""
    from matching.naming import offers

    try:
        offered = offers(topic, gazetteer(settings), _today(settings))
    except WirewatchError as error:
        typer.secho(f"no other names are offered: {error}", err=True)
        return
    useful = [
        each for each in offered if each.takable and each.holds and each.form.stands is not Stands.PHRASE
    ]
    entries = [(title, [*each]) for title, each in groupby(useful, key=lambda offer: offer.name.title)]
    for title, each in entries[:ENTRIES]:
        forms = _of_each_language(offer.form for offer in each)
        more = f" and {len(forms) - SHOWN} more" if len(forms) > SHOWN else ""
        whole = (foreign(form).replace(" ", NO_BREAK) for form in forms[:SHOWN])
        explain(f"{title}: also {', '.join(whole)}{more}")
    if entries:
        say(f"`wirewatch topics offer {topic.slug}` says who uses them and what each would add")


def _of_each_language(forms: Iterable[Form]) -> list[str]:
    """Different texts, the first of each language before the second of any."""
    seen: dict[str, None] = {}
    by_language = [[form.text for form in each] for _, each in groupby(forms, lambda form: form.language)]
    for nth in zip_longest(*by_language):
        seen |= dict.fromkeys(text for text in nth if text is not None)
    return [*seen]


def _show(rows: Sequence[dict[str, Any]], offered: Offered, settings: Settings, days: int) -> None:
    if not rows:
        typer.echo("Nothing to offer: no term is a name in the gazetteer, or all its other forms are there.")
        return
    within_days = f"articles of the last {counted(days, 'day')} that each form would have added"
    say(f"{offered.topic.slug}: {within_days}", "bold")
    for _, each in groupby(zip(rows, offered.offers, strict=True), key=lambda pair: pair[0]["slug"]):
        entry = [*each]
        name = entry[0][1].name
        say(f"\n{name.title} ({name.kind}, {name.slug})", style="bold")
        describe(entry[0][0])
        show_table([_shown(*pair, settings) for pair in entry], COLUMNS, "")
    say("")
    for stands in sorted({offer.form.stands for offer in offered.offers} & COMPANY.keys()):
        explain(COMPANY[stands])
    if offered.topic.query:
        explain(QUERY)
    if offered.behind:
        said = (
            f"{offered.behind} texts are not indexed yet and were not looked at: `wirewatch reindex` does it."
        )
        typer.secho(said, err=True)


def _shown(row: dict[str, Any], offer: Offer, settings: Settings) -> dict[str, Any]:
    """A row of the table: of the last article the day is enough."""
    from review.choosing import OBSTACLE

    stands = STANDS[row["stands"]] if offer.takable else f"cannot be taken: {OBSTACLE}"
    return {
        **row,
        "form": foreign(row["form"]),
        "adds": "" if row["articles"] is None else row["articles"] or "-",
        "last": local(row["last"], settings)[:10],
        "mark": mark(row),
        "what": _what(row, offer, stands),
    }


def _what(row: dict[str, Any], offer: Offer, stands: str) -> str:
    """Whose usage a form is, from when to when, what that says of today, and how it stands."""
    time = within(row) if offer.holds else f"not today: {within(row)}"
    return "; ".join(filter(None, (row["used_by"], time, stands)))


def _ask(rows: Sequence[dict[str, Any]], offers: Sequence[Offer]) -> list[int]:
    """Form by form, of those that can be taken."""
    from review.choosing import LEAVE, QUIT, TAKE, asked

    takable = [place for place, row in enumerate(rows) if row["takable"]]

    def ask(nth: int) -> str:
        row, offer = rows[takable[nth]], offers[takable[nth]]
        adds = counted(row["articles"], "article") if row["articles"] else "nothing"
        known = filter(None, (f"adds {adds}", _what(row, offer, STANDS[row["stands"]]), mark(row)))
        said = f"{row['id']}. {row['language']}: {foreign(row['form'])} ({'; '.join(known)})"
        while True:
            answer: str = typer.prompt(f"{said} [t]ake, [l]eave, [q]uit", default=LEAVE, show_default=False)
            if (short := answer.strip().lower()[:1]) in (TAKE, LEAVE, QUIT):
                return short

    return [takable[nth] for nth in asked(len(takable), ask)]


def _today(settings: Settings) -> date:
    from wirewatch.database import now

    return now().astimezone(settings.zone).date()


async def _offered(settings: Settings, slug: str, names: Sequence[Name], days: int) -> Offered:
    from matching.naming import offers
    from review import reindex
    from review.offers import gains
    from storage import topics
    from wirewatch.database import database

    async with database(settings) as opened:
        topic = await opened.read(topics.get, slug)
        found = offers(topic, names, _today(settings))
        gained = await gains(opened, topic, found, opened.clock() - timedelta(days=days))
        return Offered(topic, found, gained, await reindex.outdated(opened))


async def _take(settings: Settings, topic: Topic, more: Sequence[Term]) -> Topic | None:
    """The topic as it is then; None where nothing was taken."""
    from review.topics import topic as checked
    from storage import topics
    from wirewatch.database import database, now

    if not more:
        return None
    if topic.query:
        forms = " OR ".join(f'"{term.text}"' for term in more)
        remedy = f"Write {forms} into it: `wirewatch topics add {topic.slug} --query`."
        raise TopicError(topic=topic.slug, problem="it is a query, which takes no terms", remedy=remedy)
    checked(topic.slug, topic.name, (*topic.terms, *more), query=topic.query, mentions=topic.mentions)
    async with database(settings) as opened:
        return await opened.write(topics.extend, topic.slug, more, now=now())
