"""Every setting, command, source key and language is documented, or the build fails."""

from dataclasses import fields
from pathlib import Path

import pytest
import typer

from news.source import Rules, Source
from wirewatch.main import app
from wirewatch.settings import keys

ROOT = Path(__file__).parents[2]


def commands(group: typer.Typer, above: str = "") -> list[str]:
    found = [f"{above}{command.name}" for command in group.registered_commands]
    for inner in group.registered_groups:
        assert inner.typer_instance
        found += commands(inner.typer_instance, f"{above}{inner.name} ")
    return found


@pytest.mark.parametrize("key", keys())
def test_setting_is_documented(key: str) -> None:
    assert f"| `{key}` |" in (ROOT / "docs/settings.md").read_text("utf-8")


@pytest.mark.parametrize("command", commands(app))
def test_command_is_documented(command: str) -> None:
    name = command.replace("None", "").strip()
    readme = (ROOT / "README.md").read_text("utf-8")
    assert name.rpartition(" ")[2] in readme, name


@pytest.mark.parametrize(
    "key", [field.name for field in fields(Source)] + [f"rules.{f.name}" for f in fields(Rules)]
)
def test_source_key_is_documented(key: str) -> None:
    text = (ROOT / "docs/sources.md").read_text("utf-8")
    assert f"`{key}`" in text or f"\n{key} = " in text


def test_links_between_documents_lead_somewhere() -> None:
    import re

    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
