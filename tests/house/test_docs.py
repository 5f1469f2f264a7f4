"""Every setting, command, source key and language is documented, or the build fails."""

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


def test_links_between_documents_lead_somewhere() -> None:
    import re

    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name} links to {target}"
