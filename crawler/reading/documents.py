"""Statements that come as files for printing: PDF and Word, told by their bytes and read as articles.

The header's word for it is not asked: servers send both as `application/octet-stream` and worse. What is
another kind of file is named, so that an operator knows what the source publishes.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from datetime import datetime

from crawler.reading.dates import parse_date
from crawler.reading.paper import Paper
from news.article import Entry, Published, Reading, TextOrigin
from news.errors import NoText
from news.texts import clean_text, clipped, one_line
from news.urls import canonical_url

TEXT_CHARS = 500_000
TITLE_CHARS = 1_000
# A PDF's head may stand after some other bytes (ISO 32000-1, implementation note 13).
HEAD = 1_024
# Of what can be seen: fewer letters and digits than this are no writing, but glyphs without a meaning.
LEGIBLE = 0.5
# The date of a statement stands alone in one of so many lines, with a place or a number beside it.
DATE_LINES, DATE_CHARS = 15, 60

_OTHERS = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a document of old Word or Excel (.doc, .xls)"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG\r\n", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"\x1f\x8b\x08", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
)
# Ligatures and positional forms of letters, as fonts draw them: words are written without them.
_DRAWN_FORMS = re.compile("[\ufb00-\ufb17\ufb50-\ufdfb\ufe70-\ufefc]+")
_YEAR = re.compile(r"(?:19|20)\d\d|\d\d?[./-]\d\d?[./-]\d\d(?!\d)|[۰-۹]{4}")
_FILE_NAME = re.compile(
    r"(?i)^(?:microsoft (?:word|powerpoint|excel)\b.*|.*\.(?:docx?|pdf|rtf|indd|pptx?|xlsx?))$"
)
# What links to files say when they do not say what the file is about.
_LABEL_WORDS = (
    "pdf doc docx download open view read file document attachment скачать открыть документ файл"
    " yüklə yükle indir oxu ներբեռնել բեռնել ჩამოტვირთვა télécharger herunterladen untitled"
    " sənəd belge փաստաթուղթ دانلود"
)
_LABELS = frozenset(_LABEL_WORDS.split())


def is_document(body: bytes) -> bool:
    """Whether `body` is a file rather than a page, by its first bytes."""
    return _is_pdf(body) or body.startswith((b"PK\x03\x04", *(magic for magic, _ in _OTHERS)))


def read_document(
    body: bytes,
    *,
    url: str,
    final_url: str,
    zone: str,
    languages: Sequence[str],
    now: datetime,
    entry: Entry,
) -> Reading:
    """The statement in a PDF or Word file, as `articles.read_article` gives pages; arguments as there.

    The title is the file's own where its text bears it out, else the entry's, else a heading in the text,
    else its own all the same, else the first line. The date is one that stands alone in the first lines.
    Raises NoText for files of another kind, encrypted and scanned ones, ReadError for broken or overlarge
    ones.
    """
    paper = _read(body, url)
    text = _plain("\n".join(paper.paragraphs))
    if not any(letter.isalpha() for letter in text):
        raise NoText(url=url, reason="a scanned document, no text")
    if not _is_legible(text):
        raise NoText(url=url, reason="a document whose fonts do not say which letters they draw")
    return Reading(
        title=clipped(_title(paper, text, entry), TITLE_CHARS),
        text=text[:TEXT_CHARS],
        origin=TextOrigin.PAGE,
        canonical_url=canonical_url(final_url),
        author=entry.author,
        published=_printed_date(text, zone=zone, languages=languages, now=now),
        language=_language(paper.language) or entry.language,
        raw=zlib.compress(body, 1),
    )


def _read(body: bytes, url: str) -> Paper:
    # Loaded by the first such file only: most sources have none, and pypdf takes memory in every reader.
    if _is_pdf(body):
        from crawler.reading.pdf import read_pdf

        return read_pdf(body, url=url)
    if body.startswith(b"PK\x03\x04"):
        from crawler.reading.docx import read_docx

        return read_docx(body, url=url)
    what = next(name for magic, name in _OTHERS if body.startswith(magic))
    raise NoText(url=url, reason=f"{what}, which is not read")


def _is_pdf(body: bytes) -> bool:
    start = body.find(b"%PDF-", 0, HEAD)
    return start >= 0 and b"<" not in body[:start]


def _plain(text: str) -> str:
    text = _DRAWN_FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return clean_text(text.replace("\u00ad", ""))


def _is_legible(text: str) -> bool:
    seen = [letter for letter in text if not letter.isspace()]
    written = sum(unicodedata.category(letter)[0] in "LMN" for letter in seen)
    return written >= LEGIBLE * len(seen)


def _title(paper: Paper, text: str, entry: Entry) -> str:
    stated = _plain(paper.title or "").replace("\n", " ")
    if _FILE_NAME.match(stated) or _is_label(stated):
        stated = ""
    if stated and _letters(stated) in _letters(text[: 4 * TITLE_CHARS]):
        return stated
    if not _is_label(entry.title):
        return entry.title
    return _plain(paper.heading or "").replace("\n", " ") or stated or text.split("\n", 1)[0]


def _is_label(title: str) -> bool:
    """Whether a link's words tell nothing of what it leads to: "Download (PDF, 1 MB)", "statement_7.pdf"."""
    if _FILE_NAME.match(one_line(title)):
        return True
    words = re.findall(r"[^\W\d_]{3,}", title.casefold())
    return all(word in _LABELS for word in words)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _printed_date(text: str, *, zone: str, languages: Sequence[str], now: datetime) -> Published | None:
    for line in text.split("\n", DATE_LINES)[:DATE_LINES]:
        if len(line) <= DATE_CHARS and _YEAR.search(line):
            found = parse_date(line, zone=zone, languages=languages, now=now)
            if found is not None:
                return found
    return None


def _language(tag: str | None) -> str | None:
    found = re.match(r"([A-Za-z]{2,3})(?:[-_]|$)", (tag or "").strip())
    return found[1].lower() if found else None
