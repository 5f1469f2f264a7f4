"""`wirewatch remove`, as a user meets it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from storage.columns import table
from storage.tables import RevisionRow
from tests.storage.telling_world import matched, topic
from tests.storage.world import add
from tests.wirewatch.test_telling_commands import Desk
from wirewatch.settings import load

SECRET = "Zanzibar"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.do(archive)
    return desk


def archive(conn: Connection) -> None:
    add(conn, "mfa")
    topic(conn, "talks")


def found(conn: Connection) -> None:
    matched(conn, SECRET, "talks")
    revisions = table(RevisionRow)
    long = f"{SECRET} said so. " * 2_000  # beyond one page of the file
    conn.execute(update(revisions).values(text=long, terms=SECRET.lower()))


def told_and_sent(desk: Desk) -> list[Path]:
    """An alert that was written as a file."""
    from wirewatch.database import database, now
    from wirewatch.telling import planner
    from wirewatch.wiring import outbox

    async def tell() -> None:
        settings = load(desk.file)
        async with database(settings) as opened:
            await planner(settings, opened, clock=now).plan_instant([1])
            sending = outbox(settings, opened, holder="test")
            await sending.drain()

    asyncio.run(tell())
    return sorted(load(desk.file).outbox.glob("*.eml"))


def test_it_says_what_goes_and_then_it_is_gone(desk: Desk) -> None:
    desk.well("subscriptions", "add", "a@one.test", "--topic", "talks", "--instant", "--channel", "folder")
    desk.do(_now_found)
    [file] = told_and_sent(desk)
    assert SECRET in file.read_text("utf-8")
    said = desk.well("remove", "1", "--reason", "the author asked", "--dry-run")
    assert f"On {SECRET}" in said
    assert str(file) in said
    assert "messages that carry it: 1, of them not sent yet: 0" in said
    assert file.exists()
    assert "removed 1" in desk.well("remove", "1", "1", "--reason", "the author asked", "--yes")
    assert not file.exists()
    [row] = desk.rows("show", "1")
    assert (row["state"], row["title"], row["text"], row["url"]) == ("removed", "", "", None)
    shown = desk.well("show", "1")
    assert "removed on 20" in shown
    assert "the author asked" in shown
    assert [item["id"] for item in desk.rows("items", "--state", "removed")] == [1]
    assert desk.rows("search", SECRET) == []
    [delivery] = desk.rows("deliveries")
    assert delivery["state"] == "sent"
    assert "the author asked" in desk.well("remove", "1", "--reason", "again")


def _now_found(conn: Connection) -> None:
    from datetime import UTC, datetime

    from storage.telling_tables import MatchRow

    found(conn)
    conn.execute(update(table(MatchRow)).values(judged_at=datetime.now(UTC)))


def test_no_word_is_left_in_the_file_of_the_database(desk: Desk) -> None:
    """SQLite overwrites what it lets go. The index alone may keep single words until it is merged."""
    desk.do(found)
    file = load(desk.file).data / "wirewatch.db"
    assert f"{SECRET} said so.".encode() in file.read_bytes()
    desk.well("remove", "1", "--reason", "asked")
    assert SECRET.encode() not in file.read_bytes()


def test_it_survives_a_backup(desk: Desk) -> None:
    desk.do(found)
    desk.well("remove", "1", "--reason", "asked")
    copy = desk.folder / "copy.zip"
    desk.well("backup", str(copy))
    desk.well("restore", str(copy), "--replace")
    assert [item["state"] for item in desk.rows("items")] == ["removed"]


def test_an_older_backup_does_not_bring_it_back(desk: Desk) -> None:
    """Neither its words nor the file of a message that carried it."""
    desk.well("subscriptions", "add", "a@one.test", "--topic", "talks", "--instant", "--channel", "folder")
    desk.do(_now_found)
    [file] = told_and_sent(desk)
    copy = desk.folder / "copy.zip"
    desk.well("backup", str(copy))
    desk.well("remove", "1", "--reason", "the author asked", "--yes")
    [before] = desk.rows("show", "1")
    assert "removed again, as asked for before: 1 articles" in desk.well("restore", str(copy), "--replace")
    assert desk.rows("show", "1") == [before]
    assert not file.exists()
    assert desk.rows("search", SECRET) == []


def test_mistakes_are_named(desk: Desk) -> None:
    desk.do(found)
    assert "77" in desk.refused("remove", "1", "77", "--reason", "asked")
    desk.refused("remove", "1")
    desk.refused("remove", "1", "--reason", " ")
    assert [item["state"] for item in desk.rows("items")] != ["removed"]
