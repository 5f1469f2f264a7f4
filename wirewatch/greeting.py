"""What the service says at its start: where things are, and what comes next."""

from __future__ import annotations

from importlib.metadata import version

from storage.census import Census
from wirewatch.commands.output import counted
from wirewatch.settings import Settings, base_url
from wirewatch.steps import Step, file_of, program, steps

# What there is to look at from the first minute on, and what it shows.
LOOKS = {
    "sources list": "how each source is doing",
    "items": "what was read",
    "doctor": "what stands and what does not",
}


def greeting(settings: Settings, database: str, found: Census, link: str | None = None) -> str:
    """At the first start in full, later a line and what is still to do.

    `database` is which one it is, in words; `found` what stands in it; `link` sets the first
    administrator's password at the desk, None where someone can sign in.
    """
    head = f"wirewatch {version('wirewatch')} collects and tells until it is stopped (Ctrl-C)"
    todo = steps(settings, found)
    if found.begun:
        lines = [f"{head}: {_watched(found)}; data in {settings.data.resolve()}"]
        return "\n".join([*lines, *_desk(settings, link), *(f"to do: {step.said}" for step in todo)])
    places = [f"  {what:<9} {where}" for what, where in _places(settings, database, found).items()]
    return "\n".join([f"{head}.", "", *places, "", *_desk(settings, link), "", *_next(settings, todo), ""])


def _desk(settings: Settings, link: str | None) -> list[str]:
    if link:
        return ["Open the desk in a browser; this link sets the administrator's password, once:", f"  {link}"]
    return [f"The desk: {base_url(settings)}"] if settings.desk.port else []


def _places(settings: Settings, database: str, found: Census) -> dict[str, str]:
    host, port = settings.mail.host, settings.service.port
    as_files = f"no server yet; written as .eml files into {settings.outbox.resolve()}"
    return {
        "settings": str(file_of(settings)) if settings.file else "the defaults; no settings file",
        "data": str(settings.data.resolve()),
        "database": database,
        "log": str(settings.data.resolve() / "logs" / "wirewatch.log"),
        "mail": f"by {host}:{settings.mail.port}" if host else as_files,
        "health": f"http://127.0.0.1:{port}/healthz" if port else "not shown (service.port is 0)",
        "watching": _watched(found),
    }


def _watched(found: Census) -> str:
    off = found.sources - found.enabled
    switched_off = f" ({off} more switched off)" if off else ""
    return (
        f"{counted(found.enabled, 'source')}{switched_off}, {counted(len(found.topics), 'topic')}, "
        f"{counted(found.subscriptions, 'subscription')}"
    )


def _next(settings: Settings, todo: tuple[Step, ...]) -> list[str]:
    """The steps in their order, each with what does it, and then what to look at."""
    called = program(settings)
    lines = ["What comes next (in another terminal; settings are read at the start):"]
    for number, step in enumerate(todo, 1):
        lines.append(f"  {number}. {step.missing}.")
        lines.append(f"     {step.remedy}{':' if step.command else '.'}")
        lines += [f"       {step.command}"] if step.command else []
    lines.append(f"  {len(todo) + 1}. Look at what it does:")
    return [*lines, *(f"       {called} {command:<13} {shows}" for command, shows in LOOKS.items())]
