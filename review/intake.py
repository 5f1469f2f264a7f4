"""Pages that somebody has in hand, taken in: read by a reader, judged, kept, as those a visit finds are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import blake2b

from crawler import known as spiders
from crawler.judging import TopicJudge
from crawler.reading.saved import kind_of
from news.article import ArticleState, Brought, Entry, Judgement, Published, Reading
from news.errors import HandedInError, ReaderFailed, ReadError
from news.source import Source
from review import belonging
from review.checking import Read
from storage import handed, sources
from storage.database import Database
from storage.handed import HandedIn

ADDRESS = "crawler.reading.saved:address_of"
PLAIN = "crawler.reading.plaintext:read_article"


@dataclass(frozen=True, slots=True)
class InHand:
    """A page as it was had. `place` names it in errors: a file, or its address.

    `url` is None where nobody knows its address, `source` a slug where it was
    said whose it is. `kind` is a media type. `title`, `published` and
    `said_by` are what the one who hands it in says; they go before the page's own.
    """

    place: str
    body: bytes
    kind: str
    url: str | None = None
    final_url: str | None = None
    source: str | None = None
    title: str = ""
    published: Published | None = None
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a page: its source, where it went, and its reading (None: its text was there before)."""

    source: Source
    handed: HandedIn
    reading: Reading | None = None


@dataclass(slots=True)
class Intake:
    """Takes pages in by one path. `read` runs a function of the readers, `brought` says how they come.

    `catalogue` holds the sources there are by slug; one for a site that has
    none is added with its first page.
    """

    database: Database
    read: Read
    judge: TopicJudge
    brought: Brought
    quiet: bool
    catalogue: dict[str, Source] = field(default_factory=dict)

    async def load(self) -> None:
        """Get to know the sources there are."""
        self.catalogue = {each.slug: each for each in await self.database.read(sources.all_sources)}

    def source_for(self, url: str | None, named: str | None, place: str) -> Source:
        """Whose a page is: the source that was `named`, the one on whose site `url` is, or one of its own.

        Raises HandedInError for a name that is no source's.
        """
        if named:
            if named in self.catalogue:
                return self.catalogue[named]
            remedy = "`wirewatch sources list` shows those there are."
            raise HandedInError(place=place, problem=f"no source named {named!r}", remedy=remedy)
        found = belonging.owner(url, self.catalogue.values()) if url else belonging.CLIPPINGS
        return found or belonging.own(url or "")

    async def add(self, source: Source) -> None:
        """Have the source among those there are, before something is kept as its own."""
        if source.slug not in self.catalogue:
            await self.database.write(sources.put, source, now=self.database.clock(), by_hand=True)
            self.catalogue[source.slug] = source

    async def address_of(self, body: bytes, place: str) -> str | None:
        """The address a saved page says it had. Raises HandedInError where it cannot be read."""
        try:
            found: str | None = await self.read(ADDRESS, body, owner=place, task=place)
        except ReaderFailed as error:
            remedy = "Give --url with its address."
            raise HandedInError(
                place=place, problem=f"it cannot be read: {error.reason}", remedy=remedy
            ) from error
        return found

    async def take(self, page: InHand) -> Taken:
        """Keep a page. One whose text is there already is not read again.

        Raises HandedInError where it cannot be read, or its source is none.
        """
        source = self.source_for(page.url, page.source, page.place)
        entry = Entry(
            link=page.url,
            title=page.title,
            guid=None if page.url else f"clip-{blake2b(page.body, digest_size=16).hexdigest()}",
            published=page.published,
        )
        here = source.slug in self.catalogue
        before = await self.database.read(handed.known, source.slug, entry) if here else None
        has_text = before is not None and before[1] in (ArticleState.READ, ArticleState.REMOVED)
        if before is not None and has_text and self.brought is not Brought.CLIP:
            return Taken(source, HandedIn(before[0], new=False))
        reading = await self._reading(page, source, entry)
        titled = replace(entry, title=entry.title or reading.title)
        await self.add(source)
        return Taken(source, await self._keep(page, source, titled, reading), reading)

    async def _reading(self, page: InHand, source: Source, entry: Entry) -> Reading:
        spider = spiders.spider(source.spider)
        plain = page.kind.startswith("text/plain") and kind_of(page.body) == "text/plain"
        function = PLAIN if plain else spider.reads_article
        at = page.url or source.url
        try:
            reading: Reading = await self.read(
                function,
                page.body,
                owner=source.slug,
                task=page.place,
                url=at,
                final_url=page.final_url or at,
                content_type=page.kind,
                rules=source.rules,
                zone=source.zone,
                languages=source.languages,
                now=self.database.clock(),
                entry=entry,
            )
        except (ReadError, ReaderFailed) as error:
            problem = str(error.facts.get("reason") or error)
            remedy = "Paste its text into a file, or into `clip --paste`, if it is to be kept."
            raise HandedInError(
                place=page.place, problem=f"it cannot be read: {problem}", remedy=remedy
            ) from error
        if page.url is None:  # the address it was read under is not its own
            reading = replace(reading, canonical_url=None)
        return replace(reading, title=page.title) if page.title else reading

    async def _keep(self, page: InHand, source: Source, entry: Entry, reading: Reading) -> HandedIn:
        while True:
            try:
                judgement = await self.judge.judge(
                    *(reading.title, reading.text, reading.language), facts=source.facts, task=page.place
                )
            except ReaderFailed:  # the judge died over it: kept as it is, unjudged
                judgement = Judgement(None, None)
            kept = await self.database.write(
                handed.hand_in,
                source.slug,
                entry,
                reading,
                judgement,
                at=self.database.clock(),
                brought=self.brought,
                quiet=self.quiet,
                said_by=page.said_by,
            )
            if kept is not None:
                return kept
            await self.judge.renew()
