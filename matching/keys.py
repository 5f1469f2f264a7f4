"""Keys: what a word of a text and a word of a term must have in common to be the same word.

A word has a tuple of them and one in common is enough. So far they are its
literal forms; keys of inflection (lemmas, stems, bases, in namespaces of their
own) are to be added in `_keys`, per language, and nowhere else.

A key holds letters, digits, marks and apostrophes, never a blank, and is at
most `LONGEST` characters of a word: full-text search takes it as it is.
"""

from __future__ import annotations

import re
import unicodedata

from matching.normal import spoken
from matching.tokens import APOSTROPHES, MARKS
from news.languages.registry import LANGUAGES, language

LONGEST = 64
KEPT = 200_000  # words whose keys are remembered, for each rule of apostrophes
FOLDED = "~"  # the key space of words without diacritics, which only terms typed in ASCII look into

_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
# Spellings of one letter. Of Arabic script: alef, hamza, kaf and yeh as Arabic and Persian keyboards
# give them, teh marbuta, and digits.
_LETTERS = str.maketrans(
    {
        **dict(zip("ёґ", "ег", strict=True)),
        **dict(zip("يىئكأإآٱةۀؤ", "یییکااااههو", strict=True)),
        "ء": "",
        **{chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)},
    }
)
_NO_PART_OF_A_KEY = re.compile(rf"[^\w'{MARKS}]|_")  # NFKC makes blanks and signs of some letters
# Letters whose diacritic is no mark of its own.
_STROKES = str.maketrans({**dict(zip("ıəøłđðħŋ", "ieolddhn", strict=True)), "æ": "ae", "œ": "oe", "þ": "th"})


class Keys(dict[str, tuple[str, ...]]):
    """Keys of words as they stand, computed once each. `bare` says what of a word is no part of a name.

    `bare` is a pattern as in `news.languages.language.Language`, None where
    words are taken whole.
    """

    def __init__(self, bare: str | None) -> None:
        super().__init__()
        self._bare = re.compile(bare) if bare else None

    def __missing__(self, form: str) -> tuple[str, ...]:
        if len(self) >= KEPT:
            self.clear()
        found = self[form] = _keys(form, self._bare)
        return found


class Analysis:
    """The keys of words by the language of the text they stand in."""

    def __init__(self) -> None:
        rules = {known.code: known.bare for known in LANGUAGES.values() if known.bare}
        self._whole = Keys(None)
        # Where nobody knows the language, the rules of all hold: a word too many is better than one missed.
        self._any = Keys("|".join(sorted(set(rules.values()))))
        shared = {bare: Keys(bare) for bare in rules.values()}
        self._by_language = {code: shared[bare] for code, bare in rules.items()}

    def keys(self, code: str | None) -> Keys:
        """Those of a text in the language `code` (ISO 639-1, None: not known)."""
        if code is None:
            return self._any
        known = language(code)
        return self._whole if known is None else self._by_language.get(known.code, self._whole)


def term_keys(form: str) -> tuple[str, ...]:
    """The keys under which a word of a term is looked for.

    One typed in ASCII also finds what differs from it by diacritics alone
    ("Lacin" finds "Laçın"), any other only what it says.
    """
    found = _literal(form)
    if form.translate(_APOSTROPHE).isascii():
        return (*found, *(FOLDED + key for key in found if key.isascii()))
    return found


def _keys(form: str, bare: re.Pattern[str] | None) -> tuple[str, ...]:
    found = dict.fromkeys(_literal(form))
    if bare is not None and any("'" in key for key in found):
        found |= dict.fromkeys(filter(None, (bare.sub("", key) for key in found)))
    folded = {_folded(key) for key in found if not key.isascii()}
    found |= dict.fromkeys(FOLDED + key for key in sorted(folded) if key.isascii() and key not in found)
    return tuple(found)


def _literal(form: str) -> tuple[str, ...]:
    """A word's normal form; where it has an I of either kind, also that of Turkic casing.

    Both always, because in a headline the guess between languages is least
    sure and the letters are largest.
    """
    form = form[:LONGEST]
    if form.isascii():
        plain = form.lower().translate(_APOSTROPHE)
        return (plain,) if "I" not in form else (plain, _normal(_turkic(form)))
    form = unicodedata.normalize("NFKC", form.translate(_APOSTROPHE))
    both = (_normal(form), _normal(_turkic(form))) if "I" in form or "İ" in form else (_normal(form),)
    return tuple(key for key in dict.fromkeys(both) if key)


def _turkic(form: str) -> str:
    return form.replace("İ", "i").replace("I", "ı")


def _normal(form: str) -> str:
    key = spoken(form).replace("i\u0307", "i").translate(_LETTERS)  # the dot that casefolding leaves of İ
    return _NO_PART_OF_A_KEY.sub("", key.replace("եւ", "եվ")).strip("'")


def _folded(key: str) -> str:
    apart = unicodedata.normalize("NFD", key)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_STROKES)
