"""One page, fetched as politely as a source is checked and read as its articles are; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from egress.door import Door, Response
from news.article import Entry, Reading
from news.errors import (
    FetchError,
    Interstitial,
    NameNotResolved,
    PageError,
    ReaderFailed,
    ReadError,
    Refused,
    RobotsDenied,
    WirewatchError,
)
from news.source import Source
from review.checking import Read, follow, header, provisional
from storage.sources import host_of

BY_HAND = "Copy its text into a file and give --file."
ADDRESS = "Look whether the address is right."
LATER = "Try again later, or copy its text into a file and give --file."
BY_ERROR: tuple[tuple[type[WirewatchError], str], ...] = (
    (NameNotResolved, ADDRESS),
    (Refused, "Give a whole address that is public (https://...), or list it in egress.allow."),
    (RobotsDenied, BY_HAND),
    (FetchError, LATER),
)
# Media types a page may have; what says nothing of itself is looked at, too.
PAGES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")


def source_of(url: str, sources: Iterable[Source]) -> Source:
    """By whose rules the page is read: the first source of its host, else a provisional one."""
    known = (source for source in sources if host_of(source.url) == host_of(url))
    return next(known, provisional(url))


async def page(door: Door, read: Read, source: Source, url: str, *, agent: str, now: datetime) -> Reading:
    """What stands on the page at `url`; `agent` is who asks. Raises PageError, also for a feed."""
    response = await fetched(door, source, url, agent=agent, now=now)
    _refuse_other_media(response)
    await _refuse_feed(read, source, response, now)
    try:
        found = await read(
            "crawler.reading.articles:read_article",
            response.body,
            **_had(source, response, now),
            final_url=response.url,
            rules=source.rules,
            entry=Entry(url, ""),
        )
    except (ReadError, ReaderFailed) as error:
        raise PageError(url=response.url, problem=_unread(error), remedy=BY_HAND) from error
    assert isinstance(found, Reading)
    return replace(found, raw=None)


async def fetched(door: Door, source: Source, url: str, *, agent: str, now: datetime) -> Response:
    """The answer at `url`, asked for as a visit of `source` would; its status is 200. Raises PageError."""
    try:
        response = await follow(door, source, url, agent, now=now, robots={})
    except FetchError as error:
        remedy = next(remedy for kind, remedy in BY_ERROR if isinstance(error, kind))
        raise PageError(url=error.url, problem=error.reason, remedy=remedy) from error
    if response.status != HTTPStatus.OK:
        gone = response.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
        problem = f"the server answers {response.status}"
        raise PageError(url=response.url, problem=problem, remedy=ADDRESS if gone else LATER)
    return response


def _refuse_other_media(response: Response) -> None:
    media = (header(response, b"content-type") or "").partition(";")[0]
    if media and media.strip().lower() not in PAGES and "xml" not in media and "json" not in media:
        raise PageError(url=response.url, problem=f"it is no page but {media.strip()}", remedy=BY_HAND)


async def _refuse_feed(read: Read, source: Source, response: Response, now: datetime) -> None:
    """Whoever gives a feed's address wants one of its articles."""
    try:
        feed = await read(
            "crawler.reading.feeds:read_feed", response.body, **_had(source, response, now), known=frozenset()
        )
    except (ReadError, ReaderFailed):
        return
    first = next((entry.link for entry in feed.entries if entry.link), None)
    such_as = f", such as {first}" if first else ""
    remedy = f"Give one of its articles{such_as}; `sources check` shows them all."
    raise PageError(url=response.url, problem="it is a feed, no page", remedy=remedy)


def _unread(error: ReadError | ReaderFailed) -> str:
    if isinstance(error, Interstitial):
        return f"a {error.kind} page instead of the content ({error.reason})"
    return str(error.reason) if isinstance(error, ReadError) else f"it cannot be read ({error.reason})"


def _had(source: Source, response: Response, now: datetime) -> dict[str, Any]:
    """What both reading functions are told."""
    return {
        "owner": source.slug,
        "task": response.url,
        "url": response.url,
        "content_type": header(response, b"content-type"),
        "zone": source.zone,
        "languages": source.languages,
        "now": now,
    }
