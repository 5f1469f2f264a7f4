"""A visit under way over several list pages: what the earlier ones gave, and which are ahead."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import xxhash
from scrapy.http import Response

from crawler.reading.entries import ListReading
from news.article import Entry
from news.politeness import parse_max_age, parse_retry_after
from news.source import Source
from news.visit import Validators, Wishes

# Of the lists an index points to, so many are read a visit: the latest.
PARTS = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """A visit under way over several list pages: what the earlier ones gave, and those still `ahead`."""

    started: float
    entries: tuple[Entry, ...] = ()
    cut: tuple[int, ...] = ()
    listed: int = 0
    pages: int = 0
    bytes: int = 0
    validators: Validators | None = None
    wishes: Wishes = field(default_factory=Wishes)
    ahead: tuple[str, ...] = ()


def body_hash(response: Response) -> bytes:
    return xxhash.xxh3_128_digest(response.body)


def noted(progress: Progress, response: Response, now: datetime) -> Progress:
    """The progress with this response's size; the first page gives validators and wishes."""
    noted = replace(progress, pages=progress.pages + 1, bytes=progress.bytes + len(response.body))
    if progress.pages:
        return noted
    headers = response.headers
    validators = Validators(headers.get(b"ETag"), headers.get(b"Last-Modified"), body_hash(response))
    wishes = replace(
        progress.wishes,
        retry_after=parse_retry_after(headers.get(b"Retry-After"), now),
        max_age=parse_max_age(headers.get(b"Cache-Control"), headers.get(b"Expires"), now),
    )
    return replace(noted, validators=validators, wishes=wishes)


def read(progress: Progress, found: ListReading, source: Source) -> Progress:
    """The progress with what this page gave, and the pages it leads to."""
    older = found.next_url or (
        source.rules.page_url.replace("{page}", str(progress.pages + 1)) if source.rules.page_url else None
    )
    follow = older and found.entries and progress.pages < source.rules.pages
    return replace(
        progress,
        entries=progress.entries + found.entries,
        cut=progress.cut + found.blocks,
        listed=progress.listed + found.listed,
        wishes=replace(progress.wishes, ttl=found.ttl or progress.wishes.ttl),
        # What an index of lists holds may change while the index does not.
        validators=None if found.onward else progress.validators,
        ahead=((older,) if older and follow else ()) + progress.ahead + found.onward[:PARTS],
    )
