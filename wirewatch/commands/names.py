"""`wirewatch names`: the gazetteer, an open list of what places, people and institutions are called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from news.errors import QueryError
from news.names import Name, NameKind
from wirewatch.commands.output import (
    Json,
    counted,
    explain,
    foreign,
    say,
    settings_of,
    show_json,
    show_table,
)
from wirewatch.settings import Settings

app = typer.Typer(help="What places, people and institutions are called, by language.", no_args_is_help=True)
COLUMNS = {"slug": "name", "kind": "kind", "title": "title", "forms": "forms", "languages": "in"}
FORMS = {"language": "", "form": "form", "mark": "mark", "what": "used by, when, how"}
STANDS = {"alone": "", "context": "in context", "phrase": "in a phrase"}


def gazetteer(settings: Settings) -> tuple[Name, ...]:
    """The entries of `packs/names` beside the settings file, else those that come with wirewatch."""
    from review.names import read
    from wirewatch.packs import GAZETTEER, find

    return read(find(settings, GAZETTEER))


@app.command("list")
def list_names(
    context: typer.Context,
    kind: Annotated[NameKind | None, typer.Option(help="Only entries of this kind.")] = None,
    as_json: Json = False,
) -> None:
    """Every entry of the gazetteer."""
    from review.names import name_row

    rows = [name_row(name) for name in gazetteer(settings_of(context)) if kind in (None, name.kind)]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        row["languages"] = counted(len({form["language"] for form in row["forms"]}), "language")
        row["forms"] = len(row["forms"])
    show_table(rows, COLUMNS, "No entry of that kind.")


@app.command()
def show(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(help="A name in any language, an entry's slug, or a role in English.")
    ],
    on: Annotated[
        str | None, typer.Option(help="Only what held on that day, such as 2022-12-12: roles and forms.")
    ] = None,
    as_json: Json = False,
) -> None:
    """The entries that some words are a name of, else those that have the words in a name or a role."""
    from review.names import name_row

    day, asked = _day(words, on), " ".join(words)
    found = _found(asked, gazetteer(settings_of(context)), day)
    if not found:
        problem = "no entry of the gazetteer is called that, nor held a role of that name"
        problem += f" on {on}" if on else ""
        remedy = "`wirewatch names list` shows the entries there are."
        raise QueryError(words=asked, problem=problem, remedy=remedy)
    if as_json:
        show_json([name_row(name, day) for name in found])
        return
    for number, name in enumerate(found):
        if number:
            say("")
        _show(name_row(name, day), left_out=len(name.forms) - len(name_row(name, day)["forms"]))


def _found(asked: str, names: Sequence[Name], day: date | None) -> list[Name]:
    """By slug, by a whole name, else by a part of a name or of a role."""
    from matching.naming import spoken_of
    from review.names import holders_of

    found = [name for name in names if name.slug == asked]
    found = found or [*spoken_of([asked], names)]
    return found or [
        *dict.fromkeys((*holders_of(asked, names, day), *spoken_of([asked], names, whole=False)))
    ]


def _day(words: Sequence[str], on: str | None) -> date | None:
    try:
        return None if on is None else date.fromisoformat(on)
    except ValueError as error:
        remedy = "Write it as 2022-12-12."
        raise QueryError(words=" ".join(words), problem=f"--on {on}: {error}", remedy=remedy) from error


def _show(row: dict[str, Any], left_out: int) -> None:
    say(f"{row['title']} ({row['kind']}, {row['slug']})", style="bold")
    describe(row)
    shown = [
        {**form, "form": foreign(form["text"]), "mark": mark(form), "what": usage(form)}
        for form in row["forms"]
    ]
    show_table(shown, FORMS, "No form held then.")
    if left_out:
        say(f"left out: {counted(left_out, 'form')} of other times")


def describe(row: dict[str, Any]) -> None:
    """An entry's roles, its warning and what it is told apart from, for people."""
    for role in row["roles"]:
        explain(f"{role['title']} ({within(role) or 'dates not established'})")
    if row["care"]:
        explain(f"care: {row['care']}")
    for key, said in (("not", "not to be taken for"), ("see", "see also")):
        if row[key]:
            explain(f"{said}: {', '.join(row[key])}")


def mark(form: dict[str, Any]) -> str:
    return "seen" if form["seen"] else "unchecked"


def usage(form: dict[str, Any]) -> str:
    """Whose usage a form is, when, and how it stands."""
    return "; ".join(filter(None, (form["used_by"], within(form), STANDS[form["stands"]])))


def within(period: dict[str, Any]) -> str:
    """From when to when; nothing where no date is known."""
    return ", ".join(f"{key} {period[key]}" for key in ("since", "until") if period[key])
