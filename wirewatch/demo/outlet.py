"""The demonstration's outlets and what they publish, as the files in `outlets/` describe them.

Outlets, institutions and texts are invented for the demonstration; only the
event they tell of, in December 2022, was real.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from news.source import Source
from review.catalogue import from_values

DOMAIN = "demo.example"
INVENTED = {
    "az": "Nümayiş üçün yazılmış mətn. Bu nəşr və onun sözləri uydurulub.",
    "fa": "این متن برای نمایش wirewatch نوشته شده است. این رسانه و گفته‌هایش ساختگی است.",
    "en": "Written for the demonstration of wirewatch. This outlet and its words are invented.",
    "hy": "Գրված է wirewatch-ի ցուցադրության համար։ Լրատվամիջոցն ու նրա խոսքերը հորինված են։",
    "ru": "Текст написан для показа wirewatch. Издание и его слова вымышлены.",
    "tr": "wirewatch'ın tanıtımı için yazılmıştır. Bu yayın ve sözleri kurgudur.",
}


class Form(StrEnum):
    """What an outlet's front door is."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"
    LIST = "list"
    CHANNEL = "channel"
    BROKEN = "broken"
    BUSY = "busy"
    CONSENT = "consent"


class Stage(StrEnum):
    """When a text is published: before the first visit, after it, or later, one after the other."""

    BEFORE = "before"
    AFTER = "after"
    LATER = "later"


class Trouble(StrEnum):
    """What asking for a text's page leads to."""

    REDIRECT = "redirect"
    DRIPS = "drips"
    RUNS = "runs"


@dataclass(frozen=True)
class Text:
    """One text. `at` is local to its outlet, a date where the outlet says no hour; paragraphs by blank lines.

    `trouble` is None for a page that can be had. `edited` is the version that later takes its place.
    `copies` names a text of another outlet (`outlet/slug`) that this one carries word for word. `address` is
    its path where that has a form of its own, `pdf` whether it is a document instead of a page.
    """

    slug: str
    at: date
    title: str
    summary: str
    body: str
    stage: Stage = Stage.AFTER
    trouble: Trouble | None = None
    edited: Text | None = None
    copies: str | None = None
    address: str | None = None
    pdf: bool = False

    @property
    def path(self) -> str:
        return self.address or f"/{self.at:%Y/%m/%d}/{self.slug}"

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(part.split()) for part in self.body.split("\n\n")]


@dataclass(frozen=True)
class Outlet:
    """One site: its name in the web, its front door, what it is to show, its texts and its source block.

    `listed`: it is in the catalogue from the start. `falters`: its server fails who asks for changes only.
    """

    host: str
    form: Form
    shows: str
    block: Mapping[str, Any]
    texts: tuple[Text, ...]
    listed: bool = True
    falters: bool = False

    @property
    def slug(self) -> str:
        slug: str = self.block["slug"]
        return slug

    @property
    def name(self) -> str:
        name: str = self.block["name"]
        return name

    @property
    def language(self) -> str:
        language: str = self.block["languages"][0]
        return language

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.block["zone"])

    @property
    def door(self) -> str:
        doors = {Form.JSON: "/feed.json", Form.LIST: "/news", Form.CHANNEL: "/s/bridges"}
        return doors.get(self.form, "/feed.xml")

    def place(self, text: Text) -> str:
        """What a text is known by, whatever port its site has: `place_of` its URL."""
        return f"{self.host}{text.path}"

    def source(self, port: int) -> Source:
        """How wirewatch is told of it."""
        return from_values(
            {**self.block, "url": f"http://{self.host}:{port}{self.door}"}, "the demonstration"
        )


def place_of(url: str | None) -> str:
    """Host and path of a URL."""
    parts = urlsplit(url or "")
    return f"{parts.hostname}{parts.path}"


def outlets() -> tuple[Outlet, ...]:
    """Every outlet, by slug, with what is copied put in its place."""
    folder = files("wirewatch.demo") / "outlets"
    found = [_outlet(tomllib.loads(file.read_text("utf-8"))) for file in folder.iterdir()]
    originals = {f"{outlet.slug}/{text.slug}": text for outlet in found for text in outlet.texts}
    whole = [replace(each, texts=tuple(_copied(text, originals) for text in each.texts)) for each in found]
    return tuple(sorted(whole, key=lambda outlet: outlet.slug))


def topics() -> str:
    """What is watched, as TOML that `review.topics` reads."""
    return (files("wirewatch.demo") / "topics.toml").read_text("utf-8")


def _outlet(values: Mapping[str, Any]) -> Outlet:
    texts = tuple(_text(block) for block in values.get("text", ()))
    return Outlet(
        host=values["host"],
        form=Form(values["form"]),
        shows=values["shows"],
        block=values["source"],
        texts=texts,
        listed=values.get("listed", True),
        falters=values.get("falters", False),
    )


def _text(block: Mapping[str, Any]) -> Text:
    edited = block.get("edited")
    return Text(
        slug=block["slug"],
        at=block["at"],
        title=block["title"],
        summary=block.get("summary", ""),
        body=block["body"].strip(),
        stage=Stage(block.get("stage", Stage.AFTER)),
        trouble=Trouble(block["trouble"]) if "trouble" in block else None,
        edited=_text({**block, **edited, "edited": None}) if edited else None,
        copies=block.get("copies"),
        address=block.get("address"),
        pdf=block.get("pdf", False),
    )


def _copied(text: Text, originals: Mapping[str, Text]) -> Text:
    """A copy's body is the dateline it gives, before the original's words."""
    if text.copies is None:
        return text
    return replace(text, body=f"{text.body} {originals[text.copies].body}".strip())


def moment(outlet: Outlet, text: Text) -> datetime:
    """When a text says it was published, in its outlet's zone."""
    assert isinstance(text.at, datetime), "a text of a feed has an hour"
    return text.at.replace(tzinfo=outlet.zone)
