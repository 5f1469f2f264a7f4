"""Words and pairs of words that rise in some texts of a language: counted by articles, not by occurrences.

How surprising a count is, is measured by the log-likelihood ratio (Dunning 1993,
https://aclanthology.org/J93-1003/), which bears small counts, where chi-squared and
mutual information praise whatever is rare.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from matching import tokens
from matching.keys import met
from matching.spelling import Keyed
from news.languages.registry import LANGUAGES

LEAST = 3  # articles a word stands in at least
SURPRISING = 6.63  # of the ratio: chance in one of a hundred words (chi-squared, one degree of freedom)
EARLIER = 5  # articles there must have been before, to speak of rising
SHORTEST = 3  # letters of a word, unless it is an acronym
COVERED = 0.75  # a word that stands in a pair in so much of its articles is told of by the pair
SAMPLES = 3
# Words parted by these are no pair.
PARTED = re.compile(r"[,;:!?…()\[\]{}|•،؛؟։۔«»„“”\"\n.]+")

Word = int
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Counted:
    """A text whose words are counted. `inside` is one of the group that is asked about, `recent` one of
    the window; `words` are forms by their numbers, 0 where something parts them."""

    article: int
    title: str
    source: str
    words: tuple[int, ...]
    inside: bool
    recent: bool


@dataclass(frozen=True, slots=True)
class Rise:
    """A word or two that rise: in how many articles of the group it stands now (`now` of `of_now`), stood
    before, and stands elsewhere. `score` is the smaller of both ratios; `form` how it is mostly written."""

    form: str
    score: float
    now: int
    of_now: int
    before: int
    of_before: int
    elsewhere: int
    of_elsewhere: int
    sources: int
    samples: tuple[tuple[int, str], ...]


class Forms:
    """Words as they stand, numbered from 1, and of which word each is a form (`number`; 0: of none that
    counts). `own` are those of the topic, `silent` (in lower case) say nothing.
    `keys` of the forms may be given once all are numbered."""

    def __init__(
        self, code: str, keys: Mapping[str, Keyed], own: frozenset[str], silent: Collection[str]
    ) -> None:
        self._numbers: dict[str, int] = {}
        self.forms, self._code, self.keys = [""], code, keys
        self._own, self._silent = own, silent

    def numbered(self, *parts: str) -> tuple[int, ...]:
        """The words of a text's parts."""
        found: list[int] = []
        for segment in (segment for part in parts for segment in PARTED.split(part)):
            for form in tokens.forms(segment):
                number = self._numbers.get(form)
                if number is None:
                    number = self._numbers[form] = len(self.forms)
                    self.forms.append(form)
                found.append(number)
            found.append(0)
        return tuple(found)

    def own(self) -> frozenset[int]:
        """Those that are words of the topic, in whatever form."""
        begun = {key.rpartition(":")[2].lstrip("~")[:1] for key in self._own}
        likely = ((n, form) for form, n in self._numbers.items() if form[:1].casefold() in begun)
        return frozenset(n for n, form in likely if not self._own.isdisjoint(met(self.keys[form])))

    def words(self, frequent: Counter[int], looked_at: Collection[int]) -> list[int]:
        """For each form the number of the form that stands for its word: of all that have a base in common
        the most frequent; 0 for what says nothing. Forms that occur once are words of their own, but for
        those `looked_at`."""
        asked = (
            number for number, times in frequent.items() if number and (times > 1 or number in looked_at)
        )
        lower = LANGUAGES[self._code].lower
        standing = {lower(form) for form in self.forms}
        bases = {number: self._bases(self.forms[number], standing) for number in asked}
        support: Counter[str] = Counter()
        for number, each in bases.items():
            support.update(dict.fromkeys(each, frequent[number]))
        of_base: dict[str, int] = {}
        found = [*range(len(self.forms))]
        for number, _ in frequent.most_common():
            if possible := bases.get(number):
                base = max(possible, key=lambda base: (support[base], -len(base), base))
                found[number] = of_base.setdefault(base, number)
        return [0 if self._says_nothing(self.forms[number]) else found[number] for number in found]

    def _bases(self, form: str, standing: Collection[str]) -> list[str]:
        """What a word may be a form of: as the dictionary has it; of one it does not know what stands in
        the texts and the grammar allows."""
        keys = self.keys[form]
        lemmas = [key for key in keys if key.startswith(f"{self._code}L:")]
        bases = (key for key in keys if key.startswith(f"{self._code}R:"))
        likely = (key for key in bases if key.partition(":")[2] in standing)
        return lemmas or [*likely, *(f"{self._code}R:{key}" for key in keys[:1])]

    def _says_nothing(self, form: str) -> bool:
        lower = LANGUAGES[self._code].lower(form)
        short = len(form) < SHORTEST and not (form.isupper() and len(form) > 1)
        return short or not form[:1].isalpha() or lower in self._silent


def rising(texts: Sequence[Counted], forms: Forms, own: Collection[int]) -> Iterator[Rise]:
    """What rises in the recent texts of the group against those before and against all others, the most
    surprising first. A pair may hold one word of the topic's `own`, not two."""
    looked_at = {number for text in texts if text.inside and text.recent for number in text.words}
    words = forms.words(Counter(number for text in texts for number in {*text.words}), looked_at)
    of_topic = {words[number] for number in own} - {0}
    counting = _Counting(texts, words, of_topic)
    found = {unit: rise for unit in counting.wanted if (rise := counting.rise(unit, forms)) is not None}
    covered: dict[Word, int] = {}
    for unit, rise in found.items():
        for word in unit if isinstance(unit, tuple) else ():
            covered[word] = max(covered.get(word, 0), rise.now)
    for unit, rise in sorted(found.items(), key=lambda each: (-each[1].score, each[1].form)):
        if isinstance(unit, tuple) or covered.get(unit, 0) < COVERED * rise.now:
            yield rise


class _Counting:
    """In how many texts each word and pair stands, where."""

    def __init__(self, texts: Sequence[Counted], words: Sequence[int], own: Collection[int]) -> None:
        self._texts, self._words, self._own = texts, words, own
        self.now = [text for text in texts if text.inside and text.recent]
        self._counts: Counter[Word | Pair] = Counter()
        for text in self.now:
            self._counts.update(self._units(text))
        self.wanted = {unit for unit, times in self._counts.items() if times >= LEAST}
        self._before = self._count(text for text in texts if text.inside and not text.recent)
        self._elsewhere = self._count(text for text in texts if not text.inside)
        self.of_before = sum(text.inside and not text.recent for text in texts)
        self.of_elsewhere = sum(not text.inside for text in texts)

    def rise(self, unit: Word | Pair, forms: Forms) -> Rise | None:
        now, before, elsewhere = self._counts[unit], self._before[unit], self._elsewhere[unit]
        score = ratio(now, len(self.now), elsewhere, self.of_elsewhere)
        if self.of_before >= EARLIER:
            score = min(score, ratio(now, len(self.now), before, self.of_before))
        if score < SURPRISING:
            return None
        holding = [text for text in self.now if unit in self._units(text)]
        latest = sorted(holding, key=lambda text: -text.article)[:SAMPLES]
        return Rise(
            self._written(unit, holding, forms),
            score,
            now,
            len(self.now),
            before,
            self.of_before,
            elsewhere,
            self.of_elsewhere,
            len({text.source for text in holding}),
            tuple((text.article, text.title) for text in latest),
        )

    def _units(self, text: Counted) -> set[Word | Pair]:
        """Its words and pairs, each once; a word of the topic's own in pairs only."""
        words = [self._words[number] for number in text.words]
        found: set[Word | Pair] = {word for word in words if word and word not in self._own}
        for one, other in pairwise(words):
            if one and other and one != other and not (one in self._own and other in self._own):
                found.add((one, other))
        return found

    def _count(self, texts: Iterable[Counted]) -> Counter[Word | Pair]:
        found: Counter[Word | Pair] = Counter()
        for text in texts:
            found.update(self._units(text) & self.wanted)
        return found

    def _written(self, unit: Word | Pair, texts: Iterable[Counted], forms: Forms) -> str:
        """The form that it mostly has in these texts."""
        found: Counter[str] = Counter()
        for text in texts:
            if isinstance(unit, tuple):
                pairs = (pair for pair in pairwise(text.words) if tuple(self._words[n] for n in pair) == unit)
                found.update(" ".join(forms.forms[number] for number in pair) for pair in pairs)
            else:
                found.update(forms.forms[number] for number in text.words if self._words[number] == unit)
        return found.most_common(1)[0][0]


def ratio(here: int, of_here: int, there: int, of_there: int) -> float:
    """Twice the log-likelihood ratio of two shares, below 0 where the first is not the larger."""
    if not of_here or not of_there:
        return 0.0
    both = (here + there) / (of_here + of_there)
    score = 2 * (
        _likelihood(here, of_here, here / of_here)
        + _likelihood(there, of_there, there / of_there)
        - _likelihood(here, of_here, both)
        - _likelihood(there, of_there, both)
    )
    return score if here / of_here > there / of_there else -score


def _likelihood(times: int, of: int, share: float) -> float:
    """The logarithm of the likelihood of `times` in `of`, without the factor that cancels out."""
    return (times * log(share) if times else 0.0) + ((of - times) * log(1 - share) if of > times else 0.0)
