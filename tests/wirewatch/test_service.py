"""The service as an operator has it: it stops in time, takes others' work on, and shows how it is."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import PostgresqlDatabases
from tests.web import Reply, Web, serving
from tests.wirewatch.running import RSS, Operator, children, lives, until


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


@pytest.fixture
def operator(web: Web, tmp_path: Path) -> Operator:
    return Operator(web, tmp_path)


def slow_to_read() -> str:
    """A feed over which feedparser takes longer than it may: it costs the square of the attributes."""
    attributes = " ".join(f'a{number}="1"' for number in range(40_000))
    item = f"<item><title {attributes}>Slow</title><link>http://one.test/slow</link></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{item}</channel></rss>'


def test_it_stops_in_time_while_a_server_hangs_and_a_reader_works(operator: Operator) -> None:
    operator.web.put("one.test", "/rss", Reply(slow_to_read(), headers=RSS))
    operator.web.put("two.test", "/rss", Reply("", hang=60))
    operator.publish("three.test", 2)
    operator.add("one.test", "two.test", "three.test")
    with operator.running(start_new_session=True) as process:
        until(lambda: operator.figure("wirewatch_articles") == 2 and len(operator.web.asked) >= 5)
        until(lambda: len(children(process.pid)) == 3)  # two readers and the judge
        helpers = children(process.pid)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
        _, complained = process.communicate(timeout=20)
        assert time.monotonic() - began < 10
        assert process.returncode == 0, complained
        assert complained.count("Traceback") == 0, complained.replace("\\n", "\n")[-6000:]
        assert not any(map(lives, helpers))
    # What was under way is as if never begun: no source failed, and the next start goes on.
    visits = {row["slug"]: row["state"] for row in operator.rows("sources", "list")}
    assert visits["three"] == "fine"
    assert visits["one"] == visits["two"]
    operator.publish("one.test", 1)
    operator.publish("two.test", 1)
    with operator.running() as process:
        until(lambda: operator.figure('wirewatch_pages_total{outcome="read"}') == 2)
        took, _ = operator.stop(process)
        assert took < 4
    assert [state for _, state in operator.articles()] == ["read"] * 4


def test_a_second_signal_ends_it_at_once(operator: Operator) -> None:
    operator.web.put("one.test", "/rss", Reply("", hang=60))
    operator.add("one.test")
    with operator.running() as process:
        until(lambda: operator.web.asked)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        took, complained = operator.stop(process)
        assert took < 3.5  # 4 s without the second
        assert process.returncode == 0, complained


def test_a_second_run_refuses_and_a_collect_beside_it_is_carried_out(operator: Operator) -> None:
    operator.publish("one.test", 2)
    operator.add("one.test")
    with operator.running() as process:
        until(lambda: operator.figure("wirewatch_articles") == 2)
        second = operator.start("run")
        _, complained = second.communicate(timeout=60)
        assert (second.returncode, complained.count("\n")) == (2, 1)
        assert f"process {process.pid} runs as a service here" in complained
        # A command beside it acts within a second or two.
        operator.publish("two.test", 1)
        address = operator.web.url("two.test", "/rss")
        assert operator.wirewatch("sources", "add", "two", address, "--kind", "agency")[0] == 0
        until(lambda: operator.figure("wirewatch_articles") == 3, 8)
        # A round beside it is the same round, carried out by the service.
        operator.publish("one.test", 3)
        began = time.monotonic()
        (row,) = operator.rows("collect", "one")
        assert time.monotonic() - began < 8
        found = {key: row[key] for key in ("slug", "state", "listed", "new", "read", "unreadable", "later")}
        assert found == {
            "slug": "one",
            "state": "new",
            "listed": 3,
            "new": 1,
            "read": 1,
            "unreadable": 0,
            "later": 0,
        }
        status, _, complained = operator.wirewatch("collect", "nosuch")
        assert (status, "no source named 'nosuch'" in complained) == (2, True)
        operator.stop(process)
    (row,) = operator.rows("collect", "two")
    assert (row["state"], row["new"]) == ("unchanged", 0)


def test_two_services_share_one_postgresql(
    web: Web, tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    url = postgresql_databases.fresh()
    # One host at a time each, whose pages take a while: what is left falls to the other.
    alone = {"WIREWATCH_CRAWL__CONCURRENCY": "1"}
    first, second = (Operator(web, tmp_path / name, url, environ=alone) for name in ("first", "second"))
    hosts = ("one.test", "two.test", "three.test")
    with first.running() as one, second.running() as two:
        for host in hosts:
            first.publish(host, 8, hang=0.3)
        first.add(*hosts)
        until(lambda: first.figure("wirewatch_articles") == 24, 30)
        until(lambda: first.figure("wirewatch_pages_waiting") == 0, 30)
        shares = [each.figure('wirewatch_pages_total{outcome="read"}') for each in (first, second)]
        for each, process in ((first, one), (second, two)):
            took, complained = each.stop(process)
            assert (took < 10, process.returncode) == (True, 0), complained
    assert sum(shares) == 24
    assert min(shares) > 0, "both took part"
    pages = [asked.path for asked in web.asked if asked.path not in ("/rss", "/robots.txt")]
    assert len(pages) == 24, "each page was asked for once"
    assert len(dict(first.articles())) == len(first.articles()) == 24


def test_it_shows_how_it_is_to_this_machine_only(operator: Operator) -> None:
    operator.publish("one.test", 2)
    operator.add("one.test")
    with operator.running() as process:
        until(lambda: operator.figure('wirewatch_pages_total{outcome="read"}') == 2)
        status, said = operator.ask("/healthz")
        assert (status, json.loads(said)["status"], json.loads(said)["reasons"]) == (200, "ok", [])
        _, figures = operator.ask("/metrics")
        assert 'wirewatch_visits_total{outcome="new"} 1.0' in figures
        assert "wirewatch_suspended 0.0" in figures
        assert "wirewatch_pages_waiting 0.0" in figures
        assert operator.ask("/healthz", host=f"localhost:{operator.port}")[0] == 200
        assert operator.ask("/healthz", host="attacker.example")[0] == 421
        assert operator.ask("/healthz", method="POST")[0] == 405
        assert operator.ask("/elsewhere")[0] == 404
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((_own_address(), operator.port), timeout=2)
        with socket.create_connection(("127.0.0.1", operator.port)) as rude:
            rude.sendall(b"GET /" + b"a" * 100_000)
        assert operator.health() == 200
        operator.stop(process)


def _own_address() -> str:
    """An address of this machine that is not the one it listens on."""
    return "127.0.0.2"


def test_a_taken_port_is_said_once_and_costs_nothing_else(operator: Operator) -> None:
    operator.publish("one.test", 1)
    operator.add("one.test")
    with socket.socket() as other:
        other.bind(("127.0.0.1", operator.port))
        other.listen()
        process = operator.start("run")
        until(lambda: [state for _, state in operator.articles()] == ["read"])
        _, complained = operator.stop(process)
    assert process.returncode == 0
    assert complained.count("status port cannot be had") == 1


def test_the_log_has_one_event_a_line_and_no_secret(web: Web, tmp_path: Path) -> None:
    more = '[logs]\njson_lines = true\n[mail]\nhost = "mail.test"\n'
    secrets = {"WIREWATCH_MAIL__PASSWORD": "hunter2-hunter2"}
    operator = Operator(web, tmp_path, more=more, environ=secrets)
    operator.publish("one.test", 1)
    operator.add("one.test")
    with operator.running() as process:
        until(lambda: operator.figure("wirewatch_articles") == 1)
        _, complained = operator.stop(process)
    lines = (tmp_path / "data" / "logs" / "wirewatch.log").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    assert {"stopping", "stopped"} <= {event["event"] for event in events}
    assert all(event["timestamp"].endswith("Z") for event in events)
    assert lines == complained.splitlines()[-len(lines) :]  # the greeting goes before
    assert "hunter2" not in complained + "".join(lines)
