"""The words of a text with their places in it, as it stands: nothing is normalised, so no offset is lost.

Compounds are taken apart at hyphens and dashes, so "Lachin-Khankendi",
"Lachin–Khankendi" and "Lachin Khankendi" are the same two words; a word goes on
over an apostrophe, and over marks that a reader does not take for its end.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from matching.normal import UNSPOKEN

# ʼ and ʻ are among them and letters to Python's `\w` besides.
APOSTROPHES = "'’‘ʼʻ`´＇"
# What `\w` leaves out and no word ends at: vowel signs, stress marks, points (all of the basic plane).
MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M")

# What a word is made of has no character in common with what follows it, so nothing is ever given back
# (`++`): a megabyte of soft hyphens in half the time. Tatweel is a letter to `\w`.
_LETTERS = r"[^\W_]++"
_JOINT = f"[{UNSPOKEN}{MARKS}]".replace("\u0640", "")
_LONG = rf"{_LETTERS}(?:{_JOINT}++{_LETTERS})*+[{MARKS}]*+"
_PLAIN = re.compile(rf"{_LETTERS}(?:[{APOSTROPHES}]{_LETTERS})*+")
_MARKED = re.compile(rf"{_LONG}(?:[{APOSTROPHES}]{_LONG})*+")
# Half of the plain pattern's price again, so it is asked for only where a text holds such a mark.
_HAS_JOINT = re.compile(_JOINT)


def forms(text: str) -> list[str]:
    """The words as they stand, in order."""
    return [*_forms(text)]


@lru_cache(maxsize=2)
def _forms(text: str) -> tuple[str, ...]:
    """Once for a title and a text: what full text is told and what is watched are looked for one after the
    other, and keep one string of a word between them."""
    return tuple(_pattern(text).findall(text))


def spans(text: str) -> list[tuple[int, int]]:
    """Start and end (exclusive), in code points, of each of `forms`."""
    return [found.span() for found in _pattern(text).finditer(text)]


def _pattern(text: str) -> re.Pattern[str]:
    return _MARKED if not text.isascii() and _HAS_JOINT.search(text) else _PLAIN
