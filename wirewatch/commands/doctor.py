"""`wirewatch doctor`: what stands, what does not, and what to do about it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import typer

from news.errors import WirewatchError
from wirewatch.commands.output import Json, console, settings_of, show_json
from wirewatch.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `well` True, False or (to be noted) None, and what was seen."""

    what: str
    well: bool | None
    seen: str


def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Look at settings, data folder, database, children and mail. Exit status 1 if something is broken."""
    settings = settings_of(context)
    findings = [_guarded(what, look, settings) for what, look in LOOKS.items()]
    if as_json:
        show_json([_row(finding) for finding in findings])
    else:
        marks = {True: "[green]ok  [/]", None: "[yellow]note[/]", False: "[red]bad [/]"}
        out = console()
        for finding in findings:
            out.print(f"{marks[finding.well]}  {finding.what:<10}", end="")
            out.print(finding.seen, markup=False, soft_wrap=True)
    raise typer.Exit(1 if any(finding.well is False for finding in findings) else 0)


def _row(finding: Finding) -> dict[str, Any]:
    from review.rows import row

    what, state = finding.what, {True: "ok", None: "note", False: "bad"}[finding.well]
    return row(
        id=what, slug=what, title=finding.seen, state=state, what=what, well=finding.well, seen=finding.seen
    )


def _guarded(what: str, look: Callable[[Settings], tuple[bool | None, str]], settings: Settings) -> Finding:
    try:
        return Finding(what, *look(settings))
    except (WirewatchError, OSError) as error:
        return Finding(what, False, str(error))


def _program(settings: Settings) -> tuple[bool | None, str]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    return True, f"wirewatch {version('wirewatch')}, Python {python}"


def _identity(settings: Settings) -> tuple[bool | None, str]:
    from wirewatch.steps import contact
    from wirewatch.wiring import user_agent

    step = contact(settings)
    return (None, step.said) if step else (True, user_agent(settings))


def _folder(settings: Settings) -> tuple[bool | None, str]:
    settings.data.mkdir(parents=True, exist_ok=True)
    probe = settings.data / ".doctor"
    probe.write_bytes(b"")
    probe.unlink()
    return True, f"{settings.data.resolve()} can be written"


def _database(settings: Settings) -> tuple[bool | None, str]:
    async def look() -> Any:
        from storage import articles
        from wirewatch.database import database

        async with database(settings) as opened:
            return opened.describe(), await opened.read(articles.counts)

    described, counts = asyncio.run(look())
    counted = ", ".join(f"{number} {what}" for what, number in counts.items())
    return True, f"{described}: {counted}"


def _integrity(settings: Settings) -> tuple[bool | None, str]:
    from storage.address import parse
    from storage.backups import quick_check

    file = parse(settings.database_url).file
    if file is None:
        return None, "PostgreSQL looks after itself"
    problem = quick_check(file)
    return problem is None, problem or f"{file.name} is whole (quick_check)"


def _packs(settings: Settings) -> tuple[bool | None, str]:
    from review import packs
    from wirewatch.packs import find_all

    found = [packs.read(folder) for folder in find_all(settings).values()]
    if not found:
        return None, "none is named in the settings"
    counted = (f"{pack.name}: {len(pack.sources)} sources, {len(pack.topics)} topics" for pack in found)
    return True, "; ".join(counted)


def _readers(settings: Settings) -> tuple[bool | None, str]:
    async def look() -> Any:
        from wirewatch.wiring import READER_MODULES
        from workers.readers import Readers

        readers = Readers(1, preload=READER_MODULES)
        try:
            return await readers.run("news.texts:clean_text", "ok", owner="doctor", task="doctor")
        finally:
            await readers.close()

    return asyncio.run(look()) == "ok", "a reader starts and answers"


def _judge(settings: Settings) -> tuple[bool | None, str]:
    async def look() -> Any:
        from workers.judge import Judge

        judge = Judge("matching.judge:setup", settings.languages)
        try:
            text = "The road was closed on Monday, the ministry said in a statement."
            return await judge.run("matching.judge:judge", "Road closed", text, None, task="doctor")
        finally:
            await judge.close()

    language = asyncio.run(look()).language
    return language == "en", f"the judge starts and takes an English sentence for {language!r}"


def _egress(settings: Settings) -> tuple[bool | None, str]:
    from wirewatch.wiring import door

    door(settings)
    allowed = settings.egress.allow
    if allowed:
        return None, f"beside public addresses these may be reached: {', '.join(allowed)}"
    return True, "only public addresses may be reached"


def _telling(settings: Settings) -> tuple[bool | None, str]:
    async def look() -> Any:
        from storage.census import census
        from wirewatch.database import database

        async with database(settings) as opened:
            return await opened.read(census)

    from wirewatch.steps import telling

    found = asyncio.run(look())
    step = telling(settings, found)
    return (None, step.said) if step else (True, f"subscriptions: {found.subscriptions}")


def _mail(settings: Settings) -> tuple[bool | None, str]:
    """Up to the point where a message could be handed over; none is."""
    from egress.smtp import MailLimits, SmtpDoor
    from wirewatch.steps import by_files
    from wirewatch.wiring import channels, mail_server

    channels(settings)
    server = mail_server(settings)
    if server is None:
        settings.outbox.mkdir(parents=True, exist_ok=True)
        probe = settings.outbox / ".doctor"
        probe.write_bytes(b"")
        probe.unlink()
        return None, by_files(settings).said

    async def look() -> None:
        limits = MailLimits(connect=10, command=10)
        door = SmtpDoor(server, allow=settings.egress.allow, hosts=settings.egress.hosts, limits=limits)
        try:
            await (await door.open()).quit()
        finally:
            door.close()

    asyncio.run(look())
    how = {"starttls": "under TLS (STARTTLS)", "tls": "under TLS"}.get(server.security, "in the clear")
    login = f", logs {server.user!r} in" if server.user else ""
    return True if server.security != "none" else None, f"{server.entry} answers {how}{login}"


LOOKS: dict[str, Callable[[Settings], tuple[bool | None, str]]] = {
    "program": _program,
    "identity": _identity,
    "data": _folder,
    "database": _database,
    "integrity": _integrity,
    "packs": _packs,
    "egress": _egress,
    "readers": _readers,
    "judge": _judge,
    "telling": _telling,
    "mail": _mail,
}
