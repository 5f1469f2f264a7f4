"""Real databases for tests: SQLite files, and PostgreSQL where it answers or its binaries are installed.

Each test gets a database of its own, copied from one that was migrated once.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from storage.schema import upgrade

RUNNING = "postgresql://postgres@127.0.0.1:5432/postgres"


class Databases:
    """Makes databases of one kind: `blank()` without a schema, `fresh()` with it and no rows."""

    _shared: str | None = None

    def shared(self) -> str:
        """One with the schema for all who commit nothing (dropping one of their own costs each 0.1 s)."""
        if self._shared is None:
            self._shared = self.fresh()
        return self._shared

    def blank(self) -> str:
        raise NotImplementedError

    def fresh(self) -> str:
        raise NotImplementedError


class SqliteDatabases(Databases):
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template: Path | None = None

    def blank(self) -> str:
        return f"sqlite:///{self._folder / uuid4().hex}.db"

    def fresh(self) -> str:
        if self._template is None:
            self._template = self._folder / "template.db"
            upgrade(f"sqlite:///{self._template}")
        url = self.blank()
        shutil.copy(self._template, url.removeprefix("sqlite:///"))
        return url


class PostgresqlDatabases(Databases):
    """`server` is the URL of a database on a server where we may make others."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._made: list[str] = []
        self._template: str | None = None

    def blank(self) -> str:
        return self._make("")

    def fresh(self) -> str:
        if self._template is None:
            url = self.blank()
            upgrade(url)
            self._template = url.rpartition("/")[2]
        return self._make(f' TEMPLATE "{self._template}"')

    def drop(self) -> None:
        with psycopg.connect(self._server, autocommit=True) as server:
            for name in self._made:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def _make(self, like: str) -> str:
        name = f"wirewatch_test_{uuid4().hex}"
        with psycopg.connect(self._server, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"{like}'.encode())
        self._made.append(name)
        return f"{self._server.rpartition('/')[0]}/{name}"


@contextmanager
def postgresql_server() -> Iterator[str | None]:
    """The URL of a server: one that answers, else one of our own for the while, else None."""
    try:
        psycopg.connect(RUNNING, connect_timeout=3).close()
    except psycopg.OperationalError:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        binaries += [Path(found) for found in (shutil.which("initdb"),) if found and not binaries]
        if not binaries:
            yield None
            return
        with tempfile.TemporaryDirectory(prefix="wirewatch-pg-") as folder:
            yield from _own_server(binaries[-1].parent, Path(folder))
        return
    yield RUNNING


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _own_server(binaries: Path, folder: Path) -> Iterator[str]:
    """PostgreSQL refuses to run as root: then it runs as the user its package made, else as nobody."""
    user = None
    if os.geteuid() == 0:
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in names else "nobody"
        shutil.chown(folder, user)
    rooms, port = folder / "data", _free_port()
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(rooms), *arguments]
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    run("initdb", "-A", "trust", "-U", "postgres")
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgresqlDatabases]:
    with postgresql_server() as server:
        if server is None:
            pytest.skip("PostgreSQL: no server answers on 127.0.0.1:5432 and no binaries are installed")
        databases = PostgresqlDatabases(server)
        yield databases
        databases.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Each test that asks for it runs on both."""
    made: Databases = request.getfixturevalue(f"{request.param}_databases")
    return made


@pytest.fixture
def database_url(databases: Databases) -> str:
    """A database of the test's own, with the schema and no rows."""
    return databases.fresh()


@pytest.fixture
def blank_url(databases: Databases) -> str:
    """A database of the test's own with nothing in it."""
    return databases.blank()
