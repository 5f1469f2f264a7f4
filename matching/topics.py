"""Topics made ready to be found: words become numbers, terms become paths of them, many texts are walked.

A text's words are looked up once each (their numbers are remembered), then
its path is followed from every word that begins some term: the cost is that of
the text and of what is found, hardly of how much is watched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from matching import tokens
from matching.boolean import Hit, Leaf, Node, Pin, leaves, required
from matching.keys import (
    KEPT,
    MOST,
    Analysis,
    Keys,
    Path,
    languages_of,
    languages_read,
    met_by,
)
from matching.normal import folded
from matching.proving import NAMES, Part, Parts, by_query, by_terms, part_of
from matching.query import parse
from matching.remembered import Remembered
from matching.spelling import Keyed, exact
from news.watch import UNKNOWN, Evidence, Facts, Field, Found, Role, Term, Topic

EXACT, PREFIX = "=", "^"  # before a key: as it is written, and what a word begins with

# Two words with this between them do not stand side by side; nor do words at a sentence's end, but a
# short one with a dot is an abbreviation ("St. Petersburg").
_APART = re.compile(r"[,;:!?…()\[\]{}|•،؛؟։]|\n\s*\n")
_FULL_STOP = re.compile(r"\.\s")
ABBREVIATION = 3


class Ending(NamedTuple):
    """A term that ends at a node: whose it is and what it is for; `apart`: punctuation stands in it, too;
    `wakes`: its topic is looked at where it is found."""

    topic: int
    part: int
    term: str
    apart: bool
    wakes: bool


@dataclass(slots=True)
class Step:
    """Where a path of words has led to: the words that may follow (None: nothing does, as after most), the
    terms that end here."""

    next: dict[int, Step] | None = None
    endings: tuple[Ending, ...] = ()

    def to(self, word: int) -> Step:
        """The step that `word` leads to, made where there was none."""
        if self.next is None:
            self.next = {}
        return self.next.setdefault(word, Step())


class Begun(NamedTuple):
    """What a word of a text begins: its numbers; those of the words that may follow some of them; whether
    some is a term by itself."""

    numbers: tuple[int, ...]
    following: Set[int]
    ends: bool


NOTHING = Begun((), frozenset(), ends=False)


class Numbers(dict[str, tuple[int, ...]]):
    """The numbers of the words of terms, by the keys they are found under. Most keys are of one word, whose
    keys share one tuple."""

    def __init__(self) -> None:
        super().__init__()
        self._sizes: list[int] = []  # of each word, how many keys it has
        self.exact = False  # whether some word is looked for as it is written
        self.prefixes: set[int] = set()  # how long the beginnings are that are looked for

    def of(self, keys: Sequence[str]) -> int:
        """The number of the word with these keys and no others; a new one where there is none."""
        for number in self.get(keys[0], ()):
            if self._sizes[number] == len(keys) and all(number in self.get(key, ()) for key in keys):
                return number
        self._sizes.append(len(keys))
        self._add(len(self._sizes) - 1, keys)
        return len(self._sizes) - 1

    def held(self, keys: Sequence[str]) -> dict[str, set[int]]:
        """The numbers of the words that these keys of words of texts find, of the keys that find some."""
        found: dict[str, set[int]] = {}
        for wanted in met_by(keys):
            if not self.keys().isdisjoint(wanted):
                for key, each in zip(keys, wanted, strict=True):
                    if each in self:
                        found.setdefault(key, set()).update(self[each])
        return found

    def _add(self, number: int, keys: Iterable[str]) -> None:
        alone = (number,)
        for key in keys:
            numbers = self.setdefault(key, alone)
            if number not in numbers:
                self[key] = numbers + alone
            self.exact |= key[0] == EXACT
            if key[0] == PREFIX:
                self.prefixes.add(len(key) - 1)


class Words(Remembered[Begun]):
    """What words as they stand begin: nothing, most of them; the forms of one word share one answer."""

    def __init__(self, keys: Keys, numbers: Numbers, root: Step) -> None:
        super().__init__(KEPT)
        self._keys, self._numbers, self._steps = keys, numbers, root.next or {}
        self._shared: dict[tuple[int, ...], Begun] = {(): NOTHING}

    def make_each(self, words: Sequence[str]) -> Iterator[Begun]:
        return self._begun_each(words, self._keys.each(words))

    def of_text(self, forms: list[str]) -> list[Begun]:
        """Of each word of a text; of a long text only the first are inflected."""
        if len(forms) <= MOST:
            return self.each(forms)
        different = [*dict.fromkeys(forms)]
        begun = self._begun_each(different, self._keys.of_text(different))
        return [*map(dict(zip(different, begun, strict=True)).__getitem__, forms)]

    def _begun_each(self, forms: Sequence[str], each: Sequence[Keyed]) -> Iterator[Begun]:
        held = self._numbers.held([*{*chain(*each)}])
        for form, keys in zip(forms, each, strict=True):
            found: set[int] = set()
            for key in held.keys() & keys:
                found |= held[key]
            if self._numbers.exact:
                for key in exact(form):
                    found.update(self._numbers.get(EXACT + key, ()))
            if self._numbers.prefixes:
                found.update(self._prefixed(keys))
            yield self._begun(tuple(sorted(found))) if found else NOTHING

    def _prefixed(self, keys: Iterable[str]) -> Iterator[int]:
        for key in keys:
            for spelled in (key, folded(key)) if ":" not in key else ():
                for length in self._numbers.prefixes:
                    yield from self._numbers.get(PREFIX + spelled[:length], ())

    def _begun(self, numbers: tuple[int, ...]) -> Begun:
        found = self._shared.get(numbers)
        if found is None:
            steps = [self._steps[number] for number in numbers if number in self._steps]
            onward = [step.next.keys() for step in steps if step.next]
            following = onward[0] if len(onward) == 1 else frozenset(chain(*onward))
            found = Begun(numbers, following, any(step.endings for step in steps))
            self._shared[numbers] = found
        return found


class CompiledTopics:
    """What is watched, ready for `found`. Topics are added one by one, at any time.

    A term without a word in it is passed over; `matching.checking` refuses it where it is
    written.
    """

    def __init__(self, analysis: Analysis, topics: Iterable[Topic] = ()) -> None:
        self._analysis = analysis
        self._topics: list[Topic] = []
        self._queries: dict[int, tuple[Node, tuple[Leaf, ...]]] = {}
        self._in_context: set[int] = set()  # those that need one of their required terms
        self._numbers = Numbers()
        self._root = Step()
        self._lookups: dict[int, Words] = {}
        for topic in topics:
            self.add(topic)

    def __len__(self) -> int:
        return len(self._topics)

    def add(self, topic: Topic) -> None:
        """Watch one more. Raises QuerySyntaxError."""
        number = len(self._topics)
        node = parse(topic.query) if topic.query else None
        self._topics.append(topic)
        self._lookups.clear()
        if node is not None:
            self._add_query(number, node)
        for term in topic.terms:
            part = part_of(term)
            ending = Ending(number, part, term.text, bool(_APART.search(term.text)), part in NAMES)
            for path in self._analysis.paths(term.text, term.language):
                if term.role is Role.REQUIRED:
                    self._in_context.add(number)
                self._lead(path, ending)

    def found(self, title: str, text: str, language: str | None, facts: Facts = UNKNOWN) -> tuple[Found, ...]:
        """The topics that title and text match, by slug; `language` is theirs (ISO 639-1 or not known),
        `facts` are of the source."""
        hits, awake = self.hits(title, text, language)
        parts = Part(Field.TITLE, title, language), Part(Field.TEXT, text, language)
        matched = (
            Found(topic.slug, topic.version, evidence)
            for number in awake
            for topic in [self._topics[number]]
            if (evidence := self._proof(number, hits[number], parts, facts, language))
        )
        return tuple(sorted(matched, key=lambda found: found.topic))

    def hits(
        self, title: str, text: str, language: str | None
    ) -> tuple[dict[int, dict[int, list[Hit]]], set[int]]:
        """What was found of each topic, by their numbers, and by its part (`matching.proving`, in query form
        the number of the leaf); and the topics that may match."""
        keys = self._analysis.keys(language)
        lookup = self._lookups.get(id(keys))
        if lookup is None:
            lookup = self._lookups[id(keys)] = Words(keys, self._numbers, self._root)
        hits: dict[int, dict[int, list[Hit]]] = {}
        awake: set[int] = set()
        for order, part in enumerate((title, text)):
            for ending, hit in self._hits(order, part, lookup):
                hits.setdefault(ending.topic, {}).setdefault(ending.part, []).append(hit)
                if ending.wakes:
                    awake.add(ending.topic)
        return hits, awake

    def _proof(
        self,
        number: int,
        hits: dict[int, list[Hit]],
        parts: Parts,
        facts: Facts,
        language: str | None,
    ) -> tuple[Evidence, ...]:
        topic, query = self._topics[number], self._queries.get(number)
        if query is None:
            return by_terms(topic, hits, parts, in_context=number in self._in_context)
        return by_query(topic, *query, hits, parts, facts, language)

    def _add_query(self, number: int, node: Node) -> None:
        every = tuple(dict.fromkeys(leaves(node)))
        self._queries[number] = node, every
        wanted = required(node) or frozenset(every)
        for place, leaf in enumerate(every):
            ending = Ending(number, place, leaf.text, bool(_APART.search(leaf.text)), leaf in wanted)
            for path in leaf_paths(leaf, self._analysis):
                self._lead(path, ending)

    def _lead(self, path: Path, ending: Ending) -> None:
        step = self._root
        for keys in path:
            step = step.to(self._numbers.of(keys))
        step.endings += (ending,)

    def _hits(self, order: int, text: str, lookup: Words) -> Iterator[tuple[Ending, Hit]]:
        forms = tokens.forms(text)
        ended = list(self._walk(lookup.of_text(forms)))
        spans = tokens.spans(text) if ended else []
        for first, last, ending in ended:
            if last > first and not ending.apart and not side_by_side(text, spans[first : last + 1]):
                continue
            yield ending, Hit(order, spans[first][0], spans[last][1], ending.term, first, last)

    def _walk(self, words: list[Begun]) -> Iterator[tuple[int, int, Ending]]:
        """Every term in a text: its first word, its last, and whose it is.

        Most words begin some term, and few of those go on, so that is asked first, in one look.
        """
        for first, (here, there) in enumerate(pairwise([*words, NOTHING])):
            if here is not NOTHING and (here.ends or not here.following.isdisjoint(there.numbers)):
                yield from self._from(words, first)

    def _from(self, words: list[Begun], first: int) -> Iterator[tuple[int, int, Ending]]:
        begins = self._root.next or {}
        for number in words[first].numbers:
            step = begins.get(number)
            if step is not None:
                for ending in step.endings:
                    yield first, first, ending
                yield from _onward(step, words, first)


def _onward(step: Step, words: list[Begun], first: int) -> Iterator[tuple[int, int, Ending]]:
    """The terms that begin at `first` with the word that led to `step` and have others after it."""
    reached, last = [step], first
    while reached:
        last += 1
        there = words[last].numbers if last < len(words) else ()
        onward = [step.next for step in reached if step.next]
        reached = [steps[word] for steps in onward for word in there if word in steps]
        for step in reached:
            for ending in step.endings:
                yield first, last, ending


def side_by_side(text: str, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether nothing parts the words at these spans."""
    for (start, end), (onward, _) in pairwise(spans):
        between = text[end:onward]
        if between == " ":
            continue
        if _APART.search(between) or (end - start > ABBREVIATION and _FULL_STOP.match(between)):
            return False
    return True


def leaf_paths(leaf: Leaf, analysis: Analysis) -> tuple[Path, ...]:
    """The ways in which a leaf of a query may be written, word by word."""
    if leaf.pin is Pin.FORM:
        return analysis.paths(leaf.text)
    mark = EXACT if leaf.pin is Pin.EXACT else PREFIX
    return (tuple(tuple(mark + key for key in exact(form)) for form in tokens.forms(leaf.text)),)


def analysis_of(topics: Iterable[Topic], text: str | None = None) -> Analysis:
    """An analysis with no dictionary but those that can find these topics (in `text`: of no other script
    than it has). It is worth sharing: dictionaries take seconds to load."""
    languages = languages_of((term.text, term.language) for topic in topics for term in written(topic))
    return Analysis(languages if text is None else languages & languages_read(text))


def compiled(topics: Sequence[Topic]) -> CompiledTopics:
    """A few topics ready for `found`, with an analysis of their own."""
    return CompiledTopics(analysis_of(topics), topics)


def written(topic: Topic) -> tuple[Term, ...]:
    """A topic's terms; of one in query form its words and phrases, those under NOT as excluded ones."""
    if not topic.query:
        return topic.terms
    node = parse(topic.query)
    wanted = {*leaves(node, denied=False)}
    return tuple(
        Term(leaf.text, role=Role.NAME if leaf in wanted else Role.EXCLUDED)
        for leaf in dict.fromkeys(leaves(node))
    )
