"""docs/commands.md, made from the commands themselves: `make docs` writes it, a house test compares."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from typer.main import get_command

from wirewatch.main import app

PAGE = Path(__file__).parents[1] / "docs/commands.md"
HEAD = """\
# The command line

Made by `make docs` from the commands themselves; a test fails where the two differ. `wirewatch COMMAND
--help` says the same.

`--settings FILE` goes before any command; without it `settings.toml` in the present folder is read, or the
file named by the environment variable `WIREWATCH_SETTINGS` ([settings.md](settings.md)). All commands work
beside a running service, but for `restore`, which needs it stopped; `collect` is carried out by the service
where one runs.

Exit statuses: 0, it was done; 1, as the command says; 2, it was not done, and one line on standard error
says why and what to do.

With `--json` a command prints an array of objects. Those of sources and articles have the stable keys `id`,
`slug`, `url`, `title`, `language`, `published`, `first_seen` and `state`, null where one has no meaning,
then keys of their own. Times are UTC; a date without an hour stays a date.
"""


def page() -> str:
    """The whole page."""
    found = list(commands())
    entries = [f"- [`{name}`](#{_anchor(name)}): {_summary(command)}" for name, command in found]
    return "\n".join([HEAD, *entries, "", *(_section(name, command) for name, command in found)])


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name: a group only where it does something by itself."""
    return _within(get_command(app), "wirewatch")


def parameters(command: Any) -> list[Any]:
    """A command's own arguments and options, those of its help aside."""
    return [each for each in command.params if not each.hidden and each.name != "help"]


def _within(group: Any, name: str) -> Iterator[tuple[str, Any]]:
    for each in group.commands.values():
        called = f"{name} {each.name}"
        inner = getattr(each, "commands", None)
        if inner is None or each.invoke_without_command:
            yield called, each
        if inner is not None:
            yield from _within(each, called)


def _section(name: str, command: Any) -> str:
    given = parameters(command)
    arguments = [each for each in given if each.param_type_name == "argument"]
    options = [each for each in given if each.param_type_name == "option"]
    usage = " ".join([name, *map(_argument, arguments), *(["[OPTIONS]"] if options else [])])
    lines = [f"## {name}", "", f"    {usage}", "", _help(command), ""]
    if given:
        lines += ["| | what it is | default |", "|---|---|---|"]
        lines += [f"| `{_shown(each)}` | {_cell(each.help or '')} | {_default(each)} |" for each in given]
        lines.append("")
    return "\n".join(lines)


def _help(command: Any) -> str:
    return inspect.cleandoc(command.help or "")


def _summary(command: Any) -> str:
    return " ".join(_help(command).split("\n\n")[0].split()).partition(". ")[0].rstrip(".")


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _argument(each: Any) -> str:
    """As it stands in the usage line: in brackets where it may be left out."""
    name = (each.metavar or each.name.upper()).strip("[].")
    name += "..." if each.nargs == -1 else ""
    return name if each.required else f"[{name}]"


def _shown(each: Any) -> str:
    if each.param_type_name == "argument":
        return _argument(each).strip("[]")
    return f"{each.opts[0]}{'' if each.is_flag else ' ' + _value(each)}"


def _value(each: Any) -> str:
    """What an option is given: its own word for it, the values there are, or the kind of value."""
    kind = each.type_descriptor.annotation
    if each.metavar:
        return str(each.metavar)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "\\|".join(kind)
    return {int: "NUMBER", Path: "FILE"}.get(kind, "TEXT")


def _default(each: Any) -> str:
    if each.required:
        return "must be given"
    value = getattr(each.default, "value", each.default)
    return f"`{value}`" if value not in (None, "", False, ()) else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
