"""Keys: what a word of a text and a word of a term must have in common to be the same word.

A word has several and one in common is enough: its literal forms, and for each
language it is read in what `matching.morphology` says of it, in a space of its
own (`ruL:коридор`). A term's word is looked for under the narrow keys where
it is a whole term, under the wide ones where a neighbour makes sure of it.

In which languages a text's word is read: those that share the word's script
among the text's own and the ones it may be taken for (`Language.close`), the
same whichever of them was guessed; where that leaves none, and where the
language is not known, all of its script. So a term is found by its own language's rules or not
at all, and what else is read changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TypeVar

from matching import tokens
from matching.morphology import ANY, BASE, Morphology
from matching.normal import combining, folded, spoken
from matching.tokens import APOSTROPHES, MARKS
from news.languages.language import Language, turkic
from news.languages.registry import LANGUAGES, language

LONGEST = 64
# What is remembered, and as much again of what was used before it: what is made of words as they stand, for
# each set of languages (half a kilobyte each; with 30,000 twice as many had to be made again); their
# keys (2 kB), for who asks next for the same text; those of words in lower case, for each language.
KEPT, AT_HAND, LEARNT = 60_000, 2_000, 40_000
ACRONYM = 5  # letters of the longest term in capitals that is one
INFLECTED = 40  # letters of the longest word that is taken for one of a language
# Different words of one text that are inflected, those after them are taken as they stand: an
# article of 500 words has 300, and nobody's list of a million may keep the judge (0.3 ms a new word).
MOST = 6000
# Letters of a key that full-text search knows (it proposes, the matcher decides), and how many of them are
# enough where several keys of a word begin with them.
PROPOSED, SHARED = 6, 4

V = TypeVar("V")
Keyed = tuple[str, ...]
# The words of a term, each as the keys under which it is looked for.
Path = tuple[Keyed, ...]

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
_CHANGED = re.compile(f"[{''.join(map(chr, _LETTERS))}\u0307]")
# Letters that may differ from those of ASCII by diacritics alone: none of Greek and the scripts after it, up
# to the Latin ones that were added later.
_MAY_BE_PLAIN = re.compile("[^\x00-\x7f\u0370-\u1cff]")
_HYPHEN = re.compile(r"(?<=\w)[-\u2010-\u2015\u2212/](?=\w)")
_ZWNJ = "\u200c"
_UNKNOWN, _ANY = f"{BASE}:", f"{ANY}:"


# Told a language, a word and its keys (parted by blanks), as they are computed.
Learnt = Callable[[str, str, str], None]


class Remembered(dict[str, V]):
    """What is made of words (`make`), once each. When there are more than `most`, those not asked for
    since the last time are forgotten."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._earlier: dict[str, V] = {}

    def make(self, word: str) -> V:
        raise NotImplementedError

    def __missing__(self, word: str) -> V:
        made = self._earlier.pop(word, None)
        if len(self) >= self._most:
            self._earlier = self.copy()
            self.clear()
        if made is None:
            made = self.make(word)
        self[word] = made
        return made


class Inflections(Remembered[str]):
    """Keys of words in lower case in one language, parted by blanks."""

    def __init__(self, known: Language, learnt: Learnt) -> None:
        super().__init__(LEARNT)
        self.language = known
        self.morphology = Morphology(known)
        self._learnt = learnt

    def make(self, word: str) -> str:
        code, made = self.language.code, self.morphology.of_text(word)
        normal = _normal_each([key for _, key in made])
        found = [f"{code}{kind}:{key}" for (kind, _), key in zip(made, normal, strict=True) if key]
        keys = " ".join(dict.fromkeys(found))
        self._learnt(code, word, keys)
        return keys


class Keys(Remembered[Keyed]):
    """Keys of words of texts as they stand, read in some languages. They are large, so only those of the
    last texts are remembered; what is made of them is small."""

    def __init__(self, read_in: Callable[[str], tuple[Inflections, ...]]) -> None:
        super().__init__(AT_HAND)
        self._read_in = read_in
        self._proposals = Proposals(self)

    def make(self, word: str) -> Keyed:
        short = word[:LONGEST]
        found = [*_literal(short)]
        for inflections in self._read_in(script(short)) if _inflected(word) else ():
            for lower in _words(short, inflections.language):
                found += _normal(lower), *inflections[lower].split()
        return tuple(filter(None, dict.fromkeys(found)))

    def proposals(self, *forms: Sequence[str]) -> Iterator[str]:
        """What full-text search is told of these parts of a text; some come twice."""
        different = dict.fromkeys(chain(*forms))
        for form in islice(different, MOST):
            yield from self._proposals[form]
        for form in islice(different, MOST, None):
            yield from proposed(_literal(form[:LONGEST]))

    def of_text(self, *forms: Sequence[str]) -> Iterator[Keyed]:
        """The keys of each different word of these parts of a text, in their order."""
        for number, form in enumerate(dict.fromkeys(chain(*forms))):
            yield self[form] if number < MOST else _literal(form[:LONGEST])


class Proposals(Remembered[Keyed]):
    """What full-text search is told of words as they stand."""

    def __init__(self, keys: Mapping[str, Keyed]) -> None:
        super().__init__(KEPT)
        self._keys = keys

    def make(self, word: str) -> Keyed:
        return proposed(self._keys[word])


class Analysis:
    """The keys of words of texts, by the language of the text, and of terms, by theirs.

    `languages` are the ISO 639-1 codes of those that are read; a dictionary is loaded with the first
    word that needs it, or by `load`. `learnt` is told what was computed.
    """

    def __init__(
        self,
        languages: Iterable[str] = LANGUAGES,
        learnt: Learnt = lambda code, word, keys: None,
    ) -> None:
        chosen = dict.fromkeys(languages)
        self._read = {code: Inflections(LANGUAGES[code], learnt) for code in LANGUAGES if code in chosen}
        self._by_languages: dict[frozenset[str], Keys] = {}
        # Keys, parted by blanks; in UTF-8, which takes a third of what their strings do.
        self._asked: dict[tuple[str, str | None, bool], bytes] = {}

    def load(self) -> None:
        """Read all dictionaries now."""
        for inflections in self._read.values():
            inflections.morphology.of_text("a")

    def remember(self, code: str, word: str, keys: str) -> None:
        """What `learnt` was told, in this process or another, by the same analysis."""
        if code in self._read and len(self._read[code]) < LEARNT:
            self._read[code][word] = keys

    def keys(self, code: str | None) -> Keys:
        """Those of a text in the language `code` (ISO 639-1, None: not known)."""
        known = None if code is None else language(code)
        codes = frozenset() if known is None else frozenset((known.code, *known.close))
        found = self._by_languages.get(codes)
        if found is None:
            found = self._by_languages[codes] = Keys(self._reader(codes))
        return found

    def paths(self, text: str, code: str | None = None, *, generously: bool = False) -> tuple[Path, ...]:
        """The ways in which a term may be written, word by word; none where it has no word.

        `code` is the term's language, None: all that are foremost written in its words' scripts.
        `generously`: a single word, too, is taken as in a phrase.
        """
        found = (self._path(forms, code, generously) for forms in _spellings(text))
        return tuple(dict.fromkeys(filter(None, found)))

    def _path(self, forms: list[str], code: str | None, generously: bool) -> Path:
        alone = len(forms) == 1 and not generously
        return tuple(keys for form in forms if (keys := self._term_keys(form, code, alone=alone)))

    def _term_keys(self, form: str, code: str | None, *, alone: bool) -> Keyed:
        """Computed once: a change of one topic has all others compiled anew."""
        found = self._asked.get((form, code, alone))
        if found is None:
            if len(self._asked) >= LEARNT:
                self._asked.clear()
            keys = self._keys_of_term(form, code, alone=alone)
            found = self._asked[form, code, alone] = " ".join(keys).encode()
        return tuple(found.decode().split())

    def _keys_of_term(self, form: str, code: str | None, *, alone: bool) -> Keyed:
        """One typed in ASCII also finds what differs from it by diacritics alone (`~`), any other only
        what it says."""
        short = form[:LONGEST]
        acronym = form.isupper() and len(form) <= ACRONYM
        found = dict.fromkeys(_literal(short))
        for inflections in self._of_script(script(short)) if _inflected(form) else ():
            known = inflections.language
            if code != known.code if code is not None else script(short) != known.scripts[0]:
                continue
            for word in _words(short, inflections.language):
                for kind, key in inflections.morphology.of_term(word, alone=alone, acronym=acronym):
                    space = f"{inflections.language.code}{kind}:" if kind else ""
                    found[space + _normal(key)] = None
        if form.translate(_APOSTROPHE).isascii():
            found |= {"~" + key: None for key in found if key.isascii()}
        return tuple(key for key in found if key and not key.endswith(":"))

    def _reader(self, codes: frozenset[str]) -> Callable[[str], tuple[Inflections, ...]]:
        by_script: dict[str, tuple[Inflections, ...]] = {}

        def read_in(script: str) -> tuple[Inflections, ...]:
            if script not in by_script:
                own = {code for code in codes if script in LANGUAGES[code].scripts}
                every = self._of_script(script)
                by_script[script] = tuple(each for each in every if not own or each.language.code in own)
            return by_script[script]

        return read_in

    def _of_script(self, script: str) -> tuple[Inflections, ...]:
        return tuple(each for each in self._read.values() if script in each.language.scripts)


def languages_read(text: str) -> set[str]:
    """The languages some word of a text may be read in, by its script."""
    scripts = {script(form) for form in tokens.forms(text)}
    return {known.code for known in LANGUAGES.values() if scripts & {*known.scripts}}


def languages_of(terms: Iterable[tuple[str, str | None]]) -> set[str]:
    """The languages whose rules can find terms, given as text and language (None: all of its scripts)."""
    wanted = set()
    for text, code in terms:
        scripts = {script(form) for form in tokens.forms(text)}
        every = (known.code for known in LANGUAGES.values() if known.scripts[0] in scripts)
        wanted |= {*every} if code is None else {code} & LANGUAGES.keys()
    return wanted


def spelled(text: str) -> Path:
    """A term's words by their spelling alone: two terms with the same are one, in whatever case."""
    return tuple(keys for form in tokens.forms(text) if (keys := exact(form)))


def exact(form: str) -> Keyed:
    """A word by its spelling alone."""
    return tuple(key for key in _literal(form[:LONGEST]) if key)


def script(form: str) -> str:
    """The script of a word's first letter, as Unicode names it ("CYRILLIC"); "" for digits."""
    for letter in form:
        if letter.isalpha():
            return "LATIN" if letter.isascii() else unicodedata.name(letter, "").partition(" ")[0]
    return ""


def met(keys: Iterable[str]) -> set[str]:
    """The keys of terms by which a word of a text with these is found: they themselves; the base of a word
    no dictionary knows also as that of any word (`matching.morphology`); without diacritics for a term
    that was typed in ASCII."""
    found = {*keys}
    found.update([key.replace(_UNKNOWN, _ANY, 1) for key in found if _UNKNOWN in key])
    joined = "\n".join(found)  # all at once: most of what folding costs is to begin it
    if _MAY_BE_PLAIN.search(joined):
        found.update(["~" + key for key in folded(joined).split("\n") if key.isascii()])
    return found


def proposed(keys: Iterable[str]) -> Keyed:
    """What full-text search is told of a word of a text with these keys: the first letters of each, and
    of those that begin alike only the shortest (`asked` knows)."""
    begun = {plain[:PROPOSED] for plain in _plain(keys)}
    return tuple(sorted(each for each in begun if not begun & {each[:n] for n in range(SHARED, len(each))}))


def asked(keys: Iterable[str]) -> Keyed:
    """What it is asked for, for a word of a term: a word of a text with a key in common has one of these."""
    lengths = range(SHARED, PROPOSED + 1)
    return tuple(dict.fromkeys(plain[:length] for plain in _plain(keys) for length in lengths))


def _plain(keys: Iterable[str]) -> list[str]:
    """The first letters of keys' words, without diacritics unless nothing is left then."""
    words = dict.fromkeys(key.rpartition(":")[2].lstrip("~") for key in keys)
    if all(map(str.isascii, words)):
        return [*words]
    joined = "\n".join(words)
    if not combining().search(joined):  # so each letter remains one at least
        joined = "\n".join(dict.fromkeys(word[:PROPOSED] for word in words))
    each = zip(joined.split("\n"), folded(joined).split("\n"), strict=True)
    return [plain or word for word, plain in each]


def _spellings(text: str) -> Iterator[list[str]]:
    """A term's words; names that a hyphen joins in both orders, and words that may be written as one
    with a zero-width non-joiner (Persian) in both ways."""
    yield tokens.forms(text)
    pair = _HYPHEN.split(text)
    if len(pair) == 2:
        before, after = (tokens.forms(part) for part in pair)
        yield [*before[:-1], *after[:1], *before[-1:], *after[1:]]
    if _ZWNJ in text:
        yield tokens.forms(text.replace(_ZWNJ, " "))
    if script(text) == "ARABIC" and len(forms := tokens.forms(text)) > 1:
        for place in range(len(forms) - 1):
            yield [*forms[:place], forms[place] + forms[place + 1], *forms[place + 2 :]]


def _inflected(form: str) -> bool:
    return len(form) <= INFLECTED and not any(map(str.isdigit, form))


def _words(form: str, known: Language) -> Iterator[str]:
    """A word as the language's dictionary may have it: in lower case, without what an apostrophe hangs
    on; with a capital I or İ in both casings, since the language may be a wrong guess."""
    plain = form.translate(_APOSTROPHE)
    both = ("I" in plain or "İ" in plain) and known.dotted_i
    for cased in (turkic(plain), plain) if both else (plain,):
        word = spoken(cased, str.lower).replace("i\u0307", "i")
        if known.bare is not None and "'" in word:
            word = re.sub(known.bare, "", word)
        word = known.spelling(_NO_PART_OF_A_KEY.sub("", word).strip("'"))
        if word:
            yield word


def _literal(form: str) -> Keyed:
    """A word's normal form; where it has an I of either kind, also that of Turkic casing.

    Both always, because in a headline the guess between languages is least
    sure and the letters are largest.
    """
    if form.isascii():
        plain = form.lower().translate(_APOSTROPHE)
        return (plain,) if "I" not in form else (plain, _normal(spoken(turkic(form))))
    form = unicodedata.normalize("NFKC", form.translate(_APOSTROPHE))
    cased = (form, turkic(form)) if "I" in form or "İ" in form else (form,)
    return tuple(key for key in dict.fromkeys(_normal(spoken(each)) for each in cased) if key)


def _normal_each(words: Sequence[str]) -> list[str]:
    """`_normal` of many words, most of which have nothing that it changes."""
    joined = "\n".join(words).casefold()
    if not "".join(words).isalpha() or "եւ" in joined or _CHANGED.search(joined):
        return [*map(_normal, words)]
    return joined.split("\n")


def _normal(word: str) -> str:
    """One spelling of a word in lower case."""
    key = word.casefold().replace("i\u0307", "i").translate(_LETTERS)  # the dot that casefolding leaves of İ
    return _NO_PART_OF_A_KEY.sub("", key.replace("եւ", "եվ")).strip("'")
