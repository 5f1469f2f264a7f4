"""The direction of imports: top to bottom, never back and never sideways, frameworks in their rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Rows of the house from the ground up; a package imports only rows below its own.
ROWS = [
    {"news"},
    {"matching", "storage", "egress", "workers"},
    {"crawler", "alerts"},
    {"scheduler", "review"},
    {"wirewatch"},
]
ROW = {package: number for number, row in enumerate(ROWS) for package in sorted(row)}

# The workers run functions handed to them by name and know neither who asks nor what is judged.
ROOMS = {
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "psycopg": {"storage"},
    "sqlite3": {"storage"},
    "scrapy": {"crawler", "egress"},
    "twisted": {"crawler", "egress"},
    "feedparser": {"crawler"},
    "trafilatura": {"crawler"},
    "apscheduler": {"scheduler"},
    "fastapi": {"review"},
    "socket": {"egress"},
    "ssl": {"egress"},
    "smtplib": {"egress"},
    "aiosmtplib": {"egress"},
    "requests": set(),
    "httpx": set(),
    "aiohttp": set(),
    "urllib3": set(),
    "http.client": set(),
    "urllib.request": set(),
}

PURE = ["news", "matching", "crawler/reading"]
IMPURE = {"socket", "ssl", "time", "random", "secrets", "subprocess", "os", "pathlib", "asyncio", "threading"}
CLOCKS = {"now", "utcnow", "today"}


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")


PACKAGES = [package for package in ROW if (ROOT / package).is_dir()]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_rows_below_its_own(package: str) -> None:
    for path in sources(package):
        for name in imported(ast.parse(path.read_text("utf-8"))):
            top = name.split(".")[0]
            if top in ROW and top != package:
                assert ROW[top] < ROW[package], f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_framework_stays_in_its_room(package: str) -> None:
    for path in sources(package):
        for name in imported(ast.parse(path.read_text("utf-8"))):
            for module, rooms in ROOMS.items():
                if within(name, module):
                    assert package in rooms, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("package", PURE)
def test_pure_code_has_no_socket_clock_randomness_or_file(package: str) -> None:
    for path in sources(package):
        tree = ast.parse(path.read_text("utf-8"))
        for name in imported(tree):
            assert not any(within(name, module) for module in IMPURE), f"{path.relative_to(ROOT)}: {name}"
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                assert called not in CLOCKS, f"{path.relative_to(ROOT)}:{node.lineno} asks the clock"
                opened = isinstance(node.func, ast.Name) and node.func.id == "open"
                assert not opened, f"{path.relative_to(ROOT)}:{node.lineno} opens a file"


def test_readers_need_no_scrapy() -> None:
    for path in sources("crawler/reading"):
        for name in imported(ast.parse(path.read_text("utf-8"))):
            assert not within(name, "scrapy"), path
            assert not within(name, "twisted"), path
    assert (ROOT / "crawler/__init__.py").read_text("utf-8") == ""


@pytest.mark.parametrize("package", PACKAGES)
def test_package_inits_are_empty(package: str) -> None:
    for path in (ROOT / package).rglob("__init__.py"):
        assert path.read_text("utf-8") == "", path


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_is_listed_in_pyproject(package: str) -> None:
    listed = (ROOT / "pyproject.toml").read_text("utf-8")
    for path in (ROOT / package).rglob("__init__.py"):
        name = ".".join(path.parent.relative_to(ROOT).parts)
        assert f'"{name}"' in listed, name
