"""Every setting, command, source key and language is documented, or the build fails."""

import ast
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from news.source import Rules, Source
from tests.commands_page import PAGE, commands, page, parameters
from wirewatch.settings import keys

ROOT = Path(__file__).parents[2]
COMMANDS = list(commands())


@pytest.mark.parametrize("key", keys())
def test_setting_is_documented(key: str) -> None:
    assert f"| `{key}` |" in (ROOT / "docs/settings.md").read_text("utf-8")


def test_the_page_of_the_commands_is_theirs() -> None:
    """Every command with its help, arguments, options and defaults."""
    assert PAGE.read_text("utf-8") == page(), "run `make docs`"


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_a_command_says_what_it_does_and_takes(name: str, command: Any) -> None:
    assert command.help, name
    for each in parameters(command):
        assert each.help, f"{name}: {each.name} has no help"


@pytest.mark.parametrize(
    "key", [field.name for field in fields(Source)] + [f"rules.{f.name}" for f in fields(Rules)]
)
def test_source_key_is_documented(key: str) -> None:
    text = (ROOT / "docs/sources.md").read_text("utf-8")
    assert f"`{key}`" in text or f"\n{key} = " in text


def named_in_the_architecture() -> list[str]:
    """Whatever stands in code marks and looks like a path: `room/file.py`, `room/file.py:name`, `room/`."""
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    return sorted(set(re.findall(r"`([a-z]+/[\w./-]*(?::[\w.]+)?)`", text)))


@pytest.mark.parametrize("named", named_in_the_architecture())
def test_what_the_architecture_names_is_there(named: str) -> None:
    path, _, inside = named.partition(":")
    assert (ROOT / path).exists(), named
    body = ast.parse((ROOT / path).read_text("utf-8")).body if inside else []
    for name in inside.split(".") if inside else ():
        found = next((each for each in body if name in names_of(each)), None)
        assert found is not None, f"{path} has no {inside}"
        body = getattr(found, "body", [])


def names_of(statement: ast.stmt) -> set[str]:
    """What a statement defines."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return {statement.name}
    targets = (
        [statement.target] if isinstance(statement, ast.AnnAssign) else getattr(statement, "targets", [])
    )
    return {target.id for target in targets if isinstance(target, ast.Name)}


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name} links to {target}"
