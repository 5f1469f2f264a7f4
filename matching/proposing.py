"""What full text is asked for terms and topics; the matcher decides about each article it proposes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matching.boolean import required
from matching.keys import PROPOSED, Analysis, asked
from matching.normal import folded
from matching.query import parse
from matching.spelling import Keyed
from matching.topics import EXACT, PREFIX, leaf_paths
from news.watch import Role, Term, Topic

# A term as the keys of each of its words, those with a `*` as what they begin with.
Words = Sequence[Keyed]


def any_of(terms: Iterable[Term], analysis: Analysis) -> list[Words]:
    """What full text is asked for: every way in which one of the terms may be written, by an analysis that
    reads their languages."""
    paths = (path for term in terms for path in analysis.paths(term.text, term.language))
    return [[asked(keys) for keys in path] for path in paths]


def of_topics(topics: Iterable[Topic], analysis: Analysis) -> list[Words]:
    """The same for topics: the names of those watched by terms, of queries the words and phrases of which
    one at least must be there."""
    found: list[Words] = []
    for topic in topics:
        if topic.query:
            wanted = required(parse(topic.query)) or ()
            paths = (path for leaf in wanted for path in leaf_paths(leaf, analysis))
            found += [[_asked(keys) for keys in path] for path in paths]
        else:
            found += any_of((term for term in topic.terms if term.role is Role.NAME), analysis)
    return found


def _asked(keys: Keyed) -> Keyed:
    """What full text is asked for a word of a query: it may stand as it is written, or be a beginning."""
    words = [key[1:] if key[0] in (EXACT, PREFIX) else key for key in keys]
    begun = [f"{word}*" for word, key in zip(words, keys, strict=True) if key[0] == PREFIX]
    return (*asked(words), *(folded(each) for each in begun if len(each) <= PROPOSED))
