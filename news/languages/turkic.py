"""Endings of Turkish and Azerbaijani: chains of parts whose vowels follow the word before them.

Parts are written as grammars write them: `A` and `I` are vowels in harmony,
`D` is d or t, `C` is c or ç; what stands in brackets is there after a vowel (a consonant in
brackets) or after a consonant (a vowel in brackets).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

_PART = re.compile(r"\((.)\)|(.)")


@dataclass(frozen=True, slots=True)
class Harmony:
    """A language's vowels. `a` gives for each last vowel what `A` becomes, `i` what `I` does; after a
    letter of `voiceless` D is t and C is ç."""

    a: dict[str, str]
    i: dict[str, str]
    voiceless: str = ""

    def endings(self, *groups: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """Every ending that the chains of parts may give, after whatever word; nothing stood in its place."""
        found = set()
        for chain in (chain for group in groups for chain in group):
            for last in self.a:
                for after in (last, last + "l", last + "t"):
                    found.add(self._written(chain, after))
        return dict.fromkeys(found - {""}, ("",))

    def _written(self, chain: tuple[str, ...], word: str) -> str:
        start = len(word)
        for part in chain:
            for optional, letter in _PART.findall(part):
                word += self._letter(optional or letter, bool(optional), word)
        return word[start:]

    def _letter(self, letter: str, optional: bool, word: str) -> str:
        open_end = word[-1] in self.a
        if optional and open_end == (letter in "IA"):
            return ""
        if letter in "AI":
            last = next(vowel for vowel in reversed(word) if vowel in self.a)
            return (self.a if letter == "A" else self.i)[last]
        if letter in "DC":
            hard = word[-1] in self.voiceless
            return {"D": "td", "C": "çc"}[letter][0 if hard else 1]
        return letter


def chains(*slots: str) -> Iterator[tuple[str, ...]]:
    """Every chain of at most one part of each slot, in their order; parts are parted by blanks."""
    yield from product(*(["", *slot.split()] for slot in slots))
