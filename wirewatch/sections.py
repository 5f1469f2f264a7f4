"""The sections of the settings: their keys, defaults, and what each key may be."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from alerts.mime import address
from egress.guard import Guard
from news.errors import SubscriptionError
from news.languages.registry import LANGUAGES


def zone_name(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("not an IANA time zone such as Asia/Yerevan")
    return name


def language_code(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"not a language wirewatch reads ({', '.join(sorted(LANGUAGES))})")
    return code


def _allowed(entry: str) -> str:
    try:
        Guard((entry,))
    except ValueError:
        raise ValueError("not address:port, [v6 address]:port or name:port") from None
    return entry


def _address(address: str) -> str:
    try:
        return str(ip_address(address))
    except ValueError:
        raise ValueError("not an IP address such as 192.0.2.7") from None


def _contact(contact: str) -> str:
    printable = contact.isascii() and contact.isprintable()  # it stands in a header
    if contact and not (printable and re.fullmatch(r"\S+@\S+\.\S+|https?://\S+", contact)):
        raise ValueError("not an e-mail address or the address of a page, in ASCII")
    return contact


def database_address(url: str) -> str:
    parts = urlsplit(url)
    usable = bool(parts.path.strip("/")) if parts.scheme == "sqlite" else parts.scheme == "postgresql"
    if url and not usable:
        raise ValueError("not sqlite:///FILE or postgresql://USER@HOST/NAME")
    if parts.port == 0:  # asking for a port that is no number raises ValueError
        raise ValueError("its port is not between 1 and 65535")
    return url


def _sender(sender: str) -> str:
    if not re.fullmatch(r"[^<>\x00-\x1f]*<[^<>]+>|[^<>\s]+", sender):
        raise ValueError("not an e-mail address or a name with one: wirewatch <news@example.org>")
    try:
        address(sender.rpartition("<")[2].rstrip(">"))
    except SubscriptionError as error:
        raise ValueError(f"not an e-mail address ({error.problem})") from error
    return sender


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Crawl(Section):
    """How wirewatch presents itself and how hard it may work."""

    contact: Annotated[str, AfterValidator(_contact)] = ""
    delay: Annotated[float, Field(ge=0, le=3600)] = 1.0
    concurrency: Annotated[int, Field(ge=1, le=512)] = 64
    readers: Annotated[int, Field(ge=1, le=16)] = 2
    attempts: Annotated[int, Field(ge=1, le=10)] = 3


class Egress(Section):
    """What may be reached, and the limits of one response."""

    allow: tuple[Annotated[str, AfterValidator(_allowed)], ...] = ()
    hosts: dict[str, Annotated[str, AfterValidator(_address)]] = {}
    idle: Annotated[float, Field(gt=0, le=120)] = 15.0
    total: Annotated[float, Field(gt=0, le=600)] = 60.0
    max_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 10 * 1024 * 1024


class Mail(Section):
    """How messages leave: by SMTP where a host is named, else as files in the data folder."""

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: Annotated[str, AfterValidator(_sender)] = "wirewatch <wirewatch@localhost>"
    folder: Path = Path("outbox")


class X(Section):
    """Accounts on X, read by its API."""

    token: SecretStr = SecretStr("")
    requests_per_day: Annotated[int, Field(ge=1, le=86_400)] = 100
    endpoint: str = "https://api.x.com/2/tweets/search/recent"


class Alerts(Section):
    """How much is told at once."""

    per_hour: Annotated[int, Field(ge=1, le=10_000)] = 20


def _operator(recipient: str) -> str:
    if recipient:
        try:
            address(recipient)
        except SubscriptionError as error:
            raise ValueError(f"not an e-mail address ({error.problem})") from error
    return recipient


class Operator(Section):
    """Who is told when a source breaks or recovers, and how all do once a week."""

    email: Annotated[str, AfterValidator(_operator)] = ""


class Service(Section):
    """What the running service shows of itself, on loopback."""

    port: Annotated[int, Field(ge=0, le=65535)] = 8750


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    plain = not (parts.query or parts.fragment or parts.username or parts.path.strip("/"))
    if url and not (parts.scheme in ("http", "https") and parts.hostname and plain):
        raise ValueError("not an address without a path such as https://wirewatch.example.org")
    return url


class Desk(Section):
    """Where the desk is served, and how browsers reach it."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    base_url: Annotated[str, AfterValidator(_base_url)] = ""
    trusted_proxies: tuple[Annotated[str, AfterValidator(_address)], ...] = ()


class Logs(Section):
    """What is logged, in which form, and how much of it is kept."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False
    max_mb: Annotated[int, Field(ge=1, le=10_000)] = 20
    keep: Annotated[int, Field(ge=1, le=1000)] = 10


class Retention(Section):
    """Days after which what nobody needs any more goes; 0: never."""

    pages_days: Annotated[int, Field(ge=0)] = 0
    mails_days: Annotated[int, Field(ge=0)] = 0
    unmatched_days: Annotated[int, Field(ge=0)] = 0
