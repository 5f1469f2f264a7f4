"""Lists for other programs: CSV, JSON Lines, XLSX, written as the rows come, safe in a spreadsheet.

Whatever a source published stays text there: a cell that a spreadsheet would take for a formula is marked
with an apostrophe in CSV (https://owasp.org/www-community/attacks/CSV_Injection) and is a string in XLSX.
JSON Lines keep all values as they are.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format as Style

Plain = str | int | float | bool | None
Cell = Plain | Sequence[Any] | Mapping[str, Any]
Row = Mapping[str, Cell]

BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows UTF-8
CHUNK = 64 * 1024
# Excel's bounds (https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3).
MOST_ROWS, LONGEST_CELL = 1_048_576, 32_767
SHEET_OF = 31
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# Where a cell begins: at its start, and after what another country's Excel takes for the end of a cell or a
# line (`;` stands for the comma where that is the decimal sign). Quotes and blanks are skipped there.
_BEGINNING = re.compile(r"(?:^|[;\t\r\n])[;\s\"'\u200b-\u200f\ufeff]*+")
_NOT_A_TITLE = re.compile(r"[\[\]:*?/\\']")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Format(StrEnum):
    CSV = "csv"
    JSON_LINES = "jsonl"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """What the answer's Content-Type says."""
        return {
            Format.CSV: "text/csv; charset=utf-8",
            Format.JSON_LINES: "application/jsonl",
            Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self]


class Sheet(ABC):
    """A file in the making: `rows` takes some and gives what can be sent by now, `end` the rest. Closed
    whatever happens; all of it blocks."""

    @abstractmethod
    def rows(self, rows: Iterable[Row]) -> bytes: ...

    @abstractmethod
    def end(self) -> Iterator[bytes]: ...

    @abstractmethod
    def close(self) -> None: ...


async def stream(
    form: Format, columns: Sequence[str], pages: AsyncIterable[Iterable[Row]], *, title: str
) -> AsyncGenerator[bytes, None]:
    """The file, piece by piece: `columns` are the rows' keys in their order, `title` is a workbook's sheet.

    What a row has besides them is left out of CSV and XLSX; what it lacks is empty.
    """
    sheet = opened(form, columns, title)
    with closing(sheet):
        async for page in pages:
            if piece := await asyncio.to_thread(sheet.rows, page):
                yield piece
        rest = sheet.end()
        while piece := await asyncio.to_thread(next, rest, b""):
            yield piece


def opened(form: Format, columns: Sequence[str], title: str) -> Sheet:
    """A file of that form, empty as yet."""
    if form is Format.JSON_LINES:
        return JsonLines()
    return Csv(columns) if form is Format.CSV else Xlsx(columns, title)


def file_name(of: str, form: Format) -> str:
    """What the browser is to call the file, in ASCII."""
    return f"{re.sub('[^a-z0-9]+', '-', of.lower()).strip('-') or 'wirewatch'}.{form}"


def harmless(cell: str) -> str:
    """`cell` with an apostrophe before whatever a spreadsheet would begin to calculate."""
    marked = _BEGINNING.sub(_marked, cell)
    return f"'{marked}" if marked.startswith(("\t", "\r", "\n")) else marked


class Csv(Sheet):
    """RFC 4180, all texts quoted, UTF-8 with a byte order mark."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._page = io.StringIO()
        self._page.write(BYTE_ORDER_MARK)
        self._writer = csv.writer(self._page, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        self._writer.writerow(columns)

    def rows(self, rows: Iterable[Row]) -> bytes:
        for row in rows:
            cells = (flat(row.get(column)) for column in self._columns)
            self._writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
        piece = self._page.getvalue().encode("utf-8", "replace")
        self._page.seek(0)
        self._page.truncate()
        return piece

    def end(self) -> Iterator[bytes]:
        yield self.rows(())  # the columns' names, where there was no row

    def close(self) -> None:
        """Nothing is kept of it."""


class JsonLines(Sheet):
    """A JSON object a line (https://jsonlines.org), UTF-8, all that a row has."""

    def rows(self, rows: Iterable[Row]) -> bytes:
        return "".join([f"{_json(dict(row))}\n" for row in rows]).encode("utf-8", "replace")

    def end(self) -> Iterator[bytes]:
        yield from ()

    def close(self) -> None:
        """Nothing is kept of it."""


class Xlsx(Sheet):
    """A workbook of one sheet, kept in a temporary folder until its end: a zip's list of contents comes last.

    Texts are strings, never formulas or links, and without what XML cannot hold. Rows beyond a sheet's last
    are left out; its last row says so.
    """

    def __init__(self, columns: Sequence[str], title: str) -> None:
        self._columns = columns
        self._folder = TemporaryDirectory(prefix="wirewatch-export-")
        self._file = Path(self._folder.name, "book.xlsx")
        options = {
            "tmpdir": self._folder.name,
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = Workbook(str(self._file), options)
        self._sheet = self._book.add_worksheet(
            re.sub(r"[\[\]:*?/\\']", " ", title)[:SHEET_OF].strip() or None
        )
        self._text = self._book.add_format()
        self._text.set_quote_prefix()  # it stays a text when somebody edits it, too
        self._next, self._ended = 0, False
        self._write(columns, self._book.add_format({"bold": True}))
        self._sheet.freeze_panes(1, 0)

    def rows(self, rows: Iterable[Row]) -> bytes:
        for row in rows:
            if self._next < MOST_ROWS - 1:
                self._write([flat(row.get(column)) for column in self._columns])
            elif self._next == MOST_ROWS - 1:
                self._write(["A sheet holds no more rows. CSV and JSON Lines have them all."])
        return b""

    def end(self) -> Iterator[bytes]:
        self._finish()
        with self._file.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    def close(self) -> None:
        self._finish()  # a workbook lets go of its own files at no other time
        self._folder.cleanup()

    def _finish(self) -> None:
        if not self._ended:
            self._ended = True
            self._book.close()

    def _write(self, cells: Sequence[Plain], style: Style | None = None) -> None:
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                self._sheet.write_string(self._next, place, _sheet_text(cell), style or self._text)
            elif isinstance(cell, bool):
                self._sheet.write_boolean(self._next, place, cell)
            elif cell is not None:
                self._sheet.write_number(self._next, place, cell)
        self._next += 1


def flat(cell: Cell) -> Plain:
    """A value as one cell: several words joined by commas, what has parts as JSON."""
    if cell is None or isinstance(cell, str | int | float):
        return cell
    words = [] if isinstance(cell, Mapping) else [each for each in cell if isinstance(each, str)]
    return ", ".join(words) if len(words) == len(cell) else _json(cell)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _marked(found: re.Match[str]) -> str:
    if not found.string.startswith(FORMULA, found.end()):
        return found[0]
    skipped = found[0]
    cell = 1 + max(skipped.rfind(separator) for separator in ";\t\r\n")
    return f"{skipped[:cell]}'{skipped[cell:]}"


def _sheet_text(text: str) -> str:
    text = _NOT_XML.sub("", text)
    # Excel counts UTF-16 units; a pair that is cut through is left out.
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * LONGEST_CELL - 2].decode("utf-16-le", "ignore") + "…"
