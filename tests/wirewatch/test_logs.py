"""What stands in the logs: one event a line, no secret, nothing forged."""

import json
import logging
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.wirewatch.running import logging_put_back
from wirewatch.logs import configure, configure_service, one_line, redactor, secrets_of
from wirewatch.sections import Logs, Mail
from wirewatch.settings import Settings

PASSWORD = "päss/w:rd@1"


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    with logging_put_back():
        yield


def settings_for(folder: Path, **logs: object) -> Settings:
    return Settings(
        data=folder,
        database="postgresql://ww:p%40ss@db.example/news",
        mail=Mail(password=SecretStr(PASSWORD)),
        logs=Logs.model_validate(logs),
    )


def lines(folder: Path) -> list[str]:
    return (folder / "logs" / "wirewatch.log").read_text("utf-8").split("\n")[:-1]


@pytest.mark.parametrize("json_lines", [False, True])
def test_a_title_cannot_forge_a_line(tmp_path: Path, json_lines: bool) -> None:
    configure_service(settings_for(tmp_path, json_lines=json_lines))
    title = "Road\r\n2026-11-03 [critical] service: forged\u2028again\x1b[2J\x85\u202eend\x00"
    structlog.get_logger("test").error(title, title=title, pages=3)
    logging.getLogger("scrapy.core").error("foreign %s", title)
    try:
        raise ValueError(title)
    except ValueError:
        structlog.get_logger("test").exception("failed")
    written = lines(tmp_path)
    assert len(written) == 3
    text = "".join(written)
    assert not any(sign in text for sign in "\r\x1b\x00\x85\u2028\u202e")
    assert "\\u2028" in text
    if json_lines:
        events = [json.loads(line) for line in written]
        assert [event["level"] for event in events] == ["error"] * 3
        assert events[0]["pages"] == 3
        assert "Traceback" in events[2]["exception"]
    else:
        assert "pages=3" in written[0]


def test_no_secret_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure_service(settings_for(tmp_path))
    log = structlog.get_logger("test")
    log.error(f"login with {PASSWORD} failed", url="https://user:secret@feeds.example/rss?x=1")
    log.error("database", url="postgresql://ww:p%40ss@db.example/news", also="p@ss", token="ftp://tok3n@h/")
    try:
        raise ConnectionError("postgresql://ww:p%40ss@db.example/news refused")
    except ConnectionError:
        log.exception("failed", facts={"password": PASSWORD})
    for text in ("\n".join(lines(tmp_path)), capsys.readouterr().err):
        assert text.count("***") >= 6
        assert not any(secret in text for secret in (PASSWORD, "p%40ss", "p@ss", ":secret", "tok3n"))
        assert "https://***@feeds.example/rss?x=1" in text


def test_a_command_logs_without_secrets_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure(secrets=["hunter2"])
    structlog.get_logger("test").error("no hunter2", title="a\nb")
    said = capsys.readouterr().err
    assert "hunter2" not in said
    assert said.count("\n") == 1


def test_a_long_text_costs_no_more_than_its_length() -> None:
    began = time.process_time()
    for text in ("x" * 1_000_000, "://" * 300_000, "://a" * 300_000, "a@" * 500_000):
        redactor(["hunter2"])(one_line(text))
    assert time.process_time() - began < 2


def test_the_file_is_rotated(tmp_path: Path) -> None:
    configure_service(settings_for(tmp_path, max_mb=1, keep=2))
    logging.getLogger().handlers[1:] = []
    for number in range(400):
        structlog.get_logger("test").error("x" * 10_000, number=number)
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "logs").iterdir()}
    assert sizes.keys() == {"wirewatch.log", "wirewatch.log.1", "wirewatch.log.2"}
    assert max(sizes.values()) <= 2**20


def test_the_level_is_the_settings(tmp_path: Path) -> None:
    configure_service(settings_for(tmp_path, level="error"))
    structlog.get_logger("test").warning("quiet")
    structlog.get_logger("test").error("loud")
    assert [line.rpartition(" ")[2] for line in lines(tmp_path)] == ["loud"]


def test_what_is_secret_is_found_in_the_settings(tmp_path: Path) -> None:
    assert set(secrets_of(settings_for(tmp_path))) >= {PASSWORD, "p%40ss", "p@ss"}
    assert secrets_of(Settings(data=tmp_path)) == ()


@given(st.text())
def test_any_text_is_one_line_and_loses_nothing_that_shows(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert not {unicodedata.category(sign) for sign in line} & {"Cc", "Zl", "Zp", "Cs"}


@given(st.text(), st.text(min_size=1), st.text())
def test_a_secret_is_struck_wherever_it_stands(before: str, secret: str, after: str) -> None:
    struck = redactor([secret])(before + secret + after)
    assert secret not in struck or secret in "***" or "*" in secret
