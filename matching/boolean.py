"""Queries as trees: what one asks for, whether what was found in a text answers it, and what proves so.

A text is walked once for the leaves of all queries (`matching.topics`); a tree is looked at only where
one of the leaves it cannot do without was found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from news.watch import Facts

# Pairs of one NEAR that are looked at: a text written to have more is judged by these.
MOST_PLACES = 10_000


class Pin(StrEnum):
    """How a leaf is found: in every `form` of its words, `exact` as it is written, or as the beginning
    of a word."""

    FORM = "form"
    EXACT = "exact"
    PREFIX = "prefix"


class Hit(NamedTuple):
    """A term or leaf found: `order` is 0 in the title, 1 in the text; code points, then words, by place;
    `last` included."""

    order: int
    start: int
    end: int
    term: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word or phrase, of every language of its script."""

    text: str
    pin: Pin = Pin.FORM


@dataclass(frozen=True, slots=True)
class Facet:
    """What the article is, by `field` of `Facts` or its `language`."""

    field: str
    value: str

    def __str__(self) -> str:
        return f"{'lang' if self.field == 'language' else self.field}:{self.value}"


@dataclass(frozen=True, slots=True)
class Not:
    of: Node


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """At most `apart` words stand between; `ordered`: `before` comes first."""

    before: Node
    after: Node
    apart: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class AtLeast:
    """`count` places that do not overlap."""

    count: int
    of: Node


@dataclass(frozen=True, slots=True)
class InTitle:
    of: Node


Node = Leaf | Facet | Not | All | Either | Near | AtLeast | InTitle
Hits = Mapping[Leaf, Sequence[Hit]]


class Place(NamedTuple):
    """Where something with a place was found, from its first word to its last, and what is there."""

    order: int
    first: int
    last: int
    hits: tuple[Hit, ...]


def leaves(node: Node, *, denied: bool = True) -> Iterator[Leaf]:
    """The leaves in their order; without those under NOT where they are not to be `denied`."""
    if isinstance(node, Leaf):
        yield node
    elif denied or not isinstance(node, Not):
        for child in children(node):
            yield from leaves(child, denied=denied)


def children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, All | Either):
        return node.of
    if isinstance(node, Near):
        return node.before, node.after
    return () if isinstance(node, Leaf | Facet) else (node.of,)


def required(node: Node) -> frozenset[Leaf] | None:
    """Leaves of which one at least is in every text that answers; None: it can be answered without any."""
    if isinstance(node, Leaf):
        return frozenset((node,))
    if isinstance(node, Facet | Not):
        return None
    each = [required(child) for child in children(node)]
    if isinstance(node, Either):
        return None if None in each else frozenset().union(*filter(None, each))
    return min(filter(None, each), key=len, default=None)


def has_place(node: Node) -> bool:
    """Whether it is found at places in a text, so that NEAR and ATLEAST can ask for them."""
    if isinstance(node, Either | Near | InTitle):
        return all(map(has_place, children(node)))
    return isinstance(node, Leaf)


def proof(node: Node, hits: Hits, facts: Facts, language: str | None) -> tuple[Hit, ...] | None:
    """What in a text answers: nothing, where it is answered by what is not there. None: it is not."""
    if isinstance(node, Leaf):
        return tuple(hits.get(node, ())) or None
    if isinstance(node, Facet):
        said = language if node.field == "language" else getattr(facts, node.field)
        return () if said is not None and said.casefold() == node.value.casefold() else None
    if isinstance(node, Not):
        return () if proof(node.of, hits, facts, language) is None else None
    if isinstance(node, InTitle):
        return proof(node.of, in_title(hits), facts, language)
    if isinstance(node, Near | AtLeast):
        found = places(node.of if isinstance(node, AtLeast) else node, hits)
        enough = node.count if isinstance(node, AtLeast) else 1
        return tuple(hit for place in found for hit in place.hits) if separate(found) >= enough else None
    each = [proof(child, hits, facts, language) for child in node.of]
    answered = [found for found in each if found is not None]
    if len(answered) < (len(each) if isinstance(node, All) else 1):
        return None
    return tuple(hit for found in answered for hit in found)


def in_title(hits: Hits) -> dict[Leaf, list[Hit]]:
    titled = ((leaf, [hit for hit in every if hit.order == 0]) for leaf, every in hits.items())
    return {leaf: found for leaf, found in titled if found}


def places(node: Node, hits: Hits) -> list[Place]:
    """Where something that `has_place` was found, in the order of the text."""
    if isinstance(node, Leaf):
        found = [Place(hit.order, hit.first, hit.last, (hit,)) for hit in hits.get(node, ())]
    elif isinstance(node, Near):
        found = _pairs(node, places(node.before, hits), places(node.after, hits))
    elif isinstance(node, InTitle):
        found = places(node.of, in_title(hits))
    else:
        found = [place for child in children(node) for place in places(child, hits)]
    different = {(place.order, place.first, place.last): place for place in found}
    return [different[key] for key in sorted(different)]


def separate(found: Sequence[Place]) -> int:
    """How many of them there are, of those that overlap only the first to end."""
    count, order, end = 0, -1, -1
    for place in sorted(found, key=lambda place: (place.order, place.last)):
        if place.order != order or place.first > end:
            count, order, end = count + 1, place.order, place.last
    return count


def _pairs(near: Near, before: list[Place], after: list[Place]) -> list[Place]:
    longest = max((place.last - place.first for place in after), default=0)
    keys = [(place.order, place.first) for place in after]
    found: list[Place] = []
    for one in before:
        earliest = one.last if near.ordered else one.first - near.apart - 1 - longest
        for number in range(bisect_left(keys, (one.order, earliest)), len(after)):
            other = after[number]
            if other.order != one.order or other.first > one.last + near.apart + 1:
                break
            if _beside(near, one, other):
                first, last = min(one.first, other.first), max(one.last, other.last)
                found.append(Place(one.order, first, last, one.hits + other.hits))
                if len(found) == MOST_PLACES:
                    return found
    return found


def _beside(near: Near, one: Place, other: Place) -> bool:
    if other.first > one.last:
        return other.first - one.last - 1 <= near.apart
    return not near.ordered and one.first > other.last and one.first - other.last - 1 <= near.apart
