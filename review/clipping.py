"""What somebody found by themselves, brought in: fetched as its source would be, or as it was pasted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from crawler.reading.saved import kind_of
from egress.door import Door
from news.article import Published
from news.errors import PageError
from news.source import Source
from review import belonging
from review.checking import header
from review.intake import InHand, Intake
from review.pages import fetched as page_at

PASTED = "what was pasted"
BY_HAND = (
    "Look whether the address is right; else save the page in a browser and clip the file, "
    "or its text with --paste."
)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a clipping by the one who brings it: whose it is (a source's slug), its title, whose
    words it holds, when they were said. It goes before what the page says."""

    source: str | None = None
    title: str = ""
    said_by: str | None = None
    published: Published | None = None

    def of(self, page: InHand) -> InHand:
        """The page with what is said of it."""
        return replace(
            page, source=self.source, title=self.title, published=self.published, said_by=self.said_by
        )


def published(written: str, moment: datetime) -> Published:
    """A date as it was written, or the day of its moment (in the zone it was meant in) with its hour."""
    try:
        return Published(date.fromisoformat(written))
    except ValueError:
        return Published(moment.date(), moment.astimezone(UTC))


async def fetched(
    door: Door, intake: Intake, url: str, said: Said, *, agent: str, now: datetime, remedy: str = BY_HAND
) -> InHand:
    """The page at `url`, asked for as politely as its source would be. Raises PageError with `remedy`."""
    source = _asks_as(url, said.source, intake)
    try:
        response = await page_at(door, source, url, agent=agent, now=now)
    except PageError as error:
        raise PageError(url=error.url, problem=error.problem, remedy=remedy) from error
    kind = header(response, b"content-type") or kind_of(response.body)
    return said.of(InHand(url, response.body, kind, url=url, final_url=response.url))


def pasted(text: str, url: str | None, said: Said) -> InHand:
    """A text as it was pasted, from the page at `url` where that is known."""
    return said.of(InHand(PASTED, text.encode(), "text/plain", url=url))


def _asks_as(url: str, named: str | None, intake: Intake) -> Source:
    """By whose rules of politeness the page is asked for: its source's, where it has one."""
    known = intake.catalogue.get(named) if named else belonging.owner(url, intake.catalogue.values())
    return known or belonging.own(url)
