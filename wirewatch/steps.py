"""What is still to do before wirewatch serves someone: said at the start of the service and by `doctor`."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wirewatch.settings import Settings

if TYPE_CHECKING:
    from storage.census import Census

# Names the settings file for every command in that environment.
ENVIRONMENT = "WIREWATCH_SETTINGS"
# For an example where no topic is watched yet.
SOME_TOPIC = "SLUG"


@dataclass(frozen=True, slots=True)
class Step:
    """What is not there, and what to do about it; `command`, if one does it, can be copied as it is."""

    missing: str
    remedy: str
    command: str = ""

    @property
    def said(self) -> str:
        """In one line."""
        return f"{self.missing}. {self.remedy}{': ' if self.command else ''}{self.command}"


def steps(settings: Settings, found: Census) -> tuple[Step, ...]:
    """All that is still to do, in the order in which to do it."""
    mail = None if settings.mail.host else by_files(settings)
    return tuple(filter(None, (sources(settings, found), contact(settings), telling(settings, found), mail)))


def contact(settings: Settings) -> Step | None:
    """Whoever asks a site says who they are."""
    if settings.crawl.contact:
        return None
    where = f"Set it to your e-mail address or your page in {file_of(settings)}"
    return Step("crawl.contact is not set: sites cannot tell who asks", where)


def sources(settings: Settings, found: Census) -> Step | None:
    """Without a source nothing is collected."""
    if found.enabled:
        return None
    remedy = f'Write packs = ["south-caucasus"] into {file_of(settings)}, or add one'
    return Step("no source is visited", remedy, f"{program(settings)} sources add SLUG URL")


def telling(settings: Settings, found: Census) -> Step | None:
    """Without a subscription nothing is told."""
    if found.subscriptions:
        return None
    slug = next(iter(found.topics), SOME_TOPIC)
    return Step(
        "nobody is told of anything",
        f"Subscribe yourself (times are in {settings.time_zone} unless --zone says so; see `topics list`)",
        f"{program(settings)} subscriptions add you@example.org --topic {slug} --digest daily --at 08:00",
    )


def by_files(settings: Settings) -> Step:
    """How messages that are written as files would be sent."""
    keys = f"host, port, security, user and sender under [mail] in {file_of(settings)}"
    return Step(
        f"mail.host is not set: messages are written into {settings.outbox.resolve()}",
        f"Set {keys}; the password only as WIREWATCH_MAIL__PASSWORD in the environment",
    )


def file_of(settings: Settings) -> Path:
    """The settings file to write into, whether or not it is there yet."""
    return (settings.file or Path("settings.toml")).absolute()


def program(settings: Settings) -> str:
    """How wirewatch is called from another terminal in this folder, with these settings."""
    called = os.path.abspath(sys.argv[0])
    on_path = os.path.basename(called) != "wirewatch" or shutil.which("wirewatch") == called
    name = "wirewatch" if on_path else os.path.relpath(called)
    named = settings.file is not None and settings.file.absolute() != Path("settings.toml").absolute()
    return f"{name} --settings {file_of(settings)}" if named and ENVIRONMENT not in os.environ else name
