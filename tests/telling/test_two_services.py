"""Two services on one PostgreSQL, one of them killed while it sends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.databases import PostgresqlDatabases
from tests.mailroom import MailRoom
from tests.telling.desk import WORDS, do, mails, operator, visit_now
from tests.web import Web
from tests.wirewatch.running import Operator, until

HOSTS = ("one.test", "two.test", "three.test")
NEW = 14
# Seconds the mail room takes over each message: so there is always something under way.
SLOW = 1.0


@dataclass(frozen=True)
class Tables:
    """What the database says, asked past everything of ours."""

    url: str

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as server:
            return server.execute(query.encode(), values).fetchall()

    def states(self) -> Counter[str]:
        return Counter(state for (state,) in self.ask("SELECT state FROM deliveries"))

    def under_way(self, pid: int) -> set[str]:
        """The Message-IDs of what that process has leased."""
        query = "SELECT message_id FROM deliveries WHERE state = 'sending' AND holder LIKE %s"
        return {found for (found,) in self.ask(query, f"%:{pid}")}

    def end_leases(self, pid: int) -> None:
        """As if the quarter of an hour had passed for which a lease of that process stands."""
        here = "WHERE state = 'sending' AND holder LIKE %s RETURNING id"
        self.ask(f"UPDATE deliveries SET lease_until = now() {here}", f"%:{pid}")


def furnish(first: Operator) -> None:
    """Three feeds that were visited before, a topic, and one who is told at once."""
    do(first, "topics", "add", "lachin", "--term", "en:Lachin corridor")
    for host in HOSTS:
        first.publish(host, 1, words=WORDS)
    first.add(*HOSTS)
    assert len(first.rows("collect")) == len(HOSTS)
    do(first, "subscriptions", "add", "now@one.test", "--topic", "lachin", "--instant")


def test_one_is_killed_while_it_sends(
    web: Web, room: MailRoom, tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    url, total = postgresql_databases.fresh(), len(HOSTS) * NEW
    tables = Tables(url)
    first, second = (operator(web, room, tmp_path / name, url) for name in ("first", "second"))
    furnish(first)
    room.slow["one.test"] = SLOW
    with first.running() as one, second.running() as two:
        for host in HOSTS:
            first.publish(host, NEW + 1, words=WORDS)
        visit_now(first)
        until(lambda: tables.states()["sent"] >= 8 and sum(tables.states().values()) == total, 30)
        # Whoever stored and planned sends, too; the other helps at its next tick, or takes over.
        running = [(first, one), (second, two)]
        running.sort(key=lambda each: len(tables.under_way(each[1].pid)), reverse=True)
        (desk, victim), (other, survivor) = running
        victim.kill()
        victim.communicate(timeout=10)
        orphans = tables.under_way(victim.pid)
        assert orphans, "it was sending"
        assert tables.states()["sent"] < total - len(orphans), "in the middle"
        with desk.running() as again:
            until(lambda: tables.states()["sent"] == total - len(orphans), 60)
            assert tables.under_way(victim.pid) == orphans, "left alone while its leases stand"
            tables.end_leases(victim.pid)
            visit_now(first)  # something happened: both look now, not at their ticks
            until(lambda: tables.states() == {"sent": total}, 60)
            assert desk.stop(again)[0] < 10
        assert other.stop(survivor)[0] < 10
    ids = tables.ask("SELECT message_id FROM deliveries")
    copies = Counter(room.received())
    assert set(copies) == {found for (found,) in ids}, "0 lost"
    twice = {found for found, times in copies.items() if times > 1}
    assert twice <= orphans, "copies only of what was between acceptance and commit"
    assert max(copies.values()) <= 2
    told = {mail.message_id: mail.links for mail in mails(room, "now@one.test")}
    links = Counter(link for links in told.values() for link in links)
    expected = [web.url(host, f"/{number}") for host in HOSTS for number in range(2, NEW + 2)]
    assert links == Counter(expected), "each article has one message"
