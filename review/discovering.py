"""Ways into a site nobody has described yet: what it names is tried once by the readers that would collect
it, and what works is proposed as `[[source]]` blocks, the best first. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

from protego import Protego

from crawler.parts import Interface
from crawler.reading.homes import Home
from crawler.reading.proposing import Proposal
from egress.door import Door, Response
from news.article import Entry, Reading
from news.errors import NotAFeed, WirewatchError
from news.languages.registry import LANGUAGES
from news.source import Source
from news.urls import canonical_url
from review import guesses
from review.checking import Check, Read, answered, entered, follow, header, provisional

# Of each kind: a site names dozens of feeds and sections, and each costs it a request.
FEEDS, SECTIONS, CHANNELS, SITEMAPS, VERSIONS = 5, 4, 3, 2, 4
# Where feeds stand that no page names; asked for where it names none.
USUAL_FEEDS = ("/feed/", "/rss", "/rss.xml")
# What a spider's entries are worth beside equal ones of another: a feed says most and costs the site least,
# channels are early but short, list pages change their form, sitemaps have no titles.
WORTH = {"feed": 1.0, "wordpress": 0.9, "telegram": 0.7, "jsonlist": 0.6, "listing": 0.5, "sitemap": 0.3}
ALIKE = 0.8  # share of the same articles from which two ways of one kind are one


@dataclass(frozen=True, slots=True)
class Way:
    """One way in that works: the source to collect by it, what it gave in `seconds`, and how its newest
    article reads: `text` its characters, None with the `problem` where it could not be had."""

    source: Source
    entries: tuple[Entry, ...]
    seconds: float
    text: int | None = None
    problem: str | None = None

    @property
    def dated(self) -> float:
        """The share of entries with a date."""
        return sum(entry.published is not None for entry in self.entries) / len(self.entries)

    @property
    def timed(self) -> float:
        """The share of entries with an hour."""
        said = [entry.published for entry in self.entries if entry.published is not None]
        return sum(one.at is not None for one in said) / len(self.entries)

    @property
    def worth(self) -> float:
        read = 1.0 if self.text else 0.0
        return WORTH.get(self.source.spider, 0.4) + self.dated + self.timed + read - self.seconds / 20


@dataclass(frozen=True, slots=True)
class Discovery:
    """The check of the address itself, the ways into its site, the best first, and what was tried in vain:
    addresses and why."""

    check: Check
    ways: tuple[Way, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks and how: a polite door, the readers, the User-Agent, the moment, X's interface. `observe` is
    told each address before it is asked for; `ways` are those found so far."""

    door: Door
    read: Read
    agent: str
    now: datetime
    x: Interface
    observe: Callable[[str], None] = lambda url: None
    robots: dict[str, Protego] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    articles: dict[str, tuple[int | None, str | None]] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)

    async def get(self, source: Source, url: str) -> Response:
        self.observe(url)
        return await follow(self.door, source, url, self.agent, now=self.now, robots=self.robots)

    async def page(self, source: Source, url: str) -> Response | None:
        """A page that answers 200; None with the reason noted."""
        try:
            response = await self.get(source, url)
        except WirewatchError as error:
            self.failed[url] = str(error)
            return None
        if response.status != 200:
            self.failed[url] = f"the server answers {response.status}"
            return None
        return response

    async def call(self, function: str, response: Response, **given: Any) -> Any:
        """What a reading function makes of a page; None with the reason noted."""
        try:
            return await self.read(
                function,
                response.body,
                url=response.url,
                content_type=header(response, b"content-type"),
                owner=urlsplit(response.url).hostname or "site",
                task=response.url,
                **given,
            )
        except WirewatchError as error:
            self.failed[response.url] = str(error)
            return None


async def discover(asking: Asking, url: str, *, example: str = "", title: str = "") -> Discovery:
    """Visit `url`; where it is no feed, find and try the ways into its site.

    With `example` (the address of an article that the page at `url` lists) or `title` (as it stands there)
    only that page is asked for, and rules for its list are proposed. Raises FetchError where `url` itself
    cannot be had, ReadError where the example is not on the page.
    """
    source = provisional(url)
    response = await asking.get(source, url)
    source = replace(source, url=url if response.status == 200 else source.url)
    if example or title:
        return await _by_example(asking, source, response, example, title)
    check = await answered(asking.read, source, response, asking.now)
    if check.problem is None or not isinstance(check.error, NotAFeed):
        return Discovery(check)
    async for way in _site(asking, source, response):
        asking.ways.append(way)
    return Discovery(check, best(asking.ways), tuple(asking.failed.items()))


async def _by_example(
    asking: Asking, source: Source, response: Response, example: str, title: str
) -> Discovery:
    home: Home = await asking.read(
        "crawler.reading.homes:read_home",
        response.body,
        response.url,
        header(response, b"content-type"),
        owner=source.slug,
        task=response.url,
    )
    described = _described(source, home, home.language)
    proposals = await asking.read(
        "crawler.reading.proposing:propose_rules",
        response.body,
        url=response.url,
        content_type=header(response, b"content-type"),
        zone=described.zone,
        languages=described.languages,
        now=asking.now,
        example=example,
        title=title,
        owner=source.slug,
        task=response.url,
    )
    ways = [_listing(described, response.url, proposal, 0.0) for proposal in proposals]
    read = [await with_article(asking, way) for way in ways]
    return Discovery(Check(described, response.url, response.status), _named_apart(tuple(read)))


async def _site(asking: Asking, source: Source, response: Response) -> AsyncIterator[Way]:
    """The ways in that the site's home page names, and those of its versions in other languages."""
    home = await _home(asking, response)
    if home is not None and home.onward:
        page = await asking.page(source, home.onward)
        response, home = (page, await _home(asking, page)) if page is not None else (response, home)
    if home is None:
        return
    main = _described(source, home, home.language)
    async for way in _version(asking, main, home, response, whole=True):
        yield way
    for code, address in home.versions[:VERSIONS]:
        if code in LANGUAGES and code not in main.languages:
            page = await asking.page(source, address)
            other = await _home(asking, page) if page is not None else None
            if page is not None and other is not None:
                version = _described(
                    source, replace(other, name=_own_name(other, address) or home.name), code
                )
                async for way in _version(asking, version, other, page, whole=False):
                    yield way


async def _home(asking: Asking, response: Response) -> Home | None:
    try:
        found: Home = await asking.read(
            "crawler.reading.homes:read_home",
            response.body,
            response.url,
            header(response, b"content-type"),
            owner=urlsplit(response.url).hostname or "site",
            task=response.url,
        )
    except WirewatchError as error:
        asking.failed[response.url] = str(error)
        return None
    return found


async def _version(
    asking: Asking, source: Source, home: Home, response: Response, *, whole: bool
) -> AsyncIterator[Way]:
    """What one language of a site offers; `whole`: also what is the site's as a whole."""
    for candidate in _candidates(asking, source, home, response.url, whole=whole):
        way = await _tried(asking, candidate)
        if way is not None:
            yield await with_article(asking, way)
    async for way in _lists(asking, source, home, response):
        yield await with_article(asking, way)


def _candidates(asking: Asking, source: Source, home: Home, url: str, *, whole: bool) -> Iterator[Source]:
    feeds = [feed.url for feed in home.feeds[:FEEDS]]
    if not feeds and whole:
        feeds = [urljoin(url, path) for path in USUAL_FEEDS]
    for number, feed in enumerate(feeds):
        yield replace(source, url=feed, slug=_slug(source, "feed" if number == 0 else f"feed-{number + 1}"))
    if home.wordpress:
        address = urljoin(home.wordpress, "wp/v2/posts?per_page=20")
        yield replace(source, url=address, spider="wordpress", slug=_slug(source, "wordpress"))
    for address in home.telegram[:CHANNELS]:
        slug = _slug(source, f"telegram-{_last(address)}")
        yield replace(source, url=address, spider="telegram", slug=slug)
    for number, address in enumerate(_sitemaps(asking, url) if whole else ()):
        slug = _slug(source, "sitemap" if number == 0 else f"sitemap-{number + 1}")
        yield replace(source, url=address, spider="sitemap", slug=slug)


def _sitemaps(asking: Asking, url: str) -> list[str]:
    """Those robots.txt names, news sitemaps first; else the usual one."""
    rules = asking.robots.get(urljoin(url, "/robots.txt"))
    named = sorted(rules.sitemaps if rules is not None else (), key=lambda each: "news" not in each.lower())
    return [urljoin(url, each) for each in named[:SITEMAPS]] or [urljoin(url, "/sitemap.xml")]


async def _tried(asking: Asking, source: Source) -> Way | None:
    started = monotonic()
    check = await entered(lambda url: asking.get(source, url), asking.read, source, asking.now)
    seconds = monotonic() - started
    if check.problem is not None:
        asking.failed[source.url] = check.problem
        return None
    said = next((entry.language for entry in check.entries if entry.language in LANGUAGES), None)
    languages = (said,) if said and not source.languages else source.languages
    return Way(replace(source, languages=languages), check.entries, seconds)


async def _lists(asking: Asking, source: Source, home: Home, response: Response) -> AsyncIterator[Way]:
    """Lists on the page itself and on the sections it names, with rules proposed for each."""
    pages = [(response, 0.0)]
    for address in home.sections[:SECTIONS]:
        started = monotonic()
        page = await asking.page(source, address)
        if page is not None:
            pages.append((page, monotonic() - started))
    for number, (page, seconds) in enumerate(pages):
        proposals = await asking.call(
            "crawler.reading.proposing:propose_rules",
            page,
            zone=source.zone,
            languages=source.languages,
            now=asking.now,
        )
        if proposals:
            named = "list" if number == 0 else f"list-{_last(page.url) or number}"
            yield _listing(replace(source, slug=_slug(source, named)), page.url, proposals[0], seconds)
        elif proposals is not None:
            asking.failed[page.url] = "no list of articles was recognised on this page"


def _listing(source: Source, url: str, proposal: Proposal, seconds: float) -> Way:
    described = replace(source, url=url, spider=proposal.spider, rules=proposal.rules)
    return Way(described, proposal.entries, seconds)


async def with_article(asking: Asking, way: Way) -> Way:
    """The way with its newest article read as collecting would read it."""
    entry = next((entry for entry in way.entries if entry.link), None)
    if way.source.spider == "telegram" or entry is None or entry.link is None:
        return replace(way, text=max(len(entry.content or entry.summary) for entry in way.entries))
    if entry.link not in asking.articles:
        asking.articles[entry.link] = await _article(asking, way.source, entry, entry.link)
    text, problem = asking.articles[entry.link]
    return replace(way, text=text, problem=problem)


async def _article(asking: Asking, source: Source, entry: Entry, link: str) -> tuple[int | None, str | None]:
    """How many characters of text an article has, or why it cannot be read."""
    page = await asking.page(source, link)
    if page is None:
        return None, asking.failed.pop(link)
    try:
        read: Reading = await asking.read(
            "crawler.reading.articles:read_article",
            page.body,
            owner=source.slug,
            task=page.url,
            url=link,
            final_url=page.url,
            content_type=header(page, b"content-type"),
            rules=source.rules,
            zone=source.zone,
            languages=source.languages,
            now=asking.now,
            entry=entry,
        )
    except WirewatchError as error:
        return None, str(error)
    return len(read.text), None


def best(ways: list[Way]) -> tuple[Way, ...]:
    """The best first, no slug twice. Of two of a kind that give the same articles the better; another kind's
    that gives no others is proposed switched off, for the day the better one breaks."""
    kept: list[Way] = []
    for way in sorted(ways, key=lambda way: -way.worth):
        twin = next((other for other in kept if _alike(way, other)), None)
        if twin is None:
            kept.append(way)
        elif twin.source.spider != way.source.spider:
            note = f"Off: the same articles as {twin.source.slug}."
            kept.append(replace(way, source=replace(way.source, enabled=False, note=note)))
    return _named_apart(tuple(kept))


def _named_apart(ways: tuple[Way, ...]) -> tuple[Way, ...]:
    """No slug twice: a number goes behind those that stand already."""
    taken: set[str] = set()
    named = []
    for way in ways:
        slug, number = way.source.slug, 1
        while slug in taken:
            number += 1
            slug = f"{way.source.slug[:60]}-{number}"
        taken.add(slug)
        named.append(replace(way, source=replace(way.source, slug=slug)))
    return tuple(named)


def _alike(one: Way, other: Way) -> bool:
    links, others = _links(one), _links(other)
    return bool(links) and len(links & others) >= ALIKE * min(len(links), len(others))


def _links(way: Way) -> set[str]:
    return {canonical_url(entry.link) for entry in way.entries if entry.link}


def _described(source: Source, home: Home, language: str | None) -> Source:
    """The source with what can be guessed of it: name, kind, zone, language, outlet."""
    host = urlsplit(source.url).hostname or ""
    languages = (language,) if language in LANGUAGES and language else ()
    outlet = guesses.outlet(host)
    return replace(
        source,
        slug=outlet,
        outlet=outlet,
        name=home.name,
        kind=guesses.kind(host, home.name),
        zone=guesses.zone(host, language),
        languages=languages,
        country=guesses.country(host),
    )


def _own_name(home: Home, url: str) -> str:
    """What a version of the site calls itself; empty where that is but its host."""
    return "" if home.name == urlsplit(url).hostname else home.name


def _slug(source: Source, way: str) -> str:
    parts = [source.outlet, *source.languages[:1], way]
    return "-".join(parts)[:64].strip("-")


def _last(url: str) -> str:
    """The last part of a path as a slug may have it."""
    part = urlsplit(url).path.strip("/").rsplit("/", 1)[-1].lower()
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in part).strip("-")[
        :24
    ]
