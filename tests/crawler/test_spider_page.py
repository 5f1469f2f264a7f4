"""docs/writing-a-spider.md is carried out: its files, in a copy of wirewatch, run as the page says."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler import known
from storage import articles
from storage.database import Database
from tests.house.test_budget import PACKAGES, ROOT
from tests.web import Web, article

PAGE = ROOT / "docs/writing-a-spider.md"
FILES = re.compile(r"`([\w/.-]+)`:\n\n```\w+\n(.*?)```\n", re.DOTALL)
Run = Callable[..., str]


@pytest.fixture
def copy(tmp_path: Path, web: Web) -> Path:
    """A checkout with the page's files, and settings that reach the small web."""
    without = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=without)
    for name in ("pyproject.toml", "scrapy.cfg"):
        shutil.copy(ROOT / name, tmp_path)
    files = dict(FILES.findall(PAGE.read_text("utf-8")))
    assert len(files) == 5
    site = web.url("ministry.example", "")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text.replace("https://ministry.example", site))
    web.put("ministry.example", "/en/statements.json", files["tests/crawler/reading/bulletin.json"])
    words = "The ministry said on Monday that the road stays open and that talks on it go on this week."
    for number in (1206, 1207):
        web.put(
            "ministry.example",
            f"/en/statement/{number}",
            article(f"Statement {number}", f"{number}: {words}"),
        )
    settings = (
        f'[crawl]\ncontact = "tests@example.org"\ndelay = 0.0\n[egress]\nallow = ["127.0.0.1:{web.port}"]\n'
    )
    settings += '[egress.hosts]\n"ministry.example" = "127.0.0.1"\n'
    (tmp_path / "settings.toml").write_text(settings, "utf-8")
    return tmp_path


@pytest.fixture
def run(copy: Path) -> Run:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WIREWATCH_")}

    def command(*words: str) -> str:
        """What it printed; its status is 0."""
        called = [sys.executable, "-m", *words]
        done = subprocess.run(
            called, cwd=copy, env={**environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return command


def test_the_page_is_right(copy: Path, run: Run) -> None:
    run("pytest", "-q", "-c", "pyproject.toml", "tests/crawler/reading/test_bulletin.py")
    assert run("scrapy", "list").split() == sorted(["bulletin", *known.names()])
    assert "1 of them new" in run("wirewatch.main", "sources", "import", "bulletin.toml")
    assert "Talks & visits" in run("wirewatch.main", "sources", "check", "ministry-en")
    run("scrapy", "crawl", "bulletin", "-a", "source=ministry-en")
    assert asyncio.run(collected(copy)) == [
        ("No address", "read"),
        ("Statement 1206", "read"),
        ("Statement 1207", "read"),
    ]


async def collected(copy: Path) -> list[tuple[str, str]]:
    """What `wirewatch items` would show: titles and states."""
    opened = await Database.open(f"sqlite:///{copy}/data/wirewatch.db")
    try:
        return sorted((item.title, str(item.state)) for item in await opened.read(articles.items))
    finally:
        await opened.close()
