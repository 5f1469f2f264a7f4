"""When a page says it was published: statements for machines first, then what a reader sees, then guesses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from htmldate import find_date
from lxml.html import HtmlElement

from crawler.reading.dates import parse_date
from crawler.reading.jsonld import Said
from news.article import Published

# Names under which publication dates stand in <meta>, most telling first (counted over the 181 pages of
# article-extraction-benchmark). `article:modified_time` and its like are no publication dates.
META_NAMES = (
    "article:published_time",
    "article:published",
    "article.published",
    "og:article:published_time",
    "og:published_time",
    "og:datepublished",
    "datepublished",
    "date_published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "publish-date",
    "publish_date",
    "publishdate",
    "publication_date",
    "published",
    "published_at",
    "pubdate",
    "pub_date",
    "og:pubdate",
    "iso-8601-publish-date",
    "article_date_original",
    "citation_publication_date",
    "dcsext.articlefirstpublished",
    "sn-post-date",
    "date.release",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.published",
    "dc.date.created",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "article.created",
    "datecreated",
    "created",
    "date",
)
# A stated 00:00 is how templates print a day without an hour.
_MIDNIGHT = re.compile(r"\s*(\d{4}-\d\d-\d\d)[T ]00:00(?::00(?:\.0+)?)?\s*(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?\s*")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/-]|$)")
_DATE_LIKE = re.compile(
    r"\d{1,2}\D.*(?:19|20)\d\d|(?:19|20)\d\d\D+\d|[۰-۹]{4}|\d{1,2}:\d\d|(?<![\d.])\d\d\.\d\d\.\d\d(?![\d.])"
)
_DATED_NAME = re.compile(r"date|time|publi|posted|stamp|tarix|tarih|meta|info|byline", re.IGNORECASE)
_CHANGED = re.compile(
    r"updat|modif|edited|обновл|измен|оновлен|yenilən|güncel|թարմաց|განახლ|aktualis|geändert|mis à jour",
    re.IGNORECASE,
)
# Trend, in its languages: "Details added (first version posted at 17:29)".
_FIRST_POSTED = re.compile(
    r"\((?:first version|перв\w+ верси\w+|ilk versiya\w*|ilk sürüm\w*)[^():]{0,40}?"
    r"\b([01]?\d|2[0-3]):([0-5]\d)\b[^()]{0,30}\)",
    re.IGNORECASE,
)
HEAD_CHARS = 400
# How far from the headline, in elements, a date still belongs to it.
NEAR, FAR = 15, 60
LINE_CHARS = 90


@dataclass(frozen=True, slots=True)
class Dates:
    """Where on a page dates may stand: its tree, and what `metadata` gathered of it."""

    root: HtmlElement
    metas: Mapping[str, str]
    properties: Mapping[str, Sequence[HtmlElement]]
    times: Sequence[HtmlElement]
    headings: Sequence[HtmlElement]
    said: Said


def page_date(
    dates: Dates, *, url: str, zone: str, languages: Sequence[str], now: datetime
) -> Published | None:
    """The publication date of the page at `url`, None where nothing on it tells.

    The first place that tells a date decides the day; a later one that tells the same day with its hour
    gives the hour. `zone`, `languages` and `now` as for `dates.parse_date`.
    """
    found: Published | None = None
    for text in _stated(dates, url):
        said = parse_date(text, zone=zone, languages=languages, now=now)
        if said is None or (found is not None and said.day != found.day):
            continue
        if said.at is not None:
            return said
        found = found or said
    return found or _guessed(dates.root, url, now)


def first_posted(published: Published | None, text: str, *, zone: str) -> Published | None:
    """`published`, at the hour at which a revised article says that its first version was posted.

    Such articles carry the time of their last version, while what counts is when they were first there. The
    hour (in `zone`, IANA) is the last such one before `published`; without a known hour nothing changes.
    """
    told = _FIRST_POSTED.search(text[:HEAD_CHARS])
    if published is None or published.at is None or told is None:
        return published
    local = published.at.astimezone(ZoneInfo(zone))
    first = local.replace(hour=int(told[1]), minute=int(told[2]), second=0, microsecond=0)
    if first > local:
        first -= timedelta(days=1)
    return Published(first.date(), first.astimezone(UTC))


def _stated(dates: Dates, url: str) -> Iterator[str]:
    """Strings that may tell the date, most telling first."""
    for text in _for_machines(dates):
        midnight = _MIDNIGHT.fullmatch(text)
        yield midnight[1] if midnight else text
    yield from _near_headline(dates)
    in_address = _IN_ADDRESS.search(url)
    if in_address:
        year, month, day = map(int, in_address.groups())
        yield f"{year}-{month:02}-{day:02}"


def _for_machines(dates: Dates) -> Iterator[str]:
    said = dates.said
    if said.is_article and said.published:
        yield said.published
    for name in META_NAMES[:6]:
        if name in dates.metas:
            yield dates.metas[name]
    for element in dates.properties.get("datepublished", ()):
        yield from _values(element)
    for name in META_NAMES[6:]:
        if name in dates.metas:
            yield dates.metas[name]
    for text in (said.published, said.created):
        if text:
            yield text
    for element in dates.properties.get("datecreated", ()):
        yield from _values(element)
    yield from _times(dates)


def _values(element: HtmlElement) -> Iterator[str]:
    """What an element says for machines, or shows."""
    values = (element.get("content"), element.get("datetime"), element.text_content())
    yield from (value.strip()[:LINE_CHARS] for value in values if value and value.strip())


def _times(dates: Dates) -> Iterator[str]:
    """<time> elements: those marked as the publication's, those after the headline, then those before."""
    times = [time for time in dates.times if time.get("datetime") or time.text_content().strip()]
    marked = [
        time for time in times if time.get("pubdate") is not None or "entry-date" in (time.get("class") or "")
    ]
    after = _following(times, dates.headings)
    for time in [*marked[:1], *after[:1], *times[:1]]:
        yield from _values(time)


def _following(times: Sequence[HtmlElement], headings: Sequence[HtmlElement]) -> list[HtmlElement]:
    if not headings or not times:
        return []
    last = headings[0]
    order = {element: place for place, element in enumerate(last.getroottree().iter("h1", "time"))}
    return [time for time in times if order[time] > order[last]]


def _near_headline(dates: Dates) -> Iterator[str]:
    """Short lines that look like a date: right after the headline, right before it, in elements named for
    dates wherever they stand, then further below the headline (where a footer's date is a danger)."""
    elements = list(dates.root.iter())
    places = [elements.index(heading) for heading in dates.headings[:2]]
    for place in places:
        yield from _lines(elements[place + 1 : place + NEAR])
        yield from _lines(elements[max(place - NEAR, 0) : place][::-1])
    named = (one for one in elements if _DATED_NAME.search(f"{one.get('class') or ''} {one.get('id') or ''}"))
    yield from islice(_lines(named), 5)
    for place in places:
        yield from _lines(elements[place + NEAR : place + FAR])


def _lines(elements: Iterable[HtmlElement]) -> Iterator[str]:
    for element in elements:
        if element.tag in ("script", "style", "head", "title", "meta", "option"):
            continue
        own = _date_line(element.text or "")
        if own:
            yield own
        elif 0 < len(element) <= 6:
            whole = _date_line(element.text_content())
            if whole:
                yield whole
        after = _date_line(element.tail or "")
        if after:
            yield after


def _date_line(text: str) -> str:
    """A short line that looks like a date, up to where it goes on to tell of changes; else empty."""
    line = " ".join(text[: 4 * LINE_CHARS].split())
    if not 0 < len(line) <= LINE_CHARS:
        return ""
    line = _CHANGED.split(line, maxsplit=1)[0]
    return line if _DATE_LIKE.search(line) else ""


def _guessed(root: HtmlElement, url: str, now: datetime) -> Published | None:
    """htmldate's day, the last resort. A bare year (a copyright line) it calls the first of January."""
    latest = (now + timedelta(hours=48)).date().isoformat()
    guess = find_date(
        root, extensive_search=False, original_date=True, url=url, min_date="1990-01-01", max_date=latest
    )
    if guess is None or guess.endswith("-01-01"):
        return None
    return Published(date.fromisoformat(guess))
