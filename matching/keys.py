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
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain

from matching import tokens
from matching.morphology import ANY, BASE, Morphology
from matching.normal import combining, folded
from matching.remembered import Remembered
from matching.spelling import Keyed, exact, exact_each, lower_each, normal_each, straight
from news.languages.language import Language
from news.languages.registry import LANGUAGES, language

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

# The words of a term, each as the keys under which it is looked for.
Path = tuple[Keyed, ...]

# Letters that may differ from those of ASCII by diacritics alone: none of Greek and the scripts after it, up
# to the Latin ones that were added later.
_MAY_BE_PLAIN = re.compile("[^\x00-\x7f\u0370-\u1cff]")
_HYPHEN = re.compile(r"(?<=\w)[-\u2010-\u2015\u2212/](?=\w)")
_ZWNJ = "\u200c"
_UNKNOWN, _ANY = f"{BASE}:", f"{ANY}:"


# Told a language, a word and its keys (parted by blanks), as they are computed.
Learnt = Callable[[str, str, str], None]


class Inflections(Remembered[str]):
    """Keys of words in lower case in one language, parted by blanks."""

    def __init__(self, known: Language, learnt: Learnt) -> None:
        super().__init__(LEARNT)
        self.language = known
        self.morphology = Morphology(known)
        self._learnt = learnt

    def make_each(self, words: Sequence[str]) -> Iterator[str]:
        code, made = self.language.code, [self.morphology.of_text(word) for word in words]
        normal = iter(normal_each([key for each in made for _, key in each]))
        for word, each in zip(words, made, strict=True):
            found = [f"{code}{kind}:{key}" for (kind, _), key in zip(each, normal, strict=False) if key]
            keys = " ".join(dict.fromkeys(found))
            self._learnt(code, word, keys)
            yield keys


class Keys(Remembered[Keyed]):
    """Keys of words of texts as they stand, read in some languages. They are large, so only those of the
    last texts are remembered; what is made of them is small."""

    def __init__(self, read_in: Callable[[str], tuple[Inflections, ...]]) -> None:
        super().__init__(AT_HAND)
        self._read_in = read_in
        self._proposals = Proposals(self)

    def make_each(self, words: Sequence[str]) -> list[Keyed]:
        found: list[list[str]] = [[*each] for each in exact_each(words)]
        by_script: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            if _inflected(word):
                by_script.setdefault(script(word), []).append(place)
        for written, places in by_script.items():
            forms = [words[place] for place in places]
            for inflections in self._read_in(written):
                for place, keys in zip(places, _inflections_each(forms, inflections), strict=True):
                    found[place] += keys
        return [tuple(dict.fromkeys(filter(None, each))) for each in found]

    def proposals(self, *forms: Sequence[str]) -> Iterator[str]:
        """What full-text search is told of these parts of a text; some come twice."""
        different = [*dict.fromkeys(chain(*forms))]
        yield from chain.from_iterable(self._proposals.each(different[:MOST]))
        yield from chain.from_iterable(proposed_each(exact_each(different[MOST:])))

    def of_text(self, *forms: Sequence[str]) -> list[Keyed]:
        """The keys of each different word of these parts of a text, in their order."""
        different = [*dict.fromkeys(chain(*forms))]
        return self.each(different[:MOST]) + exact_each(different[MOST:])


class Proposals(Remembered[Keyed]):
    """What full-text search is told of words as they stand."""

    def __init__(self, keys: Keys) -> None:
        super().__init__(KEPT)
        self._keys = keys

    def make_each(self, words: Sequence[str]) -> list[Keyed]:
        return proposed_each(self._keys.each(words))


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
        acronym = form.isupper() and len(form) <= ACRONYM
        found = dict.fromkeys(exact(form))
        for inflections in self._of_script(script(form)) if _inflected(form) else ():
            known = inflections.language
            if code != known.code if code is not None else script(form) != known.scripts[0]:
                continue
            for word in chain(*lower_each([form], known)):
                each = inflections.morphology.of_term(word, alone=alone, acronym=acronym)
                spelled = normal_each([key for _, key in each])
                spaces = [f"{known.code}{kind}:" if kind else "" for kind, _ in each]
                found |= dict.fromkeys(map(str.__add__, spaces, spelled))
        if straight(form).isascii():
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


def script(form: str) -> str:
    """The script of a word's first letter, as Unicode names it ("CYRILLIC"); "" for digits."""
    for letter in form:
        if letter.isalpha():
            return "LATIN" if letter.isascii() else unicodedata.name(letter, "").partition(" ")[0]
    return ""


def met(keys: Iterable[str]) -> set[str]:
    """The keys of terms by which a word of a text with these is found."""
    return {*filter(None, chain(*met_by([*keys])))}


def met_by(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """For the keys of words of texts those of terms by which they are found, "" where there is none: they
    themselves; the base of a word no dictionary knows also as that of any word (`matching.morphology`);
    without diacritics for a term that was typed in ASCII."""
    yield keys
    joined = "\n".join(keys)  # all at once: most of what folding costs is to begin it
    any_word = joined.replace(_UNKNOWN, _ANY)
    if any_word != joined:
        yield any_word.split("\n")
    if _MAY_BE_PLAIN.search(joined):
        plain = folded(joined)
        for spelled in {plain, plain.replace(_UNKNOWN, _ANY)}:
            yield ["~" + key if key.isascii() else "" for key in spelled.split("\n")]


def proposed(keys: Keyed) -> Keyed:
    """What full-text search is told of a word of a text with these keys: the first letters of each, and
    of those that begin alike only the shortest (`asked` knows)."""
    return proposed_each([keys])[0]


def proposed_each(each: Sequence[Keyed]) -> list[Keyed]:
    """`proposed` of each."""
    bare = [{key.rpartition(":")[2] for key in keys} for keys in each]
    words = [{word[:PROPOSED] for word in of_one} for of_one in bare]
    if combining().search("\n".join(chain(*words))):  # a letter's marks may be all that is left of it
        words = bare
    plain = _plain({*chain(*words)})
    begun = [{plain[word][:PROPOSED] for word in of_one} for of_one in words]
    return [tuple(of_one) if len(of_one) == 1 else _shortest(of_one) for of_one in begun]


def _shortest(begun: set[str]) -> Keyed:
    found = [each for each in begun if not any(each[:n] in begun for n in range(SHARED, len(each)))]
    return tuple(sorted(found))


def asked(keys: Iterable[str]) -> Keyed:
    """What it is asked for, for a word of a term: a word of a text with a key in common has one of these."""
    lengths = range(SHARED, PROPOSED + 1)
    plain = _plain(dict.fromkeys(key.rpartition(":")[2].lstrip("~") for key in keys))
    return tuple(dict.fromkeys(word[:length] for word in plain.values() for length in lengths))


def _plain(words: Collection[str]) -> dict[str, str]:
    """Words without diacritics, unless nothing is left then."""
    return {
        word: plain or word for word, plain in zip(words, folded("\n".join(words)).split("\n"), strict=False)
    }


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


def _inflections_each(forms: Sequence[str], inflections: Inflections) -> Iterator[list[str]]:
    """The keys of each form in one language."""
    read = lower_each(forms, inflections.language)
    words = [*chain(*read)]
    keys = zip(normal_each(words), inflections.each(words), strict=True)
    for of_one in read:
        found: list[str] = []
        for _, (normal, inflected) in zip(of_one, keys, strict=False):
            found += normal, *inflected.split()
        yield found
