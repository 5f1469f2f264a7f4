"""Words as the dictionaries and grammars of one language know them: lemmas, bases, stems.

Dictionaries are read at the first word that needs them. Simplemma's are kept
packed (`low_memory`: Turkish 15 MB instead of 115, half a second to load instead of
four, at 8 µs a look-up); pymorphy3 is asked below its public interface,
which ranks readings by probability that nobody here asks for (165 µs a word, 5 without; one it
does not know 40, 13 without).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from news.languages.grammar import Grammar
from news.languages.language import Language

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer
    from Stemmer import Stemmer

# What a key says: a lemma; a base of a word no dictionary knows; a base of any word (a word of a text has
# it under this kind where it is known otherwise, so that it may be chance, and is looked for under both
# where it is not); a stem.
LEMMA, BASE, ANY, STEM = "LRWS"
NARROW, WIDE = (LEMMA, BASE), (LEMMA, ANY)


# Look-ups in a packed dictionary before it gets its sieve, and the least bits of that for each of its words:
# one of 20 or more falls not through.
PATIENCE, SIFTED = 30_000, 16

# How pymorphy3 guesses: from what is left without so many letters, at least so many; by an ending of at most
# so many.
LONGEST_START, SHORTEST, LONGEST_ENDING = 5, 3, 5
ENDINGS = 20_000  # whose ways back are remembered, of each language: nine of ten guesses need no look-up


class Back(NamedTuple):
    """How a lemma is made of a word: `skip` letters fall off its beginning and `cut` off its end, `prefix`
    and `ending` take their place."""

    prefix: str
    skip: int
    cut: int
    ending: str

    def of(self, word: str) -> str:
        return (
            self.prefix + word[self.skip : len(word) - self.cut if self.cut < len(word) else 0] + self.ending
        )


class Dictionary(Protocol):
    """What a dictionary says of a word in lower case."""

    def lemmas(self, word: str) -> tuple[Iterable[str], bool]:
        """Its lemmas, guessed where they must be, and whether the word stands there."""


class Sieve(dict[str, str]):
    """A packed dictionary behind a table of bits that most of what does not stand there falls through: 8 µs
    a look-up become 0.3. Making it takes what 100,000 look-ups do (Turkish: 0.9 s), so it is made only for
    who has asked for a good part of that. What stands there is looked up, never kept."""

    def __init__(self, packed: Mapping[str, str]) -> None:
        super().__init__()
        self._packed = packed
        self._asked = 0
        self._bits = bytearray()
        self._mask = (1 << (len(packed) * SIFTED).bit_length()) - 1

    def get(self, word: str, default: Any = None) -> Any:
        if self._bits:
            place = hash(word) & self._mask
            if not self._bits[place >> 3] >> (place & 7) & 1:
                return default
        else:
            self._asked += 1
            if self._asked > PATIENCE:
                self._sift()
        return self._packed.get(word, default)

    def _sift(self) -> None:
        bits, mask = bytearray((self._mask >> 3) + 1), self._mask
        for word in self._packed:
            place = hash(word) & mask
            bits[place >> 3] |= 1 << (place & 7)
        self._bits = bits


class Packed:
    """Simplemma's dictionary of a language, with its rules for what does not stand there."""

    def __init__(self, code: str) -> None:
        from simplemma.strategies import DefaultStrategy, DictionaryLookupStrategy
        from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

        self._code = code
        self._sieve = Sieve(LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(code))
        self._words = DictionaryLookupStrategy(self)
        self._guess = DefaultStrategy(dictionary_factory=self)

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        """As simplemma asks its factories."""
        return self._sieve

    def lemmas(self, word: str) -> tuple[Iterable[str], bool]:
        found = self._words.get_lemma(word, self._code)
        if found is None and word[0] == "i":
            found = self._words.get_lemma("İ" + word[1:], self._code)  # Turkish: it capitalises to I
        if found is not None:
            return (found,), True
        guessed = self._guess.get_lemma(word, self._code)
        return () if guessed is None else (guessed,), False


class Slavic:
    """pymorphy3's dictionary of a language: all readings; of an unknown word those its beginning and its
    ending suggest.

    What it suggests is what pymorphy3's `normal_forms` says (a test holds it to that), of words made of
    letters: its units rank and describe as well, which takes three times as long.
    """

    def __init__(self, code: str) -> None:
        from pymorphy3 import MorphAnalyzer
        from pymorphy3.dawg import PrefixMatcher

        analyzer: MorphAnalyzer = MorphAnalyzer(lang=code)
        held = analyzer.dictionary
        self._substitutes, self._dictionary = analyzer.char_substitutes, held
        spoken = import_module(f"pymorphy3.lang.{code}")
        self._substituted = tuple(spoken.CHAR_SUBSTITUTES)
        self._words = held.words
        self._prefixes = PrefixMatcher(spoken.KNOWN_PREFIXES).prefixes
        self._endings = [*zip(held.paradigm_prefixes, held.prediction_suffixes_dawgs, strict=False)]
        self._productive: list[bool] = [tag.is_productive() for tag in held.gramtab]
        self._back = lru_cache(maxsize=ENDINGS)(self._find_back)
        self._alike = lru_cache(maxsize=ENDINGS)(self._find_alike)

    def lemmas(self, word: str) -> tuple[Iterable[str], bool]:
        known = self._known(word)
        if known:
            return {self._back(*each).of(form) for form, every in known for each in every}, True
        return self._guessed(word) or (word,), False

    def _known(self, word: str) -> Sequence[tuple[str, Sequence[tuple[int, int]]]]:
        """How it stands in the dictionary (it may have ґ where г is written) and its readings there, as
        paradigm and form. Most that are asked for do not stand there, which the first look says."""
        if word not in self._words and not any(letter in word for letter in self._substituted):
            return ()
        found: Sequence[tuple[str, Sequence[tuple[int, int]]]]
        found = self._words.similar_items(word, self._substitutes)
        return found

    def _guessed(self, word: str) -> set[str]:
        """As the rest of a known prefix has it ("супер-"); else as what is left without a few letters, and as
        words with the same ending."""
        found: set[str] = set()
        for prefix in self._prefixes(word):
            if len(rest := word.removeprefix(prefix)) >= SHORTEST:
                found.update(prefix + lemma for lemma in self._of_rest(rest))
        if found:
            return found
        for cut in range(1, min(LONGEST_START, len(word) - SHORTEST) + 1):
            if known := self._known(word[cut:]):
                found.update(word[:cut] + lemma for lemma in self._productively(known))
        for number, (prefix, _) in enumerate(self._endings) if len(word) > SHORTEST else ():
            if word.startswith(prefix):
                alike = self._alike(number, word[-LONGEST_ENDING:])
                found.update(back.of(word[: len(word) - len(end)] + end) for end, back in alike)
        return found

    def _of_rest(self, rest: str) -> Iterable[str]:
        known = self._known(rest)
        return self._productively(known) if known else self._guessed(rest) or (rest,)

    def _productively(self, known: Sequence[tuple[str, Sequence[tuple[int, int]]]]) -> set[str]:
        """Lemmas of a word in the dictionary, of its readings that are of open classes."""
        return {self._back(*each).of(form) for form, every in known for each in every if self._is_open(*each)}

    def _find_alike(self, number: int, ending: str) -> frozenset[tuple[str, Back]]:
        """Of words with an ending that begin with the prefix of that number: how the dictionary's words of
        open classes have the longest part of it that it knows, and the ways from these to their lemmas."""
        endings = self._endings[number][1]
        for size in range(len(ending), 0, -1):
            found = {
                ("" if end == ending[-size:] else end, self._back(paradigm, form))
                for end, every in endings.similar_items(ending[-size:], self._substitutes)
                for _, paradigm, form in every
                if self._is_open(paradigm, form)
            }
            if found:
                return frozenset(found)
        return frozenset()

    def _find_back(self, paradigm: int, form: int) -> Back:
        """From a form of a paradigm; the first is the lemma."""
        if form == 0:
            return Back("", 0, 0, "")
        held, forms = self._dictionary, self._dictionary.paradigms[paradigm]
        size = len(forms) // 3
        prefixes, suffixes = held.paradigm_prefixes, held.suffixes
        here, lemma = prefixes[forms[2 * size + form]], prefixes[forms[2 * size]]
        return Back(lemma, len(here), len(suffixes[forms[form]]), suffixes[forms[0]])

    def _is_open(self, paradigm: int, form: int) -> bool:
        forms = self._dictionary.paradigms[paradigm]
        tag: int = forms[len(forms) // 3 + form]
        return self._productive[tag]


class Nothing:
    """No dictionary: every word is unknown and its own lemma."""

    def lemmas(self, word: str) -> tuple[Iterable[str], bool]:
        return (), False


class Morphology:
    """One language's keys of words, each written `KIND:word`; words are in lower case, their letters the
    language's own (`Language.respelled`)."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def of_text(self, word: str) -> list[tuple[str, str]]:
        """What a word of a text may be a form of, and by what."""
        lemmas, known = self._dictionary.lemmas(word)
        found = [(LEMMA, lemma.lower()) for lemma in lemmas]
        grammar = self._grammar
        if grammar is not None:
            kind = ANY if known else BASE
            found += [(kind, base) for base in grammar.bases(word)]
            if grammar.joined is not None:
                found += [(LEMMA, whole) for whole in grammar.apart(word)]
        return found if self._stemmer is None else found + self._stems(word)

    def of_term(self, word: str, *, alone: bool, acronym: bool) -> list[tuple[str, str]]:
        """Under what a word of a term is looked for; `alone`: no neighbour makes sure that it is meant;
        `acronym`: it is no form of another word ("EU" is not French "avoir")."""
        grammar = None if acronym else self._grammar
        lemmas = () if acronym else self._dictionary.lemmas(word)[0]
        named = {word, *(lemma.lower() for lemma in lemmas)}
        if grammar is not None:
            named.update(grammar.apart(word))
        found = [("", word)]
        found += [(kind, each) for each in sorted(named) for kind in (NARROW if alone else WIDE)]
        if not alone and grammar is not None and grammar.oblique:
            found += [(ANY, base) for base in grammar.bases(word)]
        return found if alone or acronym else found + self._stems(word)

    @cached_property
    def _grammar(self) -> Grammar | None:
        return None if self._language.grammar is None else self._language.grammar()

    @cached_property
    def _dictionary(self) -> Dictionary:
        match self._language.dictionary:
            case None:
                return Nothing()
            case "pymorphy3":
                return Slavic(self._language.code)
            case _:
                return Packed(self._language.code)

    @cached_property
    def _stemmer(self) -> Stemmer | None:
        if self._language.stemmer is None:
            return None
        from Stemmer import Stemmer

        return Stemmer(self._language.stemmer)  # no more than a table, nothing is read

    def _stems(self, word: str) -> list[tuple[str, str]]:
        if self._stemmer is None:
            return []
        return [(STEM, self._stemmer.stemWord(self._language.stemmed_as(word)))]
