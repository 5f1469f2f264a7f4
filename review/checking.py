"""Trying a source: one polite visit that stores nothing and says what would be collected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler import known
from crawler.parts import Interface
from crawler.reading.entries import ListReading
from crawler.reading.robots import read_robots, refuse_forbidden
from egress.door import Door, Response
from news.article import Entry
from news.errors import FetchError, NotAFeed, NotSetUp, WirewatchError
from news.source import Kind, Source
from news.visit import State
from review import remedies

# Runs a function of the readers: its importable name, its arguments, `owner` and `task`.
Read = Callable[..., Awaitable[Any]]
REDIRECTS = {301, 302, 303, 307, 308}
HOPS = 5
NO_HEADERS: Mapping[bytes, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Found:
    """A feed a page points to."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Check:
    """What one visit to an address gave.

    `problem` is None where entries could be read, `remedy` says what to do
    about it and `error` is what was raised, if anything. `feeds` are those an
    HTML page points to, `onward` lists that the one read only points to;
    `source` is what would be visited.
    """

    source: Source
    final_url: str
    status: int | None
    entries: tuple[Entry, ...] = ()
    title: str | None = None
    problem: str | None = None
    remedy: str | None = None
    feeds: tuple[Found, ...] = ()
    error: WirewatchError | None = None
    onward: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """Fine, failing, or waiting until something is set up."""
        if self.problem is None:
            return State.FINE
        return State.WAITING if isinstance(self.error, NotSetUp) else State.FAILING


def provisional(url: str) -> Source:
    """A feed source of an address nobody has described yet."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in host.lower())
    return Source(slug=slug.strip("-"), outlet=slug.strip("-"), name=host, kind=Kind.NEWSPAPER, url=url)


async def check(
    door: Door,
    read: Read,
    source: Source,
    *,
    agent: str,
    now: datetime,
    x: Interface,
    robots: dict[str, Protego] | None = None,
) -> Check:
    """Ask for a source's list and read it as its spider would. Expected errors become `problem`.

    `robots` keeps the rules of robots.txt, by its address, for the next check.
    """
    try:
        asking = known.spider(source.spider).asks(source, x)
    except NotSetUp as error:
        return Check(source, source.url, None, problem=error.problem, remedy=error.remedy, error=error)
    rules = (robots if robots is not None else {}) if asking.robots else None

    def ask(url: str) -> Awaitable[Response]:
        first = url == source.url
        address, headers = (asking.url, asking.headers) if first else (url, {})
        return follow(door, source, address, agent, now=now, robots=rules, headers=headers)

    return await entered(ask, read, source, now)


async def entered(
    ask: Callable[[str], Awaitable[Response]], read: Read, source: Source, now: datetime
) -> Check:
    """What a source's address gives; where it only points to lists (a sitemap's index), what the first
    gives."""
    url, onward = source.url, True
    while True:
        try:
            response = await ask(url)
        except FetchError as error:
            remedy = remedies.for_error(error)
            return Check(source, error.url, None, problem=str(error), remedy=remedy, error=error)
        found = await answered(read, source, response, now)
        if not found.onward or not onward:
            return found
        url, onward = found.onward[0], False


async def answered(read: Read, source: Source, response: Response, now: datetime) -> Check:
    """What an answer to a source's address gives when it is read as its spider would."""
    reached = Check(source, response.url, response.status)
    if response.status != 200:
        problem = f"the server answers {response.status}"
        return replace(reached, problem=problem, remedy=remedies.for_status(response.status))
    try:
        found = await _read(read, source, response, now)
    except WirewatchError as error:
        failed = replace(reached, problem=str(error), remedy=remedies.for_error(error), error=error)
        return await _discover(read, failed, response) if isinstance(error, NotAFeed) else failed
    if not found.entries:
        problem = "it can be read but lists nothing"
        onward = found.onward
        return replace(reached, problem=problem, remedy=remedies.for_nothing(source), onward=onward)
    return replace(reached, entries=found.entries, title=found.title)


async def follow(
    door: Door,
    source: Source,
    url: str,
    agent: str,
    *,
    now: datetime,
    robots: dict[str, Protego] | None,
    headers: Mapping[bytes, bytes] = NO_HEADERS,
) -> Response:
    """The answer at the end of the redirects from `url`, each hop asked for as the crawler would;
    `robots` None: without asking robots.txt. `headers` may hold a token: only the first hop carries them."""
    own = urlsplit(source.url).hostname
    for _ in range(HOPS + 1):
        if robots is not None and source.ignore_robots is None:
            await _ask_robots(door, source, url, agent, now, robots)
        response = await door.fetch(
            url,
            headers=((b"User-Agent", agent.encode()), *headers.items()),
            insecure_tls=source.insecure_tls is not None and urlsplit(url).hostname == own,
        )
        location = header(response, b"location")
        if response.status not in REDIRECTS or not location:
            return response
        headers = NO_HEADERS
        try:
            url = urljoin(url, location)
        except ValueError as error:
            raise FetchError(url=url, reason=f"redirects to {location[:200]!r}, no address") from error
    raise FetchError(url=url, reason=f"more than {HOPS} redirects")


async def _ask_robots(
    door: Door, source: Source, url: str, agent: str, now: datetime, robots: dict[str, Protego]
) -> None:
    robots_url = urljoin(url, "/robots.txt")
    if robots_url not in robots:
        response = await follow(door, source, robots_url, agent, now=now, robots=None)
        wait = header(response, b"retry-after")
        robots[robots_url] = read_robots(
            response.body,
            response.status,
            url=robots_url,
            retry_after=wait.encode("latin-1") if wait else None,
            now=now,
        )
    refuse_forbidden(robots[robots_url], url, agent, robots_url)


async def _read(read: Read, source: Source, response: Response, now: datetime) -> ListReading:
    spider = known.spider(source.spider)
    found: ListReading = await read(
        spider.reads,
        response.body,
        owner=source.slug,
        task=response.url,
        url=response.url,
        content_type=header(response, b"content-type"),
        known=frozenset(),
        zone=source.zone,
        languages=source.languages,
        now=now,
        **spider.options(source),
    )
    return found


async def _discover(read: Read, failed: Check, response: Response) -> Check:
    try:
        links = await read(
            "crawler.reading.discovery:find_feeds",
            response.body,
            response.url,
            header(response, b"content-type"),
            owner=failed.source.slug,
            task=response.url,
        )
    except WirewatchError:  # what was wrong with the page is said already
        return failed
    if not links:
        return failed
    found = tuple(Found(link.url, link.title or "") for link in links)
    return replace(failed, feeds=found, remedy=f"The page names a feed: {found[0].url}")


def header(response: Response, name: bytes) -> str | None:
    for key, value in response.headers:
        if key.lower() == name:
            return value.decode("latin-1")
    return None
