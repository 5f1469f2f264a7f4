"""`collect --since`: the archive filled from a source's own lists, as a user does it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.databases import PostgresqlDatabases
from tests.web import Asked, Item, Reply, Web, article, rss, serving
from tests.wirewatch.ministry import Ministry, wordpress
from tests.wirewatch.running import RSS, Operator, start, until
from tests.wirewatch.test_commands import Desk


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        for host in ("mfa.test", "blog.test", "agency.test"):
            site.put(host, "/robots.txt", "User-agent: *\nAllow: /\n")
        yield site


def bring(desk: Desk, *blocks: str) -> None:
    file = desk.folder / "sources.toml"
    file.write_text("\n".join(blocks), "utf-8")
    status, _, complained = desk.wirewatch("sources", "import", str(file))
    assert status == 0, complained


def filled(desk: Desk, slug: str, since: str, *more: str) -> dict[str, Any]:
    (row,) = desk.rows("collect", slug, "--since", since, *more)
    return row


def items(desk: Desk, slug: str) -> list[dict[str, Any]]:
    return desk.rows("items", "--source", slug, "--limit", "1000")


def test_lists_are_paged_back_to_the_date_and_no_further(web: Web, desk: Desk) -> None:
    site = Ministry(web, "mfa.test", 40)
    bring(desk, site.toml("mfa"))
    added = ("topics", "add", "road", "--name", "The road", "--term", "en:road")
    assert desk.wirewatch(*added)[0] == 0
    row = filled(desk, "mfa", "2022-12-14")
    found = {key: row[key] for key in ("state", "new", "unreadable", "later", "reason")}
    assert found == {"state": "reached", "new": 12, "unreadable": 0, "later": 0, "reason": None}
    kept = items(desk, "mfa")
    assert [item["title"] for item in kept[5:]] == [Ministry.title(number) for number in range(5, 17)]
    assert {item["state"] for item in kept} == {"read"}
    assert kept[0]["first_seen"] > "2026", "of the first visit, which was due, too"
    assert kept[5]["first_seen"] == "2022-12-25T12:00:00+00:00", "a date without an hour: noon"
    assert site.lists_asked().count("/news?page=4") == 1
    assert "/news?page=6" not in site.lists_asked()
    (shown,) = desk.rows("show", str(kept[16]["id"]))
    assert [(match["topic"], match["silent"]) for match in shown["matches"]] == [("road", True)]
    assert (shown["brought"], shown["backfill"]) == ("back-fill", True)
    assert shown["sightings"][0]["first_seen"] > "2026"


def test_again_nothing_is_asked_and_an_earlier_date_goes_on_where_it_was(web: Web, desk: Desk) -> None:
    site = Ministry(web, "mfa.test", 40)
    bring(desk, site.toml("mfa"))
    assert filled(desk, "mfa", "2022-12-20")["new"] == 6
    asked = len(web.asked)
    status, _, complained = desk.wirewatch("collect", "mfa", "--since", "2022-12-20")
    assert (status, "is done" in complained) == (0, True)
    assert len(web.asked) == asked
    before = set(site.lists_asked())
    row = filled(desk, "mfa", "2022-12-10")
    assert (row["state"], row["new"]) == ("reached", 16)
    asked_now = [path for path in site.lists_asked() if path not in before]
    assert asked_now == ["/news?page=4", "/news?page=5"]
    assert site.lists_asked().count("/news?page=2") == 1
    row = filled(desk, "mfa", "2022-12-10", "--again")
    assert (row["state"], row["new"]) == ("reached", 0), "known already"
    row = filled(desk, "mfa", "2020-01-01")
    assert (row["state"], row["oldest"][:10], len(items(desk, "mfa"))) == ("ended", "2022-11-21", 40)
    assert filled(desk, "mfa", "2019-01-01")["new"] == 0


def test_a_wordpress_feed_goes_on_by_its_numbered_pages(web: Web, desk: Desk) -> None:
    url = wordpress(web, "blog.test", 4)
    bring(desk, f'[[source]]\nslug = "blog"\nname = "Blog"\nkind = "think tank"\nurl = "{url}"\n')
    row = filled(desk, "blog", "2020-01-01")
    assert (row["state"], row["new"], row["pages"], row["reason"]) == ("ended", 9, 5, None)
    assert [item["state"] for item in items(desk, "blog")] == ["read"] * 12


def test_a_feed_without_pages_says_so_and_what_to_do(web: Web, desk: Desk) -> None:
    link = web.put("agency.test", "/1", "<p>One</p>")
    url = web.put("agency.test", "/rss", Reply(rss([Item("One", link)]), headers=RSS))
    bring(desk, f'[[source]]\nslug = "agency"\nname = "A"\nkind = "agency"\nurl = "{url}"\n')
    row = filled(desk, "agency", "2020-01-01")
    assert (row["state"], row["new"]) == ("ended", 0)
    assert "`wirewatch import`" in row["reason"]


def test_a_list_that_goes_round_ends(web: Web, desk: Desk) -> None:
    site = Ministry(web, "mfa.test", 10)
    web.put("mfa.test", "/news?page=2", site.listed(1, onward="/news?page=3"))
    web.put("mfa.test", "/news?page=3", site.listed(1, onward="/news?page=4"))
    bring(desk, site.toml("mfa"))
    row = filled(desk, "mfa", "2020-01-01")
    assert (row["state"], row["pages"], row["new"]) == ("ended", 3, 5)


def test_a_page_that_is_refused_stops_it_there_and_the_next_time_it_goes_on(web: Web, desk: Desk) -> None:
    site = Ministry(web, "mfa.test", 15)
    web.put("mfa.test", "/news?page=2", Reply("no", status=403))
    bring(desk, site.toml("mfa"))
    status, said, _ = desk.wirewatch("collect", "mfa", "--since", "2020-01-01")
    assert (status, "stopped" in said, "refused us (403)" in said) == (1, True, True)
    assert len(items(desk, "mfa")) == 5
    web.put("mfa.test", "/news?page=2", site.listed(1))
    status, said, complained = desk.wirewatch("collect", "mfa", "--since", "2020-01-01")
    assert (status, "goes on after 1 list pages, back to 2022-12-26" in complained) == (0, True)
    assert len(items(desk, "mfa")) == 15


def test_one_that_is_switched_off_is_filled_when_it_is_named(web: Web, desk: Desk) -> None:
    site = Ministry(web, "mfa.test", 6)
    bring(desk, site.toml("mfa", enabled="false"))
    assert filled(desk, "mfa", "2020-01-01")["new"] == 6
    assert {item["state"] for item in items(desk, "mfa")} == {"read"}


def test_what_came_since_the_last_visit_rings_all_the_same(web: Web, desk: Desk) -> None:
    """A back-fill reads the first page, too: it must not hush what no visit had seen; so one comes first."""
    site = Ministry(web, "mfa.test", 10)
    bring(desk, site.toml("mfa"))
    assert desk.rows("collect", "mfa")[0]["new"] == 5
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    web.put("mfa.test", "/statement/now", article("Just now", Ministry.words(99)))
    link = '<a href="/statement/now">Just now</a>'
    fresh = f'<li class="item"><time class="date" datetime="{moment}"></time>{link}'
    web.put("mfa.test", "/news", site.listed(0).replace("<ul>", f"<ul>{fresh}</li>"))
    assert filled(desk, "mfa", "2020-01-01")["new"] == 5
    quiet = {item["title"]: desk.rows("show", str(item["id"]))[0]["backfill"] for item in items(desk, "mfa")}
    assert quiet["Just now"] is False
    assert sum(quiet.values()) == 10


def test_killed_it_goes_on_where_it_was(web: Web, desk: Desk) -> None:
    site = Ministry(web, "mfa.test", 40)
    bring(desk, site.toml("mfa"))
    for last in ("/news?page=3", "/statement/27"):
        process = start(desk.environment, "wirewatch.main", "collect", "mfa", "--since", "2022-11-01")

        def kill(asked: Asked, last: str = last, pid: int = process.pid) -> None:
            if asked.path == last:
                os.kill(pid, signal.SIGKILL)

        web.on_request = kill
        process.communicate(timeout=120)
        web.on_request = lambda asked: None
        assert process.returncode == -signal.SIGKILL
    row = filled(desk, "mfa", "2022-11-01")
    assert (row["state"], row["pages"]) == ("ended", 8)
    kept = items(desk, "mfa")
    assert sorted(item["title"] for item in kept) == sorted(Ministry.title(number) for number in range(40))
    assert {item["state"] for item in kept} == {"read"}
    twice = {path for path in site.lists_asked() if site.lists_asked().count(path) > 1}
    assert twice <= {"/news", "/news?page=3", "/news?page=6"}, "at most what was under way is asked again"


def test_beside_a_service_it_is_carried_out_by_it(web: Web, tmp_path: Path) -> None:
    operator = Operator(web, tmp_path)
    site = Ministry(web, "one.test", 12)
    file = tmp_path / "sources.toml"
    file.write_text(site.toml("one"), "utf-8")
    assert operator.wirewatch("sources", "import", str(file))[0] == 0
    with operator.running() as process:
        until(lambda: operator.figure("wirewatch_articles") == 5)
        status, said, complained = operator.wirewatch("collect", "one", "--since", "2020-01-01")
        assert (status, f"process {process.pid}) carries this out" in complained) == (0, True)
        assert "7 new articles" in said
        assert [state for _, state in operator.articles()] == ["read"] * 12
        operator.stop(process)


def test_on_postgresql_the_command_and_a_service_share_it(
    web: Web, tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    operator = Operator(web, tmp_path, postgresql_databases.fresh())
    site = Ministry(web, "one.test", 12)
    file = tmp_path / "sources.toml"
    file.write_text(site.toml("one"), "utf-8")
    assert operator.wirewatch("sources", "import", str(file))[0] == 0
    with operator.running() as process:
        status, said, complained = operator.wirewatch("collect", "one", "--since", "2020-01-01")
        assert (status, "ended" in said) == (0, True), complained
        until(lambda: operator.articles() == sorted((site.title(n), "read") for n in range(12)))
        operator.stop(process)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("collect", "--since", "2022-12-01"), 2, "Name the sources"),
        (("collect", "x", "--since", "yesterday"), 2, "--since 'yesterday' is no date"),
        (("collect", "x", "--since", "2022-12-01"), 2, "no source named 'x'"),
        (("collect", "x", "--stop"), 2, "no source named 'x'"),
    ],
)
def test_a_mistake_is_said(desk: Desk, arguments: tuple[str, ...], status: int, said: str) -> None:
    found, _, complained = desk.wirewatch(*arguments)
    assert (found, said in complained) == (status, True), complained


def test_stopped_by_hand_it_stays_stopped(web: Web, desk: Desk) -> None:
    site = Ministry(web, "mfa.test", 15)
    web.put("mfa.test", "/news?page=2", Reply("busy", status=503))
    bring(desk, site.toml("mfa"))
    process = start(desk.environment, "wirewatch.main", "collect", "mfa", "--since", "2020-01-01")
    until(lambda: "/news?page=2" in site.lists_asked(), 60)
    process.kill()
    process.communicate()
    assert desk.wirewatch("collect", "mfa", "--stop")[0] == 0
    assert desk.rows("collect", "mfa")
    assert len(items(desk, "mfa")) == 5
