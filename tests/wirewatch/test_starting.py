"""A stranger's first minutes: a settings file, and a service that says where things are and what is next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storage.census import Census
from tests.web import Web, serving
from tests.wirewatch.running import Operator
from wirewatch.greeting import greeting
from wirewatch.main import app
from wirewatch.settings import base_url, load
from wirewatch.steps import steps

ROOT = Path(__file__).parents[2]
NOBODY_YET = Census(sources=70, enabled=64, topics=("lachin", "zangezur"), subscriptions=0, begun=False)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, stood in, and no variable set."""
    for name in [name for name in os.environ if name.startswith("WIREWATCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


def test_init_writes_the_repositorys_settings_and_never_overwrites(folder: Path) -> None:
    made = CliRunner().invoke(app, ["init", "watch"])
    assert made.exit_code == 0, made.output
    file = folder / "watch" / "settings.toml"
    assert file.read_text("utf-8") == (ROOT / "settings.toml").read_text("utf-8")
    assert f"cd {folder / 'watch'} && wirewatch run" in made.output
    file.write_text('time_zone = "Asia/Tbilisi"\n', "utf-8")
    again = CliRunner().invoke(app, ["init", "watch"])
    assert again.exit_code == 0
    assert "is there already" in again.output
    assert file.read_text("utf-8") == 'time_zone = "Asia/Tbilisi"\n'


def test_init_needs_no_settings_to_be_right(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_SETTINGS", "nowhere/settings.toml")
    assert CliRunner().invoke(app, ["init"]).exit_code == 0
    assert (folder / "settings.toml").exists()


def test_the_first_start_says_where_things_are_and_what_comes_next(folder: Path) -> None:
    said = greeting(load(), "SQLite in data/wirewatch.db", NOBODY_YET)
    for place in (
        folder / "data/logs/wirewatch.log",
        folder / "data/outbox",
        "SQLite in data/wirewatch.db",
        "http://127.0.0.1:8750/healthz",
        "64 sources (6 more switched off), 2 topics, 0 subscriptions",
    ):
        assert str(place) in said
    order = ["crawl.contact", "wirewatch subscriptions add", "WIREWATCH_MAIL__PASSWORD", "sources list"]
    assert sorted(order, key=said.index) == order


def test_a_later_start_is_a_line_and_what_is_still_to_do(folder: Path) -> None:
    (folder / "settings.toml").write_text('[crawl]\ncontact = "me@example.org"\n', "utf-8")
    begun = Census(sources=1, enabled=1, topics=("lachin",), subscriptions=1, begun=True)
    lines = greeting(load(), "SQLite", begun).splitlines()
    assert len(lines) == 3
    assert "1 source, 1 topic, 1 subscription" in lines[0]
    assert lines[1] == "The desk: http://127.0.0.1:8000"
    assert lines[2].startswith("to do: mail.host is not set")


def test_the_link_that_sets_the_first_password_is_said_at_every_start_that_needs_it(folder: Path) -> None:
    link = "http://127.0.0.1:8000/welcome/x"
    begun = Census(sources=1, enabled=1, topics=("lachin",), subscriptions=1, begun=True)
    assert link in greeting(load(), "SQLite", begun, link).splitlines()[2]
    assert link in greeting(load(), "SQLite", NOBODY_YET, link)


def test_how_browsers_reach_the_desk(folder: Path) -> None:
    for text, address in {
        "": "http://127.0.0.1:8000",
        'host = "0.0.0.0"': "http://127.0.0.1:8000",
        'host = "::1"\nport = 81': "http://[::1]:81",
        'base_url = "https://desk.example.org/"': "https://desk.example.org",
    }.items():
        (folder / "settings.toml").write_text(f"[desk]\n{text}\n", "utf-8")
        assert base_url(load()) == address


def test_who_has_done_everything_is_told_nothing_more_to_do(folder: Path) -> None:
    text = '[crawl]\ncontact = "me@example.org"\n[mail]\nhost = "mail.example.org"\n'
    (folder / "settings.toml").write_text(text, "utf-8")
    done = Census(sources=1, enabled=1, topics=("lachin",), subscriptions=1, begun=False)
    assert steps(load(), done) == ()
    assert "by mail.example.org:587" in greeting(load(), "SQLite", done)


def test_no_password_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE", "postgresql://me:hunter2@db.example.org/wire")
    monkeypatch.setenv("WIREWATCH_MAIL__PASSWORD", "hunter2")
    assert "hunter2" not in greeting(load(), "PostgreSQL at db.example.org/wire", NOBODY_YET)


def test_a_command_it_names_works_as_it_is_written(folder: Path) -> None:
    """The way to subscribe, pasted; with the settings file the service was started with."""
    runner = CliRunner()
    file = folder / "else" / "settings.toml"
    file.parent.mkdir()
    file.write_text("packs = []\n", "utf-8")
    named = ["--settings", str(file)]
    assert runner.invoke(app, [*named, "topics", "add", "lachin", "--term", "en:Lachin"]).exit_code == 0
    command = steps(load(file), NOBODY_YET)[1].command
    program, *arguments = shlex.split(command)
    assert program == "wirewatch"
    done = runner.invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "you@example.org" in runner.invoke(app, [*named, "subscriptions", "list"]).output


def test_the_running_service_greets_before_it_logs(web: Web, tmp_path: Path) -> None:
    operator = Operator(web, tmp_path)
    operator.add("one.test")
    with operator.running() as process:
        _, said = operator.stop(process)
    assert said.startswith("wirewatch ")
    assert f"  log       {tmp_path}/data/logs/wirewatch.log\n" in said
    assert "  watching  1 source, 0 topics, 0 subscriptions\n" in said
    assert said.index("  1. nobody is told") < said.index("service: stopping")
