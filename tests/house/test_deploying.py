"""Image, compose file and systemd unit name only what there is: files, settings, commands, one port."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from wirewatch.commands.run import LIMIT
from wirewatch.main import app
from wirewatch.settings import NOT_SETTINGS, Settings, keys

ROOT = Path(__file__).parents[2]
VARIABLES = NOT_SETTINGS | {f"WIREWATCH_{key.replace('.', '__').upper()}" for key in keys()}
TEXTS = ("Dockerfile", "compose.yaml", ".env.example", "deploy/wirewatch.service", "docs/for-it.md")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_variables_are_settings(name: str) -> None:
    found = set(re.findall(r"WIREWATCH_[A-Z_]+", text_of(name)))
    assert found - VARIABLES == set()
    assert found


def is_command(words: str) -> bool:
    """Whether these words, or as many as it takes, name a command."""
    node: Any = get_command(app)
    for word in words.split():
        if hasattr(node, "commands"):
            node = node.commands.get(word)
    return node is not None and not hasattr(node, "commands")


def test_the_page_for_it_names_commands_that_are_there() -> None:
    page = text_of("docs/for-it.md")
    before = r"(?:`|&& |/|exec wirewatch |run --rm |\n)wirewatch (?:--settings\s\S+ )?"
    named = {words.strip() for words in re.findall(before + r"([a-z]+ ?[a-z]*)", page)}
    assert [words for words in named if not is_command(words)] == []
    assert {"sources list", "db upgrade", "init", "run"} <= named


def test_the_image_is_made_of_what_is_there() -> None:
    dockerfile, let_in = text_of("Dockerfile"), re.findall(r"^!(.+)$", text_of(".dockerignore"), re.M)
    copied = [line for line in dockerfile.splitlines() if line.startswith("COPY ") and "--from" not in line]
    for name in [name for line in copied for name in shlex.split(line)[1:-1]] + let_in:
        assert (ROOT / name).exists(), name
    packages = tomllib.loads(text_of("pyproject.toml"))["tool"]["setuptools"]["packages"]
    assert {package.partition(".")[0] for package in packages} <= set(let_in)
    assert f"'127.0.0.1', {Settings().service.port}" in dockerfile
    assert 'ENTRYPOINT ["tini", "--", "wirewatch"]\nCMD ["run"]' in dockerfile


def test_what_compose_asks_for_stands_in_the_example() -> None:
    compose = text_of("compose.yaml")
    asked = set(re.findall(r"\$\{(\w+)", compose))
    assert asked == set(re.findall(r"^(\w+)=", text_of(".env.example"), re.M))
    for name in re.findall(r"- \./(\S+?):", compose):
        assert (ROOT / name).exists(), name
    place = re.findall(r"WIREWATCH_SETTINGS=(\S+)", text_of("Dockerfile"))[0]
    assert f":{place}:ro" in compose


def test_the_unit_gives_the_service_the_time_it_needs() -> None:
    unit = text_of("deploy/wirewatch.service")
    assert int(re.findall(r"^TimeoutStopSec=(\d+)", unit, re.M)[0]) > LIMIT
    assert int(re.findall(r"stop_grace_period: (\d+)s", text_of("compose.yaml"))[0]) > LIMIT
    assert re.search(r"^ExecStart=\S+/bin/wirewatch --settings \S+ run$", unit, re.M)
