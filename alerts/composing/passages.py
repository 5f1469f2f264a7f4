"""Quotes with the words marked that matched: pieces of the original text, never of a changed one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from alerts.composing.plain import direction, plain
from news.sentences import Span
from news.watch import Evidence, Field

LONGEST = 320  # characters of a quote
LEAD = 90  # of them before the first marked word, where the sentence is longer than that
WORD = 24  # how far a cut moves to fall between words
_TAG = re.compile("[A-Za-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote: its pieces in order, cleaned; its direction ("ltr", "rtl"); its language, None: not known."""

    pieces: tuple[Piece, ...]
    direction: str
    language: str | None

    def __str__(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def marks(text: str, evidence: Iterable[Evidence], field: Field) -> tuple[Span, ...]:
    """Where words of `text` are marked: sorted, apart. What does not stand where it should is left out."""
    spans: list[Span] = []
    proven = {(e.start, e.end) for e in evidence if e.field is field and text[e.start : e.end] == e.form}
    for start, end in sorted(proven):
        if not 0 <= start < end:
            continue
        if spans and start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(end, spans[-1].end))
        else:
            spans.append(Span(start, end))
    return tuple(spans)


def passage(
    text: str, span: Span, marked: Sequence[Span], language: str | None, longest: int = LONGEST
) -> Passage:
    """`text` within `span`, the `marked` spans in it marked, clipped around the first to about `longest`."""
    inside = [
        Span(max(mark.start, span.start), min(mark.end, span.end))
        for mark in marked
        if mark.start < span.end and mark.end > span.start
    ]
    cut = _around(text, span, inside, longest)
    pieces = [Piece("… ")] if cut.start > span.start else []
    place = cut.start
    for mark in inside:
        start, end = max(mark.start, place), min(mark.end, cut.end)
        if start < end:
            pieces += [Piece(plain(text[place:start])), Piece(plain(text[start:end]), marked=True)]
            place = end
    pieces.append(Piece(plain(text[place : cut.end])))
    if cut.end < span.end:
        pieces.append(Piece(" …"))
    shown = tuple(piece for piece in pieces if piece.text)
    tag = language if language and _TAG.fullmatch(language) else None
    return Passage(shown, direction("".join(piece.text for piece in shown)), tag)


def _around(text: str, span: Span, inside: Sequence[Span], longest: int) -> Span:
    """The part of `span` to show: all of it, or what is around its first marked word, cut between words."""
    if span.end - span.start <= longest:
        return span
    start = span.start
    if inside and inside[0].end - span.start > longest - LEAD:
        start = _between_words(text, max(inside[0].start - LEAD, span.start), 1)
    end = min(start + longest, span.end)
    if end < span.end:
        end = _between_words(text, end, -1)
    return Span(start, end)


def _between_words(text: str, place: int, step: int) -> int:
    """The nearest place from `place` on (`step` 1) or back (-1) where a word begins or has ended."""
    for distance in range(WORD):
        index = place + step * distance
        if not 0 < index < len(text):
            break
        if text[index - 1 if step > 0 else index].isspace():
            return index
    return place
