"""How words are spelled: one spelling for all that readers take for the same, of many words at a time.

Most of what normalising and searching a word costs is to begin. So words are
joined by line ends, which no word has, no rule changes and none looks across, and
each rule is applied once to all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from matching.normal import spoken
from matching.tokens import APOSTROPHES, MARKS
from news.languages.language import Language, turkic

LONGEST = 64  # letters of a word that count
Keyed = tuple[str, ...]

# Spellings of one letter. Of Arabic script: alef, hamza, kaf and yeh as Arabic and Persian keyboards
# give them, teh marbuta, and digits.
_LETTERS = {
    **dict(zip("ёґ", "ег", strict=True)),
    **dict(zip("يىئكأإآٱةۀؤ", "یییکااااههو", strict=True)),
    "ء": "",
    **{chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)},
}
_CHANGED = re.compile(f"[{''.join(_LETTERS)}]")
# NFKC makes blanks and signs of some letters.
_NO_PART_OF_A_KEY = re.compile(rf"[^\w\n'{MARKS}]|_")
_FANCY = APOSTROPHES.replace("'", "")


def exact(form: str) -> Keyed:
    """A word's normal form; where it has an I of either kind, also that of Turkic casing.

    Both always, because in a headline the guess between languages is least
    sure and the letters are largest.
    """
    form = form[:LONGEST]
    if form.isascii():
        plain = straight(form.lower())
        return (plain,) if "I" not in form else (plain, *normal_each([spoken(turkic(form))]))
    form = unicodedata.normalize("NFKC", straight(form))
    cased = (form, turkic(form)) if "I" in form or "İ" in form else (form,)
    return tuple(filter(None, dict.fromkeys(normal_each([spoken(each) for each in cased]))))


def exact_each(forms: Sequence[str]) -> list[Keyed]:
    """`exact` of each."""
    if not forms:
        return []
    composed = unicodedata.normalize("NFKC", straight("\n".join([form[:LONGEST] for form in forms])))
    spelled = normal_each(spoken(composed).split("\n"))
    asis = zip(forms, composed.split("\n"), spelled, strict=True)
    return [
        exact(form) if form.isascii() or "I" in whole or "İ" in whole else (key,) if key else ()
        for form, whole, key in asis
    ]


def lower_each(forms: Sequence[str], known: Language) -> list[Keyed]:
    """Each word as the language's dictionary may have it: in lower case, without what an apostrophe hangs
    on; with a capital I or İ in both casings, since the language may be a wrong guess."""
    if not forms:
        return []
    plain = straight("\n".join([form[:LONGEST] for form in forms]))
    if not known.dotted_i or not ("I" in plain or "İ" in plain):
        return [_words(each, known) for each in _lower(plain).split("\n")]
    both = zip(_lower(plain).split("\n"), _lower(turkic(plain)).split("\n"), plain.split("\n"), strict=True)
    return [
        (*_words(turned, known), *_words(lower, known))
        if "I" in form or "İ" in form
        else _words(lower, known)
        for lower, turned, form in both
    ]


def _lower(text: str) -> str:
    return spoken(text, str.lower).replace("i\u0307", "i")


def _words(word: str, known: Language) -> Keyed:
    """The word, where something is left of it."""
    if not word.isalpha():
        if known.bare is not None and "'" in word:
            word = re.sub(known.bare, "", word)
        word = _NO_PART_OF_A_KEY.sub("", word).strip("'")
    word = known.spelling(word)
    return (word,) if word else ()


def straight(text: str) -> str:
    """`text` with one kind of apostrophe."""
    for fancy in _FANCY:
        text = text.replace(fancy, "'")
    return text


def normal_each(words: Sequence[str]) -> list[str]:
    """One spelling of each word in lower case; nothing may be left of it."""
    if not words:
        return []
    joined = "\n".join(words).casefold().replace("i\u0307", "i")  # the dot that casefolding leaves of İ
    for letter in {*_CHANGED.findall(joined)}:  # a fifth of what `translate` takes
        joined = joined.replace(letter, _LETTERS[letter])
    joined = joined.replace("եւ", "եվ")
    if not joined.replace("\n", "").isalpha():
        joined = _NO_PART_OF_A_KEY.sub("", joined)
    found = joined.split("\n")
    return [word.strip("'") for word in found] if "'" in joined else found
