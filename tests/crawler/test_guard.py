"""The guard, end to end: inner addresses in feed URLs, list URLs, article links and redirects.

A listener on a port nobody listed sees no connection, however its address is
spelled; one that is listed is reached by every spelling that is no trick.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from news.source import Rules
from tests.collector import Collector, collecting
from tests.egress.rig import Listener, listening
from tests.egress.spellings import NAMES, SPELLINGS, arrives_at, refused_at_entry
from tests.web import Item, Reply, Web, rss, serving

RULES = Rules(item="li", link="a", title="a")
WAYS = ("feed", "list", "link", "redirect")


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


def storable(spelling: str) -> bool:
    """NUL and lone surrogates are no text to a database; the catalogue refuses them before that."""
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in spelling)


def header_holds(spelling: str) -> bool:
    return spelling.isascii() and spelling.isprintable()


async def lay_out(desk: Collector, web: Web, port: int) -> None:
    """Sources that lead to every spelling at a port, each way; the path says way and number."""
    links = []
    for number, spelling in enumerate(filter(storable, SPELLINGS)):
        base = f"http://{spelling}:{port}"
        await desk.add(f"feed-{number}", f"{base}/feed/{number}")
        await desk.add(f"list-{number}", f"{base}/list/{number}", spider="listing", rules=RULES)
        links.append(Item(f"Item {number}", f"{base}/link/{number}", guid=str(number)))
        if header_holds(spelling):
            answer = Reply("", status=302, headers={"Location": f"{base}/redirect/{number}"})
            url = web.put(f"r{number}.test", "/rss", answer)
            await desk.add(f"redirect-{number}", url)
    await desk.add("links", web.put("links.test", "/rss", rss(links)))


async def collect_over(web: Web, folder: Path, *listed: Listener, port: int) -> None:
    web.pages.clear()
    async with collecting(web, folder, attempts=1) as desk:
        allow = (*desk.settings.egress.allow, *(listener.entry for listener in listed))
        egress = desk.settings.egress.model_copy(update={"allow": allow, "idle": 2.0, "total": 4.0})
        desk.settings = desk.settings.model_copy(update={"egress": egress})
        for name, address in NAMES.items():
            web.names[name] = address
        await lay_out(desk, web, port)
        await desk.round()


async def test_no_spelling_reaches_a_port_that_is_not_listed(web: Web, tmp_path: Path) -> None:
    assert len(SPELLINGS) >= 100
    async with listening() as four, listening(host="::1", port=four.port) as six:
        await collect_over(web, tmp_path, port=four.port)
        assert (four.accepted, six.accepted) == (0, 0)


async def test_a_listed_port_is_reached_by_every_spelling_that_is_no_trick(web: Web, tmp_path: Path) -> None:
    async with listening() as four, listening(host="::1", port=four.port) as six:
        await collect_over(web, tmp_path, four, six, port=four.port)
        reached = {head.split(b" ")[1].decode() for head in (*four.heard, *six.heard)}
    for way in WAYS:
        expected = {
            f"/{way}/{number}"
            for number, spelling in enumerate(filter(storable, SPELLINGS))
            if arrives_at(spelling)
            and not refused_at_entry(spelling)
            and (way != "redirect" or header_holds(spelling))
        }
        assert expected - reached == set(), way
        assert len(expected) >= 40
