"""Puts the desk together: its application over the parts of a process, and the server it answers by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from crawler.parts import Parts
from news.people import Role
from review.desk.admission import hashed, new_key
from review.desk.app import build
from review.desk.parts import Answer, Desk
from review.desk.server import DeskServer
from scheduler.health import Wellbeing
from scheduler.service import Service
from scheduler.status import Answers
from storage import accounts
from storage.database import Connection, Database
from wirewatch.commands.names import gazetteer
from wirewatch.database import now
from wirewatch.settings import Settings, base_url
from wirewatch.wiring import READER_MODULES, archive, default_channel, polite_door, user_agent, x_interface
from workers.readers import Readers

LOOPBACK = ("127.0.0.1", "::1", "localhost")
FIRST = "admin"


def desk_of_service(settings: Settings, parts: Parts, service: Service) -> DeskServer | None:
    """The desk beside a service, over its parts, not started; None where the settings want none."""
    if settings.desk.port == 0:
        return None
    answers = Wellbeing(service, parts, settings.data).answers()
    return _server(
        settings,
        Desk(
            database=parts.database,
            judge=parts.judge,
            readers=parts.readers,
            door=partial(polite_door, settings),
            clock=parts.clock,
            changed=service.changed,
            probes=_probes(answers),
            **_shown(settings),
        ),
    )


@asynccontextmanager
async def desk_alone(settings: Settings) -> AsyncIterator[tuple[Database, DeskServer]]:
    """The desk in a process of its own, with a judge and readers of its own, not started."""
    async with AsyncExitStack() as stack:
        database, judge = await stack.enter_async_context(archive(settings))
        readers = Readers(1, None, READER_MODULES)
        stack.push_async_callback(readers.close)
        made = Desk(
            database=database,
            judge=judge,
            readers=readers,
            door=partial(polite_door, settings),
            clock=now,
            **_shown(settings),
        )
        yield database, _server(settings, made)


def _shown(settings: Settings) -> dict[str, Any]:
    return {
        "base_url": base_url(settings),
        "zone": settings.time_zone,
        "languages": settings.languages,
        "per_hour": settings.alerts.per_hour,
        "channel": default_channel(settings),
        "agent": user_agent(settings),
        "x": x_interface(settings),
        "names": cache(partial(gazetteer, settings)),
    }


def _server(settings: Settings, desk: Desk) -> DeskServer:
    told = settings.desk
    local = urlsplit(desk.base_url).hostname in LOOPBACK
    return DeskServer(build(desk, local=local), told.host, told.port, told.trusted_proxies)


def _probes(answers: Answers) -> dict[str, Answer]:
    """What the service shows of itself, as the desk hands it on."""

    def asked(path: str) -> Answer:
        async def answer() -> tuple[int, str, bytes]:
            page = await answers[path]()
            return page.status.value, page.kind, page.body

        return answer

    return {path: asked(path) for path in answers}


def _first_link(conn: Connection, *, now: datetime, key: str) -> bool:
    """See to it that someone can administer the desk: whether `key` now sets that one's password."""
    if accounts.administrators(conn):
        return False
    there = [each for each in accounts.all_accounts(conn) if each.name == FIRST]
    found = there[0] if there else accounts.add(conn, FIRST, Role.ADMINISTRATOR, now=now)
    accounts.invite(conn, found.id, hashed(key), now=now)
    return True


async def welcome(settings: Settings, database: Database) -> str | None:
    """The one-time link of the first administrator, None where one can sign in already."""
    key = new_key()
    made = await database.write(_first_link, now=database.clock(), key=key)
    return f"{base_url(settings)}/welcome/{key}" if made else None
