"""PDF files (ISO 32000) as a `Paper`: pypdf finds the characters, `pagination` makes them text again.

Caps stand where a small file can ask for much: pages, what one page draws, what a stream unpacks to. What
runs away inside them costs a reader (`workers`), as with any page.
"""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, cast

from pypdf import Configuration, PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, DeprecationError, PyPdfError
from pypdf.generic import DictionaryObject, IndirectObject, NameObject

from crawler.reading.pagination import Line, paragraphs
from crawler.reading.paper import Paper
from news.errors import NoText, ReadError
from news.texts import one_line

# A statement has some pages, a report some dozens; of longer ones the beginning is read.
PAGES = 200
# Nodes of the page tree, pages or not, that are looked at to find them.
NODES = 2_000
TEXT_CHARS = 1_000_000
# Of one stream, unpacked: what a dense page draws is 100 kB, a table of objects some megabytes.
STREAM_BYTES = 16 * 1024 * 1024
# What all pages that are read draw, unpacked: a dense one has some 20 kB, and each takes pypdf half a
# millisecond.
DRAWN_BYTES = 4 * 1024 * 1024
# Operators and operands of one page: a dense one has 20,000, each a Python object.
DRAWING = 500_000

# It remarks on whatever is odd in a file, a line each.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)
_LIMITS = Configuration(
    array_based_stream_maximum_output_length=STREAM_BYTES,
    lzw_maximum_output_length=STREAM_BYTES,
    run_length_maximum_output_length=STREAM_BYTES,
    zlib_maximum_output_length=STREAM_BYTES,
    brotli_maximum_output_length=STREAM_BYTES,
    zlib_maximum_recovery_input_length=500_000,
    stream_decoding_work_maximum_length=4 * STREAM_BYTES,
    stream_parsing_work_maximum_count=DRAWING,
    xform_maximum_invocations_per_extraction=500,
    jbig2dec_binary=None,  # no program is started over what a source sent
    disable_legacy_handling=True,
)
# What pypdf is known to raise on hostile bytes beside its own errors.
_GIVES_UP = (
    PyPdfError,
    DependencyError,
    DeprecationError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


def read_pdf(body: bytes, *, url: str) -> Paper:
    """The text of a PDF's first 200 pages (a million characters), and what it says of itself.

    A file that only restricts printing and copying opens without a password and is read. Raises NoText for
    an encrypted one, ReadError for a broken one and for one that asks for more than the caps.
    """
    try:
        with apply_configuration(_LIMITS):
            return _read(PdfReader(BytesIO(body)), url)
    except _GIVES_UP as error:
        raise ReadError(url=url, reason=f"a PDF that is broken ({_said(error)})") from error


def _read(reader: PdfReader, url: str) -> Paper:
    if reader.is_encrypted and not reader.decrypt(""):
        raise NoText(url=url, reason="an encrypted document, it opens only with its password")
    pages: list[list[Line]] = []
    drawn = unmapped = 0
    left = DRAWN_BYTES
    for page in _pages(reader):
        contents = page.get_contents()
        left -= len(contents.get_data()) if contents is not None else 0
        if left < 0 and pages:
            break
        if left < 0:
            reason = f"a PDF whose first page draws more than {DRAWN_BYTES >> 20} MiB"
            raise ReadError(url=url, reason=reason)
        gathering = _Gathering()
        page.extract_text(visitor_text=gathering.take)
        gathering.end()
        pages.append(gathering.lines)
        drawn, unmapped = drawn + gathering.drawn, unmapped + gathering.unmapped
        if drawn > TEXT_CHARS:
            break
    if unmapped * 2 > drawn:
        raise NoText(url=url, reason="a document whose fonts do not say which letters they draw")
    return Paper(
        paragraphs=tuple(paragraphs(pages)),
        title=_text(reader.metadata.get("/Title") if reader.metadata else None),
        heading=_largest(pages[0]) if pages else None,
        language=_text(reader.root_object.get("/Lang")),
    )


def _pages(reader: PdfReader) -> Iterator[PageObject]:
    """The first pages in their order. pypdf's own list looks at all there are, 100,000 or endless."""
    waiting: list[tuple[Any, dict[str, Any]]] = [(reader.root_object.get("/Pages"), {})]
    seen: set[int] = set()
    found = nodes = 0
    while waiting and found < PAGES and nodes < NODES:
        node, inherited = waiting.pop()
        nodes += 1
        reference = node if isinstance(node, IndirectObject) else None
        node = node.get_object() if node is not None else None
        if not isinstance(node, DictionaryObject):
            continue
        own = {**inherited, **{name: node.raw_get(name) for name in _INHERITED if name in node}}
        if "/Kids" in node:
            if id(node) not in seen:
                seen.add(id(node))
                kids = cast("list[Any]", node["/Kids"])[: PAGES - found]
                waiting.extend((kid, own) for kid in reversed(kids))
        else:
            page = PageObject(reader, reference)
            page.update(node)
            page.update({NameObject(name): value for name, value in own.items()})
            found += 1
            yield page


class _Gathering:
    """Pieces of text as pypdf hands them out, put together to lines in the order they are drawn.

    `drawn` are the characters, `unmapped` those of fonts whose codes are mere numbers of glyphs.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.drawn = self.unmapped = 0
        self._parts: list[str] = []
        self._place: tuple[float, float, float] | None = None

    def take(self, text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        """One piece: the matrices of the page and of the text where it begins, the font and its size."""
        self.drawn += len(text)
        self.unmapped += len(text) * _is_unmapped(font)
        for number, piece in enumerate(text.split("\n")):
            if number:
                self.end()
            if piece.strip() and self._place is None:
                scale = abs(tm[0] * cm[0] + tm[1] * cm[2]) or abs(tm[2]) or 1.0
                left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                base = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                self._place = left, base, abs(size) * scale
            self._parts.append(piece)

    def end(self) -> None:
        parts = self._parts
        if sum(len(part) for part in parts if _FROM_RIGHT.search(part)) * 2 > sum(map(len, parts)):
            # pypdf turns the letters of words round, not the order of words and numbers on the line.
            parts = [part if _FROM_RIGHT.search(part) else _mirrored(part) for part in reversed(parts)]
        text = one_line("".join(parts))
        if text and self._place is not None:
            self.lines.append(Line(text, *self._place))
        self._parts, self._place = [], None


def _is_unmapped(font: Any) -> bool:
    """Whether a font's codes are glyph numbers and nothing says which letters they are."""
    return (
        isinstance(font, DictionaryObject)
        and str(font.get("/Encoding")).startswith("/Identity")
        and "/ToUnicode" not in font
    )


def _mirrored(part: str) -> str:
    """A number among words written from the right: its own order stays, the blanks beside it change sides."""
    bare = part.strip()
    start = part.find(bare)
    return part[start + len(bare) :] + bare + part[:start]


def _largest(lines: list[Line]) -> str | None:
    """The first page's lines in its largest type, where it has several types: a heading."""
    sizes = {round(line.size, 1) for line in lines}
    if len(sizes) < 2:
        return None
    return one_line(" ".join(line.text for line in lines if round(line.size, 1) == max(sizes)))


def _text(value: Any) -> str | None:
    value = value.get_object() if value is not None else None
    return one_line(value) or None if isinstance(value, str) else None


def _said(error: BaseException) -> str:
    return one_line(str(error))[:120] or type(error).__name__
