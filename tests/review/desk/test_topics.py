"""Topics at the desk: written, tried, saved, changed by two at once, looked back at, removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
from lxml import html

from news.people import Role
from news.watch import Role as Part
from news.watch import Term, Topic
from review import reindex
from storage import audit, topics
from tests.review.archive import NOON, fill
from tests.review.desk.sitting import START, Sitting, hidden

TEXTS = [
    "Traffic on the Lachin corridor has stopped; Shusha is cut off.",
    "The corridor of <b>Lachin</b>",
    "По Лачинскому коридору не проехать.",
    "A football match beside the Lachin corridor.",
    "Nothing of the kind",
]
TERMS = (Term("Lachin corridor", "en"), Term("Лачинский коридор", "ru"))


async def watch(desk: Sitting, *terms: Term, slug: str = "lachin", name: str = "Lachin") -> Topic:
    return await desk.desk.database.write(topics.put, slug, name, terms or TERMS, now=START)


def form(*rows: tuple[str, str, str], **more: str) -> dict[str, Any]:
    """Fields of the form; each row is language, words and how they count."""
    columns = [*zip(*rows, strict=True)] or [(), (), ()]
    lists = dict(zip(("language", "text", "how"), map(list, columns), strict=True))
    return {"form": "terms", "mentions": "1", "version": "0", "seen_name": "", **lists, **more}


ROWS = (("en", "Lachin corridor", "terms"), ("ru", "Лачинский коридор", "terms"))


async def test_a_topic_is_written_saved_and_listed(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)
    page = await desk.get("/topics/+new")
    assert page.status_code == 200
    answer = await desk.post("/topics/+save", **form(*ROWS, ("en", "", "terms"), name="Lachin corridor"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/topics/lachin-corridor?saved=1")
    saved = await desk.desk.database.read(topics.get, "lachin-corridor")
    assert (saved.name, saved.version, saved.terms) == ("Lachin corridor", 1, TERMS)
    (line, *_) = await desk.desk.database.read(audit.changes, noun="topic")
    assert (line.action, line.key, line.before) == ("added", "lachin-corridor", None)
    assert line.after == {
        "version": 1,
        "name": "Lachin corridor",
        "mentions": 1,
        "terms": ["en: Lachin corridor", "ru: Лачинский коридор"],
    }
    listed = (await desk.get("/topics")).text
    assert 'href="/topics/lachin-corridor"' in listed
    shown = (await desk.get(answer.headers["location"])).text
    assert "Saved as version 1" in shown
    assert "Лачинский коридор" in shown


async def test_each_form_stands_as_it_was_said(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)
    rows = (
        *ROWS,
        ("en", "Berdzor", "in_context"),
        ("any", "road", "in_phrase"),
        ("en", "Armenia", "required"),
        ("en", "football", "excluded"),
    )
    await desk.post("/topics/+save", **form(*rows, name="L", slug="l", mentions="2"))
    saved = await desk.desk.database.read(topics.get, "l")
    assert saved.mentions == 2
    page = (await desk.get("/topics/l/edit")).text
    for _, words, how in rows:
        after = page[page.index(f'value="{words}"') :]
        assert f'value="{how}" selected' in after[: after.index("</select>")]
    assert hidden(page, "version") == "1"
    assert hidden(page, "seen_name") == "L"


async def test_what_cannot_be_watched_is_said_at_its_field(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)

    async def refused(**fields: Any) -> str:
        answer = await desk.post("/topics/+save", **fields)
        assert answer.status_code == 422
        return answer.text

    page = await refused(**form(ROWS[0], ("en", "...", "terms"), name="L"))
    row = page[page.index('value="..."') :]
    assert 'aria-invalid="true"' in row[:400]
    assert "has no letter or digit in it" in page
    page = await refused(**form(name="L"))
    assert 'id="wrong-terms"' in page
    page = await refused(**form(ROWS[0], name="L", slug="No Slug"))
    assert 'id="wrong-slug"' in page
    page = await refused(**form(ROWS[0], name="L", mentions="many"))
    assert 'id="wrong-mentions"' in page
    page = await refused(**form(name="L", form="query", query="Lachin corridor"))
    assert 'id="wrong-query"' in page
    assert "Lachin corridor\n         ^" in page[page.index('class="picture"') :]
    assert await desk.desk.database.read(topics.all_topics) == ()


async def test_what_is_written_is_tried_as_it_is(desk: Sitting) -> None:
    await judged(desk)
    await desk.as_(Role.ANALYST)
    rows = (ROWS[0], ("en", "football", "excluded"))
    part = await desk.post("/topics/+preview", **form(*rows, name="L"))
    assert part.status_code == 200
    text = part.text
    assert "<strong>1 article</strong>" in text
    assert "<mark>Lachin corridor</mark> has stopped" in text
    assert "the excluded &#39;football&#39; stands there" in text
    assert "of &lt;b&gt;Lachin</mark>&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "1 alert" in text
    whole = await desk.post("/topics/+draft", do="preview", **form(*rows, name="L"))
    assert "<strong>1 article</strong>" in whole.text
    assert 'value="football"' in whole.text
    await watch(desk)
    part = await desk.post("/topics/+preview", **form(*rows, slug="lachin", version="1", seen_name="Lachin"))
    assert "Against version 1: 0 gained, 2 lost, 1 kept." in part.text
    wrong = await desk.post("/topics/+preview", **form(name="L", form="query", query="a b"))
    assert (wrong.status_code, "expected AND" in wrong.text) == (200, True)


async def test_rows_come_and_go_without_a_script(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST)
    page = (await desk.post("/topics/+draft", more="hy", **form(*ROWS))).text
    assert page.count('name="language" value="hy"') == 3
    page = (await desk.post("/topics/+draft", more="new", new_language="fa", **form(*ROWS))).text
    assert page.count('name="language" value="fa"') == 3
    page = (await desk.post("/topics/+draft", drop="0", **form(*ROWS))).text
    assert "Lachin corridor" not in page
    page = (await desk.post("/topics/+draft", take="az|in_context|Laçın", **form(*ROWS))).text
    row = page[page.index('value="Laçın"') :]
    assert 'value="in_context" selected' in row[:800]
    page = (
        await desk.post("/topics/+draft", take="xx|terms|a", drop="99999999", more="q", **form(*ROWS))
    ).text
    assert page.count('name="text"') == 2


async def test_the_second_of_two_is_told_and_shown_the_difference(desk: Sitting) -> None:
    await watch(desk)
    await desk.as_(Role.ANALYST, "Ani")
    started = {"slug": "lachin", "version": "1", "seen_name": "Lachin", "name": "Lachin"}
    first = await desk.post("/topics/+save", **form(*ROWS, ("hy", "Լաչին", "terms"), **started))
    assert first.status_code == 303
    await desk.as_(Role.ANALYST, "Bela")
    second = await desk.post("/topics/+save", **form(ROWS[0], ("en", "Berdzor", "terms"), **started))
    assert second.status_code == 409
    assert "Ani has made it version 2" in second.text
    assert "Լաչին" in second.text
    assert "Berdzor" in second.text
    assert (await desk.desk.database.read(topics.get, "lachin")).version == 2
    both = (await desk.post("/topics/+draft", **carried(second, 0))).text
    for words, there in (("Լաչին", True), ("Berdzor", True), ("Лачинский коридор", False)):
        assert (f'value="{words}"' in both) is there
    assert hidden(both, "version") == "2"
    over = await desk.post("/topics/+save", **carried(second, 1))
    assert over.status_code == 303
    saved = await desk.desk.database.read(topics.get, "lachin")
    assert (saved.version, {term.text for term in saved.terms}) == (3, {"Lachin corridor", "Berdzor"})
    shown = (await desk.get("/topics/lachin/history")).text
    assert "Ani" in shown
    assert "Bela" in shown


async def test_one_that_was_removed_meanwhile_may_be_saved_again(desk: Sitting) -> None:
    await watch(desk)
    await desk.as_(Role.ANALYST)
    await desk.desk.database.write(topics.remove, "lachin", now=START)
    started = {"slug": "lachin", "version": "1", "seen_name": "Lachin", "name": "Lachin"}
    answer = await desk.post("/topics/+save", **form(*ROWS, **started))
    assert answer.status_code == 409
    assert "removed meanwhile" in answer.text
    assert (await desk.post("/topics/+save", **carried(answer, 0))).status_code == 303
    assert (await desk.desk.database.read(topics.get, "lachin")).version == 3
    taken = await desk.post("/topics/+save", **form(*ROWS, name="Lachin", slug="lachin"))
    assert taken.status_code == 409
    assert "of that short name already" in taken.text


async def test_history_shows_what_came_and_went(desk: Sitting) -> None:
    await watch(desk)
    await watch(desk, TERMS[0], Term("football", "en", Part.EXCLUDED))
    await desk.as_(Role.READER)
    shown = (await desk.get("/topics/lachin/history")).text
    assert "From version 1 to 2" in shown
    assert "football" in shown
    shown = (await desk.get("/topics/lachin/history", before=0, after=1)).text
    assert "From version 0 to 1" in shown
    assert (await desk.get("/topics/lachin/history", before=7)).status_code == 400
    assert (await desk.get("/topics/none/history")).status_code == 404


async def test_a_topic_is_removed_once_it_is_meant(desk: Sitting) -> None:
    await watch(desk)
    await desk.as_(Role.ANALYST)
    page = (await desk.get("/topics/lachin/remove")).text
    fields = {"version": hidden(page, "version"), "seen_name": hidden(page, "seen_name")}
    await watch(desk, TERMS[0])
    late = await desk.post("/topics/lachin/remove", **fields)
    assert (late.status_code, "it is version 2 now" in late.text) == (409, True)
    answer = await desk.post("/topics/lachin/remove", version="2", seen_name="Lachin")
    assert answer.status_code == 303
    assert await desk.desk.database.read(topics.all_topics) == ()
    (line, *_) = await desk.desk.database.read(audit.changes, noun="topic")
    assert line.action == "removed"
    assert (await desk.get("/topics/lachin")).status_code == 404


async def test_it_is_found_in_what_was_read_before_where_that_is_wanted(desk: Sitting) -> None:
    await judged(desk)
    await desk.as_(Role.ANALYST)
    fields = form(*ROWS, name="Lachin", rematch="1", since="2022-12-01")
    answer = await desk.post("/topics/+save", **fields)
    assert answer.headers["location"] == "/topics/lachin?saved=looking"
    shown = (await desk.get("/topics/lachin")).text
    assert "3 articles" in shown
    (line, *_) = await desk.desk.database.read(audit.changes, noun="topic")
    assert (line.action, line.after["found"] if line.after else None) == ("looked for in the archive", 3)


HOSTILE = (
    '"><img src=x onerror=alert(1)>',
    "</textarea><script>alert(1)</script>",
    "' autofocus onfocus=alert(1) x='",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)//\u202e\u0000",
)


async def test_nothing_that_is_written_becomes_markup(desk: Sitting) -> None:
    await judged(desk)
    await desk.as_(Role.ANALYST)
    for number, bad in enumerate(HOSTILE):
        slug = f"bad-{number}"
        rows = [("en", f"Lachin {bad}", "terms"), ("ru", f"a{bad}", "excluded"), *ROWS]
        fields = form(*rows, name=f"N {bad}", slug=slug, query=bad, seen_name=bad)
        pages = [await desk.post("/topics/+save", **fields)]
        assert pages[0].status_code == 303, bad
        conflicting = form(*rows, name=bad, slug=slug, version="7", query=bad, seen_name=bad)
        pages.append(await desk.post("/topics/+save", **conflicting))
        pages.append(await desk.post("/topics/+preview", **fields))
        pages.append(await desk.post("/topics/+draft", do="preview", take=f"en|terms|{bad}", **fields))
        pages.append(await desk.post("/topics/+names", **form(*rows, name=bad, form="query", query=bad)))
        pages.append(await desk.post("/topics/+preview", **form(name=bad, form="query", query=f'"{bad}')))
        paths = [
            f"/topics/{slug}{path}" for path in ("", "/edit", "/history", "/remove", "/rising", "/noise")
        ]
        pages += [await desk.get(path) for path in paths]
        pages.append(await desk.get("/topics", removed=bad))
        pages.append(await desk.get("/topics/+new", term=f"en|terms|{bad}"))
        for page in pages:
            assert page.status_code < 500, page.url
            assert not [*_foreign(page)], (bad, page.url)


def _foreign(page: httpx.Response) -> Iterator[str]:
    """Elements of a page that no template of ours has."""
    for element in html.fromstring(page.text).iter() if page.text.strip() else ():
        named = [str(name) for name in element.attrib]
        ours = str(element.get("src", "/static/")).startswith("/static/")
        if (
            any(name.startswith("on") for name in named)
            or not ours
            or (element.tag in ("script", "style") and "src" not in named)
        ):
            yield str(element.tag)


async def judged(desk: Sitting) -> None:
    """Have the archive hold TEXTS, judged, a day later."""
    desk.desk.database.clock = lambda: NOON + timedelta(days=1)
    await desk.desk.database.write(fill, TEXTS)
    await reindex.bring_up_to_date(desk.desk.database, desk.desk.judge)


def carried(page: httpx.Response, number: int) -> dict[str, list[str]]:
    """The fields of the page's form of that number (from 0) within its content."""
    root: Any = html.fromstring(page.text)
    fields: dict[str, list[str]] = {}
    for field in root.xpath("//main//form")[number].xpath(".//input | .//textarea"):
        value = field.get("value") if field.tag == "input" else field.text_content().lstrip("\n")
        fields.setdefault(field.get("name"), []).append(value or "")
    return {name: value for name, value in fields.items() if name != "csrf"}
