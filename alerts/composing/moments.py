"""Times as a reader in one zone reads them: in words of ours, whatever the machine's locale."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from news.article import Published
from news.telling import Rhythm, Schedule

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_IN_FULL = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Moments:
    """Words for instants (aware UTC) and dates in `zone`; the year stands where it is not `year`."""

    def __init__(self, zone: str, year: int | None = None) -> None:
        self.zone = ZoneInfo(zone)
        self.name = zone
        self._year = year

    def day(self, day: date, year: bool = False) -> str:
        """A day, with its year where that is another or asked for: "13 Dec"."""
        words = f"{day.day} {MONTHS[day.month - 1]}"
        return f"{words} {day.year}" if year or day.year != self._year else words

    def date(self, instant: datetime) -> str:
        """The day of an instant in full: "Tuesday, 13 December 2022"."""
        local = instant.astimezone(self.zone)
        return f"{WEEKDAYS[local.weekday()]}, {local.day} {MONTHS_IN_FULL[local.month - 1]} {local.year}"

    def at(self, instant: datetime, year: bool = False) -> str:
        """Day and hour: "13 Dec, 14:05"."""
        local = instant.astimezone(self.zone)
        return f"{self.day(local.date(), year)}, {local:%H:%M}"

    def hour(self, instant: datetime) -> str:
        """The hour alone: "14:05"."""
        return f"{instant.astimezone(self.zone):%H:%M}"

    def span(self, after: datetime, until: datetime) -> str:
        """A span, the year named once: "12 Dec, 08:00 to 13 Dec 2022, 08:00"."""
        return f"{self.at(after)} to {self.at(until, year=True)}"

    def published(self, published: Published | None) -> str | None:
        """When a text says it was published, as precisely as it says so; None where it does not say."""
        if not published:
            return None
        if published.at:
            return self.at(published.at)
        return f"{self.day(published.day)} (no hour given)"

    def zone_words(self, *instants: datetime) -> str:
        """The zone with its offset at these instants: "Asia/Baku (UTC+4)", two where clocks changed."""
        offsets = dict.fromkeys(self._offset(instant) for instant in instants)
        return f"{self.name} ({', then '.join(offsets)})" if offsets and self.name != "UTC" else self.name

    def _offset(self, instant: datetime) -> str:
        offset = instant.astimezone(self.zone).utcoffset() or timedelta()
        minutes = round(offset.total_seconds() / 60)
        hours, rest = divmod(abs(minutes), 60)
        sign = "−" if minutes < 0 else "+"
        return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def rhythm(schedule: Schedule) -> str:
    """When digests come: "every day at 08:00"."""
    days = {
        Rhythm.DAILY: "every day",
        Rhythm.WEEKDAYS: "Monday to Friday",
        Rhythm.WEEKLY: f"every {WEEKDAYS[schedule.weekday]}",
    }
    return f"{days[schedule.rhythm]} at {schedule.at:%H:%M}"
