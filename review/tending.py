"""Changes of sources made by hand: each in one unit of work with its line in the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from news.errors import ChangedMeanwhile, NotVisited, SourceTaken, UnknownSource
from news.people import Actor
from news.source import Kind, Rules, Source, Tier
from review.catalogue import block_of, write
from storage import audit, sources
from storage.database import Connection

NOUN = "source"


def edition(source: Source) -> str:
    """Changes with the source's settings: who changes them shows which they saw."""
    return sha256(write([source]).encode()).hexdigest()[:16]


def add(conn: Connection, source: Source, actor: Actor, *, now: datetime) -> None:
    """Have a new source. Raises SourceTaken where its slug is another's."""
    try:
        sources.get(conn, source.slug)
    except UnknownSource:
        sources.put(conn, source, now=now, by_hand=True)
        audit.record(conn, actor, "added", NOUN, source.slug, now=now, after=block_of(source))
        return
    raise SourceTaken(slug=source.slug)


def change(conn: Connection, source: Source, seen: str, actor: Actor, *, now: datetime) -> Source:
    """Have the source of this slug as it is given; `seen` is the `edition` that was looked at.

    Returns it. Raises UnknownSource, ChangedMeanwhile.
    """
    had = sources.get(conn, source.slug)
    if edition(had) != seen:
        raise ChangedMeanwhile(noun=NOUN, key=source.slug)
    before, after = differences(had, source)
    if not after and not before:
        return source
    sources.put(conn, source, now=now, by_hand=True)
    if had.enabled is not source.enabled:
        sources.set_enabled(conn, source.slug, source.enabled, now)
    audit.record(conn, actor, "changed", NOUN, source.slug, now=now, before=before, after=after)
    return source


def set_enabled(conn: Connection, slug: str, enabled: bool, actor: Actor, *, now: datetime) -> None:
    """Pause a source or have it visited again, now first. Raises UnknownSource, NotVisited."""
    had = _visited(conn, slug)
    if had.enabled is enabled:
        return
    sources.set_enabled(conn, slug, enabled, now)
    said = "resumed" if enabled else "paused"
    before, after = {"enabled": had.enabled}, {"enabled": enabled}
    audit.record(conn, actor, said, NOUN, slug, now=now, before=before, after=after)


def set_tier(conn: Connection, slug: str, tier: Tier, actor: Actor, *, now: datetime) -> None:
    """How much a source matters. Raises UnknownSource."""
    had = sources.get(conn, slug)
    change(conn, replace(had, tier=tier), edition(had), actor, now=now)


def visit_now(conn: Connection, slug: str, actor: Actor, *, now: datetime) -> None:
    """Have a source visited at once; a host that asked to wait is still let wait.

    Raises UnknownSource, NotVisited.
    """
    _visited(conn, slug)
    sources.make_due(conn, (slug,), now)
    audit.record(conn, actor, "asked to visit", NOUN, slug, now=now)


def take(conn: Connection, given: Iterable[Source], actor: Actor, *, now: datetime) -> tuple[int, int]:
    """Add these sources, and change those there are to them; returns how many are new, how many changed."""
    there = {each.slug: each for each in sources.all_sources(conn)}
    new = changed = 0
    for source in given:
        if source.slug not in there:
            add(conn, source, actor, now=now)
            new += 1
        elif source != there[source.slug]:
            change(conn, source, edition(there[source.slug]), actor, now=now)
            changed += 1
    return new, changed


def differences(had: Source, wanted: Source) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of a source changes: how it was and how it is to be, rule by rule; what is not said is None."""
    one, other = _flat(had), _flat(wanted)
    names = [name for name in one if one[name] != other[name]]
    return {name: one[name] for name in names}, {name: other[name] for name in names}


def _visited(conn: Connection, slug: str) -> Source:
    source = sources.get(conn, slug)
    if source.kind is Kind.CLIPPED:
        raise NotVisited(slug=slug)
    return source


def _flat(source: Source) -> dict[str, Any]:
    block = {field.name: None for field in fields(Source) if field.name != "rules"} | block_of(source)
    reading = block.pop("rules", {})
    return block | {f"rules.{name}": reading.get(name) for name in (each.name for each in fields(Rules))}
