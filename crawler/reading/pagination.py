"""The printed lines of a document's pages as flowing text: page furniture dropped, paragraphs joined again.

What a printer divided (pages, lines, hyphens) says nothing; what an author divided (space above, an indent, a
larger type, a list's mark) begins a paragraph. Pure arithmetic on lines, whichever library read them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# Running heads and page numbers stand among so many lines from a page's top or foot.
EDGE = 3
# Of the usual distance between two lines: more is a space that the author left. Lines set wider than 1.6
# times their letters are not usual, however many there are.
SPACED, WIDEST = 1.35, 1.6
# Of a full line's length: where the next line's first word would have fitted in so much, the author broke it.
SHORT = 0.75
OTHER_SIZE = 1.1

_ENDS = tuple(".!?…:;։՞՜؟۔»”\"')")
_MARK = re.compile(r"(?:[•●▪◦‣–—-]|\(?\d{1,2}[.)]|\(?[a-zա-ֆа-я]\))\s")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_HYPHEN = re.compile(r"(\w*[^\W_])[-\u2010\u058a]$")
_WORD = re.compile(r"\w+")
_COMPOUND = re.compile(r"\w+-\w+")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its text, and in points where it begins (`left` from the left edge, `base` from the
    page's foot) and the size of its letters."""

    text: str
    left: float
    base: float
    size: float


@dataclass(frozen=True, slots=True)
class _Setting:
    """How a page is set: the usual distance of lines, the left margin, characters on a full line."""

    pitch: float
    margin: float
    full: int


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """The text of the pages, one string a paragraph, in the order of the lines.

    What repeats at the edges of a third of the pages, of two at least and four at most, goes: the same words,
    and page numbers, which count with the pages and stand alone or apart from the text ("Article 2" on the
    second page does not). The first page keeps a head without a number: it may be the title.
    """
    compounds = {found.casefold() for page in pages for line in page for found in _inner_compounds(line.text)}
    texts: list[str] = []
    before: Line | None = None
    for page in _without_furniture(pages):
        setting, first = _setting(page), True
        for line in page:
            if before is None or _begins(before, line, setting, new_page=first):
                texts.append(line.text)
            else:
                texts[-1] = _joined(texts[-1], line.text, compounds)
            before, first = line, False
    return texts


def _without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    keys = [
        {line: frozenset(_keys(line.text, number, apart)) for line, apart in _edges(page)}
        for number, page in enumerate(pages)
    ]
    seen = Counter(key for page in keys for key in frozenset[str]().union(*page.values()))
    least = max(2, min(4, -(-len(pages) // 3)))
    kept: list[list[Line]] = []
    for number, (page, known) in enumerate(zip(pages, keys, strict=True)):
        repeated = {line for line, names in known.items() if any(seen[name] >= least for name in names)}
        if number == 0:
            repeated -= {line for line in _by_height(page)[:EDGE] if not _NUMBER.search(line.text)}
        kept.append([line for line in page if line not in repeated])
    return kept


def _edges(page: Sequence[Line]) -> Iterator[tuple[Line, bool]]:
    """The lines near a page's top and foot, and whether space sets them apart from the text."""
    lines, pitch = _by_height(page), _setting(page).pitch
    places = range(len(lines))
    for inward in (places[: 2 * EDGE], places[::-1][: 2 * EDGE]):
        gaps = [abs(lines[one].base - lines[other].base) for one, other in pairwise(inward)]
        apart = next((number + 1 for number, gap in enumerate(gaps[:EDGE]) if gap > SPACED * pitch), 0)
        for number, place in enumerate(inward[:EDGE]):
            yield lines[place], number < apart


def _by_height(page: Sequence[Line]) -> list[Line]:
    return sorted(page, key=lambda line: -line.base)


def _keys(text: str, number: int, apart: bool) -> Iterator[str]:
    """By what the furniture of one page is known on another: the text itself, and with its first or last
    number counted from the page's ("Page 3 of 7" on the third, "12 | Bulletin" on the twelfth)."""
    folded = " ".join(text.casefold().split())
    yield folded
    if not apart and any(letter.isalpha() for letter in folded):
        return
    numbers = list(_NUMBER.finditer(folded))
    for found in numbers[:1] + numbers[1:][-1:]:
        yield f"{folded[: found.start()]}#{int(found[0]) - number}{folded[found.end() :]}"


def _setting(page: Sequence[Line]) -> _Setting:
    gaps = [one.base - other.base for one, other in pairwise(page)]
    down = sorted(gap for gap in gaps if gap > 0)
    lefts = Counter(round(line.left) for line in page)
    lengths = sorted(len(line.text) for line in page)
    return _Setting(
        pitch=min(down[len(down) // 4], WIDEST * median(line.size for line in page)) if down else 0.0,
        margin=min((left for left, times in lefts.items() if times == max(lefts.values())), default=0),
        full=lengths[len(lengths) * 9 // 10] if lengths else 0,
    )


def _begins(before: Line, line: Line, setting: _Setting, *, new_page: bool) -> bool:
    """Whether a paragraph begins with `line`, which follows `before`."""
    if before.text.endswith(("-", "\u00ad", "\u2010")):
        return False
    if not before.size / OTHER_SIZE <= line.size <= before.size * OTHER_SIZE or _MARK.match(line.text):
        return True
    ended = before.text.endswith(_ENDS)
    gap = before.base - line.base
    if new_page or gap <= 0:  # of another page or column: its place says nothing
        return ended
    if gap > SPACED * setting.pitch or _is_broken_off(before, line, setting):
        return True
    hangs = _is_indented(before, setting) or _MARK.match(before.text) is not None
    return _is_indented(line, setting) and (ended or not hangs)


def _is_broken_off(before: Line, line: Line, setting: _Setting) -> bool:
    return len(before.text) + 1 + len(line.text.split(" ", 1)[0]) < SHORT * setting.full


def _is_indented(line: Line, setting: _Setting) -> bool:
    return line.left > setting.margin + 0.8 * line.size


def _joined(text: str, line: str, compounds: set[str]) -> str:
    """Two lines of a paragraph as one; a word that a hyphen divided over them is whole again."""
    if text.endswith("\u00ad"):
        return text[:-1] + line
    hyphen = _HYPHEN.search(text)
    if hyphen is None or not line[:1].isalnum():
        return f"{text} {line}"
    rest = _WORD.match(line)
    assert rest is not None
    is_compound = f"{hyphen[1]}-{rest[0]}".casefold() in compounds
    if hyphen[1][-1].isdigit() or line[0].isdigit() or line[0].isupper() or is_compound:
        return text + line  # 2022-ci, 2020-2022, Russian-Armenian: a hyphen of its own
    return text[:-1] + line


def _inner_compounds(text: str) -> list[str]:
    return _COMPOUND.findall(text)
