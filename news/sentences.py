"""Where sentences begin and end, for quoting one: in the text as it is, by the rules of its language.

Spans are code points of the text, end exclusive, without surrounding blanks.
A wrong boundary costs a quote that is too long or too short, nothing else, so
in doubt the sentence goes on: a quote that is long is clipped when shown.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from news.languages.language import Language
from news.languages.registry import LANGUAGES
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
_UP_TO_WORD = re.compile(r"(?s:.*)[\s«“„(\[\"]")
_LONGEST_WORD = 24
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
    return Sentences(text, code).around(position, position + 1)


class Sentences:
    """The sentences of one text in the language `code`, for many places in it: each is looked for once,
    and only as far as a place makes necessary."""

    def __init__(self, text: str, code: str | None) -> None:
        self._text, self._code = text, code
        self._lines: dict[Span, tuple[list[Span], Iterator[Span]]] = {}

    def around(self, start: int, end: int) -> Span:
        """From where the sentence that holds `start` begins to where the one that holds `end` - 1 ends."""
        first = self._at(start)
        return first if end <= first.end else Span(first.start, self._at(end - 1).end)

    def _at(self, position: int) -> Span:
        line = _line_at(self._text, position)
        if line not in self._lines:
            self._lines[line] = [], _in_line(self._text, line, self._code)
        read, unread = self._lines[line]
        if read and position < read[-1].end:
            return read[bisect(read, position, key=attrgetter("end"))]
        for span in unread:
            read.append(span)
            if position < span.end:
                return span
        return Span(position, min(position + 1, len(self._text)))


def _line_at(text: str, position: int) -> Span:
    """The line around a place, of a long one the part around it: the same for the places next to it."""
    before = position - position % REACH
    low, high = max(0, before - REACH), min(len(text), before + 2 * REACH)
    start, end = text.rfind("\n", low, position) + 1, text.find("\n", position, high)
    return Span(start or low, end if end >= 0 else high)


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
    rest, run = text[stop.end() : min(stop.end() + 8, end)].lstrip(), stop["stop"]
    if not rest or not _SURE_STOPS.isdisjoint(run):
        return True
    follows = rest.lstrip(_OPENING)[:1]
    if _is_small(follows) or rest[0] in _DASHES:
        return False
    if run == ":":
        return follows.isupper()
    return run != "." or not _abbreviates(text, start, stop.start(), language)


def _is_small(letter: str) -> bool:
    """Whether no sentence begins with `letter`. Georgian has no capitals in use, whatever Unicode says."""
    return letter.islower() and not "\u10d0" <= letter <= "\u10ff"


def _abbreviates(text: str, start: int, dot: int, language: Language | None) -> bool:
    """Whether the dot at `dot` belongs to the word before it: an initial, a number, an abbreviation."""
    begin = max(start, dot - _LONGEST_WORD)
    before = _UP_TO_WORD.match(text, begin, dot)
    word = text[before.end() if before else begin : dot]
    if not word:
        return False
    if word.isdecimal():
        listed = not text[start : dot - len(word)].strip()
        return listed or (len(word) <= 2 and language is not None and language.ordinal_dots)
    if len(word.rpartition(".")[2]) == 1 and word[-1].isalpha() and not _is_small(word[-1]):
        return True
    return language is not None and language.lower(word) in _abbreviations(language.code)


@cache
def _abbreviations(code: str) -> frozenset[str]:
    return frozenset(LANGUAGES[code].abbreviations)


def _same(one: str, other: str) -> bool:
    letters = _LETTERS.sub("", one).casefold()
    return bool(letters) and letters == _LETTERS.sub("", other).casefold()
