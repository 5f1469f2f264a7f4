"""Topics, search and re-index as a user meets them."""

import json
from typing import Any

import pytest

from tests.web import Item, Reply, article, rss
from tests.wirewatch.test_commands import STABLE, WORDS, Desk

AZERI = "Laçın yolunda hərəkət dayandırılıb, nazirlik bazar ertəsi bildirib. Danışıqlar davam edir."


def publish(desk: Desk, *articles: tuple[str, str]) -> None:
    items = []
    for number, (title, words) in enumerate(articles):
        link = desk.web.put("agency.test", f"/{number}", article(title, words))
        items.append(Item(title, link, guid=str(number), summary=words))
    feed = Reply(rss(items), headers={"Content-Type": "application/rss+xml"})
    desk.web.put("agency.test", "/rss", feed)


def add_topic(desk: Desk, *more: str) -> str:
    status, said, complained = desk.wirewatch(
        *("topics", "add", "road", "--name", "The road", "--term", "en:the road", "--term", "az:Laçın", *more)
    )
    assert status == 0, complained
    return said


def verdict(desk: Desk, *arguments: str) -> tuple[int, dict[str, Any]]:
    status, said, complained = desk.wirewatch("topics", "test", "road", *arguments, "--json")
    assert complained == ""
    answer = json.loads(said)
    assert isinstance(answer, dict)
    return status, answer


def test_topics_are_added_changed_shown_and_removed(desk: Desk) -> None:
    said = add_topic(desk, "--exclude", "football", "--require", "en:ministry")
    assert "added road" in said
    (row,) = desk.rows("topics", "list")
    assert (row["slug"], row["title"], row["version"], row["articles"]) == ("road", "The road", 1, 0)
    assert row["terms"] == [
        {"text": "the road", "language": "en", "role": "name", "stands": "alone"},
        {"text": "Laçın", "language": "az", "role": "name", "stands": "alone"},
        {"text": "football", "language": None, "role": "excluded", "stands": "alone"},
        {"text": "ministry", "language": "en", "role": "required", "stands": "alone"},
    ]
    assert "has these terms already" in add_topic(desk, "--exclude", "football", "--require", "en:ministry")
    assert "changed road: version 2" in add_topic(desk)
    _, shown, _ = desk.wirewatch("topics", "show", "road")
    assert "the road" in shown
    assert desk.rows("topics", "show", "road")[0]["version"] == 2
    assert desk.wirewatch("topics", "remove", "road")[0] == 0
    assert desk.rows("topics", "list") == []
    status, _, complained = desk.wirewatch("topics", "show", "road")
    assert (status, "no topic named 'road'" in complained) == (2, True)


def test_a_topic_in_query_form(desk: Desk) -> None:
    query = '"the road" AND NOT (football OR title:cup)'
    assert desk.wirewatch("topics", "add", "road", "--query", query)[0] == 0
    (row,) = desk.rows("topics", "list")
    assert (row["query"], row["mentions"], row["terms"], row["languages"]) == (query, 1, [], ["any"])
    desk.wirewatch("topics", "add", "road", "--query", query, "--mentions", "2")
    assert query in desk.wirewatch("topics", "show", "road")[1]
    assert "mentions: 1 before, 2 now" in desk.wirewatch("topics", "diff", "road")[1]
    assert verdict(desk, "--text", "The roads are long.")[0] == 1
    status, answer = verdict(desk, "--text", "The roads are long, the road is closed.")
    assert (status, [span["form"] for span in answer["evidence"]]) == (0, ["The roads", "the road"])
    add_topic(desk, "--in-context", "en:Berdzor")
    assert "in context by" in desk.wirewatch("topics", "show", "road")[1]
    assert "-the query" in desk.wirewatch("topics", "history", "road")[1]


def test_a_mistake_in_a_query_is_shown_in_its_place(desk: Desk) -> None:
    status, _, complained = desk.wirewatch("topics", "add", "road", "--query", "the road")
    assert status == 2
    *_, line, caret = complained.rstrip().splitlines()
    assert line[caret.index("^") :] == "road"


def test_topics_go_out_and_come_in(desk: Desk) -> None:
    add_topic(desk, "--exclude", "any:football")
    _, exported, _ = desk.wirewatch("topics", "export")
    file = desk.folder / "topics.toml"
    file.write_text(exported + exported.replace('"road"', '"second"'), "utf-8")
    assert desk.wirewatch("topics", "import", str(file))[1] == "2 topics, 1 of them new\n"
    file.write_text(exported + '[[topic]]\nslug = "bad"\nname = "Bad"\n', "utf-8")
    status, _, complained = desk.wirewatch("topics", "import", str(file))
    assert (status, "no term of its own" in complained) == (2, True)
    assert [row["slug"] for row in desk.rows("topics", "list")] == ["road", "second"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("topics", "add", "x", "--exclude", "football"), "no term of its own"),
        (("topics", "add", "x", "--term", "…"), "no letter or digit"),
        (("topics", "add", "X y", "--term", "a"), "no slug"),
        (("topics", "show", "x"), "no topic named 'x'"),
        (("topics", "remove", "x"), "no topic named 'x'"),
        (("topics", "test", "x", "--text", "a"), "no topic named 'x'"),
        (("topics", "test", "x"), "Give --text, --file or --url, one of them."),
        (("topics", "test", "x", "--file", "/nowhere.txt"), "/nowhere.txt"),
        (("topics", "import", "/nowhere.toml"), "/nowhere.toml"),
        (("search", "?!"), "no letter or digit"),
        (("search", "a", "--since", "yesterday"), "no date"),
        (("search", "a", "--source", "x"), "no source named 'x'"),
        (("reindex", "--topic", "x"), "no topic named 'x'"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(desk: Desk, arguments: tuple[str, ...], said: str) -> None:
    status, _, complained = desk.wirewatch(*arguments)
    assert status == 2
    assert said in complained
    assert complained.count("\n") == 1


def test_what_was_collected_is_searched_matched_and_back_filled(desk: Desk) -> None:
    publish(
        desk, ("Road closed", WORDS), ("Yol bağlıdır", AZERI), ("Other news", "Nothing at all happened here.")
    )
    desk.add()
    add_topic(desk)
    desk.rows("collect")
    (row,) = desk.rows("topics", "list")
    assert row["articles"] == 2
    assert {item["title"] for item in desk.rows("items", "--topic", "road")} == {
        "Road closed",
        "Yol bağlıdır",
    }
    (hit,) = desk.rows("search", "the road")
    assert hit.keys() >= STABLE | {"evidence"}
    assert (hit["title"], hit["evidence"][0]["form"]) == ("Road closed", "the road")
    assert [row["title"] for row in desk.rows("search", "lacin")] == ["Yol bağlıdır"]
    assert desk.rows("search", "lacin", "--language", "en") == []
    assert len(desk.rows("search", "the", "traffic", "--source", "agency", "--since", "2020-01-01")) == 1
    assert desk.rows("search", "the", "--since", "2100-01-01T10:00") == []
    status, said, _ = desk.wirewatch("search", "ROAD")
    assert status == 0
    assert "Road closed" in said
    (shown,) = desk.rows("show", str(hit["id"]))
    assert [
        (match["topic"], match["silent"], match["evidence"][0]["form"]) for match in shown["matches"]
    ] == [("road", True, "the road")]
    said = desk.wirewatch("show", str(hit["id"]))[1]
    assert "in version 1" in said
    assert said.count("The ministry said on Monday") > WORDS.count("The ministry said on Monday")
    assert desk.wirewatch("topics", "add", "talks", "--term", "talks")[0] == 0
    status, said, complained = desk.wirewatch("reindex", "--topic", "talks")
    assert (status, complained.strip()) == (0, "")
    assert said.startswith("0 texts brought up to date; talks: found in 1 text of the archive")
    counted = {row["slug"]: row["articles"] for row in desk.rows("topics", "list")}
    assert counted == {"road": 2, "talks": 1}


def test_a_topic_is_tried_on_what_was_collected(desk: Desk) -> None:
    publish(
        desk, ("One", AZERI), ("Two", "The road is closed. " * 9), ("Three", "The bridge is closed. " * 9)
    )
    desk.add()
    desk.rows("collect")
    add_topic(desk)
    status, said, _ = desk.wirewatch("topics", "backtest", "road", "--json")
    found = json.loads(said)
    assert (status, found["articles"], found["supposed"]) == (0, 2, True)
    assert found["by_term"] == {"the road": 1, "Laçın": 1}
    assert found["mails"][0]["alerts"] == 2
    query = '"the road" OR "the bridge"'
    status, said, complained = desk.wirewatch("topics", "backtest", "road", "--query", query)
    assert status == 0, complained
    assert "against version 1: 1 gained, 1 lost, 1 kept" in said
    assert "nobody listens to it yet" in said
    assert desk.rows("topics", "list")[0]["articles"] == 0, "nothing was stored"
    assert "its query cannot be read" in desk.wirewatch("topics", "backtest", "road", "--query", "a b")[2]
    assert "it has no version 9" in desk.wirewatch("topics", "backtest", "road", "--version", "9")[2]
    assert "--since 'x' is no date" in desk.wirewatch("topics", "backtest", "road", "--since", "x")[2]
    said = desk.wirewatch("topics", "add", "road", "--term", "en:bridge", "--rematch", "2020-01-01")[1]
    assert "road: found in 1 text of the archive; nobody was told" in said
