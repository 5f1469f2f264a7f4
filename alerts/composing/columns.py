"""A page as plain text: lines of at most 76 columns, marked words between *asterisks*.

A line of text ends the reach of every isolate (UAX 9: it is a paragraph of
its own), so one that is wrapped is closed and opened again on the next line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from alerts.composing.page import LATE, NO_LINK, Entry, Form, Page, Section
from alerts.composing.passages import Passage
from alerts.composing.plain import FIRST_STRONG_ISOLATE, POP_ISOLATE, apart, left_to_right

WIDTH = 76
RULE = "─" * WIDTH
_WIDTHLESS = {"Mn", "Me", "Cf"}
_ISOLATES = re.compile(f"[{FIRST_STRONG_ISOLATE}{POP_ISOLATE}]")


def as_text(page: Page) -> str:
    """All of `page`, each block of lines parted from the next by an empty one."""
    head = [page.title, *page.lead]
    # Where there is nothing to tell, two lines say so, and two they stay.
    blocks = [
        [line for words in head for line in wrapped(words)]
        if page.sections
        else list(map(left_to_right, head))
    ]
    blocks += [block for block in (_trouble(page), _balance(page)) if block]
    for section in page.sections:
        blocks += _section(section)
    blocks += [wrapped(words) for words in page.closing]
    if page.foot:
        blocks.append([RULE, *(line for words in page.foot for line in wrapped(words))])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def entry_lines(entry: Entry) -> list[str]:
    """One entry, indented behind its number."""
    label = f"{entry.number}. " if entry.number is not None else ""
    indent = " " * max(len(label), 4) if label else ""
    lines: list[str] = []
    for bar, words in _entry(entry):
        first = indent if lines or not label else f"{label:>{len(indent)}}"
        lines += wrapped(words, first + bar, indent + bar)
    return lines


def wrapped(words: str, first: str = "", rest: str = "") -> list[str]:
    """`words` in lines of at most WIDTH columns behind `first` and `rest`; a longer word has its own line."""
    lines: list[str] = []
    line, width = first, len(first)
    begun = False
    for word in words.split(" "):
        size = _width(word)
        if begun and width + 1 + size > WIDTH:
            lines.append(line)
            line, width, begun = rest, len(rest), False
        line, width = (f"{line} {word}", width + 1 + size) if begun else (line + word, width + size)
        begun = True
    return _isolated_by_line([*lines, line], len(rest))


def quoted(passage: Passage) -> str:
    """A quote with its marked words between asterisks, as an isolate where it runs from the right."""
    return apart("".join(f"*{p.text}*" if p.marked else p.text for p in passage.pieces).strip())


def _entry(entry: Entry) -> Iterator[tuple[str, str]]:
    """The lines of an entry, each with the bar that stands before it."""
    item = entry.item
    yield "", quoted(item.headline)
    if entry.form is Form.AGAIN:
        yield "", f"{item.source}: shown above" + (f"; matched here: {entry.forms}" if entry.forms else "")
        return
    late = f"; {LATE}" if item.late else ""
    if entry.form is Form.FULL:
        yield "", f"{item.source} ({item.what})" + (f", by {item.author}" if item.author else "")
        yield "", f"{item.language}; {item.said}; {item.seen}{late}"
        yield from (("| ", quoted(quote)) for quote in item.quotes)
    else:
        yield "", f"{item.source}; {item.said}{late}"
    yield "", item.link or NO_LINK


def _trouble(page: Page) -> list[str]:
    if not page.trouble and not page.trouble_rest:
        return []
    lines = [page.trouble_label.upper()] if page.trouble_label else []
    for notice in page.trouble:
        lines += wrapped(f"{notice.name}: {notice.words}", "  ! ", "    ")
    for words in page.trouble_rest:
        lines += wrapped(words, "  ", "  ")
    return lines


def _balance(page: Page) -> list[str]:
    return [line for label, words in page.balance for line in wrapped(f"{label}: {words}", "", "  ")]


def _section(section: Section) -> Iterator[list[str]]:
    yield [RULE, *wrapped(": ".join(filter(None, (section.heading, section.counts))))]
    for group in section.groups:
        if group.label:
            yield [group.label.upper()]
        yield from (entry_lines(entry) for entry in group.entries)
    if section.more:
        yield wrapped(section.more)


def _isolated_by_line(lines: list[str], indent: int) -> list[str]:
    """Each line with its own isolates closed: what a break cut open is closed before and opened after it."""
    still_open = 0
    balanced = []
    for number, line in enumerate(lines):
        begun = (
            line
            if not still_open or not number
            else line[:indent] + FIRST_STRONG_ISOLATE * still_open + line[indent:]
        )
        for mark in _ISOLATES.findall(line):
            still_open += 1 if mark == FIRST_STRONG_ISOLATE else -1
        balanced.append(left_to_right(begun + POP_ISOLATE * still_open))
    return balanced


def _width(word: str) -> int:
    return len(word) if word.isascii() else sum(unicodedata.category(c) not in _WIDTHLESS for c in word)
