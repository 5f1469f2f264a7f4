"""What the desk fetches while somebody waits: through the door, read by the readers, within a limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawler.reading.proposing import Proposal
from news.article import Brought
from news.errors import TooSlow
from news.source import Source
from review.checking import header, provisional
from review.clipping import Said, fetched, pasted
from review.desk.parts import Desk
from review.discovering import Asking
from review.intake import Intake, Taken
from review.trial import Trial, trial

BY_HAND = "Look whether the address is right; else paste the text of the page below."


@asynccontextmanager
async def asking(desk: Desk, url: str) -> AsyncIterator[Asking]:
    """Who asks, for as long as the desk has patience. Raises TooSlow, naming `url`."""
    door = desk.door()
    try:
        async with asyncio.timeout(desk.patience):
            yield Asking(door, desk.readers.run, desk.agent, desk.clock(), desk.x)
    except TimeoutError as error:
        raise TooSlow(url=url, seconds=desk.patience) from error
    finally:
        door.close()


async def tried(desk: Desk, source: Source) -> Trial:
    """What a visit to the source would give. Raises TooSlow."""
    async with asking(desk, source.url) as who:
        return await trial(who, source)


async def proposed(
    desk: Desk, url: str, example: str, *, zone: str, languages: tuple[str, ...]
) -> tuple[Proposal, ...]:
    """Rules for the list at `url`, the best first; with an `example`, one of its articles by its address or
    by its title as it stands there, rules that find its like. Raises TooSlow, FetchError, ReadError."""
    given = {"example": example} if "://" in example else {"title": example}
    async with asking(desk, url) as who:
        source = provisional(url)
        page = await who.get(source, url)
        found: tuple[Proposal, ...] = await who.read(
            "crawler.reading.proposing:propose_rules",
            page.body,
            url=page.url,
            content_type=header(page, b"content-type"),
            zone=zone,
            languages=languages,
            now=who.now,
            owner=source.slug,
            task=page.url,
            **given,
        )
        return found


async def clipped(desk: Desk, url: str, text: str, said: Said, *, quiet: bool) -> Taken:
    """Keep the page at `url`, or where there is a `text` that, with `url` as where it stands ("": nobody
    knows). Raises TooSlow, PageError, HandedInError."""
    intake = Intake(desk.database, desk.readers.run, desk.judge, Brought.CLIP, quiet)
    await intake.load()
    if text:
        return await intake.take(pasted(text, url or None, said))
    async with asking(desk, url) as who:
        page = await fetched(who.door, intake, url, said, agent=who.agent, now=who.now, remedy=BY_HAND)
    return await intake.take(page)
