"""Treebanks read as questions: which sentences hold which pair of words, whatever their forms.

A question is a pair of lemmas that stand side by side in one of five
relations; its truth is every sentence with that pair side by side. One word is
asked for by its lemma, and its truth is every token of that lemma.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from unicodedata import category

from news.languages.registry import LANGUAGES

RELATIONS = {"amod", "nmod", "nmod:poss", "flat", "compound"}
NAMING = {"NOUN", "PROPN", "ADJ"}
SHORTEST = 3  # letters of a lemma that is asked for in a pair
# A lemma says something about a technique where it is seen in at least so many forms.
FORMS = 3

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Token:
    """What is written as one: its form, the lemmas of its parts (none for punctuation), of those that may
    stand in a name, and the cases."""

    form: str
    lemmas: frozenset[str]
    names: frozenset[str]
    cases: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`asked` are the lemmas one of the relations joins, by the place of the first; the second follows it."""

    tokens: tuple[Token, ...]
    asked: tuple[tuple[int, Pair], ...]


@dataclass(slots=True)
class Treebank:
    """All sentences of one language; pairs and lemmas with where they truly stand."""

    sentences: list[Sentence]
    pairs: dict[Pair, set[int]] = field(default_factory=dict)
    lemmas: dict[str, set[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = {pair for sentence in self.sentences for _, pair in sentence.asked}
        pairs: defaultdict[Pair, set[int]] = defaultdict(set)
        lemmas: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
        forms: defaultdict[str, set[str]] = defaultdict(set)
        for number, sentence in enumerate(self.sentences):
            for place, token in enumerate(sentence.tokens):
                for lemma in token.lemmas:
                    lemmas[lemma].add((number, place))
                for lemma in token.names:
                    forms[lemma].add(token.form.casefold())
            for pair in set(_side_by_side(sentence)) & asked:
                pairs[pair].add(number)
        self.pairs = dict(pairs)
        self.lemmas = {lemma: lemmas[lemma] for lemma in forms if len(forms[lemma]) >= FORMS}

    def surface(self) -> dict[str, set[int]]:
        """Pairs as a reader would write them: the most frequent nominative form of each that has one, and
        the sentences with that pair of lemmas."""
        seen: defaultdict[Pair, Counter[str]] = defaultdict(Counter)
        for sentence in self.sentences:
            tokens = sentence.tokens
            for place, pair in sentence.asked:
                if "Nom" in (tokens[place].cases | tokens[place + 1].cases):
                    seen[pair][f"{tokens[place].form} {tokens[place + 1].form}"] += 1
        return {forms.most_common(1)[0][0]: self.pairs[pair] for pair, forms in seen.items()}


@dataclass(slots=True)
class Score:
    """How many of those found were right, and how many of those to be found were found."""

    right: int = 0
    found: int = 0
    true: int = 0

    def add(self, found: Set[object], true: Set[object]) -> None:
        self.right += len(found & true)
        self.found += len(found)
        self.true += len(true)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


def half_width(share: float, count: int) -> float:
    """Of the 95 % interval of a share of `count` (Wilson's, which is sound near 1)."""
    z = 1.96
    return z * sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)


def read(folder: Path) -> dict[str, Treebank]:
    """The treebanks of a folder by the language their file names begin with (`ru_gsd-ud-dev.conllu`)."""
    sentences: defaultdict[str, list[Sentence]] = defaultdict(list)
    for path in sorted(folder.glob("*.conllu")):
        language = re.split("[-_]", path.name.removeprefix("OLD_"))[0]
        known = LANGUAGES["hy" if language == "hyw" else language]
        sentences[language] += _sentences(path.read_text("utf-8"), known.lower)
    return {language: Treebank(found) for language, found in sentences.items()}


def _side_by_side(sentence: Sentence) -> Iterator[Pair]:
    for one, other in zip(sentence.tokens, sentence.tokens[1:], strict=False):
        yield from _pairs(one, other)


def _pairs(one: Token, other: Token) -> Iterator[Pair]:
    yield from ((first, second) for first in one.lemmas for second in other.lemmas)


def _sentences(text: str, lower: Callable[[str], str]) -> Iterator[Sentence]:
    for block in text.split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line and not line.startswith("#")]
        for row in rows:
            row[2] = lower(row[2])
        if rows:
            yield _sentence(rows)


def _sentence(rows: list[list[str]]) -> Sentence:
    """Tokens as written: the parts of a multi-word token are one."""
    parts = {row[0]: row for row in rows if row[0].isdigit()}
    ranges = [row for row in rows if "-" in row[0]]
    place_of: dict[str, int] = {}
    tokens: list[Token] = []
    whole = {int(row[0].split("-")[0]): row for row in ranges}
    last = 0
    for number in sorted(map(int, parts)):
        if number <= last:
            continue
        row = whole.get(number)
        last = int(row[0].split("-")[1]) if row else number
        held = [parts[str(each)] for each in range(number, last + 1) if str(each) in parts]
        for each in held:
            place_of[each[0]] = len(tokens)
        tokens.append(_token((row or held[0])[1], held))
    asked = []
    for row in parts.values():
        here, there = place_of[row[0]], place_of.get(row[6])
        if row[7] in RELATIONS and there is not None and abs(here - there) == 1:
            first, second = (row, parts[row[6]]) if here < there else (parts[row[6]], row)
            if _names(first) and _names(second):
                asked.append((min(here, there), (first[2], second[2])))
    return Sentence(tuple(tokens), tuple(asked))


def _token(form: str, parts: list[list[str]]) -> Token:
    lemmas = frozenset(row[2] for row in parts if _is_word(row))
    cases = {case for row in parts for case in row[5].split("|") if case.startswith("Case=")}
    names = frozenset(row[2] for row in parts if _names(row))
    return Token(form, lemmas, names, frozenset(case[5:] for case in cases))


def _names(row: list[str]) -> bool:
    lemma = "".join(letter for letter in row[2] if category(letter) not in {"Mn", "Cf"})
    return row[3] in NAMING and len(lemma) >= SHORTEST and lemma.isalpha()


def _is_word(row: list[str]) -> bool:
    return row[3] != "PUNCT" and row[2] != "_" and any(letter.isalnum() for letter in row[2])
