"""A ministry's site with years of statements behind its list, for tests that page back through it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from xml.sax.saxutils import escape

from tests.web import Item, Reply, Web, article, rss

WORDS = "The ministry said that traffic on the road had stopped and that talks about it would continue."
LATEST = date(2022, 12, 30)


@dataclass
class Ministry:
    """`statements` of them, one a day, the latest first, so many a list page."""

    web: Web
    host: str
    statements: int
    per_page: int = 5

    def __post_init__(self) -> None:
        for number in range(self.statements):
            self.web.put(self.host, f"/statement/{number}", article(self.title(number), self.words(number)))
        for page in range(self.pages):
            self.web.put(self.host, self.path(page), self.listed(page))

    @property
    def pages(self) -> int:
        return -(-self.statements // self.per_page)

    @property
    def url(self) -> str:
        return self.web.url(self.host, self.path(0))

    @staticmethod
    def path(page: int) -> str:
        return f"/news?page={page + 1}" if page else "/news"

    @staticmethod
    def title(number: int) -> str:
        return f"Statement {number}"

    @staticmethod
    def words(number: int) -> str:
        return f"{Ministry.title(number)}. {WORDS} It was the statement of day {number}."

    @staticmethod
    def day(number: int) -> date:
        return LATEST - timedelta(days=number)

    def listed(self, page: int, onward: str = "") -> str:
        """A list page; the last has no link to another, unless `onward` names one."""
        numbers = range(page * self.per_page, min((page + 1) * self.per_page, self.statements))
        items = "".join(
            f'<li class="item"><span class="date">{self.day(number):%d.%m.%Y}</span>'
            f'<a href="/statement/{number}">{escape(self.title(number))}</a></li>'
            for number in numbers
        )
        older = onward or (self.path(page + 1) if page + 1 < self.pages else "")
        link = f'<a class="older" href="{older}">Older</a>' if older else ""
        return f"<html><body><h1>Statements</h1><ul>{items}</ul>{link}</body></html>"

    def toml(self, slug: str, **facts: str) -> str:
        """Its `[[source]]` block."""
        more = "".join(f"{name} = {value}\n" for name, value in facts.items())
        return (
            f'[[source]]\nslug = "{slug}"\nname = "Ministry"\nkind = "ministry"\nspider = "listing"\n'
            f'url = "{self.url}"\nlanguages = ["en"]\nzone = "Asia/Yerevan"\n{more}'
            '[source.rules]\nitem = "li.item"\nlink = "a"\ntitle = "a"\ndate = ".date"\nnext = "a.older"\n'
        )

    def lists_asked(self) -> list[str]:
        """The list pages that were asked for, in order."""
        return [each.path for each in self.web.asked if each.host == self.host and "/news" in each.path]


def wordpress(web: Web, host: str, pages: int) -> str:
    """A WordPress feed of three items a page; its address."""
    for page in range(pages):
        items = []
        for number in range(page * 3, page * 3 + 3):
            link = web.put(host, f"/post/{number}", article(f"Post {number}", Ministry.words(number)))
            items.append(Item(f"Post {number}", link, guid=f"{host}-{number}"))
        feed = rss(items).replace("<channel>", "<channel><generator>https://wordpress.org/?v=6.1</generator>")
        path = f"/feed/?paged={page + 1}" if page else "/feed/"
        web.put(host, path, Reply(feed, headers={"Content-Type": "application/rss+xml"}))
    return web.url(host, "/feed/")
