"""Endings of Turkish and Azerbaijani: chains of parts whose vowels follow the word before them.

Parts are written as grammars write them: `A` and `I` are vowels in harmony,
`D` is d or t, `C` is c or ç; what stands in brackets is there after a vowel (a consonant in
brackets) or after a consonant (a vowel in brackets).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PART = re.compile(r"\((.)\)|(.)")


@dataclass(frozen=True, slots=True)
class Harmony:
    """A language's vowels. `a` gives for each last vowel what `A` becomes, `i` what `I` does; after a
    letter of `voiceless` D is t and C is ç."""

    a: dict[str, str]
    i: dict[str, str]
    voiceless: str = ""

    def endings(self, *groups: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Every ending that the groups may give, after whatever word; nothing stood in its place.

        A group is an order of slots, of each of which an ending has at most one part; the parts of a slot
        are parted by blanks.
        """
        found = set()
        for slots in groups:
            for start in self._starts():
                words = {start}
                for slot in slots:
                    parts = [_PART.findall(part) for part in slot.split()]
                    words |= {self._written(word, part) for word in words for part in parts}
                found |= {word[len(start) :] for word in words}
        return dict.fromkeys(found - {""}, ("",))

    def _starts(self) -> Iterator[str]:
        """A word for each way in which words sway what follows."""
        for vowel in {(self.a[vowel], self.i[vowel]): vowel for vowel in self.a}.values():
            yield from (vowel, vowel + "l", *(vowel + hard for hard in self.voiceless[:1]))

    def _written(self, word: str, part: list[tuple[str, str]]) -> str:
        for optional, letter in part:
            word += self._letter(optional or letter, bool(optional), word)
        return word

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
