"""What a feed or list says (`Entry`), what was fetched (`Page`), what was read.

All datetimes are aware UTC; all text is Unicode NFC; a `None` is "not said".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from news.watch import Found


@dataclass(frozen=True, slots=True)
class Published:
    """When a text says it was published, as precisely as it says so.

    `day` is the calendar date in the source's zone. `at` is the instant (UTC),
    None where only a date was given: a date without an hour is a date, never
    midnight.
    """

    day: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """When something appeared: not there at `after`, seen at `by` (UTC).

    `after` is None at a source's first visit: it may have been there for ever.
    """

    after: datetime | None
    by: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed or list, as announced there.

    `link` is absolute, as published (not canonical), None where there is none.
    `summary` and `content` are plain text; `content` is what the feed offers
    as the whole article, None where it offers none. `block` is the hash of
    the item's raw bytes, by which an unchanged item is recognised unparsed.
    `views` is how often it was seen, as a channel says.
    """

    link: str | None
    title: str
    guid: str | None = None
    summary: str = ""
    content: str | None = None
    author: str | None = None
    published: Published | None = None
    language: str | None = None
    block: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One response. `headers` are the raw name and value bytes, in order."""

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    fetched_at: datetime


class ArticleState(StrEnum):
    """`removed`: on request; what is left of it recognises it and says nothing."""

    ANNOUNCED = "announced"
    READ = "read"
    UNREADABLE = "unreadable"
    REMOVED = "removed"


class TextOrigin(StrEnum):
    """Where a revision's text was read: the article's page, the feed's full
    content, or (the page could not be had) the feed's title and summary."""

    PAGE = "page"
    FEED = "feed"
    SUMMARY = "summary"


class Brought(StrEnum):
    """How an article came: by a visit to its source, or because somebody asked for it: paging back through
    the source's lists, an import of addresses or pages, a clipping by hand."""

    VISIT = "visit"
    BACKFILL = "back-fill"
    IMPORT = "import"
    CLIP = "clip"


@dataclass(frozen=True, slots=True)
class Reading:
    """An article's text as read from its page or its feed.

    `canonical_url` is the page's own claim (rel=canonical, og:url) or the
    final URL, made canonical by `news.urls.canonical_url`. `raw` is the
    page's bytes, zlib-compressed, None where the text came from the feed.
    """

    title: str
    text: str
    origin: TextOrigin
    canonical_url: str | None = None
    author: str | None = None
    published: Published | None = None
    language: str | None = None
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class IndexTerms:
    """The normalised keys full-text search is to know, and the analysis that made them."""

    version: int
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge says of one text.

    `text_hash` is the hash of the normalised text, None where the text is
    too short to be told from another by it (`matching.duplicates`); `alike`
    are the hashes of the same text with its headline before it, or without.
    `found` are the topics it matches, of the topics' `edition` it was judged by.
    """

    language: str | None
    text_hash: bytes | None
    index: IndexTerms | None = None
    found: tuple[Found, ...] = ()
    edition: int = 0
    alike: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article of one outlet, as stored. `said_by`: whose words it holds, as who clipped it says."""

    id: int
    outlet: str
    source: str
    url: str | None
    title: str
    text: str
    language: str | None
    author: str | None
    published: Published | None
    appeared: Interval
    state: ArticleState
    reason: str | None
    backfill: bool
    revision: int
    brought: Brought = Brought.VISIT
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an article's text; the first is number 1."""

    article: int
    number: int
    at: datetime
    title: str
    text: str
    text_hash: bytes | None
    origin: TextOrigin


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article x a source: how it stood there, and when it was first and last seen there.

    `views` is how often others saw it, as the source said when it was last read; None: not said.
    """

    article: int
    source: str
    link: str | None
    guid: str | None
    title: str
    first: Interval
    last_seen: datetime
    views: int | None = None
