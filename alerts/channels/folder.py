"""Messages as files: one .eml for each in a folder, whole or not there."""

from __future__ import annotations

import asyncio
import os
import re
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from alerts.channels.channel import Channel, Means
from news.errors import DeliveryError
from news.telling import Parcel

# Beyond these a name means something to a shell, or another file system.
ODD = re.compile(r"[^A-Za-z0-9._@-]+")


class Folder:
    """Writes each message into `folder`; one that is there already is not written again."""

    name = "folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def deliver(self, parcel: Parcel, raw: bytes) -> str:
        """Returns where it is. Raises DeliveryError where the disk says no, never for good."""
        path = self._folder / file_name(parcel.planned_at, parcel.message_id)
        try:
            await asyncio.to_thread(_keep, path, raw)
        except OSError as error:
            reason = f"{path}: {(error.strerror or str(error)).lower()}"
            raise DeliveryError(
                channel=self.name, recipient=parcel.recipient, reason=reason, permanent=False
            ) from error
        return f"written to {path}"

    async def close(self) -> None:
        """Nothing is kept open."""


def build(means: Means) -> Channel | None:
    return Folder(means.folder)


def file_name(planned_at: datetime, message_id: str) -> str:
    """When it was planned (UTC) and its Message-ID: the same message has the same name."""
    return f"{planned_at:%Y%m%dT%H%M%SZ}-{ODD.sub('_', message_id.strip('<>'))[:150]}.eml"


def _keep(path: Path, raw: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f".{uuid4().hex}.writing")
    try:
        with written.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the name, too, outlives a power cut
    finally:
        os.close(folder)
