"""The query form of topics: read into a tree (`matching.boolean`), with every mistake shown in its place.

    ("Lachin corridor" OR (Lachin NEAR/6 (road OR highway))) AND NOT (football OR "FK Qarabağ")

From the loosest to the tightest: OR, AND, NOT, NEAR/n and ORDERED/n. Operators are written in
capitals; between two words there must be one, since what an omitted one means differs from tool to tool.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, NoReturn

from matching import tokens
from matching.boolean import (
    All,
    AtLeast,
    Either,
    Facet,
    InTitle,
    Leaf,
    Near,
    Node,
    Not,
    Pin,
    has_place,
)
from news.errors import QuerySyntaxError
from news.languages.registry import LANGUAGES
from news.source import Kind, Tier
from news.texts import clean_text, clipped

LONGEST = 20_000  # characters
DEEPEST = 50  # brackets within each other
MOST_LEAVES = 500
FARTHEST = 100  # words between the two sides of NEAR
SHORTEST_PREFIX = 4  # letters before the `*`: a shorter one finds half the dictionary
MOST_MENTIONS = 100

# What the fields ask, by how they are written, and which values there are (None: any).
FIELDS = {
    "source": ("source", None),
    "kind": ("kind", tuple(map(str, Kind))),
    "tier": ("tier", tuple(map(str, Tier))),
    "country": ("country", None),
    "lang": ("language", tuple(sorted(LANGUAGES))),
}
TITLE = "title"
QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "”": "”"}
_BLANK = re.compile(r"\s+")
_PIECE = re.compile(r"""[^\s()"“”„«»]+""")
_COUNTED = re.compile(r"(NEAR|ORDERED|ATLEAST)(?:/([0-9]*))?")
_FIELD = re.compile(r"([A-Za-z]+):")
_SAID = 40  # characters of what was found that an error repeats
_WIDE, _AROUND = 100, 60  # a longer line is shown around the place


class Token(NamedTuple):
    """`kind` is "(", ")", "word", "phrase", "field", an operator, or "end"; `text` what it says."""

    kind: str
    text: str
    start: int
    pinned: bool = False  # `=` stands before it
    number: int = 0


WANTED = 'a word, a phrase in quotes, or "("'


def parse(query: str) -> Node:
    """The tree of a query. Raises QuerySyntaxError."""
    text = clean_text(query)
    if len(text) > LONGEST:
        _refuse(text, LONGEST, f"it goes on for {len(text):,} characters, at most {LONGEST:,} are read")
    return _Reader(text).whole()


def _refuse(text: str, start: int, problem: str) -> NoReturn:
    raise QuerySyntaxError(place=start + 1, problem=problem, picture=picture(text, start))


def picture(text: str, start: int) -> str:
    """The line of `text` that holds the character at `start`, and a caret below it."""
    begin = text.rfind("\n", 0, start) + 1
    end = text.find("\n", start)
    line, place = text[begin : end if end >= 0 else len(text)], start - begin
    if len(line) > _WIDE:
        cut = max(place - _AROUND, 0)
        before, after = "…" if cut else "", "…" if cut + _WIDE < len(line) else ""
        line, place = before + line[cut : cut + _WIDE] + after, place - cut + len(before)
    blank = "".join(" " for letter in line[:place] if not unicodedata.combining(letter))
    return f"  {line}\n  {blank}^"


def _said(token: Token) -> str:
    return repr(clipped(token.text, _SAID))


class _Reader:
    """Reads by recursive descent, a token ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = self.depth = self.leaves = 0
        self.ahead = self._token()

    def whole(self) -> Node:
        if self.ahead.kind == "end":
            self.refuse(self.ahead, f"it is empty; expected {WANTED}")
        node = self.either()
        if self.ahead.kind == ")":
            self.refuse(self.ahead, 'this ")" closes nothing')
        if self.ahead.kind != "end":
            self.refuse(
                self.ahead,
                f"expected AND, OR, NEAR/n or ORDERED/n before {_said(self.ahead)}"
                " (words that stand side by side go into quotes)",
            )
        return node

    def refuse(self, token: Token, problem: str) -> NoReturn:
        _refuse(self.text, token.start, problem)

    def either(self) -> Node:
        parts = [self.all()]
        while self._takes("OR"):
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def all(self) -> Node:
        parts = [self.denied()]
        while self._takes("AND"):
            parts.append(self.denied())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def denied(self) -> Node:
        begin = self.ahead
        if not self._takes("NOT"):
            return self.near()
        self._deeper(begin)
        node = Not(self.denied())
        self.depth -= 1
        return node

    def near(self) -> Node:
        begin, node = self.ahead, self.one()
        while self.ahead.kind in ("NEAR", "ORDERED"):
            operator = self._next()
            if not 1 <= operator.number <= FARTHEST:
                said = f"{operator.kind}/n, where n is 1 to {FARTHEST} words that may stand between"
                self.refuse(operator, f"expected {said}")
            other, after = self.ahead, self.one()
            for token, side in ((begin, node), (other, after)):
                if not has_place(side):
                    self.refuse(token, f"{operator.kind} takes words, phrases, and groups of them with OR")
            node = Near(node, after, operator.number, operator.kind == "ORDERED")
        return node

    def one(self) -> Node:
        token = self._next()
        if token.kind == "(":
            return self._group(token)
        if token.kind == "ATLEAST":
            return self._at_least(token)
        if token.kind == "field":
            return self._field(token)
        if token.kind in ("word", "phrase"):
            return self._leaf(token)
        found = "the end" if token.kind == "end" else _said(token)
        self.refuse(token, f"expected {WANTED}, found {found}")

    def _group(self, opened: Token) -> Node:
        self._deeper(opened)
        node = self.either()
        if self.ahead.kind == "end":
            self.refuse(opened, 'this "(" is never closed')
        if not self._takes(")"):
            self.refuse(self.ahead, f'expected AND, OR, NEAR/n, ORDERED/n or ")", found {_said(self.ahead)}')
        self.depth -= 1
        return node

    def _at_least(self, token: Token) -> Node:
        if not 2 <= token.number <= MOST_MENTIONS:
            self.refuse(token, f"expected ATLEAST/n, where n is 2 to {MOST_MENTIONS} mentions")
        begin, node = self.ahead, self.one()
        if not has_place(node):
            self.refuse(begin, "ATLEAST takes words, phrases, and groups of them with OR")
        return AtLeast(token.number, node)

    def _field(self, token: Token) -> Node:
        if token.text == TITLE:
            self._deeper(token)
            node = InTitle(self.one())
            self.depth -= 1
            return node
        field, values = FIELDS[token.text]
        given = self._next()
        if given.kind not in ("word", "phrase"):
            self.refuse(given, f"expected a value after {token.text}:")
        value = given.text if token.text != "lang" else given.text.lower()
        if values is not None and value.casefold() not in map(str.casefold, values):
            self.refuse(given, f"{token.text}: knows {', '.join(values)}, not {_said(given)}")
        return Facet(field, value)

    def _leaf(self, token: Token) -> Leaf:
        self.leaves += 1
        if self.leaves > MOST_LEAVES:
            self.refuse(token, f"it has more than {MOST_LEAVES} words and phrases: make several topics of it")
        if token.kind == "word" and token.text.endswith("*"):
            return self._prefix(token)
        if not tokens.forms(token.text):
            self.refuse(token, f"there is no letter or digit in {_said(token)}")
        return Leaf(token.text, Pin.EXACT if token.pinned else Pin.FORM)

    def _prefix(self, token: Token) -> Leaf:
        word = token.text.rstrip("*")
        if tokens.forms(word) != [word] or token.pinned:
            self.refuse(token, "`*` goes after the beginning of one word, such as corrid*")
        if len(word) < SHORTEST_PREFIX:
            self.refuse(token, f"`*` needs {SHORTEST_PREFIX} letters or more before it")
        return Leaf(word, Pin.PREFIX)

    def _deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse(token, f"more than {DEEPEST} brackets, NOT and title: stand within each other")

    def _takes(self, kind: str) -> bool:
        if self.ahead.kind != kind:
            return False
        self._next()
        return True

    def _next(self) -> Token:
        token, self.ahead = self.ahead, self.ahead if self.ahead.kind == "end" else self._token()
        return token

    def _token(self) -> Token:
        if blank := _BLANK.match(self.text, self.place):
            self.place = blank.end()
        start = self.place
        if start == len(self.text):
            return Token("end", "", start)
        letter = self.text[start]
        if letter in "()":
            self.place += 1
            return Token(letter, letter, start)
        pinned = letter == "="
        if pinned:
            self.place += 1
        if self.text[self.place : self.place + 1] in (*QUOTES,):
            return self._phrase(start, pinned)
        piece = _PIECE.match(self.text, self.place)
        if piece is None:
            _refuse(self.text, start, f"expected {WANTED}, found {letter!r}")
        return self._word(start, piece, pinned)

    def _phrase(self, start: int, pinned: bool) -> Token:
        closing = QUOTES[self.text[self.place]]
        ends = [end for sign in closing if (end := self.text.find(sign, self.place + 1)) >= 0]
        if not ends:
            _refuse(self.text, self.place, "this quote is never closed")
        words = self.text[self.place + 1 : min(ends)]
        self.place = min(ends) + 1
        return Token("phrase", words, start, pinned)

    def _word(self, start: int, piece: re.Match[str], pinned: bool) -> Token:
        text = piece[0]
        self.place = piece.end()
        if pinned:
            return Token("word", text, start, pinned)
        if text in ("AND", "OR", "NOT"):
            return Token(text, text, start)
        if counted := _COUNTED.fullmatch(text):
            return Token(counted[1], text, start, number=int((counted[2] or "0")[:6]))
        if field := _FIELD.match(text):
            name = field[1].lower()
            if name not in FIELDS and name != TITLE:
                known = ", ".join(f"{each}:" for each in (TITLE, *FIELDS))
                _refuse(self.text, start, f"{clipped(field[0], _SAID)} is no field; there are {known}")
            self.place = start + field.end()
            return Token("field", name, start)
        return Token("word", text, start)
