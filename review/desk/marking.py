"""A text with its marks, as paragraphs of pieces: cut by offsets of the original, never joined as HTML."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from alerts.composing.plain import direction, plain
from news.watch import Evidence, Field


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked place of a text: offsets (code points), its number on the page, the topics it proves."""

    start: int
    end: int
    number: int
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, cleaned; `mark` is the mark that begins here, `marked` whether it is marked at all (a mark
    that goes on over a line's end is marked there, too)."""

    text: str
    mark: Mark | None = None
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the text: where it begins, its direction ("ltr", "rtl"), its pieces."""

    start: int
    direction: str
    pieces: tuple[Piece, ...]


def marks(
    text: str, field: Field, proofs: Iterable[tuple[str, Evidence]], first: int = 1
) -> tuple[Mark, ...]:
    """Where `text` is marked, numbered from `first`: places that overlap or touch are one, with all their
    topics. What does not stand where it should is left out. `proofs` are topics' names with evidence."""
    places = sorted(
        (proof.start, proof.end, topic)
        for topic, proof in proofs
        if proof.field is field
        and 0 <= proof.start < proof.end
        and text[proof.start : proof.end] == proof.form
    )
    merged: list[tuple[int, int, tuple[str, ...]]] = []
    for start, end, topic in places:
        if merged and start < merged[-1][1]:
            begin, until, topics = merged[-1]
            merged[-1] = (begin, max(until, end), tuple(dict.fromkeys((*topics, topic))))
        else:
            merged.append((start, end, (topic,)))
    return tuple(Mark(*each[:2], number, each[2]) for number, each in enumerate(merged, first))


def mark_at(found: Sequence[Mark], place: int) -> Mark | None:
    """The mark that holds a place of the text."""
    index = bisect_right(found, place, key=lambda each: each.start) - 1
    return found[index] if index >= 0 and place < found[index].end else None


def paragraphs(text: str, found: Sequence[Mark], until: int | None = None) -> tuple[Paragraph, ...]:
    """The lines of a text (of its first `until` characters) with what is marked in them."""
    shown, start = [], 0
    for line in text[:until].split("\n"):
        end = start + len(line)
        if line.strip():
            shown.append(Paragraph(start, direction(line), tuple(_pieces(text, start, end, found))))
        start = end + 1
    return tuple(shown)


def _pieces(text: str, start: int, end: int, found: Sequence[Mark]) -> Iterator[Piece]:
    place = start
    index = max(0, bisect_right(found, start, key=lambda each: each.start) - 1)
    for mark in found[index:]:
        if mark.start >= end:
            break
        begin, stop = max(mark.start, place), min(mark.end, end)
        if begin >= stop:
            continue
        if place < begin:
            yield Piece(plain(text[place:begin]))
        begins = mark if mark.start >= start else None
        yield Piece(plain(text[begin:stop]), begins, marked=True)
        place = stop
    if place < end:
        yield Piece(plain(text[place:end]))
