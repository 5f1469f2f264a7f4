"""A full disk, a database that is gone: the service stops fetching, says so, serves reads, and resumes."""

import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.databases import PostgresqlDatabases
from tests.web import Web, serving
from tests.wirewatch.running import WORDS, Operator, until


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


def said_once(log: Path, event: str) -> bool:
    return log.read_text("utf-8").count(event) == 1


def test_a_full_disk_stops_fetching_until_there_is_room(web: Web, tmp_path: Path) -> None:
    operator = Operator(web, tmp_path)
    operator.publish("one.test", 3)
    operator.publish("two.test", 8, words=WORDS * 400)
    operator.add("one.test")
    log = tmp_path / "data" / "logs" / "wirewatch.log"
    with operator.running() as process:
        until(lambda: operator.figure('wirewatch_pages_total{outcome="read"}') == 3)
        size = (tmp_path / "data" / "wirewatch.db").stat().st_size
        _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size + 40_000, hard))
        operator.add("two.test")
        until(lambda: operator.health() == 503)
        assert "fetching is suspended" in json.loads(operator.ask("/healthz")[1])["reasons"][0]
        assert operator.figure("wirewatch_suspended") == 1
        assert len(operator.articles()) >= 3, "reads go on"
        asked = len(web.asked)
        time.sleep(4)
        assert len(web.asked) <= asked + 1, "nothing more is fetched"
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        until(lambda: operator.health() == 200)
        until(lambda: operator.figure('wirewatch_pages_total{outcome="read"}') == 11)
        operator.stop(process)
    assert [state for _, state in operator.articles()] == ["read"] * 11
    pages = [asked.path for asked in web.asked if asked.path not in ("/rss", "/robots.txt")]
    assert len(pages) == 11, "what was fetched waited, and was not asked for again"
    assert said_once(log, "database fails: fetching is suspended")
    assert said_once(log, "database answers again")


def test_a_database_that_is_gone_is_waited_for(
    web: Web, tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    url = postgresql_databases.fresh()
    name = url.rpartition("/")[2]
    operator = Operator(web, tmp_path, url)
    operator.publish("one.test", 2)
    operator.publish("two.test", 12)
    operator.add("one.test")
    log = tmp_path / "data" / "logs" / "wirewatch.log"

    def administer(*statements: str) -> None:
        with psycopg.connect(f"{url.rpartition('/')[0]}/postgres", autocommit=True) as server:
            for statement in statements:
                server.execute(statement.encode())

    with operator.running() as process:
        until(lambda: operator.figure('wirewatch_pages_total{outcome="read"}') == 2)
        operator.add("two.test")
        until(lambda: any(asked.path == "/3" for asked in web.asked))
        administer(
            f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false',
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        until(lambda: operator.health() == 503)
        reasons = json.loads(operator.ask("/healthz")[1])["reasons"]
        assert any("the database fails" in reason for reason in reasons)
        until(lambda: operator.figure("wirewatch_suspended") == 1)
        time.sleep(2)
        administer(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        until(lambda: operator.health() == 200)
        until(lambda: len([state for _, state in operator.articles() if state == "read"]) == 14, 30)
        operator.publish("one.test", 3)
        operator.add("three.test")
        until(lambda: any(asked.host.startswith("three.test") for asked in web.asked), 5)
        operator.stop(process)
    assert len(dict(operator.articles())) == len(operator.articles()) == 14
    assert said_once(log, "database fails: fetching is suspended")
    assert "Traceback" not in log.read_text("utf-8")
