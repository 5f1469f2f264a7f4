"""Word documents (.docx, ECMA-376): the paragraphs of the main part, streamed within caps.

The zip directory's own sizes are not believed: what is read is counted. XML is read by expat without a
document type (defusedxml), so nothing is expanded or fetched, and without a tree, so what is nested or
numerous costs no memory.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from crawler.reading.paper import Paper
from news.errors import NoText, ReadError
from news.texts import one_line

# Of one part, decompressed: a book of 500 pages has some 10 MiB of it.
PART_BYTES = 24 * 1024 * 1024
TEXT_CHARS = 1_000_000
MAIN = "word/document.xml"
CORE = "docProps/core.xml"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)

# What stands in the text and is not read as such: deleted in a revision, a field's code, the second form of
# what a newer Word draws otherwise.
_SILENT = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback"))
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
_TITLES = ("title", "heading1", "heading 1", "1")


def read_docx(body: bytes, *, url: str) -> Paper:
    """The paragraphs of a Word document, tables and text boxes at their places, and the title it states.

    Raises NoText for another archive and an encrypted one, ReadError for a broken one and for one that is
    larger than the caps (24 MiB of XML).
    """
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = set(archive.namelist())
            if MAIN not in names:
                raise NoText(url=url, reason="an archive that holds no Word document")
            main = _part(archive, MAIN, url)
            core = _part(archive, CORE, url) if CORE in names else b""
        text = _Paragraphs()
        _parse(main, text)
        stated = _Stated()
        if core:
            _parse(core, stated)
    except DefusedXmlException as error:
        raise ReadError(
            url=url, reason="a Word document with a document type or entities of its own"
        ) from error
    except (*_BROKEN, SAXException) as error:
        raise ReadError(url=url, reason=f"a Word document that is broken ({error})") from error
    return Paper(
        paragraphs=tuple(text.paragraphs),
        title=one_line(stated.said["title"]) or None,
        heading=text.heading,
        language=stated.said["language"].strip() or None,
    )


def _part(archive: zipfile.ZipFile, name: str, url: str) -> bytes:
    if archive.getinfo(name).flag_bits & 1:
        raise NoText(url=url, reason="an encrypted Word document, it opens only with its password")
    with archive.open(name) as part:
        data = part.read(PART_BYTES + 1)
    if len(data) > PART_BYTES:
        raise ReadError(url=url, reason=f"a Word document of more than {PART_BYTES >> 20} MiB, unpacked")
    return data


def _parse(part: bytes, handler: ContentHandler) -> None:
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    parser.parse(BytesIO(part))


@dataclass(slots=True)
class _Open:
    """A paragraph under way; a text box opens another inside it."""

    parts: list[str]
    style: str = ""


class _Paragraphs(ContentHandler):
    """Gathers the paragraphs; a paragraph inside another (a text box) comes before it."""

    def __init__(self) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self.heading: str | None = None
        self._open: list[_Open] = []
        self._silent = 0
        self._in_text = False
        self._left = TEXT_CHARS

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: object) -> None:  # noqa: N802  # SAX names it so
        tag = name[1]
        if self._silent or tag in _SILENT:
            self._silent += 1
        elif tag == "p" and "wordprocessingml" in (name[0] or ""):
            self._open.append(_Open([]))
        elif not self._open:
            return
        elif tag == "t":
            self._in_text = True
        elif tag == "pStyle":
            self._open[-1].style = _value(attrs)
        elif tag in _SIGNS:
            self._open[-1].parts.append(_SIGNS[tag])

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802  # SAX names it so
        if self._silent:
            self._silent -= 1
        elif name[1] == "t":
            self._in_text = False
        elif name[1] == "p" and "wordprocessingml" in (name[0] or "") and self._open:
            self._close(self._open.pop())

    def characters(self, content: str) -> None:
        if self._in_text and self._open and not self._silent and self._left > 0:
            self._open[-1].parts.append(content[: self._left])
            self._left -= len(content)

    def _close(self, paragraph: _Open) -> None:
        text = "".join(paragraph.parts)
        if not text.strip():
            return
        self.paragraphs.append(text)
        if self.heading is None and paragraph.style.casefold() in _TITLES:
            self.heading = one_line(text)


class _Stated(ContentHandler):
    """The title and language among the document's properties (Dublin Core)."""

    def __init__(self) -> None:
        super().__init__()
        self.said = {"title": "", "language": ""}
        self._name = ""

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: object) -> None:  # noqa: N802  # SAX names it so
        self._name = name[1]

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802  # SAX names it so
        self._name = ""

    def characters(self, content: str) -> None:
        if self._name in self.said and len(self.said[self._name]) < 1_000:
            self.said[self._name] += content


def _value(attrs: object) -> str:
    """An element's `val`, whatever its prefix."""
    for (_, name), value in attrs.items():  # type: ignore[attr-defined]
        if name == "val":
            return str(value)
    return ""
