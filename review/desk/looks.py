"""Looking for ways into a site takes a minute: it goes on while whoever asked waits, or does something else.

Looks live in this process only. Nothing of them is worth keeping: what a restart ends is asked for again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from news.errors import FetchError, TooManyLooks, UnknownLook, WirewatchError
from review import remedies
from review.checking import Found
from review.desk.admission import new_key
from review.desk.parts import Desk
from review.discovering import Asking, Discovery, Way, best, discover

# Seconds after which a look is ended with what it has found by then; `crawl.delay` between two requests to
# a host takes most of them.
LONGEST = 120.0
AT_ONCE = 3
KEPT, KEPT_FOR = 60, timedelta(hours=2)


@dataclass(slots=True)
class Look:
    """A look at `url` for `account`. `asked` are the addresses asked so far; `problem` and `remedy` say why
    there is no way, `late` that time was up."""

    id: str
    account: int
    url: str
    began: datetime
    asked: list[str] = field(default_factory=list)
    ways: tuple[Way, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    feeds: tuple[Found, ...] = ()
    problem: str = ""
    remedy: str = ""
    late: bool = False
    ended: bool = False


class Looks:
    """The looks of late, by their ids. `longest` is in seconds."""

    def __init__(self, longest: float = LONGEST) -> None:
        self.longest = longest
        self._looks: dict[str, Look] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, desk: Desk, account: int, url: str) -> Look:
        """Begin to look at an address. Raises TooManyLooks while AT_ONCE are under way."""
        self._forget(desk.clock())
        if len(self._tasks) >= AT_ONCE:
            raise TooManyLooks(number=AT_ONCE)
        look = Look(new_key(), account, url, desk.clock())
        self._looks[look.id] = look
        task = asyncio.create_task(self._look(desk, look))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return look

    def get(self, look: str, account: int) -> Look:
        """The look of that id. Raises UnknownLook, also for another account's."""
        found = self._looks.get(look)
        if found is None or found.account != account:
            raise UnknownLook(id=look)
        return found

    async def _look(self, desk: Desk, look: Look) -> None:
        door = desk.door()
        asking = Asking(door, desk.readers.run, desk.agent, desk.clock(), desk.x, observe=look.asked.append)
        try:
            async with asyncio.timeout(self.longest):
                _note(look, await discover(asking, look.url))
        except TimeoutError:
            look.ways, look.failed, look.late = best(asking.ways), tuple(asking.failed.items()), True
        except FetchError as error:
            look.problem, look.remedy = str(error), remedies.for_error(error)
        except WirewatchError as error:
            look.problem = str(error)
        finally:
            look.ended = True
            door.close()

    def _forget(self, now: datetime) -> None:
        there = [each for each in self._looks.values() if now - each.began < KEPT_FOR]
        self._looks = {each.id: each for each in there[-KEPT:]}


def _note(look: Look, found: Discovery) -> None:
    """What was found: of an address that is itself a feed, that feed."""
    look.ways, look.failed, look.feeds = found.ways, found.failed, found.check.feeds
    check = found.check
    if check.problem is None and not look.ways:
        look.ways = (Way(check.source, check.entries, 0.0),)
    elif not look.ways:
        look.problem, look.remedy = check.problem or "", check.remedy or ""
