"""A real browser, and what it notices: scripts that ran, policies that were broken, answers that failed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# No sandbox: the tests may run as root in a container, and every page is ours. No calls home.
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-sync", "--disable-quic", "--hide-scrollbars"),
)
AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
# WCAG 2.2 AA, and what axe-core's authors call best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`);
});
"""


@dataclass
class Noticed:
    """What went wrong on the pages of one context: nothing, in the end."""

    wrong: list[str] = field(default_factory=list)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it. Skips where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium: the desk's pages are not looked at (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=list(OPTIONS))
        try:
            yield made
        finally:
            made.close()


@contextmanager
def visiting(
    browser: Browser, base: str, *, width: int = 1280, dark: bool = False, locale: str = "en-GB"
) -> Iterator[tuple[Page, Noticed]]:
    """A page in a context of its own, with what it notices, which is checked at the end."""
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale=locale,
    )
    context.add_init_script(WATCH)
    context.set_default_timeout(15_000)
    noticed, host = Noticed(), urlsplit(base).netloc

    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != host:
            noticed.wrong.append(f"asked {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            noticed.wrong.append(f"{response.status} {response.url}")

    def said(message: ConsoleMessage) -> None:
        if _is_policy(message.text):
            noticed.wrong.append(message.text)

    page = context.new_page()
    context.on("request", asked)
    context.on("response", answered)
    page.on("pageerror", lambda error: noticed.wrong.append(f"script error {error}"))
    page.on("console", said)
    try:
        yield page, noticed
        look(page, noticed)
    finally:
        context.close()
    assert noticed.wrong == []


def look(page: Page, noticed: Noticed) -> None:
    """Note what the page shown now has run or broken."""
    ran, broken = page.evaluate("[window.pwned ?? null, window.broken ?? []]")
    if ran is not None:
        noticed.wrong.append(f"ran on {page.url}")
    noticed.wrong += [f"policy on {page.url}: {each}" for each in broken]


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page shown now, in a line each."""
    page.evaluate(AXE)
    found = page.evaluate("(tags) => axe.run({runOnly: {type: 'tag', values: tags}})", RULES)
    return [
        f"{page.url}: {each['id']} ({each['impact']}): {each['help']}: "
        + "; ".join(node["html"][:160] for node in each["nodes"][:3])
        for each in found["violations"]
    ]


def _is_policy(text: str) -> bool:
    return "Content Security Policy" in text or "Refused to" in text
