"""An article's page: the text with its marks, why it is there, and what is said of it."""

from __future__ import annotations

import pytest

from news.judging import Says
from news.people import Role
from news.watch import Evidence, Field
from review.desk.marking import mark_at, marks, paragraphs
from storage import accounts, article_page, audit, notes, removals, verdicts
from storage.database import Connection
from tests.review.desk.newsroom import TEXT, TITLE, open_newsroom, proof, publish
from tests.review.desk.sitting import START, Sitting

PERSIAN = "پل باز است\nوزیران گفتند که پل هاکاری باز است."


@pytest.fixture
async def item(desk: Sitting) -> int:
    def unit(conn: Connection) -> int:
        open_newsroom(conn)
        proofs = (proof(TITLE, "Bridge", "bridge", Field.TITLE), proof(TEXT, "Hakari bridge"))
        return publish(conn, "it", "bridge", "talks", proofs=proofs)

    return await desk.desk.database.write(unit)


async def whole(desk: Sitting, article: int) -> article_page.Whole:
    return await desk.desk.database.read(article_page.whole, article, account=1)


async def test_the_text_is_marked_and_explained(desk: Sitting, item: int) -> None:
    await desk.as_(Role.ANALYST)
    page = (await desk.get(f"/articles/{item}")).text
    for words in (
        "<mark>Bridge</mark> is open</h1>",
        '<p dir="ltr">The ministers met on Monday. They spoke of the '
        '<mark id="m2" title="Hakari bridge, Talks">Hakari bridge</mark> again.</p>',
        '<a href="#m2"><bdi>Hakari bridge</bdi></a>',
        "version 1 of the topic",
        "ministry, speaks for Bridgeland",
        "said 12:00",
        "not there 13 Dec 2022, 12:50, seen 13 Dec 2022, 13:00",
        'href="https://mfa.example/it" rel="noreferrer noopener"',
        "accessed 13 December 2022",
        "A visit to the source found it.",
        "Nobody yet.",
    ):
        assert words in page, words
    assert page.count("<mark") == 2


async def test_what_runs_from_the_right_does(desk: Sitting, item: int) -> None:
    def unit(conn: Connection) -> int:
        proofs = (proof(PERSIAN, "پل هاکاری"),)
        facts = {"title": "پل باز است", "text": PERSIAN, "language": "fa", "slug": "wire"}
        return publish(conn, "fa", "bridge", proofs=proofs, minutes=1, **facts)

    article = await desk.desk.database.write(unit)
    await desk.as_(Role.READER)
    page = (await desk.get(f"/articles/{article}")).text
    assert '<h1 dir="rtl" lang="fa">' in page
    assert '<div class="prose" lang="fa">' in page
    assert '<p dir="rtl">وزیران گفتند که <mark' in page


async def test_one_leads_to_the_next_of_the_same_list(desk: Sitting, item: int) -> None:
    other = await desk.desk.database.write(publish, "b", "bridge", minutes=1)
    await desk.desk.database.write(publish, "c", "talks", minutes=2)
    await desk.as_(Role.READER)
    page = (await desk.get(f"/articles/{item}", topic="bridge")).text
    assert f'href="/articles/{other}?topic=bridge" data-above' in page
    assert "data-below" not in page
    assert f'href="/inbox?topic=bridge#a{item}"' in page


async def test_opening_it_reads_it_for_who_opens_it(desk: Sitting, item: int) -> None:
    me = await desk.as_(Role.READER)
    page = (await desk.get(f"/articles/{item}")).text
    assert f'hx-post="/articles/{item}/opened" hx-trigger="load"' in page
    assert (await whole(desk, item)).own.read_at is None, "a link that is followed ahead reads nothing"
    answer = await desk.post(f"/articles/{item}/opened")
    assert 'value="unread" data-do="read" aria-pressed="true"' in answer.text
    found = await desk.desk.database.read(article_page.whole, item, account=me.id)
    assert found.own.read_at == START
    assert "/opened" not in (await desk.get(f"/articles/{item}")).text


async def test_all_that_can_be_said_of_it(desk: Sitting, item: int) -> None:
    me = await desk.as_(Role.ANALYST)
    here = f"/articles/{item}"
    for path, fields in (
        ("verdict", {"do": "must-read"}),
        ("verdict", {"do": "noise", "topic": "talks"}),
        ("notes", {"text": "Look\nat this"}),
        ("tags", {"tag": "Draft"}),
        ("assignee", {"assignee": me.id}),
        ("uses", {"line": "Brief 7"}),
        ("reading", {"do": "star"}),
    ):
        answer = await desk.post(f"{here}/{path}", back="topic=bridge", **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{here}?topic=bridge"), path
    found = await whole(desk, item)
    standing = {each.topic: each.says for each in found.verdicts if each.undone is None}
    assert standing == {"bridge": Says.MUST_READ, "talks": Says.NOISE}
    page = (await desk.get(here)).text
    for words in ("Look\nat this", "#draft", "It is some analyst's.", "Brief 7", "★"):
        assert words in page, words
    log = [change.action for change in await desk.desk.database.read(audit.changes)]
    assert log == ["said where it is used", "assigned", "tagged", "wrote a note", "judged", "judged"]
    for path, fields in (
        ("verdict", {"do": "undo"}),
        ("notes/remove", {"number": found.notes[0].id}),
        ("tags/remove", {"tag": "draft"}),
        ("assignee", {"assignee": 0}),
        ("uses/remove", {"number": found.uses[0].id}),
        ("reading", {"do": "unstar"}),
    ):
        assert (await desk.post(f"{here}/{path}", **fields)).status_code == 303, path
    left = await whole(desk, item)
    assert (left.notes, left.tags, left.assignment, left.uses) == ((), (), None, ())
    assert all(each.undone for each in left.verdicts)


async def test_anothers_note_is_not_ones_own(desk: Sitting, item: int) -> None:
    def unit(conn: Connection) -> int:
        other = accounts.add(conn, "Leyla", Role.ANALYST, now=START)
        return notes.add(conn, item, "Mine", account=other.id, at=START).id

    number = await desk.desk.database.write(unit)
    await desk.as_(Role.ANALYST)
    assert "notes/remove" not in (await desk.get(f"/articles/{item}")).text
    assert (await desk.post(f"/articles/{item}/notes/remove", number=number)).status_code == 404
    await desk.as_(Role.ADMINISTRATOR)
    assert (await desk.post(f"/articles/{item}/notes/remove", number=number)).status_code == 303


async def test_what_cannot_be_kept_is_said(desk: Sitting, item: int) -> None:
    await desk.as_(Role.ANALYST)
    here = f"/articles/{item}"
    assert (await desk.post(f"{here}/notes", text=" \x00")).status_code == 422
    assert (await desk.post(f"{here}/tags", tag="x" * 61)).status_code == 422
    assert (await desk.post(f"{here}/assignee", assignee=999)).status_code == 404
    assert (await desk.post(f"{here}/verdict", do="noise", topic="no\x00thing")).status_code in (404, 422)
    assert (await desk.post("/articles/999/notes", text="x")).status_code == 404
    assert (await desk.get("/articles/999")).status_code == 404
    assert (await desk.get("/articles/x")).status_code == 422
    assert (await desk.get(f"/articles/{2**53}")).status_code == 422


async def test_a_removed_one_says_so_and_takes_nothing(desk: Sitting, item: int) -> None:
    await desk.desk.database.write(removals.remove, item, reason="asked", at=START)
    await desk.as_(Role.ANALYST)
    page = (await desk.get(f"/articles/{item}")).text
    assert "Its words were removed on request." in page
    assert "ministers" not in page
    assert "Bridge is open" not in page
    assert (await desk.post(f"/articles/{item}/verdict", do="noise")).status_code in (404, 422)


async def test_one_that_no_topic_was_found_in_has_a_page(desk: Sitting, item: int) -> None:
    other = await desk.desk.database.write(publish, "plain", minutes=1)
    await desk.as_(Role.ANALYST)
    assert "No topic was found in it." in (await desk.get(f"/articles/{other}")).text
    assert (await desk.post(f"/articles/{other}/verdict", do="noise")).status_code == 422
    answer = await desk.post(f"/articles/{other}/verdict", do="relevant", topic="bridge")
    assert answer.status_code == 303
    said = await desk.desk.database.read(verdicts.of_article, other)
    assert [(each.topic, each.says) for each in said] == [("bridge", Says.RELEVANT)]


async def test_a_text_as_long_as_a_book_is_cut(desk: Sitting, item: int) -> None:
    text = "\n".join(f"Line {number} of a long text." for number in range(4000)) + "\nThe Hakari bridge."
    other = await desk.desk.database.write(lambda conn: publish(conn, "long", "bridge", text=text, minutes=1))
    await desk.as_(Role.READER)
    page = (await desk.get(f"/articles/{other}")).text
    assert "Line 3999" not in page
    assert "Show the rest" in page
    assert "Line 3999" in (await desk.get(f"/articles/{other}", whole="true")).text


class TestMarks:
    def test_places_that_overlap_are_one_with_all_their_topics(self) -> None:
        text = "The Hakari bridge is open"
        proofs = [
            ("a", Evidence(Field.TEXT, 4, 17, "Hakari bridge", "x")),
            ("b", Evidence(Field.TEXT, 11, 17, "bridge", "x")),
            ("b", Evidence(Field.TEXT, 21, 25, "open", "x")),
            ("b", Evidence(Field.TEXT, 0, 3, "not", "x")),
            ("b", Evidence(Field.TITLE, 0, 3, "The", "x")),
        ]
        found = marks(text, Field.TEXT, proofs, 5)
        assert [(each.start, each.end, each.number, each.topics) for each in found] == [
            (4, 17, 5, ("a", "b")),
            (21, 25, 6, ("b",)),
        ]
        assert mark_at(found, 11) == found[0]
        assert mark_at(found, 17) is None
        assert mark_at((), 1) is None

    def test_the_pieces_are_the_text(self) -> None:
        text = "One two\n\nthree 𐌰 four\nfive"
        proofs = [("t", Evidence(Field.TEXT, 4, 14, text[4:14], "x")), ("t", proof(text, "five"))]
        shown = paragraphs(text, marks(text, Field.TEXT, proofs))
        lines = ["".join(piece.text for piece in each.pieces) for each in shown]
        assert lines == ["One two", "three 𐌰 four", "five"]
        marked = [piece.text for each in shown for piece in each.pieces if piece.marked]
        assert marked == ["two", "three", "five"]
        numbers = [piece.mark.number for each in shown for piece in each.pieces if piece.mark]
        assert numbers == [1, 2], "a mark that goes on over a line's end begins once"

    def test_lines_have_the_direction_of_their_letters(self) -> None:
        assert [each.direction for each in paragraphs("One\nوزیران\n12", ())] == ["ltr", "rtl", "ltr"]
