"""How commands show rows: a table for people, an array of objects for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import fill
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wirewatch.settings import Settings

FOLDED = {"title", "reason", "url", "recipient", "topics", "what", "found", "form"}
# A pipe or a file has no width: then a table takes what most of them need.
WIDTH_ELSEWHERE = 160

Json = Annotated[bool, typer.Option("--json", help="An array of objects with stable keys.")]

# Said wherever a user could take a match for more than it is.
MATCHING = "A term is found in all its inflected forms (docs/topics.md)."


def settings_of(context: typer.Context) -> Settings:
    settings = context.obj
    assert isinstance(settings, Settings)
    return settings


def console() -> Console:
    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else WIDTH_ELSEWHERE)


def counted(number: int, what: str) -> str:
    """How many of a thing whose plural takes an s."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def say(text: str, style: str | None = None) -> None:
    """A line as it is: not wrapped, so that an address can be copied whole; no markup in it is obeyed."""
    console().print(text, style=style, markup=False, soft_wrap=True)


def say_behind(texts: int) -> None:
    """That so many texts of an older analysis were left out, where there are any."""
    if texts:
        said = f"{texts} texts are not indexed yet and were not looked at: `wirewatch reindex` does it."
        typer.secho(said, err=True)


def explain(text: str, indent: str = "") -> None:
    """A sentence or more, wrapped between words; the lines after the first are indented, too."""
    width = console().width
    say(fill(text, width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False))


def foreign(text: str) -> str:
    """A name as it may stand in a line of ours: from the right or not, it reorders nothing around it."""
    from alerts.composing.plain import apart, plain

    return apart(plain(text))


def show_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def show_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], empty: str) -> None:
    """A table of `columns` (key: heading); `empty` is said where there is no row."""
    if not rows:
        typer.echo(empty)
        return
    table = Table(box=None, header_style="bold", pad_edge=False, collapse_padding=True)
    for key, heading in columns.items():
        # Text from elsewhere may be of any length: it folds, the rest stays on its line.
        table.add_column(heading, overflow="fold", no_wrap=key not in FOLDED)
    for row in rows:
        table.add_row(*(escape("" if row[key] is None else str(row[key])) for key in columns))
    console().print(table)


def local(moment: str | None, settings: Settings) -> str:
    """An ISO instant in the operator's zone, to the minute; a bare date stays a date."""
    if not moment or "T" not in moment:
        return moment or ""
    return datetime.fromisoformat(moment).astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
