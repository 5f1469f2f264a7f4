"""Logging: structlog over the standard library, to standard error and, for the service, to a file.

One event is one line, whatever stands in it: control characters and line
ends, which sources may write into a title, are shown as escapes. Secrets are
struck out of every value, tracebacks included.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from logging.handlers import RotatingFileHandler
from types import TracebackType
from urllib.parse import quote, unquote, urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from wirewatch.settings import Settings

STRUCK = "***"
# Whoever stands before the @ of an address, in any text: user:password, or a token alone.
USERINFO = re.compile(r"(://)[^/\s@?#'\"]+@")
# Controls, the separators Unicode counts as line ends, and the marks that turn the direction of writing.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# What is logged first, in this order.
LEADING = "timestamp", "level", "logger", "event"
NOISY = "apscheduler", "scrapy", "twisted", "asyncio"


class Quiet(RotatingFileHandler):
    """A file that cannot be written, on a full disk, costs its lines and nothing else."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Standard error has the line; a traceback for each would drown it."""


def configure(level: int = logging.WARNING, secrets: Iterable[str] = ()) -> None:
    """Render every logger's lines, Scrapy's too, through structlog to standard error. Times are UTC."""
    console: Processor = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    _install([_rendered(logging.StreamHandler(sys.stderr), console, secrets)], level)


def configure_service(settings: Settings) -> None:
    """The service's logs: `logs/wirewatch.log` in the data folder, rotated, and standard error."""
    logs, folder = settings.logs, settings.data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    rotated = Quiet(
        folder / "wirewatch.log", maxBytes=logs.max_mb * 2**20, backupCount=logs.keep, encoding="utf-8"
    )
    render = as_json if logs.json_lines else as_words
    hidden = secrets_of(settings)
    handlers = [_rendered(each, render, hidden) for each in (rotated, logging.StreamHandler(sys.stderr))]
    _install(handlers, logging.getLevelNamesMapping()[logs.level.upper()])
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # That a job's last turn has not ended is no news: it happens while the database fails.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    sys.excepthook = _last_words


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The passwords in the settings, as they are and as URLs spell them."""
    password = settings.mail.password.get_secret_value()
    found = {password, quote(password, safe=""), _database_password(settings.database)}
    return tuple(sorted({*found, *map(unquote, found)} - {""}, key=len, reverse=True))


def _database_password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Strikes these words and every address's userinfo out of a text."""
    known = tuple(secrets)

    def strike(text: str) -> str:
        for secret in known:
            text = text.replace(secret, STRUCK)
        return USERINFO.sub(rf"\1{STRUCK}@", text)

    return strike


def one_line(text: str) -> str:
    """The text with escapes in place of whatever would not show, or show elsewhere."""
    return UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def as_words(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """`time [level] logger: event key=value ...`."""
    when, level, name, what = (str(event.pop(key, "")) for key in LEADING)
    rest = "".join(f" {key}={_quoted(value)}" for key, value in event.items())
    return f"{when} [{level}] {name}: {what}{rest}"


def as_json(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """One object, its keys in the same order."""
    ordered = {key: event.pop(key) for key in LEADING if key in event}
    return json.dumps({**ordered, **event}, ensure_ascii=False)


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if not text or re.search(r"[\s=\"]", text) else text


def _install(handlers: list[logging.Handler], level: int) -> None:
    root = logging.getLogger()
    for former in root.handlers:
        former.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _shared() -> list[Processor]:
    return [
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _rendered(handler: logging.Handler, render: Processor, secrets: Iterable[str]) -> logging.Handler:
    strike = redactor(secrets)

    def cleaned(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {str(key): _clean(value, strike) for key, value in event.items()}

    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared()[1:],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                cleaned,
                render,
            ],
        )
    )
    return handler


def _clean(value: object, strike: Callable[[str], str]) -> object:
    """Numbers and None stay what they are; everything else is logged as its text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return one_line(strike(str(value)))


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the service stands in its log too, as one line."""
    structlog.get_logger("service").critical("ended by an error", exc_info=(kind, error, trace))
