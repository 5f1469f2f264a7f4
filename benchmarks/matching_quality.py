"""Ours against the technique that was recommended to begin from: precision and recall in treebanks.

`WIREWATCH_CORPORA=… python -m benchmarks.matching_quality [LANGUAGE…]`. For each language: phrases asked
for by their lemmas (micro over sentences) and single words (macro over lemmas), by the procedure of the
tests, on the same sentences and with the same matcher; only the keys differ. `floor` is the recommended
technique's figure less the half-width of its 95 % interval: what `tests/floors.toml` must not fall below.

The technique: pymorphy3's readings, and a suffix grammar for the words it does not know (ru, uk);
simplemma and a suffix grammar (tr, hy, ka, fa; single words by the grammar alone); a suffix grammar and
Snowball's Turkish (az); Snowball and simplemma (en, fr, de; single words by simplemma alone), with clitics
cut off (ar). Its own grammars were not published, so ours stand in for them: what is compared is the rest.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from math import sqrt
from statistics import pstdev

from simplemma.strategies import DefaultStrategy
from Stemmer import Stemmer

from matching import tokens
from matching.keys import Analysis, Inflections, Keys, Path
from matching.morphology import Slavic
from matching.normal import spoken
from matching.spelling import Keyed, exact
from news.languages.language import Language
from news.languages.registry import LANGUAGES
from tests.corpora import corpus
from tests.matching.scoring import Scored, score
from tests.matching.treebanks import half_width, read

LEMMA, BASE, STEM = "l:", "b:", "s:"
STEMMED = {"az": "turkish", "ar": "arabic", "en": "english", "fr": "french", "de": "german"}
# In phrases a term's words are also looked for by their own bases.
SYMMETRIC = {"hy", "ka"}
BY_RULES = {"tr", "az", "hy", "ka", "fa"}
BY_LEMMA = {"ar", "en", "fr", "de"}


class Recommended(Analysis):
    """The recommended keys of one language."""

    def __init__(self, known: Language) -> None:
        super().__init__(())
        self._known = known
        self._grammar = known.grammar() if known.grammar and known.code not in {"en", "fr", "de"} else None
        self._slavic = Slavic(known.code) if known.code in {"ru", "uk"} else None
        self._simple = None if self._slavic or known.code == "az" else DefaultStrategy(low_memory=True)
        self._stemmer = Stemmer(STEMMED[known.code]) if known.code in STEMMED else None
        self._found = RecommendedKeys(self)

    def keys(self, code: str | None) -> Keys:
        return self._found

    def paths(self, text: str, code: str | None = None, *, generously: bool = False) -> tuple[Path, ...]:
        forms = tokens.forms(text)
        alone = len(forms) == 1
        path = tuple(keys for form in forms if (keys := tuple(dict.fromkeys(self._wanted(form, alone)))))
        return (path,) if path else ()

    def of_text(self, form: str) -> Iterator[str]:
        """What a word of a text is found under."""
        yield from exact(form)
        word = self._word(form)
        lemmas, known = self._lemmas(word)
        yield from (LEMMA + normal(lemma) for lemma in lemmas)
        if self._grammar and not (self._slavic and known):
            yield from (BASE + normal(base) for base in {word, *self._grammar.bases(word)})
        if self._stemmer:
            yield STEM + normal(self._stem(word))

    def _wanted(self, form: str, alone: bool) -> Iterator[str]:
        code, word = self._known.code, self._word(form)
        lemmas, _ = self._lemmas(word)
        yield from exact(form)
        if not (alone and code in BY_RULES):
            yield from (LEMMA + normal(lemma) for lemma in lemmas)
        if self._grammar and not (alone and code in BY_LEMMA):
            named = {word} if alone else {word, *lemmas}
            if code in SYMMETRIC and not alone:
                named.update(self._grammar.bases(word))
            yield from (BASE + normal(each) for each in named)
        if self._stemmer and not alone:
            yield STEM + normal(self._stem(word))

    def _word(self, form: str) -> str:
        word = self._known.lower(spoken(form, str)).replace("’", "'")
        return word.partition("'")[0] or word if self._known.dotted_i else word

    def _lemmas(self, word: str) -> tuple[set[str], bool]:
        if self._slavic:
            lemmas, known = self._slavic.lemmas(word) if word else ((), False)
            return {*lemmas}, known
        lemma = self._simple.get_lemma(word, self._known.code) if self._simple and word else None
        return ({lemma.lower()}, True) if lemma else ({word}, False)

    def _stem(self, word: str) -> str:
        assert self._stemmer
        return str(self._stemmer.stemWord(self._known.stemmed_as(word)))


class RecommendedKeys(Keys):
    def __init__(self, analysis: Recommended) -> None:
        super().__init__(nothing)
        self._analysis = analysis

    def make(self, word: str) -> Keyed:
        return tuple(dict.fromkeys(self._analysis.of_text(word)))


@dataclass(frozen=True, slots=True)
class Figures:
    """Precision and recall of phrases, then of words: shares, or the half-widths of their 95 % intervals."""

    phrase_precision: float
    phrase_recall: float
    word_precision: float
    word_recall: float

    def row(self) -> Iterator[float]:
        return (getattr(self, field.name) for field in fields(self))


def nothing(script: str) -> tuple[Inflections, ...]:
    return ()


def normal(word: str) -> str:
    return next(iter(exact(word)), "")


def reached(scored: Scored) -> Figures:
    return Figures(scored.phrases.precision, scored.phrases.recall, scored.precision, scored.recall)


def widths(scored: Scored) -> Figures:
    phrases, words = scored.phrases, scored.words
    return Figures(
        half_width(phrases.precision, phrases.found),
        half_width(phrases.recall, phrases.true),
        _of_mean([word.precision for word in words]),
        _of_mean([word.recall for word in words]),
    )


def _of_mean(shares: list[float]) -> float:
    if not (deviation := pstdev(shares)):
        return half_width(shares[0], len(shares))  # all alike, which a few say of themselves only
    return 1.96 * deviation / sqrt(len(shares))


def line(name: str, who: str, figures: Iterable[str]) -> str:
    return f"{name:4} {who:12}" + "".join(f"{figure:>16}" for figure in figures)


def main() -> None:
    banks, ours = read(corpus("treebanks")), Analysis()
    print(line("", "", ("phrase P", "phrase R", "word P", "word R")))
    for name in sys.argv[1:] or sorted(banks):
        code = "hy" if name == "hyw" else name
        held = {
            "recommended": score(banks[name], code, Recommended(LANGUAGES[code])),
            "ours": score(banks[name], code, ours),
        }
        for who, scored in held.items():
            pairs = zip(reached(scored).row(), widths(scored).row(), strict=True)
            print(line(name, who, (f"{share:.3f} ± {width:.3f}" for share, width in pairs)), flush=True)
        recommended = held["recommended"]
        less = zip(reached(recommended).row(), widths(recommended).row(), strict=True)
        print(line(name, "floor", (f"{share - width:.3f}" for share, width in less)), flush=True)


if __name__ == "__main__":
    main()
