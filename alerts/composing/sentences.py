"""Where sentences begin and end, for quoting one: in the text as it is, by the rules of its language.

Spans are code points of the text, end exclusive, without surrounding blanks.
A wrong boundary costs a quote that is too long or too short, nothing else, so
in doubt the sentence goes on: a quote that is long is clipped when shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from news.languages.language import Language
from news.languages.registry import language as known_language

# Of a line without end only so much around the place is looked at: a page whose breaks were lost is one line.
REACH = 1500
SCANT = 25  # shorter lines are by-lines and crossheads, "Updated at 14:05"
SHORT = 45  # a first sentence this short is mostly a dateline: the next one goes with it
_ANY_STOPS = ".!?…։؟۔"
_SURE_STOPS = frozenset(
    "։؟؛۔"
)  # end a sentence whatever follows: their scripts have no capitals, or no other use
_CLOSING = "\"'»”’“)\\]"
_OPENING = "\"'«“„‘([ \u00a0\u202f"
_DASHES = "—–-"
_WORD_BEFORE = re.compile(r"[^\s«“„(\[\"]{1,24}$")
_LETTERS = re.compile(r"[\W_]+")


class Span(NamedTuple):
    start: int
    end: int


def opening(text: str, title: str, code: str | None) -> Span | None:
    """The sentence `text` opens with, None where there is none; `code` is its language (ISO 639-1).

    A repetition of the title and lines of a few words are passed over where
    something follows them; a dateline (of several sentences, too) brings the one after it along.
    """
    scant = None
    for line in _lines(text, 4 * REACH):
        spans = list(_in_line(text, line, code))
        for index, span in enumerate(spans):
            if _same(text[span.start : span.end], title):
                continue
            for following in spans[index + 1 :]:
                if span.end - span.start >= SHORT:
                    break
                span = Span(span.start, min(following.end, span.start + REACH))
            if span.end - span.start >= SCANT:
                return span
            scant = scant or span
    return scant


def after_title(text: str, title: str) -> int:
    """Where `text` begins after a repetition of the title that it opens with; 0 where there is none."""
    end = text.find("\n")
    return end + 1 if end >= 0 and _same(text[:end], title) else 0


def sentence_at(text: str, position: int, code: str | None) -> Span:
    """The sentence that holds the character at `position`, which lies within `text`."""
    start = max(text.rfind("\n", 0, position) + 1, position - REACH)
    line_end = text.find("\n", position)
    end = min(len(text) if line_end < 0 else line_end, position + REACH)
    spans = list(_in_line(text, Span(start, end), code))
    return next((span for span in spans if position < span.end), Span(position, min(position + 1, len(text))))


def _lines(text: str, limit: int) -> Iterator[Span]:
    start = 0
    while start < min(len(text), limit):
        found = text.find("\n", start)
        end = len(text) if found < 0 else found
        yield Span(start, min(end, start + limit))
        start = end + 1


def _in_line(text: str, line: Span, code: str | None) -> Iterator[Span]:
    """The sentences of one line, in order."""
    language = known_language(code) if code else None
    start = line.start
    for stop in _stops(language.stops if language else _ANY_STOPS).finditer(text, line.start, line.end):
        if _ends(text, start, stop, line.end, language):
            yield from _stripped(text, start, stop.end())
            start = stop.end()
    yield from _stripped(text, start, line.end)


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        first = start + piece.index(inner[0])
        yield Span(first, first + len(inner))


@cache
def _stops(stops: str) -> re.Pattern[str]:
    """A run of stops with the quotes and brackets it closes, at the end of a word."""
    return re.compile(rf"(?P<stop>[{re.escape(stops)}]+)[{_CLOSING}]*(?:[ \u00a0\u202f]»)?(?=\s|$)")


def _ends(text: str, start: int, stop: re.Match[str], end: int, language: Language | None) -> bool:
    """Whether a sentence that began at `start` ends with `stop`."""
    rest = text[stop.end() : min(stop.end() + 8, end)].lstrip()
    if not rest or _SURE_STOPS & set(stop["stop"]):
        return True
    follows = rest.lstrip(_OPENING)[:1]
    if _is_small(follows) or rest[0] in _DASHES:
        return False
    if stop["stop"] == ":":
        return follows.isupper()
    return stop["stop"] != "." or not _abbreviates(text, start, stop.start(), language)


def _is_small(letter: str) -> bool:
    """Whether no sentence begins with `letter`. Georgian has no capitals in use, whatever Unicode says."""
    return letter.islower() and not "\u10d0" <= letter <= "\u10ff"


def _abbreviates(text: str, start: int, dot: int, language: Language | None) -> bool:
    """Whether the dot at `dot` belongs to the word before it: an initial, a number, an abbreviation."""
    before = _WORD_BEFORE.search(text, max(start, dot - 24), dot)
    if not before:
        return False
    word = before[0]
    if word.isdecimal():
        listed = not text[start : before.start()].strip()
        return listed or (len(word) <= 2 and language is not None and language.ordinal_dots)
    if len(word.rpartition(".")[2]) == 1 and word[-1].isalpha() and not _is_small(word[-1]):
        return True
    lowered = language.lower(word) if language else word.lower()
    return language is not None and lowered in language.abbreviations


def _same(one: str, other: str) -> bool:
    letters = _LETTERS.sub("", one).casefold()
    return bool(letters) and letters == _LETTERS.sub("", other).casefold()
