"""Terms that were nearly found in a text: looked for again word by word, each time with one rule left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from matching import tokens
from matching.boolean import Hit
from matching.keys import Analysis, Keys, Path, languages_of, met
from matching.normal import folded
from matching.proving import Part
from matching.spelling import Keyed, exact
from matching.topics import CompiledTopics, side_by_side
from news.languages.registry import LANGUAGES
from news.watch import Evidence, Facts, Field, Term, Topic

NEAR = 10  # words between the words of a phrase, above which they have nothing to do with each other
BEGINNING = 5  # letters that two words have in common at least to begin alike
SHORT = 3  # letters of a word that says nothing by itself


class Why(StrEnum):
    """Which part failed, the most telling first."""

    EXCLUDED = "excluded"
    REQUIRED = "required"
    MENTIONS = "mentions"
    COMPANION = "companion"
    QUERY = "query"
    PUNCTUATION = "punctuation"
    ORDER = "order"
    DIACRITICS = "diacritics"
    LANGUAGE = "language"
    STRICT = "strict"
    BEGINS = "begins"
    APART = "apart"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One reason: `said` in words, `term` whose it is ("" where it is of several), `place` what stands
    there instead (None: nothing does). `distance` orders those of one kind."""

    why: Why
    term: str
    said: str
    place: Evidence | None
    distance: float = 0


class Article:
    """A text whose words can be looked up by the keys of terms, by the rules or with one left out."""

    def __init__(self, title: str, text: str, language: str | None, facts: Facts, analysis: Analysis) -> None:
        self.parts, self.language, self.facts, self.analysis = (title, text), language, facts, analysis
        self.fields = [Words(part) for part in self.parts]
        self._proving = [Part(field, part, language) for field, part in zip(Field, self.parts, strict=True)]

    def found(self, topic: Topic) -> tuple[Evidence, ...]:
        found = CompiledTopics(self.analysis, [topic]).found(*self.parts, self.language, self.facts)
        return found[0].evidence if found else ()

    def evidence(self, hit: Hit) -> Evidence:
        return self._proving[hit.order].evidence(hit)

    def place(self, words: Words, first: int, last: int, term: str) -> Evidence:
        """The words from `first` to `last` (included) as they stand there."""
        start, end = words.spans[first][0], words.spans[last][1]
        return self.evidence(Hit(self.fields.index(words), start, end, term, first, last))


class Words:
    """The words of the title or the text, and where they stand by their keys, for each way of reading."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.forms, self.spans = tokens.forms(text), tokens.spans(text)
        self._indexes: dict[tuple[int, Way], dict[str, list[int]]] = {}
        self._beginnings: dict[str, dict[str, int]] = {}

    def positions(self, wanted: Keyed, keys: Keys) -> frozenset[int]:
        """Where a word stands that a word of a term with these keys finds."""
        return self._positions(wanted, keys, met)

    def folded(self, wanted: Keyed, keys: Keys) -> frozenset[int]:
        """Where one stands that it would find but for diacritics."""
        return self._positions(_plain(wanted), keys, _plain) - self._positions(_bare(wanted), keys, _bare)

    def beginning(self, letters: str) -> Sequence[tuple[str, int]]:
        """The words whose first letters are these, without diacritics, and where each stands first."""
        if not self._beginnings:
            for place, form in enumerate(self.forms):
                for word in _plain(exact(form)):
                    self._beginnings.setdefault(word[:BEGINNING], {}).setdefault(word, place)
        return [*self._beginnings.get(letters, {}).items()]

    def _positions(self, wanted: Iterable[str], keys: Keys, way: Way) -> frozenset[int]:
        index = self._indexes.get((id(keys), way))
        if index is None:
            index = self._indexes[id(keys), way] = {}
            different = [*dict.fromkeys(self.forms)]
            of_form = dict(zip(different, map(way, keys.of_text(different)), strict=True))
            for place, form in enumerate(self.forms):
                for key in of_form[form]:
                    index.setdefault(key, []).append(place)
        return frozenset(place for key in wanted for place in index.get(key, ()))


Way = Callable[[Keyed], set[str]]


def _bare(keys: Keyed) -> set[str]:
    """Keys without what they say of themselves: the word."""
    return {key.rpartition(":")[2].lstrip("~") for key in keys}


def _plain(keys: Keyed) -> set[str]:
    return {folded(word) for word in _bare(keys)}


def times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def only(terms: Iterable[Term], slug: str = "") -> Topic:
    """A topic of these terms and nothing else."""
    return Topic(slug, "", 0, tuple(terms))


def nearly_found(terms: Iterable[Term], article: Article) -> Iterator[NearMiss]:
    """Of the terms that are not found, what stands there instead."""
    every = [*terms]
    each = [only([Term(term.text, term.language)], str(number)) for number, term in enumerate(every)]
    found = CompiledTopics(article.analysis, each).found(*article.parts, article.language)
    there = {int(one.topic) for one in found}
    for number, term in enumerate(every):
        if number not in there:
            yield from _of_term(term, article)


def _of_term(term: Term, article: Article) -> Iterator[NearMiss]:
    for words in article.fields:
        for path in article.analysis.paths(term.text, term.language):
            nearly = _of_phrase if len(path) > 1 else _of_word
            found = nearly(Nearly(term, path, words, article))
            if found is not None:
                yield found
                break


class Nearly(NamedTuple):
    """A term in one of the ways it may be written, and where it is looked for."""

    term: Term
    path: Path
    words: Words
    article: Article

    @property
    def keys(self) -> Keys:
        return self.article.analysis.keys(self.article.language)

    def places(self) -> list[frozenset[int]]:
        """Where each of its words stands."""
        return [self.words.positions(each, self.keys) for each in self.path]

    def leniently(self) -> Iterator[tuple[Why, str, list[frozenset[int]]]]:
        """The same with one rule left out: of which language the text is, and that diacritics count."""
        usual, term = self.places(), self.term
        for code in [term.language] if term.language else sorted(languages_of([(term.text, None)])):
            keys = self.article.analysis.keys(code)
            read = (self.words.positions(each, keys) for each in self.path)
            yield Why.LANGUAGE, code, [one | other for one, other in zip(usual, read, strict=True)]
        plain = (self.words.folded(each, self.keys) for each in self.path)
        yield Why.DIACRITICS, "", [one | other for one, other in zip(usual, plain, strict=True)]

    def miss(self, why: Why, first: int, last: int, said: str, distance: float = 0) -> NearMiss:
        """A reason: in `said`, TERM and FORM are to be filled in."""
        place = self.article.place(self.words, first, last, self.term.text)
        said = said.replace("TERM", repr(self.term.text)).replace("FORM", repr(place.form))
        return NearMiss(why, self.term.text, said, place, distance)


def _of_word(near: Nearly) -> NearMiss | None:
    """A term of one word, found with one rule left out."""
    for why, code, (places,) in near.leniently():
        if places:
            return near.miss(why, (first := min(places)), first, _lenient(why, code, near))
    # Two words of Persian are also one word: of its paths only those of one word are meant.
    generous = near.article.analysis.paths(near.term.text, near.term.language, generously=True)
    for (keys,) in [path for path in generous if len(path) == 1][:1]:
        if places := near.words.positions(keys, near.keys):
            said = "FORM may be a form of TERM, but a term of one word is taken strictly"
            return near.miss(Why.STRICT, (first := min(places)), first, said)
    return _begins(near)


def _begins(near: Nearly) -> NearMiss | None:
    """A longer word that begins like the term: what derivation makes of a word is another word."""
    for wanted in sorted(_plain(exact(near.term.text))):
        beginning = wanted[: max(BEGINNING, len(wanted) - 1)]
        for word, first in near.words.beginning(wanted[:BEGINNING]) if len(wanted) >= BEGINNING else ():
            if word.startswith(beginning):
                return near.miss(Why.BEGINS, first, first, "FORM begins like TERM, but is another word")
    return None


def _of_phrase(near: Nearly) -> NearMiss | None:
    """A phrase, found with one rule left out, or a part of it."""
    for why, code, lenient in near.leniently():
        for first in sorted(lenient[0]):
            last = first + len(lenient) - 1
            if _in_order(lenient, first) and not _parting(near.words, first, last):
                return near.miss(why, first, last, _lenient(why, code, near))
    places = near.places()
    closest = _closest(places)
    if closest is None:
        return _partly(near, places)
    return _scattered(near, places, *closest)


def _lenient(why: Why, code: str, near: Nearly) -> str:
    if why is Why.DIACRITICS:
        return "FORM differs from TERM by diacritics"
    judged = near.article.language
    taken = LANGUAGES[judged].name if judged and judged in LANGUAGES else judged
    return f"FORM is TERM by the rules of {LANGUAGES[code].name}, but the text was taken for {taken}"


def _in_order(places: Sequence[frozenset[int]], first: int) -> bool:
    return all(first + step in each for step, each in enumerate(places))


def _scattered(near: Nearly, places: Sequence[frozenset[int]], first: int, last: int) -> NearMiss | None:
    """A phrase all words of which stand there, closest from `first` to `last`."""
    apart = last - first + 1 - len(places)
    if apart > NEAR:
        return None
    if apart:
        between = "1 word stands" if apart == 1 else f"{apart} words stand"
        return near.miss(Why.APART, first, last, between + " between the words of TERM", apart)
    if not _in_order(places, first):
        return near.miss(Why.ORDER, first, last, "the words of TERM stand in another order")
    parting = ", ".join(_parting(near.words, first, last))
    return near.miss(Why.PUNCTUATION, first, last, parting + " parts the words of TERM")


def _partly(near: Nearly, places: Sequence[frozenset[int]]) -> NearMiss | None:
    """Half of a phrase's words or more, one at least of which says something."""
    forms = tokens.forms(near.term.text)
    there = [number for number, each in enumerate(places) if each]
    if len(forms) != len(places) or len(there) * 2 < len(places):
        return None
    telling = [number for number in there if len(forms[number]) > SHORT]
    if not telling:
        return None
    missing = [form for number, form in enumerate(forms) if number not in there]
    said = f"only {_quoted(forms[number] for number in there)} of TERM stands there, not {_quoted(missing)}"
    first = min(places[telling[0]])
    return near.miss(Why.PARTLY, first, first, said, len(missing) / len(places))


def _closest(places: Sequence[frozenset[int]]) -> tuple[int, int] | None:
    """The first and the last of the closest places at which all words stand, each at one of its own."""
    if not all(places):
        return None
    stream = sorted((place, word) for word, each in enumerate(places) for place in each)
    latest: dict[int, int] = {}
    best: tuple[int, int] | None = None
    for place, word in stream:
        latest[word] = place
        if len({*latest.values()}) == len(places):
            first = min(latest.values())
            if best is None or place - first < best[1] - best[0]:
                best = first, place
    return best


def _parting(words: Words, first: int, last: int) -> list[str]:
    """What parts these words, so that they do not stand side by side."""
    pairs = pairwise(words.spans[first : last + 1])
    gaps = (
        words.text[one[1] : other[0]] for one, other in pairs if not side_by_side(words.text, [one, other])
    )
    return [repr(gap.strip()) if gap.strip() else "a new paragraph" for gap in gaps]


def _quoted(texts: Iterable[str]) -> str:
    return ", ".join(map(repr, texts))
