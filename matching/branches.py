"""Why a text does not answer a query: which branches of its tree failed, and what stands there instead."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching.boolean import (
    All,
    AtLeast,
    Either,
    Facet,
    Hit,
    Hits,
    InTitle,
    Leaf,
    Near,
    Node,
    Not,
    Pin,
    Place,
    in_title,
    leaves,
    places,
    proof,
    separate,
)
from matching.nearly import Article, NearMiss, Why, times
from matching.proving import apart
from matching.query import parse
from matching.topics import CompiledTopics
from news.watch import Topic

LISTED = 5  # words and phrases that are named in one reason


def of_query(topic: Topic, article: Article) -> Iterator[NearMiss]:
    """What failed, where something of the query stands there at all."""
    node = parse(topic.query)
    every = tuple(dict.fromkeys(leaves(node)))
    found, _ = CompiledTopics(article.analysis, [topic]).hits(*article.parts, article.language)
    hits = {every[number]: each for number, each in found.get(0, {}).items()}
    if not any(leaf in hits for leaf in leaves(node, denied=False)):
        return
    proving = proof(node, hits, article.facts, article.language)
    if proving is not None:
        yield _too_few(topic, proving, article)
    else:
        yield from _Failing(article, hits).of(node)


def _too_few(topic: Topic, proving: tuple[Hit, ...], article: Article) -> NearMiss:
    said = f"it is answered {times(len(apart(proving)))}, and {topic.mentions} times are asked for"
    return NearMiss(Why.MENTIONS, "", said, article.evidence(proving[0]) if proving else None)


@dataclass(frozen=True, slots=True)
class _Failing:
    """Reasons, branch by branch; `of` is asked only about what is not answered."""

    article: Article
    hits: Hits

    def of(self, node: Node) -> Iterator[NearMiss]:
        match node:
            case Leaf():
                yield _said(f"{worded(node)} does not stand there")
            case Facet():
                yield self._facet(node)
            case Not():
                yield self._denied(node)
            case All():
                for child in node.of:
                    if not self._answered(child):
                        yield from self.of(child)
            case Either():
                yield from self._none_of(node)
            case Near():
                yield from self._near(node)
            case AtLeast():
                yield from self._at_least(node)
            case InTitle():
                yield from self._titled(node)

    def _answered(self, node: Node) -> bool:
        return proof(node, self.hits, self.article.facts, self.article.language) is not None

    def _facet(self, node: Facet) -> NearMiss:
        article = self.article
        known = article.language if node.field == "language" else getattr(article.facts, node.field)
        return _said(f"{worded(node)} is asked for, and its {node.field} is {known or 'not known'}")

    def _denied(self, node: Not) -> NearMiss:
        hits = proof(node.of, self.hits, self.article.facts, self.article.language)
        place = self.article.evidence(min(hits)) if hits else None
        stands = f"{place.term!r} stands there" if place else "that is so"
        return NearMiss(Why.EXCLUDED, "", f"NOT {worded(node.of)} is asked for, but {stands}", place)

    def _none_of(self, node: Either) -> Iterator[NearMiss]:
        """Of the alternatives those of which something stands there; where none does, all in one."""
        begun = [child for child in node.of if any(leaf in self.hits for leaf in leaves(child))]
        for child in begun:
            yield from self.of(child)
        if not begun:
            yield _said(f"none of {_listed(node)} stands there")

    def _near(self, node: Near) -> Iterator[NearMiss]:
        before, after = places(node.before, self.hits), places(node.after, self.hits)
        for side, found in ((node.before, before), (node.after, after)):
            if not found:
                there = after if side is node.before else before
                place = self.article.evidence(there[0].hits[0]) if there else None
                missing = "none of " if isinstance(side, Either) else ""
                said = f"{missing}{_listed(side)} {'stands' if missing else 'does not stand'} there"
                yield NearMiss(Why.QUERY, "", f"in {worded(node)}, {said}", place)
                return
        pairs = list(_closest(before, after))
        if not pairs:
            yield _said(f"in {worded(node)}, one side stands in the title, the other in the text")
            return
        apart, one, other = min(pairs, key=lambda pair: pair[0])
        yield self._parted(node, apart, one, other)

    def _parted(self, node: Near, apart: int, one: Place, other: Place) -> NearMiss:
        first, last = min(one.first, other.first), max(one.last, other.last)
        place = self.article.place(self.article.fields[one.order], first, last, worded(node))
        if apart <= node.apart:
            why = "the second stands first" if apart >= 0 else "they overlap"
        else:
            why = f"{apart} words stand between, at most {node.apart} may"
        return NearMiss(Why.QUERY, "", f"in {worded(node)}, {why}", place)

    def _at_least(self, node: AtLeast) -> Iterator[NearMiss]:
        found = places(node.of, self.hits)
        if not found:
            yield from self.of(node.of)
            return
        said = (
            f"{worded(node.of)} stands there {times(separate(found))}, and {node.count} times are asked for"
        )
        yield NearMiss(Why.MENTIONS, "", said, self.article.evidence(found[0].hits[0]))

    def _titled(self, node: InTitle) -> Iterator[NearMiss]:
        anywhere = proof(node.of, self.hits, self.article.facts, self.article.language)
        if anywhere:
            said = f"{worded(node.of)} stands in the text, and title: asks for it in the title"
            yield NearMiss(Why.QUERY, "", said, self.article.evidence(min(anywhere)))
        else:
            yield from _Failing(self.article, in_title(self.hits)).of(node.of)


def _said(said: str) -> NearMiss:
    return NearMiss(Why.QUERY, "", said, None)


def _closest(before: Sequence[Place], after: Sequence[Place]) -> Iterator[tuple[int, Place, Place]]:
    """Each of the first with those of the second next to it, both in the order of the text."""
    keys = [(place.order, place.first) for place in after]
    for one in before:
        index = bisect_left(keys, (one.order, one.first))
        for other in after[max(index - 1, 0) : index + 2]:
            if one.order == other.order:
                yield _gap(one, other), one, other


def _gap(one: Place, other: Place) -> int:
    """Words between two places, below 0 where they overlap."""
    return max(one.first, other.first) - min(one.last, other.last) - 1


def _listed(node: Node) -> str:
    every = [*dict.fromkeys(worded(leaf) for leaf in leaves(node))]
    return ", ".join(every[:LISTED]) + (f" and {len(every) - LISTED} more" if len(every) > LISTED else "")


def worded(node: Node) -> str:
    """A branch as it is written, a long one shortened."""
    match node:
        case Leaf():
            before, after = "=" * (node.pin is Pin.EXACT), "*" * (node.pin is Pin.PREFIX)
            return f"{before}{node.text!r}{after}"
        case Facet():
            return str(node)
        case Near():
            name = "ORDERED" if node.ordered else "NEAR"
            return f"{_side(node.before)} {name}/{node.apart} {_side(node.after)}"
        case AtLeast():
            return f"ATLEAST/{node.count} {_side(node.of)}"
        case InTitle():
            return f"title:{_side(node.of)}"
        case Not():
            return f"NOT {_side(node.of)}"
        case _:
            return _side(node)


def _side(node: Node) -> str:
    if isinstance(node, All | Either):
        joint = " AND " if isinstance(node, All) else " OR "
        parts = [worded(child) for child in node.of[:LISTED]]
        return "(" + joint.join(parts) + (f"{joint}…)" if len(node.of) > LISTED else ")")
    return worded(node)
