"""One form for all text that is kept: what a database, a mail and a regular expression can all bear."""

from __future__ import annotations

import re
import unicodedata

# Characters no text needs and some consumer chokes on: PostgreSQL refuses NUL, UTF-8 refuses lone surrogates,
# terminals obey C0 and C1. U+FEFF inside a text is a byte order mark that was glued in. ZWNJ and ZWJ stay:
# Persian is misspelt without them.
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff]")
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_AROUND_BREAK = re.compile(r"\s*\n\s*")
_BLANKS = re.compile(r"[^\S\n]+")
# Canonical ordering is quadratic in a run of combining marks (120,000 of them: minutes), so in runs no
# writing system has (UAX 15 calls 30 stream-safe) the marks are dropped before they are ordered.
_MARK_RUN = re.compile(r"[^\w\s\x00-\x7f]{64,}")


def clean_text(text: str) -> str:
    """Any string as storable text: NFC, no control characters or surrogates, whitespace folded.

    Runs of blanks become one space, runs with a line break one newline; the ends are stripped.
    Idempotent, and linear in the length of the text.
    """
    text = _DROPPED.sub("", _LINE_BREAK.sub("\n", text))
    text = unicodedata.normalize("NFC", _MARK_RUN.sub(_without_marks, text))
    return _BLANKS.sub(" ", _AROUND_BREAK.sub("\n", text)).strip()


def one_line(text: str) -> str:
    """`clean_text` without line breaks: what a title, an author or an identifier may be."""
    return clean_text(text).replace("\n", " ")


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters of `text`, cut between words where that costs at most a fifth."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ", limit * 4 // 5)
    return (head[:space] if space > 0 else head).rstrip() + "…"


def _without_marks(run: re.Match[str]) -> str:
    return "".join(character for character in run[0] if not unicodedata.combining(character))
