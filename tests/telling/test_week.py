"""A week in which New York changes its clocks and Baku does not, told by what the mail room received."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from news.telling import Subscription
from tests.databases import Databases, PostgresqlDatabases, SqliteDatabases
from tests.mailroom import mail_room
from tests.telling.letters import Mail
from tests.telling.newsroom import Newsroom, Report, newsroom
from tests.web import Web, serving

BAKU, NEW_YORK = "Asia/Baku", "America/New_York"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Week:
    """From its Monday to the Monday after the change; `hours`: 08:00 in New York as UTC, before and after."""

    change: date
    hours: tuple[int, int]

    def day(self, number: int) -> date:
        """0: Monday, 6: Sunday, when the clocks change, 7: the Monday after."""
        return self.change + (number - 6) * DAY

    def at(self, number: int, hour: int, minute: int = 0) -> datetime:
        """An hour of one of its days, UTC."""
        return datetime.combine(self.day(number), time(hour, minute), UTC)

    def new_york(self, number: int) -> datetime:
        """08:00 there on that day."""
        return self.at(number, self.hours[number >= 6])

    def baku(self, number: int) -> datetime:
        return self.at(number, 4)


WEEKS = {
    "of 8 March": Week(date(2026, 3, 8), (13, 12)),
    "of 1 November": Week(date(2026, 11, 1), (12, 13)),
}


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


class Telling:
    """One week, as it is lived through."""

    def __init__(self, week: Week, room: Newsroom) -> None:
        self.week, self.room = week, room
        self.late: list[Report] = []
        self.people: dict[str, Subscription] = {}
        self.gas_from = week.at(2, 10)  # Wednesday
        self.down = week.at(3, 3, 30), week.at(3, 13, 30)  # Thursday
        self.moved, self.moved_back = week.at(5, 10), week.at(6, 14)  # Saturday, Sunday

    async def live(self) -> None:
        """All that happens, in the order in which it does."""
        week = self.week
        begin, end = self.room.now, week.at(7, 15)
        happens: dict[datetime, Callable[[], Awaitable[object]]] = {
            begin: self.begin,
            week.at(1, 12): lambda: self.room.source("paper.test"),
            self.gas_from: self.add_gas,
            self.moved: lambda: self.move("mover", NEW_YORK),
            self.moved_back: lambda: self.move("mover", BAKU),
        }
        self.publish(begin, end - 2 * HOUR)
        looks, ticks = self.hours(begin, end)
        down, up = self.down
        for at in sorted(looks | ticks | set(happens)):
            if down < at < up:
                continue
            self.room.desk.clock.now = at
            if at in happens:
                await happens[at]()
            await (self.room.look(at) if at in looks else self.room.tell(at))

    def hours(self, begin: datetime, end: datetime) -> tuple[set[datetime], set[datetime]]:
        """When it looks: every two hours, closely where an article comes late and when it is up again; and
        when it only ticks: shortly before every 08:00, and then."""
        week = self.week
        looks = {begin + 10 * MINUTE + number * 2 * HOUR for number in range(int((end - begin) / HOUR / 2))}
        for eight in (week.baku(4), week.new_york(6)):
            looks |= {eight - MINUTE, eight + 5 * MINUTE}
        _, up = self.down
        eights = {eight(number) for number in range(8) for eight in (week.baku, week.new_york)}
        return looks | {up + 2 * MINUTE}, eights | {eight - 2 * MINUTE for eight in eights} | {up}

    async def begin(self) -> None:
        """Who is to be told is there first, so that a backlog would reach them."""
        await self.room.watch("lachin", "Lachin corridor")
        for who, zone in (("baku", BAKU), ("newyork", NEW_YORK), ("mover", BAKU)):
            self.people[who] = await self.room.subscribe(f"{who}@one.test", zone, "lachin")
        self.people["now"] = await self.room.subscribe("now@two.test", "UTC", "lachin", digest=False)
        for host in ("agency.test", "ministry.test"):
            await self.room.source(host)

    async def add_gas(self) -> None:
        await self.room.watch("gas", "gas supply")
        for subscription in self.people.values():
            await self.room.change(subscription, topics=("lachin", "gas"))

    async def move(self, who: str, zone: str) -> None:
        await self.room.change(self.people[who], zone=zone)

    def publish(self, begin: datetime, end: datetime) -> None:
        for number in range(6):
            for host in ("agency.test", "paper.test", "ministry.test"):
                self.room.publish(host, begin - (7 - number) * HOUR, "lachin")
        about = [("lachin",), ("gas",), (), ("lachin", "gas"), ("lachin",)]
        for number in range(int((end - begin) / HOUR / 2)):
            at = begin + 25 * MINUTE + number * 2 * HOUR
            self.room.publish("agency.test", at, *about[number % 5])
            if number % 2:
                self.room.publish("paper.test", at + 30 * MINUTE, *about[number % 3])
        for eight in (self.week.baku(4), self.week.new_york(6)):
            late = self.room.publish("ministry.test", eight - 2 * MINUTE, "lachin", page=eight + 5 * MINUTE)
            self.late.append(late)

    def told(self, report: Report) -> bool:
        """Whether it is of those that people are told of."""
        assert report.judged, report
        gas = "gas" in report.topics and report.judged >= self.gas_from
        return not report.backlog and ("lachin" in report.topics or gas)

    def headings(self, report: Report) -> set[str]:
        assert report.judged, report
        gas = report.judged >= self.gas_from
        return {topic.title() for topic in report.topics if topic != "gas" or gas}


@pytest.mark.parametrize("week", WEEKS.values(), ids=WEEKS)
async def test_a_week(week: Week, web: Web, tmp_path: Path, sqlite_databases: SqliteDatabases) -> None:
    await live_through(week, web, tmp_path, sqlite_databases)


@pytest.mark.soak
@pytest.mark.parametrize("week", WEEKS.values(), ids=WEEKS)
async def test_a_week_on_postgresql(
    week: Week, web: Web, tmp_path: Path, postgresql_databases: PostgresqlDatabases
) -> None:
    await live_through(week, web, tmp_path, postgresql_databases)


async def live_through(week: Week, web: Web, tmp_path: Path, databases: Databases) -> None:
    begin = week.at(-1, 20)
    async with mail_room() as room, newsroom(web, room, tmp_path, begin, databases.fresh()) as news:
        telling = Telling(week, news)
        await telling.live()
    everything_was_announced_and_read(telling)
    assert len(set(room.received())) == len(room.letters) == len(news.mails), "no copies"
    assert all(mail.at == mail.dated for mail in news.mails)
    for who, zones in {
        "baku": [BAKU] * 8,
        "newyork": [NEW_YORK] * 8,
        "mover": [BAKU] * 6 + [NEW_YORK] + [BAKU],
    }.items():
        mails = news.to(f"{who}@one.test")
        one_digest_a_day_at_eight(telling, mails, zones)
        one_says_that_it_is_late(telling, mails, zones[3])
        each_article_once(telling, mails)
    late_ones_are_marked(telling)
    at_once_each_article_once(telling, news.to("now@two.test"))


def everything_was_announced_and_read(telling: Telling) -> None:
    reports = telling.room.reports
    assert all(report.announced and report.judged for report in reports)
    assert sum(report.backlog for report in reports) > 18, "the first visits' backlogs"
    assert sum(telling.told(report) for report in reports) > 60
    early = [each for each in reports if each.topics == ("gas",) and not telling.told(each)]
    assert len(early) > 5, "articles on gas before Wednesday"
    down, up = telling.down
    assert sum(down < each.published < up for each in reports) > 5, "articles that came while it was down"


def one_digest_a_day_at_eight(telling: Telling, mails: Sequence[Mail], zones: list[str]) -> None:
    """None twice and none missing; before the change of clocks and after it at the hour asked for."""
    week = telling.week
    assert [mail.day for mail in mails] == [week.day(number) for number in range(8)]
    for number, (mail, zone) in enumerate(zip(mails, zones, strict=True)):
        due = week.baku(number) if zone == BAKU else week.new_york(number)
        local = mail.at.astimezone(ZoneInfo(zone))
        assert mail.at == (telling.down[1] if number == 3 else due), mail.subject
        assert number == 3 or (local.date(), local.hour, local.minute) == (mail.day, 8, 0)
        assert f"{zone} (UTC" in mail.text


def one_says_that_it_is_late(telling: Telling, mails: Sequence[Mail], zone: str) -> None:
    there = ZoneInfo(zone)
    for number, mail in enumerate(mails):
        assert ("This digest is late" in mail.words) is (number == 3)
    before, late = mails[2].at.astimezone(there), mails[3].at.astimezone(there)
    day = f"{late.day} {late:%b}"
    assert f"it was due on {day}, 08:00 and was made on {day}, {late:%H:%M}." in mails[3].words
    span = f"{before.day} {before:%b}, 08:00 to {late.day} {late:%b} 2026, {late:%H:%M}"
    assert span in mails[3].words


def each_article_once(telling: Telling, mails: Sequence[Mail]) -> None:
    """In the digest that was the next when it was judged, marked late where the one before came after it
    was announced; from Wednesday on those of the added topic, too."""
    reports = telling.room.reports
    after = datetime.min.replace(tzinfo=UTC)
    for mail in mails:
        judged = [each for each in reports if each.judged and after < each.judged <= mail.at]
        told = [each for each in judged if telling.told(each)]
        assert Counter(mail.links) == Counter(each.link for each in told), mail.subject
        late = {each.link for each in told if each.announced and each.announced <= after}
        assert mail.late == late, mail.subject
        headings = set().union(*(telling.headings(each) for each in told))
        assert set(mail.headings) == headings
        after = mail.at
    left = [each for each in reports if each.judged and each.judged > after and telling.told(each)]
    told_of = sum(telling.told(each) for each in reports)
    assert sum(len(mail.links) for mail in mails) + len(left) == told_of


def late_ones_are_marked(telling: Telling) -> None:
    """Announced at 07:59 and judged at 08:05 where the digest came at 08:00: on Friday in Baku, on Sunday in
    New York, both for the one who moved; elsewhere they are like any other."""
    first, second = (each.link for each in telling.late)
    marked = {
        who: [(mail.day, mail.late) for mail in telling.room.to(f"{who}@one.test") if mail.late]
        for who in ("baku", "newyork", "mover")
    }
    saturday, monday = (telling.week.day(5), frozenset({first})), (telling.week.day(7), frozenset({second}))
    assert marked == {"baku": [saturday], "newyork": [monday], "mover": [saturday, monday]}


def at_once_each_article_once(telling: Telling, mails: Sequence[Mail]) -> None:
    told = [report for report in telling.room.reports if telling.told(report)]
    assert Counter(link for mail in mails for link in mail.links) == Counter(each.link for each in told)
    assert all(len(mail.links) == 1 for mail in mails)
    came = {mail.links[0]: mail.at for mail in mails}
    assert came == {report.link: report.judged for report in told}
