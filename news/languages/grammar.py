"""How a language hangs endings on its words, and what becomes of the word before them.

A word of a text is taken apart: every ending it may carry is cut off, and what
the ending did to the word is undone. What remains are its bases; a term's word
is the same word where it is one of them. Nothing is looked up, so names that
stand in no dictionary are found as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

_NOTHING = ("",)


@dataclass(frozen=True, slots=True)
class Change:
    """Before an ending that begins with one of the letters `before` (any where empty), a word that ends
    in `base` is written with `written` in its place (Turkish "bakanlık": "bakanlığ-ı")."""

    written: str
    base: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class Grammar:
    """Endings and what they do. `endings` gives for each whole chain what may have stood in its place
    in the form that dictionaries give: nothing, or another ending ("Шуш-ой": "Шуш-а").

    A stem has at least `shortest` letters. `prefixes` are what may stand before a word ("وال").
    `dropped` are vowels that fall out between the last two consonants before an ending
    ("խնդիր": "խնդր-ի"); `vowels` are the language's, to know consonants by.
    `joined` is what an adjective ends in before a hyphen, and by itself ("армяно-": "армянский").
    `oblique` says that words of a term may well stand in another form, so their bases count, too.
    """

    endings: Mapping[str, tuple[str, ...]]
    shortest: int = 3
    prefixes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    dropped: str = ""
    vowels: str = ""
    oblique: bool = False
    joined: tuple[str, str] | None = None
    # Letters of the longest ending; the changes by the last letter of what is written.
    _longest: int = field(init=False)
    _changes: Mapping[str, list[Change]] = field(init=False)

    def __post_init__(self) -> None:
        by_letter: dict[str, list[Change]] = {}
        for change in self.changes:
            by_letter.setdefault(change.written[-1], []).append(change)
        object.__setattr__(self, "_longest", max(map(len, self.endings), default=0))
        object.__setattr__(self, "_changes", by_letter)

    def bases(self, word: str) -> list[str]:
        """What `word` may be a form of, besides itself; some come twice."""
        found = []
        for whole in self._unprefixed(word) if self.prefixes else (word,):
            if whole != word:
                found.append(whole)
            size = len(whole)
            for cut in range(max(self.shortest, size - self._longest), size + 1):
                replaced = self.endings.get(whole[cut:])
                if replaced is not None:
                    stems = self._undone(whole[:cut], whole[cut : cut + 1])
                    found += stems if replaced == _NOTHING else [a + b for a in stems for b in replaced]
        return found

    def apart(self, word: str) -> Iterator[str]:
        """The adjective that `word` may be the first part of a compound of."""
        if self.joined is not None and word.endswith(self.joined[0]) and len(word) > self.shortest + 1:
            yield word.removesuffix(self.joined[0]) + self.joined[1]

    def _unprefixed(self, word: str) -> Iterator[str]:
        yield word
        for prefix in self.prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= self.shortest:
                yield word[len(prefix) :]

    def _undone(self, stem: str, first: str) -> list[str]:
        """What a stem may be without an ending that begins with the letter `first`."""
        stems, last = [stem], stem[-1:]
        if last in self._changes:
            stems += [
                stem.removesuffix(change.written) + change.base
                for change in self._changes[last]
                if (not change.before or first in change.before) and stem.endswith(change.written)
            ]
        if self.dropped and len(stem) > 2 and last not in self.vowels and stem[-2] not in self.vowels:
            stems += [stem[:-1] + vowel + last for vowel in self.dropped]
        return stems


def chains(*slots: str) -> Iterator[str]:
    """Every ending made of at most one part of each slot, in their order; parts are parted by blanks."""
    for parts in product(*(["", *slot.split()] for slot in slots)):
        if ending := "".join(parts):
            yield ending


def endings(*groups: tuple[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Of groups of endings (`_` is none) that stand for one of others (parted by blanks)."""
    found: dict[str, dict[str, None]] = {}
    for replaced, group in groups:
        for ending in group:
            forms = found.setdefault(ending.replace("_", ""), {})
            forms.update(dict.fromkeys(each.replace("_", "") for each in replaced.split()))
    return {ending: tuple(replaced) for ending, replaced in found.items()}
