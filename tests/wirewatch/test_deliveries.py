"""`wirewatch deliveries` and what the doctor says of mail."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from storage import deliveries
from storage.database import Database
from tests.mailroom import MailRoom, mail_room
from tests.storage.post import plan
from tests.storage.world import NOON
from wirewatch.main import app
from wirewatch.sections import Mail
from wirewatch.settings import Settings
from wirewatch.wiring import channels, default_channel, mail_address

KEYS = {
    "id",
    "kind",
    "recipient",
    "channel",
    "message_id",
    "state",
    "attempts",
    "answer",
    "planned_at",
    "sent_at",
    "next_try_at",
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A settings file whose database holds one sent, one failed and one pending delivery."""
    (tmp_path / "settings.toml").write_text('[mail]\nsender = "wire <wire@wire.test>"\n', "utf-8")
    asyncio.run(_fill(tmp_path))
    return tmp_path


async def _fill(folder: Path) -> None:
    database = await Database.open(f"sqlite:///{folder / 'data' / 'wirewatch.db'}")
    await database.write(plan, "a@one.test", "b@one.test", "c@two.test")
    first, second = await database.write(
        deliveries.claim, now=NOON, limit=2, holder="one", lease=timedelta(minutes=15), per_lane=2
    )
    await database.write(deliveries.settle_sent, first.delivery, answer="250 queued", now=NOON)
    await database.write(
        deliveries.settle_failed, second, holder="one", answer="at RCPT: 550 5.1.1 no such user"
    )
    await database.close()


def wirewatch(folder: Path, *arguments: str, **environ: str) -> Any:
    runner = CliRunner(env={"COLUMNS": "200", **environ})
    return runner.invoke(app, ["--settings", str(folder / "settings.toml"), *arguments])


def rows(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    found = json.loads(wirewatch(folder, "deliveries", *arguments, "--json").stdout)
    assert isinstance(found, list)
    return found


def test_deliveries_as_rows(desk: Path) -> None:
    found = rows(desk)
    assert [row["state"] for row in found] == ["pending", "failed", "sent"]
    assert all(set(row) == KEYS for row in found)
    assert found[1]["answer"] == "at RCPT: 550 5.1.1 no such user"
    assert (found[1]["attempts"], found[1]["next_try_at"], found[2]["sent_at"]) == (
        1,
        None,
        "2026-11-02T12:00:00+00:00",
    )
    assert found[0]["message_id"].startswith("<")
    assert [row["state"] for row in rows(desk, "--state", "failed")] == ["failed"]
    assert len(rows(desk, "--limit", "1")) == 1


def test_deliveries_as_a_table(desk: Path) -> None:
    said = wirewatch(desk, "deliveries").stdout
    assert "b@one.test" in said
    assert "550 5.1.1 no such user" in said


def test_a_failed_one_is_sent_again(desk: Path) -> None:
    (failed,) = rows(desk, "--state", "failed")
    done = wirewatch(desk, "deliveries", "resend", str(failed["id"]))
    assert done.exit_code == 0
    assert [row["id"] for row in rows(desk, "--state", "pending")] == [failed["id"] + 1, failed["id"]]
    again = wirewatch(desk, "deliveries", "resend", str(failed["id"]))
    assert "is pending, neither failed nor parked" in str(again.exception)
    assert "no delivery 999" in str(wirewatch(desk, "deliveries", "resend", "999").exception)


def test_channels_by_the_settings(tmp_path: Path) -> None:
    plain = Settings(data=tmp_path)
    assert (set(channels(plain)), default_channel(plain)) == ({"folder"}, "folder")
    named = Settings(data=tmp_path, mail=Mail(host="mail.example.org", sender="A <a@b.test>"))
    assert (set(channels(named)), default_channel(named)) == ({"folder", "smtp"}, "smtp")
    assert mail_address(named) == "a@b.test"


def test_a_host_that_is_none(tmp_path: Path) -> None:
    from news.errors import SettingsError

    with pytest.raises(SettingsError, match=r"mail\.host"):
        channels(Settings(data=tmp_path, mail=Mail(host="no host!")))


def mail_finding(settings: Settings) -> tuple[bool | None, str]:
    from wirewatch.commands.doctor import LOOKS

    return LOOKS["mail"](settings)


def test_the_doctor_on_a_folder(tmp_path: Path) -> None:
    well, seen = mail_finding(Settings(data=tmp_path))
    assert well is None
    assert "messages are written into" in seen


async def test_the_doctor_asks_the_server_and_sends_nothing(tmp_path: Path) -> None:
    async with mail_room(MailRoom()) as room:
        mail = Mail(host="127.0.0.1", port=room.port, security="none")
        well, seen = await asyncio.to_thread(mail_finding, Settings(data=tmp_path, mail=mail))
        assert (well, seen) == (None, f"127.0.0.1:{room.port} answers in the clear")
        assert room.heard == ["EHLO [127.0.0.1]", "QUIT"]
        strict = mail.model_copy(update={"security": "starttls"})
        from news.errors import MailError

        with pytest.raises(MailError, match="does not offer STARTTLS"):
            await asyncio.to_thread(mail_finding, Settings(data=tmp_path, mail=strict))
