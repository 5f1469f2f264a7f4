"""Text as the words in it, whatever their typography: what two copies of one text have in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import filterfalse

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
# Letters whose diacritic is no mark of its own.
_STROKES = {**dict(zip("ıəøłđðħŋ", "ieolddhn", strict=True)), "æ": "ae", "œ": "oe", "þ": "th"}
_ABOVE = re.compile("[\U00010000-\U0010ffff]")


def spoken(text: str, lower: Callable[[str], str] = str.casefold) -> str:
    """`text` in NFKC, casefolded, without unspoken marks: the one place for all who compare words.

    With `str.lower` it keeps the letters dictionaries have (ß, և).
    """
    composed = lower(unicodedata.normalize("NFKC", text))
    return _UNSPOKEN.sub("", unicodedata.normalize("NFKC", composed))


def words(text: str) -> list[str]:
    """The words of `text` in order: NFKC, casefolded, without punctuation and unspoken marks."""
    return [word for word in _BETWEEN_WORDS.split(spoken(text)) if word]


def folded(text: str) -> str:
    """Words in lower case without diacritics."""
    if text.isascii():
        return text
    plain = combining().sub("", unicodedata.normalize("NFD", text))
    for stroked, letter in _STROKES.items():  # two microseconds; `translate` takes ten
        plain = plain.replace(stroked, letter)
    if _ABOVE.search(plain):
        plain = "".join(filterfalse(unicodedata.combining, plain))
    return plain


@cache
def combining() -> re.Pattern[str]:
    """The marks that a letter may carry, but for those above U+FFFF: with them each character would be
    held against each of them (0.4 µs). Not at import: it takes 8 ms, and most commands fold nothing."""
    return re.compile(f"[{''.join(filter(unicodedata.combining, map(chr, range(0x300, 0x10000))))}]")
