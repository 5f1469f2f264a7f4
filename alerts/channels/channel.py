"""What every channel is, and what it is built from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from egress.smtp import MailLimits, MailServer
from news.telling import Parcel


class Channel(Protocol):
    """One way a message leaves."""

    @property
    def name(self) -> str: ...

    async def deliver(self, parcel: Parcel, raw: bytes) -> str:
        """One try with the mail `raw`; returns the receiver's answer in words, at most 500 characters.

        Raises DeliveryError. It may be called for several parcels at once.
        """
        ...

    async def close(self) -> None:
        """Let go of what is kept open."""
        ...


@dataclass(frozen=True, slots=True)
class Means:
    """What channels are built from. `sender` is the address in the envelope; `server` None: no SMTP.

    `allow` and `hosts` are the door's; `checkpoint` is told the points of a try (kill tests stop there).
    """

    sender: str
    folder: Path
    server: MailServer | None
    allow: Sequence[str]
    hosts: Mapping[str, str]
    checkpoint: Callable[[str], None]
    limits: MailLimits | None = None
