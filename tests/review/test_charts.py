"""A chart is drawn from values, told apart without colour, and no word of it lies over another."""

from datetime import datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any

from lxml import etree
from markupsafe import Markup

from alerts.composing.moments import Moments
from news.article import Interval
from review.charts import WIDTH, Words, timeline_chart
from review.timeline import Mark, Row, Timeline, Zoom, period_of, ticks, timeline
from storage.timeline import Known, Lane, Spoken
from tests.review.test_timeline import AGENCY, DAY, MINISTRY, NOON, spoken

SVG = "{http://www.w3.org/2000/svg}"
MOMENTS = Moments("UTC", 2026)


def name_of(row: Row) -> str:
    return row.lane.name


def mark_of(row: Row, mark: Mark) -> str:
    return f"{row.lane.name}: {mark.articles}, by {MOMENTS.at(mark.within.by)}"


WORDS = Words("Lachin", "Who spoke when", name_of, mark_of, MOMENTS.hour)


def drawn(shown: Timeline, zoom: Zoom = Zoom.DAY) -> Any:
    made = timeline_chart(shown, ticks(zoom, shown.period, "UTC"), WORDS)
    assert isinstance(made, Markup)
    return etree.fromstring(str(made))


def shapes(shown: Timeline) -> list[str]:
    return [
        etree.QName(shape).localname
        for mark in drawn(shown).iter(f"{SVG}g")
        if mark.get("class") == "mark"
        for shape in list(mark)[1:]
    ]


def test_shapes_say_how_it_is_known() -> None:
    assert shapes(timeline(DAY, [spoken(MINISTRY, 3, 3)])) == ["circle"]
    assert shapes(timeline(DAY, [spoken(MINISTRY, 3, 3.5, Known.DAY)])) == ["rect"]
    assert shapes(timeline(DAY, [spoken(MINISTRY, 3, 3.5, Known.VISITS)])) == ["polygon"]
    assert shapes(timeline(DAY, [spoken(MINISTRY, 3, 3, articles=7)])) == ["rect", "text"]
    assert shapes(timeline(DAY, [spoken(MINISTRY, 3, 9, Known.VISITS)])) == ["line", "line", "line"]
    # An arrow where it began before the period or nobody knows when.
    for after in (None, -5):
        bar = shapes(timeline(DAY, [spoken(MINISTRY, after, 9, Known.VISITS)]))
        assert bar == ["line", "polyline", "line"]


def test_those_who_hear_it_are_told_what_it_is() -> None:
    root = drawn(timeline(DAY, [spoken(MINISTRY, 3, 3), spoken(AGENCY, 4, 4)]))
    assert root.get("role") == "img"
    named = root.get("aria-labelledby").split()
    assert [root.find(f"*[@id='{each}']").text for each in named] == ["Lachin", "Who spoke when"]
    titles = [mark.find(f"{SVG}title").text for mark in root.iter(f"{SVG}g") if mark.get("class") == "mark"]
    assert titles == ["Ministry: 1, by 2 Nov, 03:00", "agency: 1, by 2 Nov, 04:00"]


def test_an_instant_lies_where_it_belongs() -> None:
    root = drawn(timeline(DAY, [spoken(MINISTRY, 6.5, 6.5)]))
    assert float(root.find(f".//{SVG}circle").get("cx")) == WIDTH * 6.5 / 24


def test_what_was_published_is_text() -> None:
    hostile = Lane(True, "</text><script>alert(1)</script>\x00\u202e&amp;")
    made = timeline_chart(timeline(DAY, [spoken(hostile, 3, 3)]), [], WORDS)
    assert "<script" not in made
    assert " style=" not in made
    [label] = etree.fromstring(str(made)).iter(f"{SVG}text")
    assert label.text == "</text><script>alert(1)</script>&amp;"


def boxes(root: Any) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right and bottom of every text, broadly reckoned (0.62 of its size a letter)."""
    found = []
    for text in root.iter(f"{SVG}text"):
        x, y, size = (float(text.get(name)) for name in ("x", "y", "font-size"))
        wide = len(text.text) * size * 0.62
        left = x - wide / 2 if text.get("text-anchor") == "middle" else x
        found.append((left, y - size, left + wide, y + 2, text.text))
    return found


def test_no_text_lies_over_another() -> None:
    """A year full of everything, in every way it can be known."""
    random = Random(7)
    for zoom in Zoom:
        period = period_of(zoom, NOON, "UTC")
        long = period.until - period.since
        groups = []
        for number in range(3_000):
            by = period.since + long * random.random()
            after = random.choice([None, by, by - long * random.random() * 0.3, by - timedelta(minutes=1)])
            lane = Lane(random.random() < 0.7, f"Ministry of affairs {random.randrange(20)}" * 3)
            known = random.choice([*Known])
            groups.append(
                Spoken(lane, known, number, Interval(after, by), by, None, 1 + number % 9_000, number)
            )
        root = drawn(timeline(period, groups), zoom)
        assert len(boxes(root)) > 200
        for one, other in combinations(boxes(root), 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (zoom, one, other)


def test_all_of_it_is_inside() -> None:
    groups = [spoken(MINISTRY, 0, 0), spoken(MINISTRY, 23.99, 23.99), spoken(AGENCY, -9, 40, Known.VISITS)]
    root = drawn(timeline(DAY, groups))
    left, _, wide, _ = map(float, root.get("viewBox").split())
    for element in root.iter():
        for name in ("x", "cx", "x1", "x2"):
            assert left <= float(element.get(name, 0)) <= left + wide


def test_a_period_without_anything_is_an_axis() -> None:
    root = drawn(timeline(DAY, []))
    assert [text for *_, text in boxes(root)] == [f"{hour:02}:00" for hour in range(0, 24, 3)]


def test_ticks_are_told_in_the_readers_zone() -> None:
    moments: list[datetime] = []

    def heard(tick: datetime) -> str:
        moments.append(tick)
        return "x"

    words = Words("", "", name_of, mark_of, heard)
    timeline_chart(timeline(DAY, []), ticks(Zoom.DAY, DAY, "Asia/Baku"), words)
    assert {moment.utcoffset() for moment in moments} == {timedelta(hours=4)}
