"""What an import is given, file by file: addresses left as rows, pages read and kept, the rest named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from news.article import Entry
from news.errors import HandedInError, WirewatchError
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from news.source import Source
    from review.intake import InHand, Intake

TABLES, LISTS = (".csv", ".tsv"), (".txt", ".urls", ".list")
PAGES = (".html", ".htm", ".xhtml", ".pdf", ".docx")
WARCS = (".warc", ".warc.gz")
# Addresses are left to be read in units of this many.
AT_ONCE = 100
# Pages of a file on their way at once: readers are two, and each source holds one.
UNDER_WAY = 4


@dataclass(slots=True)
class File:
    """A file and what came of it."""

    path: Path
    kind: str
    listed: int = 0
    new: int = 0
    known: int = 0
    bad: int = 0


@dataclass(slots=True)
class Import:
    """What is to be taken in and how: options as given, then what came of it. `advanced` is told how many
    bytes of a file are done."""

    source: str | None
    url: str | None
    only: tuple[str, ...]
    files: list[File] = field(default_factory=list)
    advanced: Callable[[int], None] = lambda done: None
    slugs: set[str] = field(default_factory=set)

    def refuse(self, file: File, error: WirewatchError) -> None:
        """Name what cannot be used, and go on."""
        file.bad += 1
        typer.echo(f"wirewatch: {error}", err=True)

    def wanted(self, url: str | None) -> bool:
        if not self.only or url is None:
            return True
        return any(fnmatchcase(urlsplit(url).path, pattern) for pattern in self.only)


def files(given: Path) -> Iterator[Path]:
    """The file, or those in a folder and its folders that may be meant, by name. Raises HandedInError."""
    if not given.exists():
        raise HandedInError(place=str(given), problem="it is not there", remedy="Name a file or a folder.")
    if not given.is_dir():
        yield given
        return
    for path in sorted(given.rglob("*")):
        inside = path.relative_to(given).parts
        # Browsers keep a page's parts in a folder beside it that is called so.
        apart = any(folder.endswith("_files") for folder in inside[:-1])
        hidden = any(part.startswith(".") for part in inside)
        meant = path.name.lower().endswith((*TABLES, *LISTS, *PAGES, *WARCS))
        if meant and not apart and not hidden and path.is_file():
            yield path


def kind_of_file(path: Path) -> str:
    name = path.name.lower()
    for kind, endings in (("WARC", WARCS), ("page", PAGES), ("table", TABLES), ("list", LISTS)):
        if name.endswith(endings):
            return kind
    from crawler.reading.saved import kind_of

    with path.open("rb") as file:
        head = file.read(2_000)
    if head.startswith((b"WARC/", b"\x1f\x8b")):
        return "WARC"
    return "list" if kind_of(head).startswith("text/plain") else "page"


async def take_in(settings: Settings, work: Import, file: File, intake: Intake) -> None:
    """Take a file in; what of it cannot be used is named, and the rest goes on."""
    try:
        if file.kind in ("list", "table"):
            await _take_list(settings, work, file, intake)
        else:
            await _take_pages(settings, work, file, intake)
    except HandedInError as error:
        work.refuse(file, error)
    except OSError as error:
        problem = f"it cannot be read: {error.strerror or error}"
        remedy = "See to its rights, or leave it out."
        work.refuse(file, HandedInError(place=str(file.path), problem=problem, remedy=remedy))


async def _take_list(settings: Settings, work: Import, file: File, intake: Intake) -> None:
    """Addresses, left as rows to be read, in units; what is known is counted."""
    from storage import handed

    entries: dict[str, list[Entry]] = {}

    async def leave(slug: str) -> None:
        new, known = await intake.database.write(
            handed.announce, slug, entries.pop(slug), at=intake.database.clock()
        )
        file.new, file.known = file.new + new, file.known + known
        work.slugs.add(slug)

    async for source, entry in _addresses(settings, work, file, intake):
        entries.setdefault(source.slug, []).append(entry)
        if len(entries[source.slug]) >= AT_ONCE:
            await leave(source.slug)
    for slug in list(entries):
        await leave(slug)


async def _addresses(
    settings: Settings, work: Import, file: File, intake: Intake
) -> AsyncIterator[tuple[Source, Entry]]:
    """The rows of a list that can be used, each as an entry of its source."""
    from crawler.reading.addresses import Unusable, read_addresses
    from crawler.reading.dates import parse_date

    text, now = _text(file.path), intake.database.clock()
    rows = read_addresses(
        text,
        table=file.kind == "table",
        slugs=frozenset(intake.catalogue),
        languages=settings.languages,
        now=now,
    )
    for row in rows:
        place = f"{file.path}, line {row.line}"
        if isinstance(row, Unusable):
            file.listed += 1
            work.refuse(file, HandedInError(place=place, problem=row.problem, remedy=row.remedy))
            continue
        if not work.wanted(row.url):
            continue
        file.listed += 1
        try:
            source = intake.source_for(row.url, row.source or work.source, place)
        except HandedInError as error:
            work.refuse(file, error)
            continue
        languages = source.languages or settings.languages
        said = parse_date(row.date, zone=source.zone, languages=languages, now=now) if row.date else None
        if row.date and said is None:
            remedy = "Write it as 2022-12-13 or 2022-12-13T14:05+04:00."
            problem = f"{row.date[:60]!r} is no date, or none that can be believed"
            work.refuse(file, HandedInError(place=place, problem=problem, remedy=remedy))
            continue
        await intake.add(source)
        yield source, Entry(row.url, row.title, published=said)


def _text(path: Path) -> str:
    """A list's characters; UTF-16 and a byte order mark are told by its first bytes. Raises HandedInError."""
    body = path.read_bytes()
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        problem, remedy = "it is not UTF-8", "Save the file as UTF-8."
        raise HandedInError(place=f"{path}, line {line}", problem=problem, remedy=remedy) from error


async def _take_pages(settings: Settings, work: Import, file: File, intake: Intake) -> None:
    """Pages in hand, read and kept a few at once."""
    limit = asyncio.Semaphore(UNDER_WAY)

    async def take(page: InHand) -> None:
        try:
            taken = await intake.take(page)
            file.new, file.known = file.new + taken.handed.new, file.known + (not taken.handed.new)
        except HandedInError as error:
            work.refuse(file, error)
        finally:
            limit.release()

    async with asyncio.TaskGroup() as group:
        async for page in _pages(settings, work, file, intake):
            file.listed += 1
            if isinstance(page, HandedInError):
                work.refuse(file, page)
                continue
            await limit.acquire()
            group.create_task(take(page))


async def _pages(
    settings: Settings, work: Import, file: File, intake: Intake
) -> AsyncIterator[InHand | HandedInError]:
    from review.intake import InHand

    if file.kind == "page":
        try:
            page = await _saved(settings, work, file, intake)
        except HandedInError as error:
            yield error
        else:
            yield page
        return
    from review.warcs import records

    for record in records(file.path, settings.egress.max_bytes):
        if isinstance(record, HandedInError):
            yield record
        elif work.wanted(record.url):
            place = f"{file.path}: {record.url}"
            yield InHand(place, record.body, record.kind, url=record.url, source=work.source)
            work.advanced(record.place)
        await asyncio.sleep(0)


async def _saved(settings: Settings, work: Import, file: File, intake: Intake) -> InHand:
    """A saved page, with the address that is given or that it says it had. Raises HandedInError."""
    from crawler.reading.saved import kind_of
    from review.intake import InHand

    place, limit = str(file.path), settings.egress.max_bytes
    if file.path.stat().st_size > limit:
        problem, remedy = f"more than {limit} bytes", "Raise egress.max_bytes if it is to be taken in."
        raise HandedInError(place=place, problem=problem, remedy=remedy)
    body = file.path.read_bytes()
    kind, url = kind_of(body), work.url
    if url is None and kind == "text/html":
        url = await intake.address_of(body, place)
    if url is None and work.source is None:
        problem, remedy = "it does not say which address it had", "Give --url, or --source alone."
        raise HandedInError(place=place, problem=problem, remedy=remedy)
    return InHand(place, body, kind, url=url, source=work.source)
