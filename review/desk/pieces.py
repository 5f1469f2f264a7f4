"""Texts cut where something in them is marked: the template writes the pieces, and escapes each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from news.watch import Evidence, Field

AROUND = 140  # characters shown before and after what is marked, of a sentence that is longer
Piece = tuple[str, bool]


def sentences(evidence: Sequence[Evidence], title: str, text: str, most: int = 2) -> list[list[Piece]]:
    """The first sentences with something marked in them, each as pieces (marked or not)."""
    parts = {Field.TITLE: title, Field.TEXT: text}
    found: list[list[Piece]] = []
    for (field, sentence), spans in groupby(evidence, key=lambda span: (span.field, _sentence(span))):
        if len(found) == most:
            break
        found.append(marked(parts[field], [(span.start, span.end) for span in spans], sentence))
    return found


def marked(text: str, spans: Iterable[tuple[int, int]], within: tuple[int, int]) -> list[Piece]:
    """The part `within` of a text, cut at spans (start, end, in code points); of a long one what is around
    them."""
    start, end = within[0], min(within[1], len(text))
    inside = sorted((max(one, start), min(other, end)) for one, other in spans if one < end and other > start)
    if not inside:
        return [(text[start : min(end, start + 2 * AROUND)], False)]
    begin, stop = max(start, inside[0][0] - AROUND), min(end, inside[-1][1] + AROUND)
    pieces: list[Piece] = [("… " if begin > start else "", False)]
    at = begin
    for one, other in inside:
        if other <= at:
            continue
        pieces += [(text[at : max(one, at)], False), (text[max(one, at) : other], True)]
        at = other
    pieces += [(text[at:stop], False), (" …" if stop < end else "", False)]
    return [(piece, is_marked) for piece, is_marked in pieces if piece]


def _sentence(span: Evidence) -> tuple[int, int]:
    return span.sentence or (max(0, span.start - AROUND), span.end + AROUND)
