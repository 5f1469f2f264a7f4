"""What the judge process does for those who write topics: nothing of it is watched or kept.

The judge has the dictionaries, so the desk needs none of its own. It also
judges what is being read, so each call is to be short: a slice of texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matching import checking, naming, proposing
from matching.judge import Engine
from matching.keys import Analysis
from matching.misses import near_misses
from matching.naming import Offer
from matching.nearly import NearMiss
from matching.proposing import Words
from matching.spelling import Keyed
from news.names import Name
from news.watch import Facts, Found, Term, Topic


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that topics are tried on, the language it was judged to be in, and what its source is."""

    title: str
    text: str
    language: str | None
    facts: Facts


def learn(engine: Engine, terms: Sequence[Term]) -> None:
    """Have the words of terms looked up, so that no later call does so for all of them at once."""
    for term in terms:
        engine.analysis.paths(term.text, term.language)


def check(engine: Engine, topic: Topic) -> None:
    """`matching.checking.check`. Raises TopicError."""
    checking.check(topic, engine.analysis)


def proposed(engine: Engine, topics: Sequence[Topic]) -> list[Words]:
    """What full text is asked for. Raises QuerySyntaxError."""
    return proposing.of_topics(topics, engine.analysis)


def found(engine: Engine, topics: tuple[Topic, ...], pieces: Sequence[Piece]) -> list[tuple[Found, ...]]:
    """Which of the topics each text matches, by their slugs. Raises QuerySyntaxError."""
    tried = engine.tried(topics)
    return [tried.found(each.title, each.text, each.language, each.facts) for each in pieces]


def missed(engine: Engine, topic: Topic, pieces: Sequence[Piece]) -> list[tuple[NearMiss, ...]]:
    """What of each text nearly matched, and why not."""
    return [
        near_misses(topic, each.title, each.text, each.language, each.facts, analysis=engine.analysis)
        for each in pieces
    ]


def offers(engine: Engine, topic: Topic, names: Sequence[Name], on: date) -> tuple[Offer, ...]:
    """The other names of what a topic watches."""
    return naming.offers(topic, names, on, analysis=engine.analysis)


def keys(engine: Engine, code: str | None, forms: Sequence[str]) -> list[Keyed]:
    """The keys of words as they stand in texts of the language `code`."""
    known = engine.analysis.keys(code)
    return [known[form] for form in forms]


def words_of(engine: Engine, terms: Sequence[Term]) -> list[Keyed]:
    """`keys_of` each term."""
    return [keys_of(engine.analysis, term) for term in terms]


def keys_of(analysis: Analysis, term: Term) -> Keyed:
    """The keys of all words of a term, in whatever way it may be written, taken generously."""
    paths = analysis.paths(term.text, term.language, generously=True)
    return tuple(key for path in paths for keys in path for key in keys)
