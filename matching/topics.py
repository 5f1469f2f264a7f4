"""Topics made ready to be found: words become numbers, terms become paths of them, many texts are walked.

A text's words are looked up once each (their numbers are remembered), then
its path is followed from every word that begins some term: the cost is that of
the text and of what is found, hardly of how much is watched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from matching import tokens
from matching.keys import KEPT, MOST, Analysis, Keys, folded, languages_of, languages_read
from news.errors import TopicError
from news.sentences import Sentences
from news.watch import Evidence, Facts, Field, Found, Role, Term, Topic

# Enough to prove a topic and to show where; a book of it would only fill the database.
SPANS = 50
NONE = Facts()


# Two words with this between them do not stand side by side; nor do words at a sentence's end, but a
# short one with a dot is an abbreviation ("St. Petersburg").
_APART = re.compile(r"[,;:!?…()\[\]{}|•،؛؟։]|\n\s*\n")
_FULL_STOP = re.compile(r"\.\s")
ABBREVIATION = 3


class Ending(NamedTuple):
    """A term that ends at a node: whose it is and what for; `apart`: punctuation stands in it, too."""

    topic: int
    role: Role
    term: str
    apart: bool


@dataclass(slots=True)
class Node:
    """Where a path of words has led to: the words that may follow, the terms that end here."""

    next: dict[int, Node] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)


class Hit(NamedTuple):
    """A term found: `order` is 0 in the title, 1 in the text."""

    order: int
    start: int
    end: int
    term: str


class Part:
    """The title or the text of an article, and where its sentences are: looked for only around hits."""

    def __init__(self, field: Field, text: str, language: str | None) -> None:
        self._field, self._text = field, text
        self._sentences = Sentences(text, language)

    def evidence(self, hit: Hit) -> Evidence:
        form, sentence = self._text[hit.start : hit.end], self._sentences.around(hit.start, hit.end)
        return Evidence(self._field, hit.start, hit.end, form, hit.term, (sentence.start, sentence.end))


class Words(dict[str, tuple[int, ...]]):
    """The numbers of a word as it stands, computed once: none for most."""

    def __init__(self, keys: Keys, numbers: Mapping[str, list[int]]) -> None:
        super().__init__()
        self._keys, self._numbers = keys, numbers

    def __missing__(self, form: str) -> tuple[int, ...]:
        if len(self) >= KEPT:
            self.clear()
        numbers = self[form] = self._of(self._keys[form])
        return numbers

    def _of(self, keys: Iterable[str]) -> tuple[int, ...]:
        found: set[int] = set()
        for key in keys:
            found.update(self._numbers.get(key, ()))
            if not key.isascii() and (plain := folded(key)).isascii():
                found.update(self._numbers.get("~" + plain, ()))
        return tuple(sorted(found))

    def for_long(self, forms: list[str]) -> Mapping[str, tuple[int, ...]]:
        """The same for all words of a long text, of which only the first are inflected."""
        different = [*dict.fromkeys(forms)]
        keys = self._keys.of_text(different)
        return {form: self._of(found) for form, found in zip(different, keys, strict=True)}


class CompiledTopics:
    """What is watched, ready for `found`. Topics are added one by one, at any time.

    A term without a word in it is passed over; `check` refuses it where it is
    written.
    """

    def __init__(self, analysis: Analysis, topics: Iterable[Topic] = ()) -> None:
        self._analysis = analysis
        self._topics: list[Topic] = []
        self._in_context: set[int] = set()  # those that need one of their required terms
        self._words: dict[tuple[str, ...], int] = {}
        self._numbers: dict[str, list[int]] = {}
        self._root = Node()
        self._lookups: dict[int, Words] = {}
        for topic in topics:
            self.add(topic)

    def __len__(self) -> int:
        return len(self._topics)

    def add(self, topic: Topic) -> None:
        """Watch one more."""
        number = len(self._topics)
        self._topics.append(topic)
        self._lookups.clear()
        for term in topic.terms:
            ending = Ending(number, term.role, term.text, bool(_APART.search(term.text)))
            for path in self._analysis.paths(term.text, term.language):
                if term.role is Role.REQUIRED:
                    self._in_context.add(number)
                node = self._root
                for keys in path:
                    node = node.next.setdefault(self._number(keys), Node())
                node.endings.append(ending)

    def found(self, title: str, text: str, language: str | None, facts: Facts = NONE) -> tuple[Found, ...]:
        """The topics that title and text match, by slug; `language` is theirs (ISO 639-1 or not known),
        `facts` are of the source."""
        keys = self._analysis.keys(language)
        lookup = self._lookups.get(id(keys))
        if lookup is None:
            lookup = self._lookups[id(keys)] = Words(keys, self._numbers)
        hits: dict[tuple[int, Role], list[Hit]] = {}
        for order, part in enumerate((title, text)):
            for ending, hit in self._hits(order, part, lookup):
                hits.setdefault((ending.topic, ending.role), []).append(hit)
        parts = (Part(Field.TITLE, title, language), Part(Field.TEXT, text, language))
        matched = (
            Found(topic.slug, topic.version, _evidence(parts, names, required))
            for number, role in hits
            if role is Role.NAME and (number, Role.EXCLUDED) not in hits
            for topic, names in [(self._topics[number], hits[number, role])]
            for required in [hits.get((number, Role.REQUIRED), [])]
            if required or number not in self._in_context
        )
        return tuple(sorted(matched, key=lambda found: found.topic))

    def _number(self, keys: tuple[str, ...]) -> int:
        number = self._words.setdefault(keys, len(self._words))
        if number == len(self._words) - 1:
            for key in keys:
                numbers = self._numbers.setdefault(key, [])
                if number not in numbers:
                    numbers.append(number)
        return number

    def _hits(self, order: int, text: str, lookup: Words) -> Iterator[tuple[Ending, Hit]]:
        forms = tokens.forms(text)
        numbers_of = lookup if len(forms) <= MOST else lookup.for_long(forms)
        numbers = list(map(numbers_of.__getitem__, forms))
        ended = list(self._walk(numbers))
        spans = tokens.spans(text) if ended else []
        for first, last, ending in ended:
            if last > first and not ending.apart and not side_by_side(text, spans[first : last + 1]):
                continue
            yield ending, Hit(order, spans[first][0], spans[last][1], ending.term)

    def _walk(self, numbers: list[tuple[int, ...]]) -> Iterator[tuple[int, int, Ending]]:
        """Every term in a text of words given by their numbers: its first word, its last, and whose it is."""
        begins, count = self._root.next, len(numbers)
        for first, here in enumerate(numbers):
            for number in here:
                node = begins.get(number)
                if node is None:
                    continue
                reached, last = [node], first
                while reached:
                    for node in reached:
                        for ending in node.endings:
                            yield first, last, ending
                    last += 1
                    if last == count:
                        break
                    there = numbers[last]
                    reached = [node.next[word] for node in reached for word in there if word in node.next]


def side_by_side(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether nothing parts the words at these spans."""
    for (start, end), (onward, _) in pairwise(spans):
        between = text[end:onward]
        if between == " ":
            continue
        if _APART.search(between) or (end - start > ABBREVIATION and _FULL_STOP.match(between)):
            return False
    return True


def compiled(topics: Sequence[Topic], text: str | None = None) -> CompiledTopics:
    """A few topics ready for `found`, with no dictionary but those that can find them (in `text`: of no
    other script than it has)."""
    languages = languages_of((term.text, term.language) for topic in topics for term in topic.terms)
    return CompiledTopics(Analysis(languages if text is None else languages & languages_read(text)), topics)


def check(topic: Topic) -> None:
    """Raise TopicError for a topic that no text could match, or with a term that says nothing."""
    for term in topic.terms:
        if not tokens.forms(term.text):
            raise _refusal(topic, f"the term {term.text!r} has no letter or digit in it", "Leave it out.")
    names = [term for term in topic.terms if term.role is Role.NAME]
    if not names:
        problem = "it has no term of its own: excluded and required terms only narrow what others find"
        raise _refusal(topic, problem, 'Add a name, such as --term en:"Lachin corridor".')
    _check_exclusions(topic, names)


def _check_exclusions(topic: Topic, names: Iterable[Term]) -> None:
    """A name that holds an excluded term within it proves nothing, ever."""
    excluded = [term for term in topic.terms if term.role is Role.EXCLUDED]
    bans = compiled(
        [Topic(str(number), "", 0, (Term(term.text, term.language),)) for number, term in enumerate(excluded)]
    )
    for name in names:
        for found in bans.found("", name.text, name.language):
            banned = excluded[int(found.topic)].text
            problem = f"the term {name.text!r} can never match: it holds the excluded {banned!r}"
            raise _refusal(topic, problem, "Leave out one of them.")


def _refusal(topic: Topic, problem: str, remedy: str) -> TopicError:
    return TopicError(topic=topic.slug, problem=problem, remedy=remedy)


def _evidence(parts: Sequence[Part], names: list[Hit], required: list[Hit]) -> tuple[Evidence, ...]:
    """The proving spans in the order of the text: names apart from each other, the longer before the shorter.

    Of required terms one is enough, one that stands apart from the names
    where there is such a one.
    """
    proving = _apart(names)[:SPANS]
    if required:
        apart = (hit for hit in sorted(required) if not any(_overlap(hit, name) for name in proving))
        proving.append(next(apart, min(required)))
    return tuple(parts[hit.order].evidence(hit) for hit in sorted(proving))


def _apart(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.order, hit.start, -hit.end)):
        if not kept or not _overlap(kept[-1], hit):
            kept.append(hit)
    return kept


def _overlap(one: Hit, other: Hit) -> bool:
    return one.order == other.order and one.start < other.end and other.start < one.end
