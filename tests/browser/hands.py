"""Two ways to use a page: with the mouse, and by the keyboard alone."""

from __future__ import annotations

from typing import Protocol

from playwright.sync_api import Locator, Page

# Presses of Tab within which everything on a page can be reached.
MOST_TABS = 400
# Milliseconds after which a page that was asked for has begun to come.
SETTLING = 500
FOCUSED = "element => element === document.activeElement"


class Hands(Protocol):
    """Somebody's way to do things on `page`."""

    page: Page

    def press(self, target: Locator) -> None:
        """Follow a link, press a button, tick a box."""

    def write(self, target: Locator, text: str) -> None:
        """Put text into a field, in place of what stands there."""

    def choose(self, target: Locator, label: str) -> None:
        """Choose in a list by what is read there."""

    def go(self, room: str) -> None:
        """To a room of the desk, by its name in the navigation."""


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def go(self, room: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("navigation", name="Main").get_by_role("link", name=room).click()


class Keyboard:
    """Tab, Enter, Space, letters: the mouse is never touched."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        kind = target.evaluate("element => element.type ?? ''")
        if kind == "radio":
            self._turn_to(target)
            return
        self._reach(target)
        self.page.keyboard.press("Space" if kind == "checkbox" else "Enter")
        self.page.wait_for_timeout(SETTLING)
        self.page.wait_for_load_state()

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        # Pages answer to what is typed, not to what is set.
        self.page.keyboard.press("End")

    def choose(self, target: Locator, label: str) -> None:
        self._reach(target)
        self.page.keyboard.type(label)

    def go(self, room: str) -> None:
        """By the two letters the sheet of keys names."""
        link = self.page.get_by_role("navigation", name="Main").get_by_role("link", name=room)
        key = link.get_attribute("data-go")
        assert key
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("g")
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def _turn_to(self, target: Locator) -> None:
        """Of radio buttons, Tab reaches the one that is chosen; arrows choose another."""
        name = target.get_attribute("name")
        self._reach(self.page.locator(f'[name="{name}"]:checked'))
        for _ in range(10):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"not chosen by arrows: {target}")

    def _reach(self, target: Locator) -> None:
        target.wait_for(state="attached")
        for _ in range(MOST_TABS):
            if target.evaluate(FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached by Tab: {target}")
