"""Real databases for tests: SQLite files, and PostgreSQL where its binaries are installed or it answers.

Each test gets a database of its own, copied from one that was migrated once.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from storage.schema import upgrade
from tests.port import free_port

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
        """For a server that outlives us; each costs it a checkpoint (measured: 0.2 s)."""
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
def running_server() -> Iterator[PostgresqlDatabases | None]:
    """Databases on the server that answers, dropped at the end; None where none answers."""
    try:
        psycopg.connect(RUNNING, connect_timeout=3).close()
    except psycopg.OperationalError:
        yield None
        return
    databases = PostgresqlDatabases(RUNNING)
    try:
        yield databases
    finally:
        databases.drop()


@contextmanager
def own_server() -> Iterator[PostgresqlDatabases | None]:
    """Databases on a server of our own for the while; None where PostgreSQL is not installed.

    It need not outlive the machine, so no commit waits for a disk, and what was made in it goes with it.
    PostgreSQL refuses to run as root: then it runs as the user its package made, else as nobody.
    """
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    binaries += [Path(found) for found in (shutil.which("initdb"),) if found and not binaries]
    if not binaries:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="wirewatch-pg-") as folder:
        user = None
        if os.geteuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = "postgres" if "postgres" in names else "nobody"
            shutil.chown(folder, user)
        port = free_port()
        settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"

        def run(program: str, *arguments: str) -> None:
            command = [str(binaries[-1].parent / program), "-D", f"{folder}/data", *arguments]
            subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

        run("initdb", "-A", "trust", "-U", "postgres", "--no-sync")
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", settings, "start")
        try:
            yield PostgresqlDatabases(f"postgresql://postgres@127.0.0.1:{port}/postgres")
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgresqlDatabases]:
    """A server of our own goes first: a running one makes each commit wait for its disk."""
    with own_server() as own:
        if own is not None:
            yield own
            return
    with running_server() as databases:
        if databases is None:
            pytest.skip("PostgreSQL: its binaries are not installed and no server answers on 127.0.0.1:5432")
        yield databases


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
