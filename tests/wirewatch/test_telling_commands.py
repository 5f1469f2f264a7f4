"""Subscriptions and digests on the command line, as a user meets them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.database import Database
from tests.storage.telling_world import matched, planned, topic
from tests.storage.world import NOON, add
from tests.wirewatch.running import environment, wirewatch
from wirewatch.settings import load


class Desk:
    """A user's folder, and the commands in it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "settings.toml"
        self.file.write_text('time_zone = "Asia/Baku"\n[mail]\nsender = "wire <wire@desk.test>"\n', "utf-8")
        self.folder = folder

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit status, and what was said, on standard output or standard error."""
        status, said, complained = wirewatch(environment(self.file), *arguments)
        return status, said + complained

    def well(self, *arguments: str) -> str:
        status, said = self.run(*arguments)
        assert status == 0, said
        return said

    def refused(self, *arguments: str) -> str:
        status, said = self.run(*arguments)
        assert status == 2, said
        return said

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        rows = json.loads(self.well(*arguments, "--json"))
        assert isinstance(rows, list)
        return rows

    def do(self, fn: Callable[[Connection], Any]) -> Any:
        async def unit() -> Any:
            opened = await Database.open(load(self.file).database_url)
            try:
                return await opened.write(fn)
            finally:
                await opened.close()

        return asyncio.run(unit())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.do(lambda conn: topic(conn, "roads", "talks"))
    return made


ANA = ("subscriptions", "add", "ana@Desk.Test", "--topic", "talks")


class TestSubscriptions:
    def test_one_is_added_shown_changed_and_removed(self, desk: Desk) -> None:
        assert "No subscription yet" in desk.well("subscriptions", "list")
        said = desk.well(*ANA, "--digest", "weekly", "--day", "friday", "--at", "17:30", "--topic", "roads")
        assert said.startswith(
            "added 1: ana@desk.test is told every Friday at 17:30 of talks, roads; the next is"
        )
        [row] = desk.rows("subscriptions", "list")
        assert row["next_due"] is not None
        assert datetime.fromisoformat(row["next_due"]).weekday() == 4
        assert (row["topics"], row["zone"], row["channel"], row["mode"]) == (
            ["talks", "roads"],
            "Asia/Baku",
            "folder",
            "digest",
        )
        assert (row["rhythm"], row["at"], row["day"], row["state"]) == ("weekly", "17:30", "friday", "active")
        [row] = desk.rows("subscriptions", "change", "1", "--zone", "America/New_York", "--at", "08:00")
        assert (row["zone"], row["at"], row["day"]) == ("America/New_York", "08:00", "friday")
        [row] = desk.rows("subscriptions", "change", "1", "--digest", "daily", "--topic", "roads")
        assert (row["rhythm"], row["day"], row["topics"]) == ("daily", None, ["roads"])
        assert "every" not in desk.well("subscriptions", "list")
        assert desk.well("subscriptions", "remove", "1") == "removed 1\n"
        assert desk.rows("subscriptions", "list") == []

    def test_an_instant_one_has_no_times(self, desk: Desk) -> None:
        assert desk.well(*ANA, "--instant") == "added 1: ana@desk.test is told at once of talks\n"
        [row] = desk.rows("subscriptions", "list")
        assert (row["mode"], row["rhythm"], row["next_due"]) == ("instant", None, None)

    def test_a_quiet_one_says_so(self, desk: Desk) -> None:
        assert "daily at 08:00 if anything of talks" in desk.well(*ANA, "--digest", "daily", "--quiet")

    def test_pause_and_resume(self, desk: Desk) -> None:
        desk.well(*ANA, "--digest", "daily")
        assert desk.well("subscriptions", "pause", "1").startswith("paused 1")
        assert [row["state"] for row in desk.rows("subscriptions", "list")] == ["paused"]
        assert desk.well("subscriptions", "resume", "1", "--catch-up") == (
            "resumed 1, with all since the pause\n"
        )
        assert [row["state"] for row in desk.rows("subscriptions", "list")] == ["active"]

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (("--instant", "--topic", "nowhere"), "no topic named 'nowhere'"),
            (
                ("--digest", "daily", "--zone", "Asia/Bacu"),
                "no such time zone: 'Asia/Bacu'. Did you mean Asia/Baku?",
            ),
            (("--digest", "daily", "--zone", "here"), "Write an IANA zone"),
            (("--digest", "daily", "--at", "8"), "no time of day: '8'. Write it as HH:MM"),
            (("--digest", "daily", "--at", "24:00"), "no time of day: '24:00'"),
            (("--digest", "daily", "--day", "monday"), "Only a weekly digest has a day"),
            (("--digest", "hourly"), "hourly"),
            (("--digest", "weekly", "--day", "mon"), "mon"),
            (("--instant", "--channel", "smtp"), "no mail server is set"),
            ((), "Say --instant, or --digest"),
            (("--instant", "--digest", "daily"), "Say --instant, or --digest"),
        ],
    )
    def test_what_is_wrong_is_named(self, desk: Desk, wrong: tuple[str, ...], said: str) -> None:
        assert said in desk.refused(*ANA, *wrong)
        assert desk.rows("subscriptions", "list") == []

    def test_so_is_a_bad_address_and_an_unknown_subscription(self, desk: Desk) -> None:
        for bad in ("ana", "ana@", "Ana <ana@desk.test>", "ana@desk.test\nBcc: eve@evil.test"):
            assert "Give one address" in desk.refused(
                "subscriptions", "add", bad, "--instant", "--topic", "talks"
            )
        assert "names no topic" in desk.refused("subscriptions", "add", "ana@desk.test", "--instant")
        for command in ("pause", "resume", "remove", "change"):
            assert "no subscription 9." in desk.refused("subscriptions", command, "9")
        desk.well(*ANA, "--instant")
        assert "told at once" in desk.refused("subscriptions", "change", "1", "--at", "09:00")


class TestDigest:
    @pytest.fixture
    def told(self, desk: Desk) -> Desk:
        desk.do(lambda conn: add(conn, "mfa"))
        desk.well(*ANA, "--digest", "daily", "--at", "00:00")
        minutes = (datetime.now(NOON.tzinfo) - NOON).total_seconds() / 60
        desk.do(lambda conn: matched(conn, "the-river", "talks", minutes=minutes))
        return desk

    def test_is_seen_before_made_once_and_kept_as_sent(self, told: Desk) -> None:
        preview = told.well("digest", "preview", "1")
        assert "the-river" in preview
        assert told.do(planned) == []
        page = told.folder / "digest.html"
        assert "written to" in told.well("digest", "preview", "1", "--html", str(page))
        assert "the-river" in page.read_text("utf-8")
        assert told.well("digest", "send", "1").startswith("made the digest of ")
        [(number, subject)] = told.do(planned)
        assert number == 1
        kept = told.well("digest", "show", "1")
        assert kept.startswith(subject)
        assert "the-river" in kept
        assert "was made already. The next is due at" in told.refused("digest", "send", "1")
        assert "the-river" not in told.well("digest", "preview", "1")
        told.well("digest", "show", "1", "--html", str(page))
        assert "the-river" in page.read_text("utf-8")

    def test_what_is_not_there_is_said(self, desk: Desk) -> None:
        assert "no digest 7." in desk.refused("digest", "show", "7")
        assert "no subscription 7." in desk.refused("digest", "preview", "7")
        desk.well(*ANA, "--instant")
        assert "has no digest" in desk.refused("digest", "preview", "1")
