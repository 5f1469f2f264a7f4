"""When something was said, in the visitor's words: an instant, days, the time between two visits."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from fastapi import Request

from news.article import Interval
from news.source import Kind
from review.charts import Words
from review.desk.languages import LOCALES
from review.desk.rendering import Times, language, words
from review.timeline import Mark, Row, Zoom
from storage.timeline import Known, Lane, Period


class Spans:
    """Intervals, periods and lanes in words, for one request in one zone (IANA)."""

    def __init__(self, request: Request, zone: str) -> None:
        tag = language(request)
        self._words = words(request)
        self._times, self._zone, self._locale = Times(zone, tag), ZoneInfo(zone), LOCALES[tag]

    def period(self, zoom: Zoom, period: Period) -> str:
        """What a period is called: "December 2022", "13 Dec 2022, 14:00 to 15:00"."""
        first, last = period.first, period.last
        if zoom is Zoom.HOUR:
            return self.between(period.since, period.until)
        if zoom is Zoom.DAY:
            return format_date(first, "EEEE, d MMMM y", locale=self._locale)
        if zoom is Zoom.WEEK:
            return f"{self._times.day(first)} – {self._times.day(last)}"
        wanted = {Zoom.YEAR: "y", Zoom.QUARTER: "QQQQ y", Zoom.MONTH: "LLLL y"}[zoom]
        return format_date(first, wanted, locale=self._locale)

    def between(self, one: datetime, other: datetime) -> str:
        """From one moment to another, the day named once."""
        if one == other:
            return self._times.at(one)
        same_day = self._times.day(one) == self._times.day(other)
        return f"{self._times.at(one)} – {self._times.hour(other) if same_day else self._times.at(other)}"

    def when(self, mark: Mark) -> str:
        """When a mark's articles were said."""
        if mark.days:
            first, last = mark.days
            return (
                self._times.day(first)
                if first == last
                else f"{self._times.day(first)} – {self._times.day(last)}"
            )
        return self.within(mark.within)

    def within(self, interval: Interval) -> str:
        if interval.after is None:
            return self._words.gettext("by %(moment)s") % {"moment": self._times.at(interval.by)}
        return self.between(interval.after, interval.by)

    def known(self, known: Known | None) -> str:
        """How it is known."""
        _ = self._words.gettext
        said = {
            Known.HOUR: _("hour given"),
            Known.DAY: _("day given"),
            Known.VISITS: _("between two visits"),
        }
        return said[known] if known else _("in several ways")

    def lane(self, lane: Lane) -> str:
        """An institution's own name, or what kind of outlets these are."""
        _ = self._words.gettext
        kinds = {
            Kind.AGENCY: _("News agencies"),
            Kind.BROADCASTER: _("Broadcasters"),
            Kind.NEWSPAPER: _("Newspapers and sites"),
            Kind.THINK_TANK: _("Think tanks"),
            Kind.CLIPPED: _("Clipped by hand"),
        }
        return (
            lane.name
            if lane.own
            else {str(kind): name for kind, name in kinds.items()}.get(lane.name, lane.name)
        )

    def articles(self, number: int) -> str:
        return self._words.ngettext("%(num)s article", "%(num)s articles", number) % {"num": number}

    def of_chart(self, title: str, zoom: Zoom) -> Words:
        """What a chart of the timeline says."""
        _ = self._words.gettext
        return Words(
            title=title,
            description=_("Who spoke when, by lane. The table below has the same."),
            lane=self._lane_of,
            mark=self._mark_of,
            tick=lambda moment: self._tick(zoom, moment),
        )

    def _lane_of(self, row: Row) -> str:
        return f"{self.lane(row.lane)} · {self.articles(row.articles)}"

    def _mark_of(self, row: Row, mark: Mark) -> str:
        return f"{self.articles(mark.articles)}: {self.when(mark)}, {self.known(mark.known)}"

    def _tick(self, zoom: Zoom, moment: datetime) -> str:
        wanted = {Zoom.YEAR: "LLL", Zoom.WEEK: "EEE d", Zoom.DAY: "HH:mm", Zoom.HOUR: "HH:mm"}
        local = moment.astimezone(self._zone)
        return format_datetime(local, wanted.get(zoom, "d MMM"), tzinfo=self._zone, locale=self._locale)
