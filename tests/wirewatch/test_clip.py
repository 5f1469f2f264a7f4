"""`clip`: what the analyst found herself, by the real command, from a page, a file or a pasted text."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.papers import column, docx, pdf
from tests.web import Reply, Web, article, serving
from tests.wirewatch.ministry import Ministry
from tests.wirewatch.running import Operator, until
from tests.wirewatch.test_commands import Desk
from tests.wirewatch.test_filling import bring

REMARKS = "Remarks to the press\n\nThe minister said that the road would be opened. He gave no date for it.\n"


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        for host in ("mfa.test", "other.test"):
            site.put(host, "/robots.txt", "User-agent: *\nDisallow: /private\n")
        site.put("other.test", "/report", article("A report", Ministry.words(7)))
        yield site


@pytest.fixture
def analyst(web: Web, desk: Desk) -> Desk:
    """She watches the road, and is told of it at once."""
    assert desk.wirewatch("topics", "add", "road", "--name", "The road", "--term", "en:road")[0] == 0
    added = desk.wirewatch("subscriptions", "add", "me@example.org", "--topic", "road", "--instant")
    assert added[0] == 0, added
    return desk


def clipped(desk: Desk, *arguments: str) -> dict[str, Any]:
    (row,) = desk.rows("clip", *arguments)
    return row


def paste(desk: Desk, text: str, *arguments: str) -> tuple[int, str, str]:
    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()))):
        return desk.wirewatch("clip", "--paste", *arguments)


def shown(desk: Desk, item: int) -> dict[str, Any]:
    (row,) = desk.rows("show", str(item))
    return row


def test_a_page_of_a_site_that_is_no_source(analyst: Desk, web: Web) -> None:
    url = web.url("other.test", "/report")
    row = clipped(analyst, url, "--said-by", "Foreign Minister", "--on", "2022-12-13")
    assert (row["slug"], row["title"], row["topics"]) == (
        f"clipped-other-test-{web.port}",
        "A report",
        ["road"],
    )
    assert (row["published"], row["brought"], row["said_by"]) == ("2022-12-13", "clip", "Foreign Minister")
    one = shown(analyst, row["id"])
    assert [(match["topic"], match["silent"]) for match in one["matches"]] == [("road", False)]
    assert one["state"] == "read"
    _, said, _ = analyst.wirewatch("items")
    assert "read, clipped" in said
    _, said, _ = analyst.wirewatch("show", str(row["id"]))
    assert "clipped by hand, said by" in said
    status, said, _ = analyst.wirewatch("clip", url)
    assert (status, f"known already as item {row['id']}" in said, "not told again" in said) == (0, True, True)
    assert len(analyst.rows("items")) == 1
    assert analyst.rows("collect") == [], "its site is not visited"


def test_a_page_of_a_source_goes_to_it_and_quiet_is_quiet(analyst: Desk, web: Web) -> None:
    site = Ministry(web, "mfa.test", 3)
    bring(analyst, site.toml("mfa"))
    row = clipped(analyst, web.url("mfa.test", "/statement/1"), "--quiet")
    assert row["slug"] == "mfa"
    one = shown(analyst, row["id"])
    assert [match["silent"] for match in one["matches"]] == [True]
    assert "Statement 1." in one["text"]
    assert analyst.rows("collect")[0]["new"] == 2, "the visit recognises it"
    assert shown(analyst, row["id"])["brought"] == "clip"


def test_a_page_that_a_visit_found_is_marked(analyst: Desk, web: Web) -> None:
    bring(analyst, Ministry(web, "mfa.test", 3).toml("mfa"))
    analyst.rows("collect")
    before = {row["title"]: row for row in analyst.rows("items")}["Statement 2"]
    row = clipped(analyst, web.url("mfa.test", "/statement/2"), "--said-by", "The minister")
    assert (row["id"], row["brought"], row["said_by"]) == (before["id"], "clip", "The minister")
    assert len(analyst.rows("items")) == 3


def test_files_and_what_is_pasted(analyst: Desk) -> None:
    text = analyst.folder / "remarks.txt"
    text.write_text(REMARKS, "utf-8")
    row = clipped(analyst, str(text), "--on", "2022-12-13T09:30+04:00")
    assert (row["slug"], row["title"], row["url"]) == ("clippings", "Remarks to the press", None)
    assert row["published"] == "2022-12-13T05:30:00+00:00"
    assert shown(analyst, row["id"])["text"].startswith("The minister said")
    page = analyst.folder / "page.html"
    page.write_text(article("Kept page", Ministry.words(9)), "utf-8")
    row = clipped(analyst, str(page), "--url", "https://third.example/9")
    assert (row["slug"], row["title"]) == ("clipped-third-example", "Kept page")
    status, said, complained = paste(analyst, REMARKS + "More was said.", "--title", "From television")
    assert (status, "kept as item 3 of clippings" in said) == (0, True), complained
    assert "1 topic found in it: road; who subscribes is told" in said
    status, said, _ = paste(analyst, REMARKS + "More was said.", "--title", "Again")
    assert "known already as item 3" in said
    assert "known already as item 1" in analyst.wirewatch("clip", str(text))[1]


def test_pdf_and_word_files(analyst: Desk, web: Web) -> None:
    words = "The ministry said that the road had been closed and that talks about it would go on."
    file = analyst.folder / "statement.docx"
    file.write_bytes(docx(["Statement of the ministry", words]))
    row = clipped(analyst, str(file), "--said-by", "Ministry")
    assert (row["slug"], row["topics"]) == ("clippings", ["road"])
    assert words in shown(analyst, row["id"])["text"]
    page = Reply(
        pdf([column(["Remarks on the road", "", words])]), headers={"Content-Type": "application/pdf"}
    )
    row = clipped(analyst, web.put("other.test", "/remarks.pdf", page))
    assert (row["slug"], row["topics"]) == (f"clipped-other-test-{web.port}", ["road"])
    assert "talks about it" in shown(analyst, row["id"])["text"]


def test_it_is_told_as_anything_new_and_says_that_it_was_clipped(web: Web, tmp_path: Path) -> None:
    operator = Operator(web, tmp_path)
    web.put("one.test", "/1", article("A report", Ministry.words(7)))
    for arguments in (
        ("topics", "add", "road", "--name", "The road", "--term", "en:road"),
        ("subscriptions", "add", "me@example.org", "--topic", "road", "--instant"),
    ):
        assert operator.wirewatch(*arguments)[0] == 0
    with operator.running() as process:
        status, _, complained = operator.wirewatch(
            "clip", web.url("one.test", "/1"), "--said-by", "The minister"
        )
        assert status == 0, complained
        mails = tmp_path / "data" / "outbox"
        (mail,) = until(lambda: [*mails.rglob("*.eml")])
        operator.stop(process)
    words = mail.read_bytes().decode("utf-8", "replace").replace("=\r\n", "").replace("=\n", "")
    assert "clipped by hand, said by The minister" in words


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("http://mfa.test:{port}/none",),
            "the server answers 404. Look whether the address is right; else save",
        ),
        (("http://other.test:{port}/private",), "robots.txt forbids it"),
        (("http://other.test:{port}/empty",), "it cannot be read: no article text"),
        (("/nowhere.html",), "/nowhere.html: No such file or directory. Name a file that can be read"),
        (("http://other.test:{port}/report", "--source", "nosuch"), "no source named 'nosuch'"),
        (("http://other.test:{port}/report", "--on", "friday"), "--on 'friday' is no date"),
    ],
)
def test_what_cannot_be_kept_says_why_and_what_to_do(
    desk: Desk, web: Web, arguments: tuple[str, ...], said: str
) -> None:
    web.put("other.test", "/empty", Reply("<html><body><p>1 2 3</p></body></html>"))
    status, _, complained = desk.wirewatch("clip", *(each.format(port=web.port) for each in arguments))
    assert (status, said in complained, complained.count("\n")) == (2, True, 1), complained
    assert desk.rows("items") == []


def test_one_thing_at_a_time(desk: Desk) -> None:
    assert desk.wirewatch("clip")[0] == 2
    assert desk.wirewatch("clip", "page.html", "--paste")[0] == 2
