"""`wirewatch names`: the gazetteer, an open list of what places, people and institutions are called."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from news.errors import QueryError
from news.names import Name, NameKind
from wirewatch.commands.output import Json, say, settings_of, show_json, show_table
from wirewatch.settings import Settings

app = typer.Typer(help="What places, people and institutions are called, by language.", no_args_is_help=True)
COLUMNS = {"slug": "name", "kind": "kind", "title": "title", "languages": "languages", "forms": "forms"}
STANDS = {"alone": "", "context": "with context only", "phrase": "within a phrase only"}


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
        row["languages"] = " ".join(dict.fromkeys(form["language"] for form in row["forms"]))
        row["forms"] = len(row["forms"])
    show_table(rows, COLUMNS, "No entry of that kind.")


@app.command()
def show(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="A name in any language, or an entry's slug.")],
    as_json: Json = False,
) -> None:
    """The entries that some words are a name of, else those that have a name with the words in it."""
    from review.names import name_row, spoken_of

    names, asked = gazetteer(settings_of(context)), " ".join(words)
    found = [name for name in names if name.slug == asked]
    found = found or [*(spoken_of([asked], names) or spoken_of([asked], names, whole=False))]
    if not found:
        remedy = "`wirewatch names list` shows the entries there are."
        raise QueryError(words=asked, problem="no entry of the gazetteer is called that", remedy=remedy)
    if as_json:
        show_json([name_row(name) for name in found])
        return
    for name in found:
        _show(name_row(name))


def _show(row: dict[str, Any]) -> None:
    say(f"{row['title']} ({row['kind']}, {row['slug']})", style="bold")
    for role in row["roles"]:
        say(f"  {dated(role)}")
    if row["care"]:
        say(f"  care: {row['care']}")
    for key, said in (("not", "not to be taken for"), ("see", "see also")):
        if row[key]:
            say(f"  {said}: {', '.join(row[key])}")
    for form in row["forms"]:
        say(f"  {form['language']:>4}  {form['text']}  ({marks(form)})")


def marks(form: dict[str, Any]) -> str:
    """What is known of a form, for people: its usage, its dates, how it stands, whether it was seen."""
    known = (
        form["used_by"],
        _within(form).strip(" ()"),
        STANDS[form["stands"]],
        "seen" if form["seen"] else "unchecked",
    )
    return "; ".join(filter(None, known))


def dated(role: dict[str, Any]) -> str:
    """A role with the dates it was held."""
    return f"{role['title']}{_within(role)}"


def _within(period: dict[str, Any]) -> str:
    since, until = (period[key] and f"{key} {period[key]}" for key in ("since", "until"))
    dates = ", ".join(filter(None, (since, until)))
    return f" ({dates})" if dates else ""
