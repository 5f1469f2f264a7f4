"""The pictures of every page of the desk, at two widths and in both themes: `make pictures`.

They show the demonstration, judged, noted and subscribed to a little. It needs a Chromium and pngquant.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.browser.chromium import browser, visiting
from tests.browser.desks import demonstration
from tests.browser.hands import Mouse
from tests.browser.test_first_hour import Hour

FOLDER = Path(__file__).parents[1] / "docs" / "pictures" / "desk"
WIDTHS = {"desktop": 1280, "phone": 390}
TALLEST = 1500  # pixels of a picture
# Name: address, or what to press on the page before it.
PAGES = {
    "inbox": "/inbox",
    "article-armenian": "/inbox?language=hy",
    "article-persian": "/inbox?language=fa",
    "timeline": "/timeline?topic=lachin-road&zoom=month&at=2022-12-12",
    "topics": "/topics",
    "topic": "/topics/lachin-road",
    "topic-writing": "/topics/lachin-road/edit",
    "topic-history": "/topics/lachin-road/history",
    "search": "/search?q=Лачинский+коридор",
    "sources": "/sources",
    "source": "/sources/busy-desk",
    "source-adding": "/sources/-/add",
    "source-rules": "/sources/bridges-ministry/edit",
    "clip": "/clip",
    "mails": "/mails",
    "mails-sent": "/mails/sent",
    "subscribing": "/mails/new",
    "people": "/people",
    "changes": "/audit",
    "settings": "/settings",
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, demonstration(Path(folder), every=600) as run, browser() as chromium:
        with visiting(chromium, run.base) as (page, _):
            hour = Hour(run, Mouse(page))
            hour.sign_in()
            hour.watch_a_town()
            hour.judge_ten()
            state = page.context.storage_state()
        for width_name, width in WIDTHS.items():
            for theme in ("light", "dark"):
                with visiting(chromium, run.base, width=width, dark=theme == "dark") as (page, _):
                    page.context.add_cookies(state["cookies"])  # type: ignore[arg-type]
                    for name in pictures(page):
                        shoot(page, FOLDER / f"{name}-{width_name}-{theme}.png", width)
    write_page()


def pictures(page: Page) -> Iterator[str]:
    """Each page in turn, ready to be looked at."""
    for name, address in PAGES.items():
        page.goto(address)
        if name.startswith("article"):
            page.get_by_role("heading", level=3).get_by_role("link").first.click()
            page.wait_for_url("**/articles/*")
        page.wait_for_load_state("networkidle")
        yield name


def shoot(page: Page, file: Path, width: int) -> None:
    """A picture of 256 colours."""
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": max(700, height)})
    page.screenshot(path=file)
    page.set_viewport_size({"width": width, "height": 900})
    subprocess.run(["pngquant", "--force", "--ext", ".png", "64", str(file)], check=True)


def write_page() -> None:
    """The page that shows them all."""
    lines = ["# The desk in pictures", "", "Made by `make pictures` from the demonstration.", ""]
    for name in PAGES:
        lines += [f"## {name.replace('-', ' ').capitalize()}", ""]
        lines += [
            f"![{name}, {width}, {theme}]({name}-{width}-{theme}.png)"
            for width in WIDTHS
            for theme in ("light", "dark")
        ]
        lines.append("")
    (FOLDER / "README.md").write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
