"""What a single setting may be: each returns the value, or raises ValueError with what would be valid."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from alerts.mime import address
from egress.guard import Guard
from news.errors import SubscriptionError
from news.languages.registry import LANGUAGES


def zone(name: str) -> str:
    """A name of the IANA time zone database."""
    if name not in available_timezones():
        raise ValueError("not an IANA time zone such as Asia/Yerevan")
    return name


def language(code: str) -> str:
    """A language there is a module of."""
    if code not in LANGUAGES:
        raise ValueError(f"not a language wirewatch reads ({', '.join(sorted(LANGUAGES))})")
    return code


def allowed(entry: str) -> str:
    """An address and port that may be reached although not public."""
    try:
        Guard((entry,))
    except ValueError:
        raise ValueError("not address:port, [v6 address]:port or name:port") from None
    return entry


def ip(address: str) -> str:
    """An IP address, in its canonical form."""
    try:
        return str(ip_address(address))
    except ValueError:
        raise ValueError("not an IP address such as 192.0.2.7") from None


def contact(contact: str) -> str:
    """What stands in the User-Agent: an e-mail address or a page."""
    printable = contact.isascii() and contact.isprintable()  # it stands in a header
    if contact and not (printable and re.fullmatch(r"\S+@\S+\.\S+|https?://\S+", contact)):
        raise ValueError("not an e-mail address or the address of a page, in ASCII")
    return contact


def database(url: str) -> str:
    """The URL of a database, empty for the default."""
    parts = urlsplit(url)
    usable = bool(parts.path.strip("/")) if parts.scheme == "sqlite" else parts.scheme == "postgresql"
    if url and not usable:
        raise ValueError("not sqlite:///FILE or postgresql://USER@HOST/NAME")
    if parts.port == 0:  # asking for a port that is no number raises ValueError
        raise ValueError("its port is not between 1 and 65535")
    return url


def sender(sender: str) -> str:
    """An e-mail address, with a name or without."""
    if not re.fullmatch(r"[^<>\x00-\x1f]*<[^<>]+>|[^<>\s]+", sender):
        raise ValueError("not an e-mail address or a name with one: wirewatch <news@example.org>")
    mailbox(sender.rpartition("<")[2].rstrip(">"))
    return sender


def mailbox(mailbox: str) -> str:
    """An e-mail address, empty for none."""
    try:
        return address(mailbox) if mailbox else ""
    except SubscriptionError as error:
        raise ValueError(f"not an e-mail address ({error.problem})") from error
