"""The command line as a user meets it: commands, tables, JSON, exit statuses."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web import Item, Reply, Web, article, rss, serving
from tests.wirewatch.running import environment, start, until, wirewatch

STABLE = {"id", "slug", "url", "title", "language", "published", "first_seen", "state"}
WORDS = "The ministry said on Monday that traffic on the road had stopped and that talks would continue."


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as site:
        link = site.put("agency.test", "/1", article("Road closed", WORDS))
        feed = rss([Item("Road closed", link, guid="1", summary=WORDS)])
        site.put("agency.test", "/rss", Reply(feed, headers={"Content-Type": "application/rss+xml"}))
        site.put(
            "agency.test",
            "/",
            '<html><head><link rel="alternate" type="application/rss+xml" href="/rss" title="All"></head>'
            "<body><p>The home page of an agency.</p></body></html>",
        )
        busy = Reply("busy", status=429, headers={"Retry-After": "3600"})
        site.put("busy.test", "/rss", busy)
        site.put("closed.test", "/robots.txt", "User-agent: *\nDisallow: /rss\n")
        site.put("closed.test", "/rss", Reply(feed))
        yield site


class Desk:
    """A user's folder with a settings file that reaches the small web."""

    def __init__(self, web: Web, folder: Path) -> None:
        self.web, self.folder = web, folder
        (folder / "settings.toml").write_text(
            'languages = ["az", "en", "ru"]\n[crawl]\ncontact = "tests@example.org"\ndelay = 0.0\n'
            f'[egress]\nallow = ["127.0.0.1:{web.port}"]\n[egress.hosts]\n'
            + "".join(f'"{host}" = "127.0.0.1"\n' for host in {"agency.test", *web.hosts()}),
            "utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.folder / "settings.toml")

    def run(self, module: str, *arguments: str) -> tuple[int, str, str]:
        """In a process of its own."""
        process = start(self.environment, module, *arguments)
        said, complained = process.communicate(timeout=180)
        return process.returncode, said, complained

    def wirewatch(self, *arguments: str) -> tuple[int, str, str]:
        return wirewatch(self.environment, *arguments)

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        status, said, complained = self.wirewatch(*arguments, "--json")
        assert status == 0, complained
        rows = json.loads(said)
        assert isinstance(rows, list)
        assert all(row.keys() >= STABLE for row in rows), "whatever command said it"
        return rows

    def add(self) -> None:
        url = self.web.url("agency.test", "/rss")
        status, said, _ = self.wirewatch("sources", "add", "agency", url, "--kind", "agency")
        assert (status, said) == (0, "added agency; `wirewatch collect agency` visits it now\n")


def test_the_way_of_the_readme(desk: Desk) -> None:
    desk.add()
    (visit,) = desk.rows("collect")
    assert (visit["slug"], visit["state"], visit["new"], visit["read"]) == ("agency", "new", 1, 1)
    (item,) = desk.rows("items")
    assert (item["title"], item["published"]) == ("Road closed", "2022-12-12T09:30:00+00:00")
    (shown,) = desk.rows("show", str(item["id"]))
    assert WORDS in shown["text"]
    assert [sighting["slug"] for sighting in shown["sightings"]] == ["agency"]
    (source,) = desk.rows("sources", "list")
    assert source["state"] == "fine"
    status, said, _ = desk.wirewatch("items")
    assert status == 0
    assert "Road closed" in said


def test_a_source_whose_host_asked_to_wait_is_named_and_not_asked_again(desk: Desk) -> None:
    assert desk.wirewatch("sources", "add", "busy", desk.web.url("busy.test", "/rss"))[0] == 0
    (visit,) = desk.rows("collect")
    assert (visit["state"], "429" in visit["reason"]) == ("failed", True)
    (waits,) = desk.rows("collect")
    assert (waits["slug"], waits["state"]) == ("busy", "waits")
    assert "its host asks to wait until 20" in waits["reason"]
    assert desk.web.count("busy.test", "/rss") == 1


def test_check_keeps_to_robots_txt_as_collecting_does(desk: Desk) -> None:
    status, said, _ = desk.wirewatch("sources", "check", desk.web.url("closed.test", "/rss"))
    assert status == 1
    assert "robots.txt forbids it" in said
    assert desk.web.count("closed.test", "/rss") == 0


def test_check_stores_nothing_and_finds_a_pages_feeds(desk: Desk) -> None:
    status, said, _ = desk.wirewatch("sources", "check", desk.web.url("agency.test", "/rss"))
    assert status == 0
    assert "1 entries" in said
    (checked,) = desk.rows("sources", "check", desk.web.url("agency.test", "/rss"))
    assert checked["entries"][0].keys() >= STABLE
    status, said, _ = desk.wirewatch("sources", "check", desk.web.url("agency.test", "/"))
    assert status == 0
    assert f'url = "{desk.web.url("agency.test", "/rss")}"' in said
    assert desk.rows("items") == []


def test_a_source_is_shown_with_rhythm_latency_and_visits(desk: Desk) -> None:
    desk.add()
    assert desk.wirewatch("collect", "agency")[0] == 0
    status, said, _ = desk.wirewatch("sources", "show", "agency")
    assert status == 0
    assert "fine: last new item" in said
    assert "no rhythm learned yet; silent after 168 hours (its hint); visited" in said
    assert "from published to seen not known" in said
    assert "200" in said
    shown = json.loads(desk.wirewatch("sources", "show", "agency", "--json")[1])
    assert set(shown) >= STABLE
    assert shown["visits"][0]["outcome"] in ("new", "unchanged")
    status, _, complained = desk.wirewatch("sources", "show", "nosuch")
    assert (status, "no source named 'nosuch'" in complained) == (2, True)


def test_sources_go_out_and_come_in(desk: Desk) -> None:
    desk.add()
    _, exported, _ = desk.wirewatch("sources", "export")
    _, outlines, _ = desk.wirewatch("sources", "export", "--opml")
    assert 'xmlUrl="http://agency.test' in outlines
    file = desk.folder / "sources.toml"
    file.write_text(exported, "utf-8")
    _, said, _ = desk.wirewatch("sources", "import", str(file))
    assert said == "1 sources, 0 of them new\n"
    assert desk.wirewatch("sources", "disable", "agency")[0] == 0
    assert desk.rows("sources", "list")[0]["state"] == "disabled"
    assert desk.rows("collect") == []
    assert desk.wirewatch("sources", "enable", "agency")[0] == 0
    assert len(desk.rows("collect")) == 1


def test_a_pack_named_in_the_settings_is_loaded_and_hand_changes_stay(desk: Desk) -> None:
    desk.add()
    pack = desk.folder / "packs" / "caucasus"
    pack.mkdir(parents=True)
    block = (
        '[[source]]\nslug = "{}"\nname = "From the pack"\nkind = "agency"\nurl = "https://a.example/rss"\n'
    )
    (pack / "sources.toml").write_text(block.format("agency") + block.format("other"), "utf-8")
    settings = desk.folder / "settings.toml"
    settings.write_text('packs = ["caucasus"]\n' + settings.read_text("utf-8"), "utf-8")
    titles = {row["slug"]: row["title"] for row in desk.rows("sources", "list")}
    assert titles == {"agency": "agency", "other": "From the pack"}
    settings.write_text(settings.read_text("utf-8").replace("caucasus", "nowhere"), "utf-8")
    for command, expected in (("items", 0), ("collect", 2)):
        status, _, complained = desk.wirewatch(command)
        assert status == expected, "what is there can be looked at all the same"
        assert "packs: no folder" in complained


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("collect", "nosuch"), "no source named 'nosuch'"),
        (("show", "99"), "no item with id 99"),
        (("sources", "disable", "nosuch"), "no source named 'nosuch'"),
        (("sources", "add", "x", "ftp://a.org/"), "x: url"),
        (("sources", "import", "/nowhere.toml"), "/nowhere.toml"),
        (("--settings", "/nowhere.toml", "items"), "/nowhere.toml"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(desk: Desk, arguments: tuple[str, ...], said: str) -> None:
    status, _, complained = desk.wirewatch(*arguments)
    assert status == 2
    assert said in complained
    assert complained.count("\n") == 1


def test_doctor_finds_all_well(desk: Desk) -> None:
    well = {row["what"] for row in desk.rows("doctor") if row["state"] == "ok"}
    assert well >= {"database", "readers", "judge"}


def test_as_a_program_it_ends_with_that_status_and_line(desk: Desk) -> None:
    status, said, complained = desk.run("wirewatch.main", "show", "99")
    assert (status, said) == (2, "")
    assert complained.startswith("wirewatch: no item with id 99")


def test_what_only_reads_the_database_waits_for_no_crawler_to_load(desk: Desk) -> None:
    process = start({**desk.environment, "PYTHONPROFILEIMPORTTIME": "1"}, "wirewatch.main", "items")
    _, loaded = process.communicate(timeout=60)
    assert "storage.articles" in loaded
    assert not {"scrapy", "trafilatura", "crawler.crew"} & {line.split()[-1] for line in loaded.splitlines()}


def test_db_upgrade_says_what_it_did(desk: Desk) -> None:
    assert desk.wirewatch("db", "upgrade")[0] == 0
    status, said, _ = desk.wirewatch("db", "upgrade")
    assert (status, said != "") == (0, True)


def test_scrapys_own_command_runs_the_spiders(desk: Desk) -> None:
    kinds = ["feed", "jsonlist", "listing", "sitemap", "telegram", "wordpress", "x"]
    assert desk.run("scrapy", "list")[1].split() == kinds
    desk.add()
    assert desk.run("scrapy", "crawl", "feed", "-a", "source=agency")[0] == 0
    assert [item["title"] for item in desk.rows("items")] == ["Road closed"]
    listing = desk.folder / "list.toml"
    listing.write_text(
        f'[[source]]\nslug = "list"\nname = "List"\nkind = "ministry"\nspider = "listing"\n'
        f'url = "{desk.web.url("agency.test", "/list")}"\nrules = {{ item = "li" }}\n',
        "utf-8",
    )
    assert desk.wirewatch("sources", "import", str(listing))[0] == 0
    assert desk.run("scrapy", "crawl", "feed")[0] == 0, "the feeds that are due; lists are the other spider's"
    _, _, complained = desk.run("scrapy", "crawl", "listing", "-a", "source=agency")
    assert "scrapy crawl feed -a source=agency" in complained
    assert "AttributeError" not in complained


def test_run_collects_until_it_is_told_to_stop(desk: Desk) -> None:
    desk.add()
    process = start(desk.environment, "wirewatch.main", "run")
    until(lambda: [item["state"] for item in desk.rows("items")] == ["read"], 120)
    status, _, complained = desk.run("wirewatch.main", "run")
    assert status == 2
    assert f"process {process.pid} runs as a service here" in complained
    process.send_signal(signal.SIGTERM)
    _, complained = process.communicate(timeout=120)
    assert process.returncode == 0, complained
    assert [item["state"] for item in desk.rows("items")] == ["read"]
