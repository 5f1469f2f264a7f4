"""What proves a topic: of the terms or leaves that were found in a text, those that count, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from matching.boolean import Hit, Leaf, Node, proof
from news.sentences import Sentences
from news.watch import Evidence, Facts, Field, Role, Stands, Term, Topic

# Enough to prove a topic and to show where; a book of it would only fill the database.
SPANS = 50
# A form of use within a phrase only proves where so many words stand between it and another form at most.
BESIDE = 2
# What a hit of a topic of terms is for; of a topic in query form it is the number of the leaf.
ALONE, CONTEXT, PHRASE, REQUIRED, EXCLUDED = range(5)
PART = {Stands.ALONE: ALONE, Stands.CONTEXT: CONTEXT, Stands.PHRASE: PHRASE}
NAMES = (ALONE, CONTEXT, PHRASE)
_SENTENCE_END = re.compile(r"[.!?…։。؟۔]\s|\n")

ByPart = Mapping[int, Sequence[Hit]]


class Part:
    """The title or the text of an article, and where its sentences are: looked for only around hits."""

    def __init__(self, field: Field, text: str, language: str | None) -> None:
        self.text = text
        self._field, self._sentences = field, Sentences(text, language)

    def evidence(self, hit: Hit) -> Evidence:
        form, sentence = self.text[hit.start : hit.end], self._sentences.around(hit.start, hit.end)
        return Evidence(self._field, hit.start, hit.end, form, hit.term, (sentence.start, sentence.end))


Parts = tuple[Part, Part]  # title and text


def part_of(term: Term) -> int:
    """What the hits of a term are for."""
    if term.role is Role.NAME:
        return PART[term.stands]
    return REQUIRED if term.role is Role.REQUIRED else EXCLUDED


def by_terms(topic: Topic, found: ByPart, parts: Parts, *, in_context: bool) -> tuple[Evidence, ...]:
    """What proves a topic of terms, which needs one of its required terms where it is `in_context`."""
    if EXCLUDED in found or (in_context and REQUIRED not in found):
        return ()
    names = list(found.get(ALONE, ()))
    if CONTEXT in found or PHRASE in found:
        names += _accompanied(found, parts)
    proving = apart(names)
    if not proving or len(proving) < topic.mentions:
        return ()
    return _evidence(parts, proving[:SPANS], found.get(REQUIRED, ()))


def by_query(
    topic: Topic,
    node: Node,
    leaves: Sequence[Leaf],
    found: ByPart,
    parts: Parts,
    facts: Facts,
    language: str | None,
) -> tuple[Evidence, ...]:
    """What proves a topic in query form; `found` is by the number of a leaf."""
    hits = {leaves[number]: every for number, every in found.items()}
    proving = apart(proof(node, hits, facts, language) or ())
    return _evidence(parts, proving[:SPANS], ()) if len(proving) >= topic.mentions else ()


def apart(hits: Iterable[Hit]) -> list[Hit]:
    """Those that do not overlap, in the order of the text, the longer before the shorter."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.order, hit.start, -hit.end)):
        if not kept or not _overlap(kept[-1], hit):
            kept.append(hit)
    return kept


def _accompanied(found: ByPart, parts: Parts) -> list[Hit]:
    """The hits of forms that do not stand alone which are in the company they need."""
    company = sorted(hit for part in (*NAMES, REQUIRED) for hit in found.get(part, ()))
    beside = _beside(company, parts)
    in_phrase = [hit for hit in found.get(PHRASE, ()) if hit in beside]
    terms: dict[str, list[Hit]] = {}
    for hit in (*found.get(ALONE, ()), *found.get(CONTEXT, ()), *found.get(REQUIRED, ()), *in_phrase):
        terms.setdefault(hit.term, []).append(hit)
    # Of one form three hits are enough: more than two do not overlap the one that needs company.
    few = [hit for hits in terms.values() for hit in hits[:3]]
    in_context = (
        hit
        for hit in found.get(CONTEXT, ())
        if any(hit.term != other.term and not _overlap(hit, other) for other in few)
    )
    return [*in_phrase, *in_context]


def _beside(company: list[Hit], parts: Parts) -> set[Hit]:
    """Those with another form close to them, `company` being in the order of the text."""
    found = set()
    for number, one in enumerate(company):
        for other in islice(company, number + 1, None):
            if other.order != one.order or other.first > one.last + 1 + BESIDE:
                break
            if one.term != other.term and _close(one, other, parts):
                found |= {one, other}
    return found


def _close(one: Hit, other: Hit, parts: Parts) -> bool:
    if one.order != other.order or not 0 <= other.first - one.last - 1 <= BESIDE:
        return False
    return not _SENTENCE_END.search(parts[one.order].text, one.end, other.start)


def _evidence(parts: Parts, names: list[Hit], required: Sequence[Hit]) -> tuple[Evidence, ...]:
    """The proving spans in the order of the text. Of required terms one is enough, one that stands apart
    from the names where there is such a one."""
    proving = [*names]
    if required:
        free = (hit for hit in sorted(required) if not any(_overlap(hit, name) for name in names))
        proving.append(next(free, min(required)))
    return tuple(parts[hit.order].evidence(hit) for hit in sorted(proving))


def _overlap(one: Hit, other: Hit) -> bool:
    return one.order == other.order and one.start < other.end and other.start < one.end
