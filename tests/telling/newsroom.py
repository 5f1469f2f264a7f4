"""A wirewatch that is led through time by a test: real web, real mail, every part between them real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from aiohttp import web as http

from alerts.outbox import Outbox
from alerts.planning import Planner
from crawler.outcomes import Fetched
from news.telling import Mode, Rhythm, Schedule, Subscription
from news.watch import Term
from storage import subscriptions, topics
from tests.alerts.reading import SENDER
from tests.collector import Collector, collecting
from tests.mailroom import MailRoom
from tests.telling.letters import Mail, opened
from tests.web import Item, Reply, Web, article, rss
from wirewatch.sections import Mail as MailSettings
from wirewatch.telling import planner
from wirewatch.wiring import outbox

AT_EIGHT = Schedule(Rhythm.DAILY, time(8))
RSS = {"Content-Type": "application/rss+xml"}
# What a report says for each topic it is about.
SAYS = {
    "lachin": "Traffic on the Lachin corridor had stopped, the office said.",
    "gas": "Gas supply to the town was cut for hours, the company said.",
}
LISTED = 40


@dataclass(eq=False)
class Report:
    """An article: about which topics, published when.

    `page` is when its page can be had; None: the feed has the whole text. When
    it must have been `announced` and `judged` is noted as time goes on, from
    the looks alone; `backlog`: it stood there at the first visit.
    """

    host: str
    link: str
    title: str
    topics: tuple[str, ...]
    published: datetime
    page: datetime | None = None
    announced: datetime | None = None
    judged: datetime | None = None
    backlog: bool = False

    @property
    def words(self) -> str:
        told = " ".join(SAYS[topic] for topic in self.topics)
        return f"{self.title}, in full. {told} It was a day like any other in the capital, people said."

    def item(self) -> Item:
        text = f"<p>{self.words}</p>" + "<p>More was said on the day, at length, and written down.</p>" * 12
        return Item(
            self.title,
            self.link,
            guid=self.link,
            at=self.published,
            summary="In short.",
            content=None if self.page else text,
        )


@dataclass
class Newsroom:
    """Publish, move the clock, look; `mails` is what the mail room was given meanwhile."""

    web: Web
    desk: Collector
    room: MailRoom
    planner: Planner
    outbox: Outbox
    reports: list[Report] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    hosts: dict[str, bool] = field(default_factory=dict)  # whether it was visited before

    @property
    def now(self) -> datetime:
        return self.desk.clock()

    async def source(self, host: str) -> None:
        self.hosts[host] = False
        self.web.put(host, "/rss", self._feed)
        await self.desk.add(host.partition(".")[0], self.web.url(host, "/rss"))

    async def watch(self, slug: str, *terms: str) -> None:
        named = tuple(Term(term, "en") for term in terms)
        await self.desk.parts.database.write(topics.put, slug, slug.title(), named, now=self.now)

    async def subscribe(self, recipient: str, zone: str, *about: str, digest: bool = True) -> Subscription:
        return await self.desk.parts.database.write(
            subscriptions.add,
            recipient=recipient,
            channel="smtp",
            mode=Mode.DIGEST if digest else Mode.INSTANT,
            topics=about,
            zone=zone,
            schedule=AT_EIGHT if digest else None,
            when_empty=True,
            now=self.now,
        )

    async def change(self, subscription: Subscription, **facts: Any) -> None:
        await self.desk.parts.database.write(subscriptions.change, subscription.id, now=self.now, **facts)

    def publish(self, host: str, at: datetime, *about: str, page: datetime | None = None) -> Report:
        """From `at` on it is in the feed; its text is there, too, or from `page` on at its link."""
        number = len(self.reports) + 1
        title = f"Report {number:03} of {host}"
        report = Report(host, self.web.url(host, f"/news/{number:03}"), title, about, at, page)
        if page is not None:
            self.web.put(host, f"/news/{number:03}", lambda request: self._page(report))
        self.reports.append(report)
        return report

    def _page(self, report: Report) -> Reply:
        assert report.page is not None
        if self.now < report.page:
            wait = str(int((report.page - self.now).total_seconds()))
            return Reply("not now", status=503, headers={"Retry-After": wait})
        return Reply(article(report.title, report.words), headers={"Content-Type": "text/html"})

    def _feed(self, request: http.Request) -> Reply:
        host = request.host.partition(":")[0]
        there = [report for report in self.reports if report.host == host and report.published <= self.now]
        return Reply(rss([report.item() for report in reversed(there[-LISTED:])]), headers=RSS)

    async def look(self, at: datetime) -> None:
        """Visit every source, read what is due and tell of what was stored, as a service does."""
        self.desk.clock.now = at
        outcomes = await self.desk.round()
        self._note(at)
        stored = [each.kept.article for each in outcomes if isinstance(each, Fetched) and each.kept]
        await self.planner.plan_instant([number for number in stored if number is not None])
        await self.tell(at)

    def _note(self, at: datetime) -> None:
        for report in self.reports:
            if report.published > at or report.host not in self.hosts:
                continue
            if report.announced is None:
                report.announced, report.backlog = at, not self.hosts[report.host]
            if report.judged is None and (report.page is None or report.page <= at):
                report.judged = at
        self.hosts = dict.fromkeys(self.hosts, True)

    async def tell(self, at: datetime) -> None:
        """A tick of the service: whatever is untold or due is planned, then all that is due is sent."""
        self.desk.clock.now = at
        await self.planner.plan_instant()
        await self.planner.plan_digests()
        await self.outbox.drain()
        self.mails += [opened(letter, at) for letter in self.room.letters[len(self.mails) :]]

    def to(self, recipient: str) -> Sequence[Mail]:
        return [mail for mail in self.mails if mail.to == recipient]


@asynccontextmanager
async def newsroom(
    web: Web, room: MailRoom, folder: Path, start: datetime, database: str = ""
) -> AsyncIterator[Newsroom]:
    """A newsroom whose clock stands at `start`."""
    async with collecting(web, folder, database) as desk:
        desk.clock.now = start
        mail = MailSettings(host="127.0.0.1", port=room.port, security="none", sender=SENDER)
        settings = desk.settings.model_copy(update={"mail": mail})
        opened_database = desk.parts.database
        plans = planner(settings, opened_database, clock=desk.clock)
        post = outbox(settings, opened_database, holder="newsroom", clock=desk.clock)
        try:
            yield Newsroom(web, desk, room, plans, post)
        finally:
            post.stop()
            await post.run()
