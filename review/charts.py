"""Charts as SVG, drawn on the server: no script, no style of their own, readable without colour.

What a mark stands for is told by its shape: a disc is an instant, a square a day, a diamond the time between
two visits, a box with a number several; a bar is as long as the interval is, with an arrow where it has no
known beginning. The colour is the text's own (`currentColor`), so both themes fit. Every mark has a title;
the page shows the same as a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree
from markupsafe import Markup

from alerts.composing.plain import apart, plain
from news.texts import clipped
from review.timeline import COLUMNS, Mark, Row, Timeline
from storage.timeline import Known

SVG = "http://www.w3.org/2000/svg"
DEFAULT: Any = {None: SVG}  # the stubs know no namespace without a prefix
WIDTH, MARGIN = 720, 12
COLUMN = WIDTH / COLUMNS
AXIS, LABEL, LINE, BAR, GAP = 24, 20, 22, 18, 8
DISC, BOX = 5, 16
FONT, SMALL = 12, 11
LONGEST_LABEL = 70
# Bars of a lane lie in so many rows at most; what finds no room is one bar with the last.
MOST_BARS = 4
BETWEEN_TICKS = 56


@dataclass(frozen=True, slots=True)
class Words:
    """What a chart says: its name and what it shows, for those who hear it; how a lane, a mark and a line
    of the axis are called."""

    title: str
    description: str
    lane: Callable[[Row], str]
    mark: Callable[[Row, Mark], str]
    tick: Callable[[datetime], str]


def timeline_chart(
    shown: Timeline, ticks: Sequence[datetime], words: Words, name: str = "timeline"
) -> Markup:
    """Lanes below one another under an axis of time; `name` tells its ids from those of other charts."""
    layout = [(row, _packed(row, shown)) for row in shown.rows]
    height = AXIS + sum(_height(row, bars) for row, bars in layout) + GAP
    root: Any = etree.Element(
        f"{{{SVG}}}svg",
        {
            "viewBox": f"{-MARGIN} 0 {WIDTH + 2 * MARGIN} {height}",
            "width": str(WIDTH + 2 * MARGIN),
            "height": str(height),
            "class": "chart",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-description",
        },
        DEFAULT,
    )
    _text(_add(root, "title", id=f"{name}-title"), words.title)
    _text(_add(root, "desc", id=f"{name}-description"), words.description)
    _axis(root, shown, ticks, words, height)
    top = AXIS
    for row, bars in layout:
        _lane(root, shown, row, bars, words, top)
        top += _height(row, bars)
    return Markup(etree.tostring(root, encoding="unicode"))  # noqa: S704 - written by a library from values


def _axis(root: Any, shown: Timeline, ticks: Sequence[datetime], words: Words, height: int) -> None:
    last = -float(BETWEEN_TICKS)
    for tick in ticks:
        x = _x(shown, tick)
        _add(root, "line", x1=x, y1=AXIS - 6, x2=x, y2=height, stroke="currentColor", stroke_opacity=0.15)
        if x - last >= BETWEEN_TICKS:
            anchor = "start" if x < BETWEEN_TICKS / 2 else "middle"
            label = _add(root, "text", x=x, y=12, font_size=SMALL, fill="currentColor", text_anchor=anchor)
            _text(label, words.tick(tick))
            last = x


def _lane(
    root: Any, shown: Timeline, row: Row, bars: Sequence[Sequence[Mark]], words: Words, top: int
) -> None:
    group = _add(root, "g", **{"class": "lane"})
    label = _add(group, "text", x=0, y=top + 14, font_size=FONT, fill="currentColor", font_weight="bold")
    _text(label, apart(clipped(plain(words.lane(row)), LONGEST_LABEL)))
    middle = top + LABEL + LINE / 2
    if row.points:
        _add(group, "line", x1=0, y1=middle, x2=WIDTH, y2=middle, stroke="currentColor", stroke_opacity=0.3)
        for mark in row.points:
            _point(group, shown, row, mark, words, middle)
        middle += LINE / 2
    else:
        middle -= LINE / 2
    for number, line in enumerate(bars):
        for mark in line:
            _bar(group, shown, row, mark, words, middle + BAR * (number + 0.5))


def _point(group: Any, shown: Timeline, row: Row, mark: Mark, words: Words, y: float) -> None:
    """One article where it stands, several in the middle of their column."""
    x = min(max((_begin(shown, mark) + _end(shown, mark)) / 2, 0.0), WIDTH - 0.1)
    left = x // COLUMN * COLUMN
    here = _add(group, "g", **{"class": "mark"})
    _text(_add(here, "title"), words.mark(row, mark))
    if mark.articles > 1:
        _number(here, mark, left + COLUMN / 2, y)
        return
    x = min(max(x, left + DISC + 1), left + COLUMN - DISC - 1)
    if mark.known is Known.HOUR:
        _add(here, "circle", cx=x, cy=y, r=DISC, fill="currentColor")
    elif mark.known is Known.DAY:
        side = 2 * DISC - 1
        _add(here, "rect", x=x - side / 2, y=y - side / 2, width=side, height=side, fill="currentColor")
    else:
        corners = ((x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y))
        points = " ".join(f"{_short(a)},{_short(b)}" for a, b in corners)
        paper = {"class": "paper", "stroke": "currentColor", "stroke_width": 2, "fill": "none"}
        _add(here, "polygon", points=points, **paper)


def _number(here: Any, mark: Mark, x: float, y: float) -> None:
    """How many, in a box that fits into a column."""
    label = str(mark.articles) if mark.articles < 1000 else f"{mark.articles // 1000}k"
    wide = 10 + 6 * len(label)
    box = {"rx": 3, "fill": "currentColor", "class": "box"}
    _add(here, "rect", x=x - wide / 2, y=y - BOX / 2, width=wide, height=BOX, **box)
    number = {"font_size": SMALL, "text_anchor": "middle", "class": "number", "fill": "Canvas"}
    _text(_add(here, "text", x=x, y=y + 4, **number), label)


def _bar(group: Any, shown: Timeline, row: Row, mark: Mark, words: Words, y: float) -> None:
    begin, end = _begin(shown, mark), _end(shown, mark)
    here = _add(group, "g", **{"class": "mark"})
    _text(_add(here, "title"), words.mark(row, mark))
    line = {"stroke": "currentColor", "stroke_width": 3}
    dashed = {"stroke_dasharray": "6 3"} if mark.within.after is None else {}
    _add(here, "line", x1=begin, y1=y, x2=end, y2=y, **line, **dashed)
    for x, inside in ((begin, _inside(shown, mark.within.after)), (end, _inside(shown, mark.within.by))):
        if inside:
            _add(here, "line", x1=x, y1=y - 6, x2=x, y2=y + 6, **line)
        else:
            away = -1 if x == begin else 1
            points = f"{_short(x - 6 * away)},{y - 5} {_short(x)},{y} {_short(x - 6 * away)},{y + 5}"
            _add(here, "polyline", points=points, fill="none", **line)
    if mark.articles > 1:
        _number(here, mark, min(max((begin + end) / 2, 16), WIDTH - 16), y)


def _packed(row: Row, shown: Timeline) -> list[list[Mark]]:
    """The row's bars, line by line, none over another."""
    lines: list[list[Mark]] = []
    for mark in sorted(row.spans, key=lambda each: (_begin(shown, each), _end(shown, each))):
        free = next((line for line in lines if _end(shown, line[-1]) + BOX < _begin(shown, mark)), None)
        if free is not None:
            free.append(mark)
        elif len(lines) < MOST_BARS:
            lines.append([mark])
        else:
            lines[-1][-1] = lines[-1][-1].joined(mark)
    return lines


def _height(row: Row, bars: Sequence[Sequence[Mark]]) -> int:
    return LABEL + (LINE if row.points else 0) + BAR * len(bars) + GAP


def _inside(shown: Timeline, moment: datetime | None) -> bool:
    return moment is not None and shown.period.since <= moment <= shown.period.until


def _begin(shown: Timeline, mark: Mark) -> float:
    return 0.0 if mark.within.after is None else _x(shown, mark.within.after)


def _end(shown: Timeline, mark: Mark) -> float:
    return _x(shown, mark.within.by)


def _x(shown: Timeline, moment: datetime) -> float:
    """Where a moment lies, at an end where it is outside of the period."""
    period = shown.period
    place = (moment - period.since) / (period.until - period.since) * WIDTH
    return min(max(place, 0.0), float(WIDTH))


def _add(parent: Any, name: str, **attributes: object) -> Any:
    given = {key.replace("_", "-"): _short(value) for key, value in attributes.items()}
    return etree.SubElement(parent, f"{{{SVG}}}{name}", given)


def _short(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def _text(element: Any, text: str) -> None:
    element.text = plain(text)
