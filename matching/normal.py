"""Text as the words in it, whatever their typography: what two copies of one text have in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# What a typesetter or a converter adds and a reader does not see or say: soft hyphen, joiners and
# direction marks, word joiner, byte order mark, variation selectors; stress marks (after NFKC, so й and
# ї stay whole); tatweel, Arabic vowel marks; Armenian emphasis, exclamation and question marks, which
# stand inside words.
UNSPOKEN = (
    "\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f"
    "\u0300\u0301\u0640\u064b-\u0655\u0670\u055a-\u055e"
)
_UNSPOKEN = re.compile(f"[{UNSPOKEN}]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def spoken(text: str, lower: Callable[[str], str] = str.casefold) -> str:
    """`text` in NFKC, casefolded, without unspoken marks: the one place for all who compare words.

    With `str.lower` it keeps the letters dictionaries have (ß, և).
    """
    composed = lower(unicodedata.normalize("NFKC", text))
    return _UNSPOKEN.sub("", unicodedata.normalize("NFKC", composed))


def words(text: str) -> list[str]:
    """The words of `text` in order: NFKC, casefolded, without punctuation and unspoken marks."""
    return [word for word in _BETWEEN_WORDS.split(spoken(text)) if word]
