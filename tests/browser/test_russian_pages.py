"""The desk in Russian, whose words are longer: no page is wider than its window, on a desk and on a phone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from storage.database import Database
from tests.browser.chromium import browser, visiting
from tests.browser.desks import Running, desk_over
from tests.review.desk.test_russian import PATHS, fill

PASSWORD = "a long enough password"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What is cut off at the right: words of buttons and headings that do not stand in something that scrolls.
CUT = """() => [...document.querySelectorAll("button, a.button, h1, h2, h3, summary, legend")].filter(
  (each) => {
    for (let at = each; at; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowX) || at.classList.contains("unseen")) return false;
    }
    return each.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
  }
).map((each) => each.textContent.trim())"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("russian")
    (folder / "data").mkdir()
    asyncio.run(filled(f"sqlite:///{folder}/data/wirewatch.db"))
    with desk_over(folder) as made:
        yield made


async def filled(url: str) -> None:
    database = await Database.open(url)
    await database.write(fill)
    await database.close()


@pytest.fixture(scope="module")
def chromium(run: Running) -> Iterator[Browser]:
    with browser() as made:
        yield made


def test_no_page_is_wider_than_its_window(run: Running, chromium: Browser) -> None:
    wrong = []
    with visiting(chromium, run.base, locale="ru-RU") as (page, _):
        page.goto(run.link[0])
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=again]").fill(PASSWORD)
        page.get_by_role("button", name="Задать и войти").click()
        page.get_by_role("heading", name="Входящие").wait_for()
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            for path in PATHS:
                page.goto(path)
                wider, cut = page.evaluate(WIDER), page.evaluate(CUT)
                if wider > 0 or cut:
                    wrong.append(f"{path} at {width}: {wider} px, {cut}")
    assert wrong == []
