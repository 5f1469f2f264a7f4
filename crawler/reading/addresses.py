"""Lists of addresses that people keep: CSV with or without a header, or one address a line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from crawler.reading.dates import parse_date
from news.texts import one_line
from news.urls import is_web_address

# What columns are called, whatever the case.
HEADINGS = {
    "url": ("url", "link", "address", "href", "uri"),
    "date": ("date", "published", "day", "pubdate"),
    "title": ("title", "headline"),
    "source": ("source", "slug"),
}
DELIMITERS = "\t;,"
SNIFFED = 20  # lines
# The longest line that is looked at; a longer one is no list of addresses.
LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Address:
    """A row: `line` counts from 1; what it does not say is empty."""

    line: int
    url: str
    date: str = ""
    title: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A row that cannot be used: why, and what to do."""

    line: int
    problem: str
    remedy: str


def read_addresses(
    text: str, *, table: bool, slugs: frozenset[str], languages: Sequence[str], now: datetime
) -> Iterator[Address | Unusable]:
    """The rows of a list in their order: a `table` is CSV, else each line begins with an address.

    Blank lines and those beginning with `#` are passed over. Without a header a cell is told by what it
    holds: an address, a date (read in `languages`, believed up to `now`), one of the `slugs` of sources, else
    the title.
    """
    rows = _table(text) if table else _lines(text)
    header: dict[str, int] | None = None
    first = True
    for line, cells in rows:
        if first and (header := _header(cells)):
            first = False
            continue
        first = False
        found = _named(line, cells, header) if header else _guessed(line, cells, slugs, languages, now)
        yield found if is_web_address(found.url) else _no_address(line, found.url or " ".join(cells))


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    delimiter = _delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    began = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = ["(a cell too long to be one)"]
        if any(cells) and not cells[0].startswith("#"):
            yield began, [one_line(cell) for cell in cells]
        began = reader.line_num + 1


def _delimiter(text: str) -> str:
    """The one that stands in most of the first lines."""
    lines = text.splitlines()[:SNIFFED]
    return max(DELIMITERS, key=lambda mark: sum(mark in line for line in lines))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        said = line[:LONGEST].strip()
        if said and not said.startswith("#"):
            cells = said.split("\t") if "\t" in said else said.split(None, 2)
            yield number, [one_line(cell) for cell in cells]


def _header(cells: Sequence[str]) -> dict[str, int] | None:
    names = [cell.strip().casefold() for cell in cells]
    found = {
        column: next((names.index(name) for name in called if name in names), -1)
        for column, called in HEADINGS.items()
    }
    return found if found["url"] >= 0 else None


def _named(line: int, cells: Sequence[str], header: dict[str, int]) -> Address:
    values = {
        column: cells[place].strip() if 0 <= place < len(cells) else "" for column, place in header.items()
    }
    return Address(line, **values)


def _guessed(
    line: int, cells: Sequence[str], slugs: frozenset[str], languages: Sequence[str], now: datetime
) -> Address:
    rest = [cell.strip() for cell in cells if cell.strip()]
    url = next((cell for cell in rest if is_web_address(cell)), "")
    if not url:
        return Address(line, rest[0] if rest else "")
    rest.remove(url)
    date = next(
        (cell for cell in rest if parse_date(cell, zone="UTC", languages=tuple(languages), now=now)), ""
    )
    source = next((cell for cell in rest if cell in slugs), "")
    title = " ".join(cell for cell in rest if cell not in (date, source))
    return Address(line, url, date, title, source)


def _no_address(line: int, said: str) -> Unusable:
    return Unusable(line, f"{said[:100]!r} is no web address", "Write it in full, with https://")
