"""The desk in a test: the real application over a real database, and somebody who sits at it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from crawler.judging import TopicJudge
from crawler.parts import Interface
from egress.door import Door
from egress.guard import Guard
from news.people import Account, Role
from review.desk.admission import hashed, new_key
from review.desk.app import application
from review.desk.headers import Dressing
from review.desk.parts import Desk
from storage import accounts, keys
from storage.database import Connection, Database
from tests.review.judges import SETUP
from wirewatch.wiring import READER_MODULES
from workers.judge import Judge
from workers.readers import Readers

BASE = "http://127.0.0.1:8000"
START = datetime(2022, 12, 13, 9, 0, tzinfo=UTC)


class Sitting:
    """Requests of one browser. `as_` signs in; `post` hands back what forms hand back."""

    def __init__(self, desk: Desk, app: FastAPI) -> None:
        self.desk, self.app = desk, app
        self.moment = START
        self.csrf = ""
        self.door: Callable[[], Door] = lambda: Door(Guard(()))
        dressed = Dressing(app, base_url=desk.base_url, local=True)
        transport = httpx.ASGITransport(dressed)
        self.client = httpx.AsyncClient(transport=transport, base_url=BASE)

    async def as_(self, role: Role, name: str | None = None) -> Account:
        """Be signed in as someone of that role, as a password would have it."""
        key, csrf = new_key(), new_key()

        def unit(conn: Connection) -> Account:
            called = name or f"some {role}"
            there = [each for each in accounts.all_accounts(conn) if each.name == called]
            made = there[0] if there else accounts.add(conn, called, role, now=START)
            keys.open_session(conn, hashed(key), made.id, csrf, "192.0.2.1", "a test", now=self.moment)
            return made

        made = await self.desk.database.write(unit)
        self.client.cookies.clear()
        self.client.cookies.set("wirewatch", key)
        self.csrf = csrf
        return made

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.client.get(path, params=params or None)

    async def post(self, path: str, **fields: Any) -> httpx.Response:
        return await self.client.post(path, data={"csrf": self.csrf, **fields})

    async def api(self, method: str, path: str, **more: Any) -> httpx.Response:
        """As a page's script does: with the session's cookie and its secret in a header."""
        headers = {"x-csrf-token": self.csrf} | more.pop("headers", {})
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **more)


@asynccontextmanager
async def sitting(url: str) -> AsyncIterator[Sitting]:
    """The desk over the database of that URL. Judge and readers start when something needs them."""
    database = await Database.open(url, clock=lambda: START)
    judge = Judge(SETUP, ("en", "ru", "hy", "az", "tr"))
    readers = Readers(1, None, READER_MODULES)
    made: Sitting

    def clock() -> datetime:
        return made.moment

    desk = Desk(
        database=database,
        judge=TopicJudge(judge, database),
        readers=readers,
        door=lambda: made.door(),
        clock=clock,
        base_url=BASE,
        zone="Asia/Yerevan",
        languages=("en", "ru", "hy", "az", "tr"),
        per_hour=20,
        channel="folder",
        agent="wirewatch/test",
        x=Interface("https://x.example/"),
    )
    made = Sitting(desk, application(desk))
    try:
        yield made
    finally:
        await made.client.aclose()
        await judge.close()
        await readers.close()
        await database.close()


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]
