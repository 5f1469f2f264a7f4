"""How well the engine finds topics in a treebank: precision and recall of phrases and of words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matching import tokens
from matching.keys import Analysis
from matching.topics import CompiledTopics
from news.watch import Found, Term, Topic
from tests.matching.treebanks import Score, Sentence, Treebank


@dataclass(frozen=True, slots=True)
class Scored:
    """`phrases` by the pair of lemmas and `written` as a reader writes them, micro over sentences; `words`
    are precision and recall of each lemma over tokens, of which the mean counts."""

    phrases: Score
    written: Score
    words: tuple[Score, ...]

    @property
    def precision(self) -> float:
        return sum(word.precision for word in self.words) / len(self.words)

    @property
    def recall(self) -> float:
        return sum(word.recall for word in self.words) / len(self.words)


def score(bank: Treebank, code: str, analysis: Analysis, guessed: str | None = None) -> Scored:
    """`code` is the terms' language, `guessed` that of the texts where it is another."""
    told = guessed or code
    written = bank.surface()
    phrases = _phrases(
        {" ".join(pair): true for pair, true in bank.pairs.items()}, bank, code, analysis, told
    )
    return Scored(phrases, _phrases(written, bank, code, analysis, told), _words(bank, code, analysis, told))


def _phrases(asked: dict[str, set[int]], bank: Treebank, code: str, analysis: Analysis, told: str) -> Score:
    compiled = _compiled(asked, code, analysis)
    found: dict[str, set[int]] = {phrase: set() for phrase in asked}
    for number, sentence in enumerate(bank.sentences):
        text, _ = _text(sentence)
        for each in compiled.found("", text, told):
            found[each.evidence[0].term].add(number)
    total = Score()
    for phrase, true in asked.items():
        total.add(found[phrase], true)
    return total


def _words(bank: Treebank, code: str, analysis: Analysis, told: str) -> tuple[Score, ...]:
    compiled = _compiled(bank.lemmas, code, analysis)
    scores = {lemma: Score(true=len(true)) for lemma, true in bank.lemmas.items()}
    for number, sentence in enumerate(bank.sentences):
        text, places = _text(sentence)
        for each in compiled.found("", text, told):
            counted = scores[each.evidence[0].term]
            for place in _places(each, places):
                counted.found += 1
                counted.right += (number, place) in bank.lemmas[each.evidence[0].term]
    return tuple(scores.values())


def _compiled(asked: Iterable[str], code: str, analysis: Analysis) -> CompiledTopics:
    topics = (Topic(str(number), "", 0, (Term(term, code),)) for number, term in enumerate(asked))
    return CompiledTopics(analysis, topics)


def _text(sentence: Sentence) -> tuple[str, list[int]]:
    """The tokens with blanks between, and for each character the token it is part of."""
    places = [place for place, token in enumerate(sentence.tokens) for _ in token.form + " "]
    return " ".join(token.form for token in sentence.tokens), places


def _places(found: Found, places: list[int]) -> set[int]:
    return {places[span.start] for span in found.evidence}


def words_of(bank: Treebank) -> int:
    """How many words there are, as matching counts them."""
    return sum(len(tokens.forms(_text(sentence)[0])) for sentence in bank.sentences)
