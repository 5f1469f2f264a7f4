"""`import`: lists of addresses, saved pages and WARC files, taken in by the real command."""

from __future__ import annotations

import gzip
import json
import os
import signal
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.warcwriter import WARCWriter

from tests.web import Asked, Web, article, serving
from tests.wirewatch.ministry import Ministry
from tests.wirewatch.running import Operator, start, until
from tests.wirewatch.test_commands import Desk
from tests.wirewatch.test_filling import bring


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        for host in ("mfa.test", "other.test"):
            site.put(host, "/robots.txt", "User-agent: *\nAllow: /\n")
        yield site


@pytest.fixture
def site(web: Web) -> Ministry:
    return Ministry(web, "mfa.test", 12)


@pytest.fixture
def ministry(site: Ministry, desk: Desk) -> Desk:
    """A desk that knows the ministry."""
    bring(desk, site.toml("mfa"))
    return desk


def write(desk: Desk, name: str, content: str | bytes) -> str:
    file = desk.folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(file)


def imported(desk: Desk, *arguments: str, status: int = 0) -> tuple[list[dict[str, Any]], str]:
    """What a run of the command says of its files, and on standard error."""
    found, said, complained = desk.wirewatch("import", *arguments, "--json")
    assert found == status, complained
    return json.loads(said), complained


def counts(row: dict[str, Any]) -> tuple[int, int, int]:
    return row["new"], row["known"], row["bad"]


def kept(desk: Desk) -> dict[str, dict[str, Any]]:
    return {item["title"]: item for item in desk.rows("items", "--limit", "1000")}


def statement(site: Ministry, number: int) -> str:
    return site.web.url(site.host, f"/statement/{number}")


def test_a_table_with_bad_rows(ministry: Desk, site: Ministry) -> None:
    rows = [
        "URL;Date;Title;Source",
        f"{statement(site, 0)};13.12.2022;Said on the day;mfa",
        f'{statement(site, 1)};2022-12-14T14:05+04:00;"Two\nlines";',
        "nowhere;2022-12-13;;",
        f"{statement(site, 2)};the other day;;",
        f"{statement(site, 3)};2022-12-13;;nosuch",
        f"{statement(site, 4)};;;",
    ]
    file = write(ministry, "list.csv", "\ufeff" + "\n".join(rows))
    (row,), complained = imported(ministry, file, status=1)
    assert counts(row) == (3, 0, 3)
    assert f"{file}, line 5: 'nowhere' is no web address. Write it in full" in complained
    assert f"{file}, line 6: 'the other day' is no date" in complained
    assert f"{file}, line 7: no source named 'nosuch'. `wirewatch sources list`" in complained
    found = kept(ministry)
    assert {item["state"] for item in found.values()} == {"read"}
    assert {item["slug"] for item in found.values()} == {"mfa"}, "by its column, or by its address"
    dates = {title: item["published"] for title, item in found.items()}
    assert dates["Statement 0"] == "2022-12-13"
    assert dates["Statement 1"] == "2022-12-14T10:05:00+00:00"
    (shown,) = ministry.rows("show", str(found["Statement 1"]["id"]))
    assert (shown["brought"], shown["backfill"]) == ("import", True)
    (row,), _ = imported(ministry, file, status=1)
    assert counts(row) == (0, 3, 3), "what is known is passed over"


def test_a_text_file_and_a_site_that_is_no_source(ministry: Desk, site: Ministry) -> None:
    other = site.web.put("other.test", "/a,b;c", article("Elsewhere", Ministry.words(77)))
    lines = ["# what was kept", "", statement(site, 0), f"{statement(site, 1)} 2022-12-13 A title", other]
    (row,), _ = imported(ministry, write(ministry, "links.txt", "\n".join(lines)))
    assert counts(row) == (3, 0, 0)
    found = kept(ministry)
    assert found["Statement 1"]["published"] == "2022-12-13"
    assert found["Elsewhere"]["slug"] == f"clipped-other-test-{site.web.port}"
    (source,) = [each for each in ministry.rows("sources", "list") if each["kind"] == "clipped"]
    assert source["state"] == "disabled", "no visit is made there"
    assert len(ministry.rows("collect")) == 1


def test_what_a_visit_has_already_is_not_touched(ministry: Desk, site: Ministry) -> None:
    ministry.rows("collect")
    before = kept(ministry)
    asked = site.web.count("mfa.test", "/statement/0")
    (row,), _ = imported(ministry, write(ministry, "links.txt", statement(site, 0)))
    assert counts(row) == (0, 1, 0)
    assert kept(ministry) == before
    assert site.web.count("mfa.test", "/statement/0") == asked


def test_saved_pages_of_a_folder_with_the_address_they_say(ministry: Desk, site: Ministry) -> None:
    page = article("Saved", Ministry.words(50))
    where = statement(site, 50)
    comment = f"<!-- saved from url=({len(where):04}){where} -->\n{page}"
    canonical = page.replace(
        "<title>Saved", f'<link rel=canonical href="{statement(site, 51)}"><title>Second'
    )
    canonical = canonical.replace(">Saved<", ">Second<").replace("day 50", "day 51")
    write(ministry, "kept/one.html", comment)
    write(ministry, "kept/deep/two.htm", canonical)
    write(ministry, "kept/one_files/frame.html", page)
    write(ministry, "kept/.hidden.html", page)
    write(ministry, "kept/three.html", page.replace("Saved", "Nowhere"))
    write(
        ministry,
        "kept/four.html",
        f"<!-- saved from url=(0){statement(site, 52)} --><html><p>1 2 3</p></html>",
    )
    rows, complained = imported(ministry, str(ministry.folder / "kept"), status=1)
    assert [(Path(row["id"]).name, counts(row)) for row in rows] == [
        ("two.htm", (1, 0, 0)),
        ("four.html", (0, 0, 1)),
        ("one.html", (1, 0, 0)),
        ("three.html", (0, 0, 1)),
    ]
    assert "three.html: it does not say which address it had. Give --url, or --source alone." in complained
    assert "four.html: it cannot be read: no article text" in complained
    assert {title: item["url"] for title, item in kept(ministry).items()} == {
        "Saved": where,
        "Second": statement(site, 51),
    }
    assert site.web.count("mfa.test", "/statement/50") == 0, "nothing is fetched"
    three = str(ministry.folder / "kept/three.html")
    assert counts(imported(ministry, three, "--url", statement(site, 53))[0][0])[0] == 1
    alone = write(ministry, "alone.html", article("Alone", Ministry.words(60)))
    assert counts(imported(ministry, alone, "--source", "mfa")[0][0])[0] == 1
    assert (kept(ministry)["Alone"]["url"], kept(ministry)["Alone"]["slug"]) == (None, "mfa")


def warc(records: list[tuple[str, str, bytes, str]]) -> bytes:
    """A gzipped WARC file of responses: address, status line, body, media type."""
    written = BytesIO()
    writer = WARCWriter(written, gzip=True)
    writer.write_record(writer.create_warcinfo_record("x.warc.gz", {"software": "tests"}))
    for url, status, body, kind in records:
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        record = writer.create_warc_record(url, "response", payload=BytesIO(answer), length=len(answer))
        writer.write_record(record)
    return written.getvalue()


def pages(site: Ministry, numbers: range) -> list[tuple[str, str, bytes, str]]:
    return [
        (
            statement(site, number),
            "200 OK",
            article(site.title(number), site.words(number)).encode(),
            "text/html",
        )
        for number in numbers
    ]


def test_a_warc_file(ministry: Desk, site: Ministry) -> None:
    records = pages(site, range(100, 104))
    records += [
        (statement(site, 100), "200 OK", records[0][2], "text/html"),
        (statement(site, 110), "404 Not Found", b"gone", "text/html"),
        (site.web.url("mfa.test", "/logo.png"), "200 OK", b"\x89PNG", "image/png"),
        (
            site.web.url("mfa.test", "/about"),
            "200 OK",
            article("About us", site.words(1)).encode(),
            "text/html",
        ),
    ]
    file = write(ministry, "site.warc.gz", warc(records))
    (row,), _ = imported(ministry, file, "--only", "/statement/*")
    assert (row["kind"], row["listed"], counts(row)) == ("WARC", 5, (4, 1, 0))
    assert sorted(kept(ministry)) == [site.title(number) for number in range(100, 104)]
    assert site.web.count("mfa.test") == 0
    plain = write(ministry, "plain.warc", gzip.decompress(warc(pages(site, range(104, 105)))))
    assert counts(imported(ministry, plain)[0][0]) == (1, 0, 0)


def test_a_warc_file_that_breaks_off(ministry: Desk, site: Ministry) -> None:
    whole = warc(pages(site, range(100, 106)))
    file = write(ministry, "broken.warc.gz", whole[: len(whole) * 2 // 3])
    other = write(ministry, "good.txt", statement(site, 0))
    (broken, good), complained = imported(ministry, file, other, status=1)
    assert 1 <= broken["new"] < 6
    assert (broken["bad"], counts(good)) == (1, (1, 0, 0)), "the rest goes on"
    assert f"{file}: broken after {1 + broken['new']} records (it breaks off within one)" in complained
    (none,), complained = imported(ministry, write(ministry, "no.warc", "this is none"), status=1)
    assert (none["bad"], none["new"]) == (1, 0)


def test_killed_it_goes_on(ministry: Desk, site: Ministry) -> None:
    file = write(ministry, "links.txt", "\n".join(statement(site, number) for number in range(12)))
    process = start(ministry.environment, "wirewatch.main", "import", file)

    def kill(asked: Asked) -> None:
        if asked.path == "/statement/5":
            os.kill(process.pid, signal.SIGKILL)

    site.web.on_request = kill
    process.communicate(timeout=120)
    site.web.on_request = lambda asked: None
    assert process.returncode == -signal.SIGKILL
    (row,), _ = imported(ministry, file)
    assert counts(row) == (0, 12, 0)
    assert [item["state"] for item in kept(ministry).values()] == ["read"] * 12
    twice = {each.path for each in site.web.asked if site.web.count("mfa.test", each.path) > 1}
    assert twice <= {"/robots.txt", "/statement/5"}


def test_beside_a_service_it_reads_the_addresses(web: Web, tmp_path: Path) -> None:
    operator = Operator(web, tmp_path)
    site = Ministry(web, "one.test", 4)
    file = tmp_path / "links.txt"
    file.write_text("\n".join(statement(site, number) for number in range(4)), "utf-8")
    with operator.running() as process:
        status, said, complained = operator.wirewatch("import", str(file))
        assert (status, f"process {process.pid}) reads them" in complained) == (0, True), complained
        assert "4 new, 0 known, 0 not usable; 0 pages to be read yet" in said
        assert [state for _, state in operator.articles()] == ["read"] * 4
        until(lambda: process.poll() is None)
        operator.stop(process)


def test_mistakes(ministry: Desk) -> None:
    status, _, complained = ministry.wirewatch("import", "/nowhere")
    assert (status, complained) == (2, "wirewatch: /nowhere: it is not there. Name a file or a folder.\n")
    latin = write(ministry, "latin.txt", "https://mfa.test/1\nhttps://mfa.test/\xe9".encode("latin-1"))
    _, complained = imported(ministry, latin, status=1)
    assert f"{latin}, line 2: it is not UTF-8. Save the file as UTF-8." in complained
    two = [write(ministry, f"{name}.html", "<p>x") for name in "ab"]
    assert ministry.wirewatch("import", *two, "--url", "https://mfa.test/1")[0] == 2
