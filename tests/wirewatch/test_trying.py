"""A topic tried on a text, a file and a page, as a user meets it."""

from collections.abc import Iterator

import pytest

from tests.web import Item, Reply, Web, article, rss, serving
from tests.wirewatch.test_commands import WORDS, Desk
from tests.wirewatch.test_topic_commands import AZERI, add_topic, publish, verdict


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as site:
        link = site.put("agency.test", "/1", article("Road closed", WORDS))
        feed = rss([Item("Road closed", link, guid="1", summary=WORDS)])
        site.put("agency.test", "/rss", Reply(feed, headers={"Content-Type": "application/rss+xml"}))
        site.put("agency.test", "/empty", "<html><body></body></html>")
        site.put("agency.test", "/pdf", Reply(b"%PDF", headers={"Content-Type": "application/pdf"}))
        site.put("busy.test", "/1", Reply("busy", status=429))
        site.put("closed.test", "/robots.txt", "User-agent: *\nDisallow: /1\n")
        yield site


def test_a_text_is_tried_on_a_topic(desk: Desk) -> None:
    add_topic(desk)
    status, answer = verdict(desk, "--text", WORDS)
    assert status == 0
    assert (answer["matched"], answer["language"], answer["matching"]) == (True, "en", "inflected")
    (span,) = answer["evidence"]
    assert span.pop("sentence") == {
        "start": 0,
        "end": WORDS.index(".") + 1,
        "text": WORDS.split(".")[0] + ".",
    }
    assert span == {"field": "text", "start": 44, "end": 52, "form": "the road", "term": "the road"}
    file = desk.folder / "text.txt"
    text = f"\r\n\u0130lk: {AZERI.replace('Laçın', 'LAÇIN')}"
    file.write_bytes(text.encode())
    status, answer = verdict(desk, "--file", str(file), "--lang", "az")
    (span,) = answer["evidence"]
    assert (status, answer["language"], text[span["start"] : span["end"]]) == (0, "az", "LAÇIN")
    status, answer = verdict(desk, "--text", "A roadway of Lachin")
    assert (status, answer["matched"], answer["evidence"]) == (1, False, [])
    status, said, _ = desk.wirewatch("topics", "test", "road", "--text", "the ROAD", "--lang", "en")
    assert status == 0
    assert "[the ROAD]" in said


def test_what_nearly_matched_is_told_with_its_place(desk: Desk) -> None:
    add_topic(desk, "--require", "en:ministry")
    status, answer = verdict(desk, "--text", "The closed road, and the road")
    (miss,) = answer["misses"]
    assert (status, miss["why"], miss["term"]) == (1, "required", None)
    assert miss["said"] == "it is named, but no required term stands there: 'ministry' was looked for"
    assert miss["place"]["form"] == "the road"
    _, said, _ = desk.wirewatch("topics", "test", "road", "--text", "The closed road of the ministry")
    assert "does not match (language: en)\nwhy not:\n" in said
    assert "1 word stands between the words of 'the road': [The closed road] of the ministry" in said
    _, said, _ = desk.wirewatch("topics", "test", "road", "--text", "Other news altogether")
    assert "nothing of its terms stands there" in said


def test_a_title_is_looked_at_apart_from_the_text(desk: Desk) -> None:
    add_topic(desk)
    status, answer = verdict(desk, "--title", "News of the road", "--text", "Nothing more.")
    assert (status, answer["evidence"][0]["field"], answer["title"]) == (0, "title", "News of the road")
    assert verdict(desk, "--title", "News of the", "--text", "road")[0] == 1


def test_a_page_is_fetched_and_read_as_when_collected(desk: Desk) -> None:
    add_topic(desk)
    url = desk.web.url("agency.test", "/1")
    status, answer = verdict(desk, "--url", url)
    assert (status, answer["url"], answer["title"]) == (0, url, "Road closed")
    span = answer["evidence"][0]
    assert answer["text"][span["start"] : span["end"]] == "the road"
    assert desk.rows("items") == []
    _, said, _ = desk.wirewatch("topics", "test", "road", "--url", url)
    assert f"{url}  Road closed: {len(answer['text'])} characters" in said
    assert "traffic on [the road] had stopped" in said


def test_a_page_is_read_by_the_rules_of_its_source(desk: Desk) -> None:
    page = article("Road closed", WORDS).replace("<body", '<body><div id="own">The road to peace.</div><p')
    url = desk.web.put("agency.test", "/ruled", page)
    file = desk.folder / "source.toml"
    file.write_text(
        '[[source]]\nslug = "agency"\noutlet = "agency"\nname = "A"\nkind = "agency"\n'
        f'url = "{desk.web.url("agency.test", "/rss")}"\n[source.rules]\nbody = "#own"\n',
        "utf-8",
    )
    assert desk.wirewatch("sources", "import", str(file))[0] == 0
    add_topic(desk)
    assert verdict(desk, "--url", url)[1]["text"] == "The road to peace."


@pytest.mark.parametrize(
    ("host", "path", "said"),
    [
        (
            "agency.test",
            "/rss",
            "it is a feed, no page. Give one of its articles, such as http",
        ),
        ("agency.test", "/none", "the server answers 404. Look whether the address is right."),
        ("busy.test", "/1", "the server answers 429. Try again later"),
        ("closed.test", "/1", "robots.txt forbids it"),
        ("agency.test", "/empty", "no article text. Copy its text into a file and give --file."),
        ("agency.test", "/pdf", "it is no page but application/pdf."),
        ("nowhere.test", "/", "nowhere.test"),
    ],
)
def test_a_page_that_cannot_be_had_says_what_to_do(desk: Desk, host: str, path: str, said: str) -> None:
    add_topic(desk)
    status, _, complained = desk.wirewatch("topics", "test", "road", "--url", desk.web.url(host, path))
    assert (status, complained.count("\n")) == (2, 1)
    assert said in complained


def test_new_words_around_a_topic_are_told(desk: Desk) -> None:
    texts = [f"{WORDS} The Hakari bridge is guarded, report {number} says." for number in range(4)]
    others = [f"A budget of the year was debated, said report {number} of the day." for number in range(8)]
    publish(desk, *((f"Report {number}", text) for number, text in enumerate([*texts, *others])))
    desk.add()
    add_topic(desk)
    desk.rows("collect")
    rows = desk.rows("topics", "drift", "road", "--days", "3", "--before", "9")
    told = {row["title"]: row for row in rows}
    assert "Hakari bridge" in told
    row = told["Hakari bridge"]
    assert (row["where"], row["language"], row["now"], row["elsewhere"]) == ("inside", "en", 4, 0)
    assert len(row["samples"]) == 3
    status, said, _ = desk.wirewatch("topics", "drift", "road")
    assert status == 0
    assert "road: 4 matching articles and 8 others of 7 days and the 30 before" in said
    assert "4 of 4" in said
