"""PDF and Word files written byte by byte, as programs write them and as nobody should."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

# Where a text stands and how large: points from the left edge and from the page's foot, size, text.
Drawn = tuple[float, float, float, str]
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def pdf(
    pages: Sequence[Sequence[Drawn]],
    *,
    title: str | None = None,
    lang: str | None = None,
    mapped: bool = True,
) -> bytes:
    """A PDF of these pages in one font whose codes are glyph numbers; `mapped`: a ToUnicode map tells their
    letters, as word processors write it."""
    letters = sorted({letter for page in pages for *_, text in page for letter in text})
    codes = {letter: number for number, letter in enumerate(letters, start=3)}
    info = b"/Title " + hexed(title) if title else b""
    extra = f"/Lang ({lang})".encode() if lang else b""
    kids = b" ".join(b"%d 0 R" % (7 + 2 * number) for number in range(len(pages)))
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Any /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R]" + (b" /ToUnicode 5 0 R" if mapped else b"") + b" >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Any /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        stream(to_unicode(codes)),
        b"<< " + info + b" >>",
    ]
    for number, page in enumerate(pages):
        drawn = b"".join(
            b"BT /F1 %g Tf 1 0 0 1 %g %g Tm <%s> Tj ET\n"
            % (size, left, base, b"".join(b"%04X" % codes[letter] for letter in text))
            for left, base, size, text in page
        )
        parts.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (8 + 2 * number)
        )
        parts.append(stream(drawn))
    return file_of(parts, info=6)


def to_unicode(codes: Mapping[str, int]) -> bytes:
    pairs = b"\n".join(
        b"<%04X> <%s>" % (code, letter.encode("utf-16-be").hex().encode()) for letter, code in codes.items()
    )
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"%d beginbfchar\n%s\nendbfchar\nendcmap end end" % (len(codes), pairs)
    )


def stream(content: bytes, *, packed: bytes | None = None) -> bytes:
    packed = zlib.compress(content) if packed is None else packed
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed)


def hexed(text: str) -> bytes:
    return b"<FEFF" + text.encode("utf-16-be").hex().encode() + b">"


def file_of(parts: Sequence[bytes], *, info: int | None = None, trailer: bytes = b"") -> bytes:
    """A file of these objects, numbered from 1; the first is its catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    named = b"/Info %d 0 R" % info if info else b""
    out += b"trailer\n<< /Size %d /Root 1 0 R %s %s >>\n" % (len(parts) + 1, named, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def column(
    texts: Sequence[str], *, left: float = 70, top: float = 750, pitch: float = 14, size: float = 11
) -> list[Drawn]:
    """Lines one below the other; an empty one leaves space."""
    return [(left, top - pitch * number, size, text) for number, text in enumerate(texts) if text]


def docx(
    paragraphs: Sequence[str | tuple[str, str]], *, title: str | None = None, parts: Mapping[str, bytes] = {}
) -> bytes:
    """A Word file of these paragraphs, each a text or (style, text); `parts` replace or add whole parts."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{each[0]}"/></w:pPr><w:r><w:t>{escape(each[1])}</w:t></w:r></w:p>'
        if isinstance(each, tuple)
        else f'<w:p><w:r><w:t xml:space="preserve">{escape(each)}</w:t></w:r></w:p>'
        for each in paragraphs
    )
    core = f"<c xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>{escape(title or '')}</dc:title></c>"
    return archive(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>".encode(),
            "docProps/core.xml": core.encode(),
            **parts,
        }
    )


def archive(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name, part)
    return out.getvalue()
