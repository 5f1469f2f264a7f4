"""The inbox and an article in a browser: attacks in every field do nothing, keys judge."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page

from news.judging import Says
from news.people import Role
from news.watch import Evidence, Field, Term
from storage import accounts, notes, tags, topics, verdicts
from storage.database import Connection, Database
from tests.browser.attacks import strings
from tests.browser.chromium import browser, look, violations, visiting
from tests.browser.desks import Running, desk_over
from tests.review.desk.newsroom import open_newsroom, publish

PASSWORD = "a long enough password"
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("inbox")
    (folder / "data").mkdir()
    asyncio.run(filled(f"sqlite:///{folder}/data/wirewatch.db"))
    with desk_over(folder) as made:
        yield made


@pytest.fixture(scope="module")
def chromium(run: Running) -> Iterator[Browser]:
    with browser() as made:
        yield made


async def filled(url: str) -> None:
    """An article for each attack there is, in every field that is published or written."""

    def unit(conn: Connection) -> None:
        open_newsroom(conn)
        attacks = [" ".join(text.split()) for text in strings() if text.strip()]
        for number, text in enumerate(attacks):
            body = f"{text}\nWords of {text}.\n{text}"
            article = publish(
                *(conn, f"n{number}", "bridge"),
                minutes=number,
                title=text,
                text=body,
                author=text,
                link=text if number % 2 else None,
                proofs=[
                    Evidence(Field.TITLE, 0, len(text), text, text),
                    Evidence(Field.TEXT, 0, len(text), text, text),
                ],
            )
            if number < 40:
                said(conn, article, text, number)

    database = await Database.open(url)
    await database.write(unit)
    await database.close()


def said(conn: Connection, article: int, text: str, number: int) -> None:
    """Everything that can be said of one, by somebody whose name is the attack."""
    name = f"{number} {text}"[:200]
    who = accounts.add(conn, "".join(each for each in name if each.isprintable()), Role.ANALYST, now=NOW).id
    notes.add(conn, article, text, account=who, at=NOW)
    notes.cite(conn, article, text[:500], account=who, at=NOW)
    tags.put(conn, article, f"{number} {text}"[:60], account=who, at=NOW)
    verdicts.give(conn, article, ["bridge"], Says.NOISE, account=who, at=NOW)
    topics.put(conn, f"attack-{number}", text[:200], [Term("never found")], now=NOW)


def enter(page: Page, run: Running) -> None:
    """Come in by the first link, or with the password it set."""
    page.goto(run.link[0])
    if page.locator("[name=again]").count():
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=again]", PASSWORD)
    else:
        page.goto("/sign-in")
        page.fill("[name=name]", "admin")
        page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/inbox*")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_both_pages_are_sound(chromium: Browser, run: Running, width: int, dark: bool) -> None:
    with visiting(chromium, run.base, width=width, dark=dark) as (page, noticed):
        enter(page, run)
        for path in (
            "/inbox",
            "/inbox?topic=bridge&read=no",
            "/inbox?language=fa",
            "/articles/1",
            "/articles/77",
        ):
            page.goto(path)
            look(page, noticed)
            assert violations(page) == [], path
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path


def test_no_attack_does_anything(chromium: Browser, run: Running) -> None:
    with visiting(chromium, run.base) as (page, noticed):
        enter(page, run)
        seen = 0
        while True:
            look(page, noticed)
            seen += page.locator(".item").count()
            if not page.locator("[data-onward]").count():
                break
            page.locator("[data-onward]").click()
        assert seen >= 500
        for article in (*range(1, 41), *range(41, seen, 25)):
            page.goto(f"/articles/{article}")
            look(page, noticed)


def test_ten_are_judged_by_keyboard(chromium: Browser, run: Running) -> None:
    with visiting(chromium, run.base) as (page, noticed):
        enter(page, run)
        page.keyboard.press("j")
        for key in "rnmrnmrnmr":
            with page.expect_response("**/inbox/verdicts"):
                page.keyboard.press(key)
        page.locator(".item.is-relevant").nth(3).wait_for()
        states = page.locator(".item").evaluate_all(
            "items => items.slice(0, 10).map(each => each.classList[1])"
        )
        assert states == [f"is-{says}" for says in ("relevant", "noise", "must-read") * 3] + ["is-relevant"]
        page.keyboard.press("o")
        page.wait_for_url("**/articles/*")
        page.keyboard.press("i")
        page.wait_for_url("**/inbox*")
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        look(page, noticed)
