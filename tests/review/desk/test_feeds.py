"""Feeds by secret address: what the list holds, for whoever has the address and for nobody else."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import feedparser
import pytest

from news.people import Role
from review import reindex
from storage import accounts
from storage.database import Connection
from tests.review.desk.newsroom import open_newsroom, publish
from tests.review.desk.sitting import START, Sitting

TEXT = "They spoke of the Hakari bridge & <b>left</b>."


@pytest.fixture
async def kept(desk: Sitting) -> tuple[Sitting, dict[str, str]]:
    """Two kept lists, one of the inbox and one of the search, with their secret addresses."""

    def fill(conn: Connection) -> None:
        open_newsroom(conn)
        publish(conn, "a", "bridge", text=TEXT, title="Bridge <i>open</i>")
        publish(conn, "b", slug="wire", text="Another bridge.", minutes=1, title="Wire", proofs=())

    await desk.desk.database.write(fill)
    await reindex.bring_up_to_date(desk.desk.database, desk.desk.judge)
    desk.moment = START + timedelta(hours=1)
    await desk.as_(Role.READER)
    await desk.post("/inbox/saved", name="The bridge", back="topic=bridge")
    await desk.post("/search/saved", name="Any bridge", back="q=bridge")
    page = (await desk.get("/search")).text
    addresses = {}
    for number in re.findall(r'name="search" value="(\d+)"><button name="do" value="open"', page):
        made = (await desk.post("/search/saved/feed", search=number, do="open")).text
        name = re.findall("The feed of “([^”]*)”", made)[0]
        addresses[name] = re.findall(r'id="feed-atom">http://127.0.0.1:8000(/feeds/[^<]*)\.atom<', made)[0]
    desk.client.cookies.clear()
    return desk, addresses


async def read(desk: Sitting, address: str) -> Any:
    answer = await desk.get(f"{address}.atom")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(io.BytesIO(answer.content), sanitize_html=False)
    assert not found.bozo
    return found


async def test_a_topics_list(kept: tuple[Sitting, dict[str, str]]) -> None:
    desk, addresses = kept
    found = await read(desk, addresses["The bridge"])
    assert (found.feed.title, found.feed.link) == ("The bridge", "http://127.0.0.1:8000/inbox?topic=bridge")
    [entry] = found.entries
    assert entry.title == "Bridge <i>open</i>"
    assert entry.link == "https://mfa.example/a"
    assert "They spoke of the Hakari bridge & <b>left</b>." in entry.summary
    assert [tag.term for tag in entry.tags] == ["Hakari bridge"]


async def test_a_searchs_list_in_both_forms(kept: tuple[Sitting, dict[str, str]]) -> None:
    desk, addresses = kept
    found = await read(desk, addresses["Any bridge"])
    assert [entry.title for entry in found.entries] == ["Wire", "Bridge <i>open</i>"]
    answer = await desk.get(f"{addresses['Any bridge']}.json")
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert [item["title"] for item in answer.json()["items"]] == ["Wire", "Bridge <i>open</i>"]


async def test_another_key_opens_nothing(kept: tuple[Sitting, dict[str, str]]) -> None:
    desk, addresses = kept
    for address in ("/feeds/x", "/feeds/", f"{addresses['The bridge']}x", f"/feeds/{'x' * 300}"):
        assert (await desk.get(f"{address}.atom")).status_code in (404, 422)
    assert (await desk.get(f"{addresses['The bridge']}.rss")).status_code == 422


async def test_a_closed_feed_and_a_disabled_account_open_nothing(
    kept: tuple[Sitting, dict[str, str]],
) -> None:
    desk, addresses = kept
    me = await desk.as_(Role.READER)
    page = (await desk.get("/search")).text
    number = re.findall(r'name="search" value="(\d+)"', page)[0]
    await desk.post("/search/saved/feed", search=number, do="close")
    opened = [(await desk.get(f"{each}.atom")).status_code for each in addresses.values()]
    assert sorted(opened) == [200, 404]
    await desk.desk.database.write(lambda conn: accounts.change(conn, me.id, disabled=START) and None)
    assert {(await desk.get(f"{each}.atom")).status_code for each in addresses.values()} == {404}


async def test_the_address_is_not_kept(kept: tuple[Sitting, dict[str, str]]) -> None:
    """Only its hash is: a copy of the database opens no feed."""
    desk, addresses = kept
    await desk.as_(Role.READER)
    page = (await desk.get("/search")).text
    assert all(address.rpartition("/")[2] not in page for address in addresses.values())
