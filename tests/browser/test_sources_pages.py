"""The sources' pages in a browser: no script of others, no policy broken, nothing axe-core objects to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page

from review.blocks import has_controls
from storage import sources
from storage.database import Connection, Database
from tests.browser.attacks import strings
from tests.browser.chromium import browser, look, violations, visiting
from tests.browser.desks import Running, desk_over
from tests.review.desk.test_sources import MFA

PASSWORD = "a long enough password"
PAGES = (
    *(
        "/sources",
        "/sources?after=attack-199",
        "/sources/attack-0",
        "/sources/attack-1/edit",
        "/sources/-/add",
        "/sources/-/new",
    ),
    *("/sources/-/file", "/clip", "/clip?url=https://a.example/&title=%3Cscript%3Epwned=1%3C/script%3E"),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("sources")
    (folder / "data").mkdir()
    asyncio.run(filled(f"sqlite:///{folder}/data/wirewatch.db"))
    with desk_over(folder) as made:
        yield made


@pytest.fixture(scope="module")
def chromium(run: Running) -> Iterator[Browser]:
    with browser() as made:
        yield made


async def filled(url: str) -> None:
    """A source for each kind of attack there is, in every field that takes it."""
    texts = [
        text for text in (" ".join(each.split()) for each in strings()) if text and not has_controls(text)
    ]

    def unit(conn: Connection) -> None:
        for number, text in enumerate(texts):
            source = replace(MFA, slug=f"attack-{number}", name=text, note=text, owner=text, speaks_for=text)
            sources.put(conn, source, now=datetime.now(UTC), by_hand=True)

    database = await Database.open(url)
    await database.write(unit)
    await database.close()


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
def test_every_page_is_sound(chromium: Browser, run: Running, width: int, dark: bool) -> None:
    with visiting(chromium, run.base, width=width, dark=dark) as (page, noticed):
        enter(page, run)
        for path in PAGES:
            page.goto(path)
            look(page, noticed)
            assert violations(page) == [], path
            wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wider, path


def test_the_list_goes_by_keys(chromium: Browser, run: Running) -> None:
    with visiting(chromium, run.base) as (page, _):
        enter(page, run)
        page.goto("/sources")
        page.keyboard.press("j")
        page.keyboard.press("j")
        second = page.locator(".roster tbody th a").nth(1).get_attribute("href")
        assert page.evaluate("document.activeElement.getAttribute('href')") == second
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{second}")


def test_the_bookmark_is_dragged_and_breaks_no_policy(chromium: Browser, run: Running) -> None:
    with visiting(chromium, run.base) as (page, _):
        enter(page, run)
        page.goto("/clip")
        dragged = page.evaluate(
            """() => {
              const event = new DragEvent("dragstart", {bubbles: true, dataTransfer: new DataTransfer()});
              document.querySelector("[data-bookmark]").dispatchEvent(event);
              return event.dataTransfer.getData("text/uri-list");
            }"""
        )
        assert dragged.startswith(f"javascript:void(location.href='{run.base}/clip'+'?url='")
        page.click("[data-bookmark]")
        assert page.url == f"{run.base}/clip"


def test_enter_in_a_field_tries_and_saves_nothing(chromium: Browser, run: Running) -> None:
    with visiting(chromium, run.base) as (page, _):
        enter(page, run)
        page.goto("/sources/attack-0/edit")
        page.fill("[name=url]", "http://127.0.0.1:9/rss")
        page.press("[name=url]", "Enter")
        page.wait_for_selector("#found .wrong")
        assert page.url == f"{run.base}/sources/attack-0/edit"
        page.goto("/sources/attack-0/edit")
        assert page.input_value("[name=url]") == MFA.url
