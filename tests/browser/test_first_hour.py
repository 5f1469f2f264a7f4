"""An analyst's first hour at the desk of the demonstration, with the mouse and by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import browser, violations, visiting
from tests.browser.desks import Running, demonstration
from tests.browser.hands import Hands, Keyboard, Mouse

PASSWORD = "the road was closed at noon"
# The town's other forms as they are offered; the last two would have added nothing so far.
OFFERED = ("Ханкенди", "Ստեփանակերտ", "استپاناکرت")
FURTHER = ("Xankəndi", "Hankendi")
ADDRESS = "analyst@demo.example"


@pytest.mark.parametrize("using", [Mouse, Keyboard], ids=["mouse", "keyboard"])
def test_the_first_hour(tmp_path: Path, using: Callable[[Page], Hands]) -> None:
    with (
        demonstration(tmp_path, every=15) as run,
        browser() as chromium,
        visiting(chromium, run.base) as (page, _),
    ):
        hour = Hour(run, using(page))
        hour.sign_in()
        hour.watch_a_town()
        hour.subscribe_to_it()
        hour.read_in_armenian_and_persian()
        hour.judge_ten()
        hour.look_back()
        hour.search_and_take_along()
        hour.see_the_next_digest()
        hour.add_a_source_and_see_it_fail()
        hour.be_told()


class Hour:
    """What she does, one thing after the other."""

    def __init__(self, run: Running, hands: Hands) -> None:
        self.run, self.hands, self.page = run, hands, hands.page

    def seen(self) -> None:
        """What is shown now is fit for everybody."""
        self.page.wait_for_load_state("networkidle")
        found = violations(self.page)
        assert found == [], found

    def button(self, name: str) -> None:
        self.hands.press(self.page.get_by_role("button", name=name, exact=True).first)

    def link(self, name: str | re.Pattern[str]) -> None:
        self.hands.press(self.page.get_by_role("link", name=name).first)

    def field(self, label: str, text: str) -> None:
        self.hands.write(self.page.get_by_label(label, exact=True).first, text)

    def sign_in(self) -> None:
        self.page.goto(self.run.link[0])
        self.seen()
        self.field("Password", PASSWORD)
        self.field("The same again", PASSWORD)
        self.button("Set it and sign in")
        self.page.wait_for_url("**/inbox")
        expect(self.page.get_by_role("heading", name="Inbox")).to_be_visible()
        expect(self.page.get_by_role("heading", level=3).first).to_be_visible()
        self.seen()

    def watch_a_town(self) -> None:
        """A topic in five languages, most of whose names are offered; tried, then saved."""
        self.hands.go("Topics")
        self.seen()
        self.link("New topic")
        self.field("Name", "Stepanakert / Khankendi")
        self.hands.write(self.page.get_by_label("Name or phrase, English").first, "Stepanakert")
        for form in (*OFFERED, *FURTHER):
            take = self.page.get_by_role("button", name=f"Take {form}", exact=True).first
            if form in FURTHER:
                self._unfold("which would have added nothing", take)
            self.hands.press(take)
            expect(self.page.locator(f'#rows [name="text"][value="{form}"]')).to_be_visible()
        expect(self.page.locator("#preview .result")).to_contain_text(re.compile(r"[1-9]\d* articles"))
        expect(self.page.locator("#preview mark").first).to_be_visible()
        self.seen()
        self.button("Save")
        expect(self.page.get_by_role("heading", name="Stepanakert / Khankendi")).to_be_visible()
        self.seen()

    def _unfold(self, words: str, what: Locator) -> None:
        """Open what is folded up, again where it came anew meanwhile."""
        for _ in range(10):
            self.hands.press(self.page.locator("summary", has_text=words))
            self.page.wait_for_timeout(1500)
            if what.is_visible():
                return
        raise AssertionError(f"{words!r} never opened")

    def subscribe_to_it(self) -> None:
        self.hands.go("Mails")
        self.seen()
        self.link("Subscribe")
        self.field("For whom", ADDRESS)
        self.hands.press(self.page.get_by_label("Stepanakert / Khankendi"))
        self.hands.press(self.page.get_by_label("at once", exact=False).first)
        self.seen()
        self.button("Subscribe")
        expect(self.page.get_by_text(ADDRESS).first).to_be_visible()
        self.seen()

    def read_in_armenian_and_persian(self) -> None:
        for language, code, direction in (("Armenian", "hy", "ltr"), ("Persian", "fa", "rtl")):
            self.hands.go("Inbox")
            self.hands.choose(self.page.get_by_role("combobox", name="Language", exact=True), language)
            self.page.wait_for_url(f"**/inbox?*language={code}*")
            self.hands.press(self.page.get_by_role("heading", level=3).get_by_role("link").first)
            self.page.wait_for_url("**/articles/*")
            words = self.page.locator(f'.prose[lang="{code}"] p[dir="{direction}"]').first
            expect(words).to_be_visible()
            expect(self.page.locator(".prose mark, h1 mark").first).to_be_visible()
            expect(self.page.get_by_role("heading", name="Why it is here")).to_be_visible()
            self.seen()

    def judge_ten(self) -> None:
        """By keys, whoever she is: j to the next, then r, n or m."""
        self.page.goto("/inbox")
        for key in "rrnmrnrrmn":
            self.page.keyboard.press("j")
            with self.page.expect_response("**/inbox/verdicts"):
                self.page.keyboard.press(key)
        self.page.goto("/inbox?judged=yes")
        assert self.page.get_by_role("heading", level=3).count() >= 10
        self.seen()

    def look_back(self) -> None:
        self.hands.go("Timeline")
        self.hands.choose(
            self.page.get_by_role("combobox", name="Topic", exact=True), "Lachin corridor / Lachin road"
        )
        self.button("Show")
        self.link(re.compile("^The latest"))
        self.link("Year")
        expect(self.page.locator("svg").first).to_be_visible()
        self.seen()

    def search_and_take_along(self) -> None:
        """Search, open, cite, export."""
        self.hands.go("Search")
        self.hands.write(self.page.locator("[data-search]").first, "Лачинский коридор")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("mark").first).to_contain_text("Лачинск")
        self.seen()
        with self.page.expect_download() as coming:
            self.link("CSV")
        told = Path(coming.value.path()).read_text("utf-8-sig")
        assert "Лачинск" in told
        self.hands.press(self.page.get_by_role("heading", level=3).get_by_role("link").first)
        expect(self.page.locator("#cite-footnote")).to_contain_text("accessed")
        self.button("Copy")

    def see_the_next_digest(self) -> None:
        self.hands.go("Mails")
        self.link("See the next digest")
        expect(self.page.locator("iframe").first).to_be_visible()
        self.seen()

    def add_a_source_and_see_it_fail(self) -> None:
        """By its home page; at its second visit its server fails."""
        port = re.search(r":(\d+)/", self._source_address())
        assert port
        self.hands.go("Sources")
        self.seen()
        self.link("Add a source")
        self.field("Address of the site, or of a feed", f"http://lantern.demo.example:{port[1]}/")
        self.button("Look")
        self.page.get_by_role("link", name="Add this one").wait_for(timeout=90_000)
        self.seen()
        self.link("Add this one")
        self.seen()
        self.button("Add it")
        self.page.wait_for_url("**/sources/lantern*")
        self._until("Bus drivers wait")
        self.button("Visit now")
        self._until("the server has an error (500)")
        self.seen()

    def _source_address(self) -> str:
        self.page.goto("/sources/most")
        return self.page.content()

    def be_told(self) -> None:
        """What was found since is in her mails: as sent, with the server's answer."""
        self.page.goto(f"/mails/sent?recipient={ADDRESS}&kind=alert")
        self._until("Stepanakert / Khankendi")
        self.seen()

    def _until(self, words: str) -> None:
        """Look again until it is there."""
        for _ in range(30):
            if self.page.get_by_text(words).count():
                return
            self.page.wait_for_timeout(2000)
            self.page.reload()
        raise AssertionError(f"{words!r} never came: {self.page.url}")
