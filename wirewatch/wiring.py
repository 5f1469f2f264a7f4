"""Builds the parts from the settings and hands them to the rooms that need them."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from email.utils import parseaddr
from importlib.metadata import version
from typing import Any

from alerts.channels.channel import Channel, Means
from alerts.channels.registry import CHANNELS
from alerts.outbox import Outbox
from crawler.crew import crawl
from crawler.deciding import RETRIES
from crawler.dispatch import Dispatcher
from crawler.judging import TopicJudge
from crawler.outcomes import AnyOutcome
from crawler.parts import Interface, Pace, Parts
from crawler.visiting import HORIZON
from egress.door import Door, Limits
from egress.guard import Guard
from egress.polite import PoliteDoor
from egress.smtp import MailServer
from news.errors import CatalogueError, SettingsError
from storage import deliveries, sources, work
from storage.database import Database, no_checkpoint
from storage.patience import PatientDatabase
from storage.presence import present
from wirewatch.database import database, now
from wirewatch.lock import ROUND, collecting
from wirewatch.packs import load_packs
from wirewatch.settings import Settings, load
from workers.judge import Judge
from workers.limits import Limits as ReaderLimits
from workers.readers import Readers

DAY = 86_400
READER_MODULES = ("crawler.reading.feeds", "crawler.reading.listing", "crawler.reading.articles")
SECOND_TRY = RETRIES[0] + timedelta(seconds=5)


def user_agent(settings: Settings) -> str:
    contact = settings.crawl.contact
    who = f"+{contact}" if contact.startswith("http") else contact or "contact not set by the operator"
    return f"wirewatch/{version('wirewatch')} ({who})"


def door(settings: Settings) -> Door:
    """The way out for what is not crawled, with the same guard and limits."""
    return Door(Guard(settings.egress.allow), hosts=settings.egress.hosts, limits=_limits(settings))


def polite_door(settings: Settings) -> PoliteDoor:
    """The way out for many checks at once, as polite as collecting."""
    egress, limits = settings.egress, _limits(settings)
    return PoliteDoor(Guard(egress.allow), delay=settings.crawl.delay, hosts=egress.hosts, limits=limits)


def _limits(settings: Settings) -> Limits:
    egress = settings.egress
    return Limits(idle=egress.idle, total=egress.total, body=egress.max_bytes)


@asynccontextmanager
async def archive(settings: Settings) -> AsyncIterator[tuple[Database, TopicJudge]]:
    """The database and a judge of one's own, beside whatever service is running."""
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(database(settings))
        judge = Judge("wirewatch.words:setup", settings.languages, str(settings.data))
        stack.push_async_callback(judge.close)
        yield opened, TopicJudge(judge, opened)


async def open_parts(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = now,
    checkpoint: Callable[[str], None] = no_checkpoint,
    reader_limits: ReaderLimits | None = None,
    command: str = ROUND,
    patient: bool = False,
) -> Parts:
    """Everything a collecting process works with; `await parts.close()` ends it.

    On SQLite one process collects at a time (Busy otherwise; `command` is what
    others are told it is at); leases a killed one left behind are cleared.
    `patient`: while the database fails it is waited for.
    """
    async with AsyncExitStack() as stack:
        alone = settings.database_url.startswith("sqlite")
        stack.enter_context(collecting(settings.data, command) if alone else present(settings.database_url))
        kind = PatientDatabase if patient else Database
        opened = await kind.open(settings.database_url, clock=clock, checkpoint=checkpoint, migrate=True)
        stack.push_async_callback(opened.close)
        await load_packs(settings, opened, strict=True)
        readers = Readers(settings.crawl.readers, reader_limits, READER_MODULES, checkpoint)
        stack.push_async_callback(readers.close)
        judge = Judge("wirewatch.words:setup", settings.languages, str(settings.data))
        stack.push_async_callback(judge.close)
        if alone:
            await opened.write(work.release_all)
            await opened.write(deliveries.recover, now=clock())
        pace = Pace(
            holder=f"{platform.node()}:{os.getpid()}",
            delay=settings.crawl.delay,
            concurrency=settings.crawl.concurrency,
            attempts=settings.crawl.attempts,
        )
        close = stack.pop_all().aclose
        return Parts(
            opened, readers, TopicJudge(judge, opened), pace, clock, checkpoint, close, x_interface(settings)
        )


def x_interface(settings: Settings) -> Interface:
    """How the accounts on X are asked for."""
    given = settings.x
    return Interface(given.endpoint, given.token.get_secret_value(), DAY / given.requests_per_day)


async def collect_round(
    settings: Settings,
    parts: Parts,
    slugs: Collection[str] | None,
    *,
    observe: Callable[[AnyOutcome], None] = lambda outcome: None,
    expect: Callable[[int], None] = lambda left: None,
) -> None:
    """Visit every enabled source (or `slugs`) once and read what falls due meanwhile.

    `expect` is told how much is left to do, now and then.
    """
    await parts.database.write(sources.make_due, slugs, now=parts.clock())
    dispatcher = Dispatcher(parts, slugs=slugs, horizon=HORIZON, paging=False, observe=observe)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watch(parts, slugs, expect))
        await crawl(parts, dispatcher, scrapy_settings(settings))
        watching.cancel()


async def fill_round(settings: Settings, parts: Parts, slugs: Collection[str]) -> None:
    """Page the lists of these sources back as far as is asked for, and read what they announce.

    It ends when nothing falls due for longer than a page waits for its second try, and before the next
    visit of any source would.
    """
    dispatcher = Dispatcher(parts, slugs=slugs, horizon=SECOND_TRY)
    await crawl(parts, dispatcher, scrapy_settings(settings))


async def read_round(settings: Settings, parts: Parts, slugs: Collection[str]) -> None:
    """Read what waits to be read of these sources."""
    dispatcher = Dispatcher(parts, slugs=slugs, horizon=HORIZON, paging=False)
    await crawl(parts, dispatcher, scrapy_settings(settings))


async def _watch(parts: Parts, slugs: Collection[str] | None, expect: Callable[[int], None]) -> None:
    while True:
        expect(sum(await parts.database.read(work.pending, slugs, now=parts.clock())))
        await asyncio.sleep(1)


async def open_for_spider(source: str | None, spider: str) -> Parts:
    """The parts for `scrapy crawl SPIDER -a source=SLUG`: that source is due now."""
    parts = await open_parts(load())
    if source is None:
        return parts
    async with AsyncExitStack() as stack:
        stack.push_async_callback(parts.close)
        found = await parts.database.read(sources.get, source)
        if found.spider != spider:
            remedy = f"Run: scrapy crawl {found.spider} -a source={source}"
            problem = f"not for the spider {spider!r}"
            raise CatalogueError(file="scrapy", where=source, problem=problem, remedy=remedy)
        await parts.database.write(sources.make_due, (source,), now=now())
        stack.pop_all()
    return parts


def scrapy_settings(settings: Settings) -> dict[str, Any]:
    """Scrapy's settings: lean, polite, every connection through egress.

    Figures and reasons are in docs/decisions.md.
    """
    return {
        "BOT_NAME": "wirewatch",
        "SPIDER_MODULES": ["crawler.spiders"],
        "WIREWATCH_OPEN": "wirewatch.wiring.open_for_spider",
        "USER_AGENT": user_agent(settings),
        "TWISTED_REACTOR_ENABLED": False,
        **_egress_settings(settings),
        "CONCURRENT_REQUESTS": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": settings.crawl.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "CONCURRENT_ITEMS": 1,
        "SCHEDULER": "crawler.line.Line",
        "REDIRECT_MAX_TIMES": 5,
        # robots.txt is obeyed by crawler.robots, which waits on a 5xx as Scrapy's own does not.
        "ROBOTSTXT_OBEY": False,
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "REFERER_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.robots.Robots": 100,
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
            "egress.redirects.Redirects": 600,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "ITEM_PIPELINES": {"crawler.pipelines.Judging": 100, "crawler.pipelines.Recording": 200},
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "LOG_LEVEL": "WARNING",
        "LOG_FORMATTER": "crawler.logs.Quiet",
    }


def _egress_settings(settings: Settings) -> dict[str, Any]:
    egress = settings.egress
    handlers: dict[str, str | None] = dict.fromkeys(("http", "https"), "egress.handler.Handler")
    return {
        "DOWNLOAD_HANDLERS": {**handlers, **dict.fromkeys(("data", "file", "ftp", "s3"))},
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "EGRESS_ALLOW": list(egress.allow),
        "EGRESS_HOSTS": dict(egress.hosts),
        "EGRESS_IDLE": egress.idle,
        "EGRESS_TOTAL": egress.total,
        "EGRESS_MAX_BYTES": egress.max_bytes,
    }


def mail_server(settings: Settings) -> MailServer | None:
    """The server that takes our messages, where one is named."""
    mail = settings.mail
    if not mail.host:
        return None
    return MailServer(mail.host, mail.port, mail.security, mail.user, mail.password.get_secret_value())


def mail_address(settings: Settings) -> str:
    """The sender's bare address, as the envelope has it; Message-IDs end in its domain."""
    return parseaddr(settings.mail.sender)[1]


def default_channel(settings: Settings) -> str:
    """The channel of a subscription that names none."""
    return "smtp" if settings.mail.host else "folder"


def channels(settings: Settings, checkpoint: Callable[[str], None] = no_checkpoint) -> dict[str, Channel]:
    """Every channel the settings provide for, by name. Raises SettingsError for a host that is none."""
    means = Means(
        sender=mail_address(settings),
        folder=settings.outbox,
        server=mail_server(settings),
        allow=settings.egress.allow,
        hosts=settings.egress.hosts,
        checkpoint=checkpoint,
    )
    try:
        built = {name: build(means) for name, build in CHANNELS.items()}
    except ValueError as error:
        remedy = "Name a host such as mail.example.org, or an address."
        raise SettingsError(
            file="settings", key="mail.host", problem=f"{settings.mail.host!r}: {error}", remedy=remedy
        ) from error
    return {name: channel for name, channel in built.items() if channel is not None}


def outbox(
    settings: Settings,
    opened: Database,
    *,
    holder: str,
    clock: Callable[[], datetime] = now,
    checkpoint: Callable[[str], None] = no_checkpoint,
) -> Outbox:
    """The outbox over this database, through every channel there is."""
    return Outbox(
        opened,
        channels(settings, checkpoint),
        sender=settings.mail.sender,
        clock=clock,
        holder=holder,
        checkpoint=checkpoint,
    )
