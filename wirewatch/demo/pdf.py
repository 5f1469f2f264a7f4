"""A PDF as an office makes one: a page, a heading, paragraphs in Helvetica (ISO 32000-1, annex H.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

WIDTH, LINE, TOP = 88, 15, 780  # characters a line; points


def pdf(title: str, paragraphs: Sequence[str]) -> bytes:
    """One page of windows-1252 text; what lies below its edge is not seen, so it is kept short."""
    shown = b"\n".join(_lines(title, paragraphs))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    count = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    return written + head + table + end


def _lines(title: str, paragraphs: Sequence[str]) -> Iterator[bytes]:
    yield b"BT /F1 15 Tf 72 %d Td %d TL (%b) Tj" % (TOP, LINE, _escaped(title))
    yield b"/F1 10 Tf T*"
    for paragraph in paragraphs:
        yield b"T*"
        for line in wrap(paragraph, WIDTH, break_on_hyphens=False):
            yield b"(%b) Tj T*" % _escaped(line)
    yield b"ET"


def _escaped(text: str) -> bytes:
    marked = "".join(f"\\{letter}" if letter in "()\\" else letter for letter in text)
    return marked.encode("cp1252", "replace")
