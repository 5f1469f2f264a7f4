"""Where the demonstration works: its folder, its settings file, its database, and nobody else's."""

from __future__ import annotations

import asyncio
import os
import tomllib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from news.article import Article
from news.errors import SettingsError, StorageError
from news.source import Source
from news.telling import Mode, Rhythm, Schedule
from review.topics import read_text
from storage import articles, sources, subscriptions, topics
from storage.database import Connection, Database
from wirewatch.database import now
from wirewatch.demo import outlet
from wirewatch.demo.outlet import DOMAIN, Outlet, place_of
from wirewatch.demo.web import Handle, listening
from wirewatch.settings import NOT_SETTINGS, PREFIX, Settings, load

DATABASE, DATA = f"{PREFIX}DATABASE", f"{PREFIX}DATA"
ANALYST, DESK = f"analyst@{DOMAIN}", f"desk@{DOMAIN}"
# What the desk is told of at once.
AT_ONCE = "gas-supply"
# Loopback has many addresses: where one has our port taken, the next has it free, and the sites keep theirs.
LOOPBACK = tuple(f"127.0.0.{last}" for last in range(1, 10))
SETTINGS = """\
# The demonstration's own settings, written anew by each `wirewatch demo`. Nothing here leaves this machine:
# the names below are answered with a loopback address, and of that one only this exact port may be reached.
data = "."
{database}
languages = ["az", "en", "fa", "hy", "ru", "tr"]
time_zone = "UTC"

[crawl]
contact = "{contact}"
delay = 0.1        # seconds between two requests to one host: the hosts are our own
attempts = 1       # a page that cannot be had is not tried again minutes later

[egress]
allow = ["{address}:{port}"]
idle = 5.0
total = 6.0        # the page that would drip for a minute is given up after so many seconds

[egress.hosts]
{hosts}

[mail]             # the demonstration's own server; it keeps what it is given in inbox/
host = "127.0.0.1"
port = {mail_port}
security = "none"
sender = "wirewatch demonstration <wirewatch@{domain}>"

[service]
port = {service_port}

[desk]
port = {desk_port}

[logs]
level = "warning"
"""


@dataclass(frozen=True)
class Ports:
    """Where the sites, the mail server, the service's status and the desk listen; the sites on `address`."""

    address: str
    web: int
    mail: int
    service: int
    desk: int


@dataclass(frozen=True)
class Known:
    """What the archive has of earlier runs: the sites' port (0: nothing), and the paths (`host/path`) that
    were published, and that stand in a later version."""

    port: int = 0
    published: frozenset[str] = frozenset()
    edited: frozenset[str] = frozenset()


def refuse_other_settings(environ: Mapping[str, str]) -> None:
    """The environment goes before every settings file, so a mail server named there would get the mails.

    The data folder may stand there, as it does in the image: the demonstration has a folder of its own in it.
    """
    allowed = {DATABASE, DATA, *NOT_SETTINGS}
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in allowed:
            problem, remedy = "the demonstration has settings of its own", "Unset it for this command."
            raise SettingsError(file="environment", key=name, problem=problem, remedy=remedy)


def before_commands(environ: Mapping[str, str]) -> str:
    """What is to stand before a command that is to find what the demonstration left."""
    folders = [f"-u {name} " for name in sorted(environ) if name.upper() == DATA]
    url = f"{DATABASE}=... " if urlsplit(environ.get(DATABASE, "")).password else ""
    return f"env {''.join(folders)}{url}" if folders else url


def database_url(folder: Path) -> str:
    """The database named in the environment, else a SQLite file in the folder."""
    return os.environ.get(DATABASE) or f"sqlite:///{(folder / 'wirewatch.db').absolute()}"


def earlier_ports(folder: Path) -> tuple[int, int, int]:
    """The mail server's, the status's and the desk's port of the last run; 0 where there was none."""
    try:
        written: dict[str, Any] = tomllib.loads((folder / "settings.toml").read_text("utf-8"))
        mail, service, desk = (int(written[each]["port"]) for each in ("mail", "service", "desk"))
        return mail, service, desk
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0, 0


async def free_port() -> int:
    """A port that nobody has at this moment."""

    async def nobody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Nobody knows the number yet."""

    async with listening(nobody, LOOPBACK[0]) as port:
        return port


@asynccontextmanager
async def a_port_of(handle: Handle, wanted: int) -> AsyncIterator[tuple[str, int]]:
    """Listen on a free port, or on `wanted` at whichever loopback address has it free; address and port."""
    async with AsyncExitStack() as stack:
        for address in LOOPBACK:
            with suppress(OSError):
                port = await stack.enter_async_context(listening(handle, address, wanted))
                break
        else:
            problem = f"port {wanted}, at which the demonstration's sites stand, is taken"
            remedy = "End what listens there, or begin anew with an empty folder and database."
            raise SettingsError(file="demonstration", key="egress.allow", problem=problem, remedy=remedy)
        yield address, port


async def known_of(database: Database, outlets: Sequence[Outlet]) -> Known:
    """What an earlier run left. Raises StorageError where the database holds something else."""
    return await database.read(_known, tuple(each.slug for each in outlets), database.shown)


def _known(conn: Connection, slugs: Collection[str], shown: str) -> Known:
    there = {each.slug: urlsplit(each.url) for each in sources.all_sources(conn)}
    ours = [url for slug, url in there.items() if slug in slugs and _is_ours(url.hostname)]
    if not ours and (there or topics.all_topics(conn) or subscriptions.all_subscriptions(conn)):
        problem = "it holds sources, topics or subscriptions that are not the demonstration's"
        remedy = f"Name an empty database in {DATABASE}, or unset it: no invented text goes into an archive"
        raise StorageError(url=shown, problem=problem, remedy=remedy)
    if not ours:
        return Known()
    held = articles.items(conn, limit=10_000)
    paths = [(each, place_of(each.url)) for each in held if _is_ours(urlsplit(each.url or "").hostname)]
    return Known(
        port=ours[0].port or 0,
        published=frozenset(path for _, path in paths) | _second_addresses(conn, [each for each, _ in paths]),
        edited=frozenset(path for article, path in paths if article.revision > 1),
    )


def _second_addresses(conn: Connection, held: Sequence[Article]) -> frozenset[str]:
    """Where else articles stood: an article known under one address was published under the others too."""
    links = [sighting.link for article in held for sighting in articles.sightings(conn, article.id)]
    return frozenset(place_of(link) for link in links if _is_ours(urlsplit(link or "").hostname))


def _is_ours(host: str | None) -> bool:
    return (host or "").endswith(f".{DOMAIN}")


def write_settings(folder: Path, outlets: Sequence[Outlet], ports: Ports) -> Settings:
    """Write `settings.toml` for this run and read it as any command does, but for a data folder of the
    environment: `folder` it is."""
    url = os.environ.get(DATABASE, "")
    password = bool(url and urlsplit(url).password)
    database = f"# database: as {DATABASE} says; it holds a password" if password else f'database = "{url}"'
    hosts = "\n".join(f'"{each.host}" = "{ports.address}"' for each in outlets)
    file = folder / "settings.toml"
    file.write_text(
        SETTINGS.format(
            database=database,
            contact=DESK,
            address=ports.address,
            port=ports.web,
            hosts=hosts,
            mail_port=ports.mail,
            service_port=ports.service,
            desk_port=ports.desk,
            domain=DOMAIN,
        ),
        "utf-8",
    )
    return load(file).model_copy(update={"data": folder.absolute()})


async def furnish(database: Database, outlets: Sequence[Outlet], port: int) -> None:
    """Sources, topics and, at the first run, two subscriptions: one digest, one told at once."""
    await database.write(_furnish, tuple(each.source(port) for each in outlets))


def _furnish(conn: Connection, catalogue: Sequence[Source]) -> None:
    moment = now()
    sources.put_all(conn, catalogue, now=moment, by_hand=True)
    watched = read_text(outlet.topics(), "the demonstration's topics")
    topics.put_all(conn, watched, now=moment)
    if subscriptions.all_subscriptions(conn):
        return
    slugs = [topic.slug for topic in watched]
    # By its hour it is due some 22 hours from now; the demonstration asks for it as `digest send` does.
    daily = Schedule(Rhythm.DAILY, time((moment.hour - 1) % 24))
    add = partial(subscriptions.add, conn, channel="smtp", zone="UTC", when_empty=False, now=moment)
    add(recipient=ANALYST, mode=Mode.DIGEST, topics=slugs, schedule=daily)
    add(recipient=DESK, mode=Mode.INSTANT, topics=[AT_ONCE], schedule=None)
