"""Names, offers and a topic's history as a user meets them."""

import json
import os
import pty
import select
import subprocess
import sys

from tests.wirewatch.running import ROOT, environment
from tests.wirewatch.test_commands import Desk
from tests.wirewatch.test_topic_commands import publish

KHANKENDI = "Nobody came to Khankendi on Monday, the ministry said. Talks go on in the capital, it said, too."
STEPANAKERT = "Stepanakert, or Khankendi, was quiet on Monday, the ministry said. Talks go on, it said, too."


def add(desk: Desk) -> str:
    status, said, complained = desk.wirewatch("topics", "add", "town", "--term", "en:Stepanakert")
    assert status == 0, complained
    return said


def test_entries_are_listed_and_looked_up(desk: Desk) -> None:
    rows = desk.rows("names", "list")
    assert len(rows) >= 45
    assert {row["slug"] for row in desk.rows("names", "list", "--kind", "arrangement")} >= {"tripp"}
    _, shown, _ = desk.wirewatch("names", "list")
    assert "khankendi-stepanakert" in shown
    (town,) = desk.rows("names", "show", "xankendi")
    assert town["title"] == "Khankendi / Stepanakert"
    assert {"text", "language", "seen", "stands", "used_by", "since", "until"} == town["forms"][0].keys()
    _, shown, _ = desk.wirewatch("names", "show", "Mevlut", "Cavusoglu")
    assert "Minister of Foreign Affairs of Türkiye (since 2015-11, until 2023-06)" in shown
    assert "not to be taken for: hakan-fidan" in shown
    office = ("names", "show", "Minister of Foreign Affairs of Türkiye", "--on")
    assert [row["slug"] for row in desk.rows(*office, "2022-12-12")] == ["mevlut-cavusoglu"]
    assert [row["slug"] for row in desk.rows(*office, "2023-12-12")] == ["hakan-fidan"]
    status, _, complained = desk.wirewatch(*office, "1999-12-12")
    assert (status, "nor held a role of that name on 1999-12-12" in complained) == (2, True)
    status, _, complained = desk.wirewatch(*office, "12.12.2022")
    assert (status, "Write it as 2022-12-12" in complained) == (2, True)
    _, shown, _ = desk.wirewatch("names", "show", "nagorno-karabakh", "--on", "2024-01-01")
    assert "left out: 2 forms of other times" in shown
    assert "\u2068آرتساخ\u2069" in shown, "what runs from the right reorders nothing"
    assert [row["slug"] for row in desk.rows("names", "show", "tripp")] == ["tripp"]
    assert len(desk.rows("names", "show", "Араик")) == 2
    status, _, complained = desk.wirewatch("names", "show", "Nowhere")
    assert (status, "no entry of the gazetteer is called that" in complained) == (2, True)


def test_forms_are_offered_with_what_they_would_have_added_and_taken(desk: Desk) -> None:
    publish(desk, ("One", KHANKENDI), ("Two", STEPANAKERT))
    url = desk.web.url("agency.test", "/rss")
    assert desk.wirewatch("sources", "add", "agency", url, "--kind", "agency")[0] == 0
    assert desk.wirewatch("collect")[0] == 0
    said = add(desk)
    assert "Khankendi / Stepanakert: also Khankandi, Ханкенди, Hankendi, Xankəndi, Ստեփանակերտ" in said
    assert "`wirewatch topics offer town` says who uses them" in said
    rows = desk.rows("topics", "offer", "town")
    adding = {row["form"]: row["articles"] for row in rows if row["articles"]}
    assert adding == {"Khankendi": 1}
    status, said, complained = desk.wirewatch("topics", "offer", "town")
    assert status == 0, complained
    (line,) = [line for line in said.splitlines() if " en Khankendi " in line]
    assert line.split() == [
        *("2", "en", "Khankendi", "1", rows[1]["last"][:10], "unchecked"),
        *("official", "usage", "in", "Azerbaijan"),
    ]
    assert "care: Two names of one town." in said
    assert len(desk.rows("topics", "history", "town")) == 1, "looking takes nothing"

    status, said, _ = desk.wirewatch(
        *(
            "topics",
            "offer",
            "town",
            "--take",
            "en:Khankendi",
            "--take-all",
            "ru,hy",
            "--leave",
            "Степанакерт",
        )
    )
    assert (status, "took 3 forms: town is version 2 now" in said) == (0, True)
    taken = desk.rows("topics", "offer", "town", "--take", "1")
    assert [row["id"] for row in taken if row["taken"]] == [1]
    assert {row["articles"] for row in taken} == {0}, "what was taken is counted no more"
    first, second, third = desk.rows("topics", "history", "town")
    assert [(row["version"], row["by"], row["terms"]) for row in (first, second, third)] == [
        (1, "hand", 1),
        (2, "hand", 4),
        (3, "hand", 5),
    ]
    assert {term["text"] for term in second["added"]} == {"Khankendi", "Ханкенди", "Ստեփանակերտ"}
    status, _, complained = desk.wirewatch("topics", "offer", "town", "--take", "99")
    assert (status, "no form is numbered 99" in complained) == (2, True)


def test_what_a_topic_was_is_told(desk: Desk) -> None:
    add(desk)
    desk.wirewatch("topics", "add", "town", "--term", "Goris", "--require", "en:ministry")
    desk.wirewatch("topics", "remove", "town")
    _, said, _ = desk.wirewatch("topics", "history", "town")
    assert "+Goris, +ministry (required), -Stepanakert" in said
    assert "removed" in said
    (change,) = desk.rows("topics", "diff", "town", "1", "2")
    assert (change["before"], change["after"]) == (1, 2)
    assert [term["text"] for term in change["removed"]] == ["Stepanakert"]
    _, said, _ = desk.wirewatch("topics", "diff", "town", "1", "2")
    assert said == ("town: version 1 to 2\n-  en  Stepanakert\n+ any  Goris\n+  en  ministry (required)\n")
    _, said, _ = desk.wirewatch("topics", "diff", "town", "1", "1")
    assert "no term came or went" in said
    status, _, complained = desk.wirewatch("topics", "diff", "town", "7")
    assert (status, "it has no version 7" in complained) == (2, True)
    status, _, complained = desk.wirewatch("topics", "history", "nothing")
    assert (status, "no topic named 'nothing'" in complained) == (2, True)


def test_a_gazetteer_of_ones_own_comes_first_and_a_broken_one_stops_nobody(desk: Desk) -> None:
    own = desk.folder / "packs/names"
    own.mkdir(parents=True)
    block = '[[name]]\nslug = "s"\nkind = "place"\ntitle = "S"\n[name.seen]\nen = ["Stepanakert", "Other"]\n'
    (own / "mine.toml").write_text(block, "utf-8")
    assert [row["slug"] for row in desk.rows("names", "list")] == ["s"]
    (own / "mine.toml").write_text(block.replace("kind", "king"), "utf-8")
    status, said, complained = desk.wirewatch("topics", "add", "town", "--term", "Stepanakert")
    assert (status, "added town" in said) == (0, True)
    assert "no other names are offered" in complained
    assert "Did you mean kind" in complained
    status, _, complained = desk.wirewatch("topics", "offer", "town")
    assert (status, "mine.toml: s: king: no such key" in complained) == (2, True)


def test_on_a_terminal_it_asks_form_by_form(desk: Desk) -> None:
    add(desk)
    said = at_terminal(desk, ["topics", "offer", "town"], ["x", "t", "l", "t", "q"])
    assert "1. en: Khankandi (adds nothing; usage in Azerbaijan; seen) [t]ake, [l]eave, [q]uit" in said
    assert "took 2 forms: town is version 2 now" in said
    taken = {term["text"] for term in desk.rows("topics", "history", "town")[1]["added"]}
    assert taken == {"Khankandi", "Ханкенди"}
    assert "took" not in at_terminal(desk, ["topics", "offer", "town"], ["q"])
    assert len(desk.rows("topics", "history", "town")) == 2, "nothing taken, no version"


def at_terminal(desk: Desk, arguments: list[str], answers: list[str]) -> str:
    """What a command says at a terminal where each question is answered in turn."""
    ours, theirs = pty.openpty()
    environ = environment(desk.folder / "settings.toml", {"COLUMNS": "200"})
    process = subprocess.Popen(
        [sys.executable, "-m", "wirewatch.main", *arguments],
        cwd=ROOT,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said, answered = b"", 0
    try:
        while select.select([ours], [], [], 120)[0]:
            try:
                said += os.read(ours, 65536)
            except OSError:  # Linux: the other end was closed
                break
            if said.count(b"[q]uit:") > answered and answered < len(answers):
                os.write(ours, answers[answered].encode() + b"\n")
                answered += 1
        assert process.wait(timeout=60) == 0, said.decode()
    finally:
        process.kill()
        os.close(ours)
    return said.decode()


def test_rows_are_json(desk: Desk) -> None:
    add(desk)
    _, said, _ = desk.wirewatch("topics", "offer", "town", "--json", "--take-all", "hy")
    taken = [row["form"] for row in json.loads(said) if row["taken"]]
    assert taken == ["Ստեփանակերտ"]


def test_forms_are_taken_as_they_stand_and_a_query_takes_none(desk: Desk) -> None:
    desk.wirewatch("topics", "add", "corridor", "--term", "en:Lachin corridor")
    status, said, _ = desk.wirewatch(
        "topics", "offer", "corridor", "--take", "en:corridor,ka:ლაჩინის რეგიონი"
    )
    assert status == 2
    status, said, _ = desk.wirewatch(
        "topics", "offer", "corridor", "--take", "en:corridor", "--take", "ka:ლაჩინის რეგიონი"
    )
    assert (status, "In a phrase: it counts close beside" in said) == (0, True)
    (row,) = desk.rows("topics", "show", "corridor")
    stands = {term["text"]: term["stands"] for term in row["terms"]}
    assert (stands["corridor"], stands["ლაჩინის რეგიონი"]) == ("phrase", "context")
    desk.wirewatch("topics", "add", "asked", "--query", '"Lachin corridor" AND NOT football')
    status, said, complained = desk.wirewatch("topics", "offer", "asked", "--take", "Lachin road")
    assert (status, 'Write "Lachin road" into it' in complained) == (2, True)
    assert "The topic is a query" in said
