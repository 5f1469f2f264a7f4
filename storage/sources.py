"""The catalogue: sources as they stand in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from news.errors import UnknownSource
from news.source import Confidence, Kind, Rules, Source, Tier, Waiver
from news.watch import Facts
from storage.changes import notify
from storage.columns import table
from storage.tables import SourceRow

STANDARD_PORTS = {"http": 80, "https": 443}
TABLE = table(SourceRow)
FACTS: list[Any] = [TABLE.c[name].label(f"source_{name}") for name in ("slug", "kind", "tier", "country")]
CATALOGUE = [TABLE.c[name] for name in Source.__dataclass_fields__]


def host_of(url: str) -> str:
    """The key of politeness: lower-case host name, with its port where that is not the scheme's own.

    Empty where the URL names no host or cannot be read.
    """
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return name if port in (None, STANDARD_PORTS.get(parts.scheme)) else f"{name}:{port}"


def put(conn: Connection, source: Source, *, now: datetime, by_hand: bool, pack: str | None = None) -> bool:
    """Add or change a source; returns whether it is new.

    A pack (`by_hand` False, `pack` its name) leaves alone what was changed by hand. A changed
    URL or spider forgets the validators and makes the source due at once.
    """
    stored = conn.execute(select(TABLE).where(TABLE.c.slug == source.slug)).mappings().one_or_none()
    values = {**_columns(source), "host": host_of(source.url), "pack": pack}
    if stored is None:
        conn.execute(insert(TABLE).values(**values, **_untouched(now, by_hand)))
        notify(conn)
        return True
    if stored["changed_by_hand"] and not by_hand:
        return False
    if stored["enabled_by_hand"] and not by_hand:
        del values["enabled"]
    if (stored["url"], stored["spider"]) != (source.url, source.spider):
        values |= {"etag": None, "last_modified": None, "body_hash": None, "next_visit_at": now}
        notify(conn)
    conn.execute(
        update(TABLE)
        .where(TABLE.c.slug == source.slug)
        .values(**values, changed_by_hand=stored["changed_by_hand"] or by_hand)
    )
    return False


def put_all(
    conn: Connection, sources: Iterable[Source], *, now: datetime, by_hand: bool, pack: str | None = None
) -> int:
    """`put` them all in one unit; returns how many are new."""
    return sum(put(conn, source, now=now, by_hand=by_hand, pack=pack) for source in sources)


def get(conn: Connection, slug: str) -> Source:
    """The source of that name. Raises UnknownSource."""
    row = conn.execute(select(*CATALOGUE).where(TABLE.c.slug == slug)).mappings().one_or_none()
    if row is None:
        raise UnknownSource(slug=slug)
    return source_of(row)


def all_sources(conn: Connection) -> tuple[Source, ...]:
    """Every source, by slug."""
    rows = conn.execute(select(*CATALOGUE).order_by(TABLE.c.slug)).mappings()
    return tuple(source_of(row) for row in rows)


def count_of(conn: Connection, spider: str) -> int:
    """How many sources a spider visits; those that are switched off are not counted."""
    query = select(func.count()).where(TABLE.c.spider == spider, TABLE.c.enabled)
    return conn.execute(query).scalar_one()


def set_enabled(conn: Connection, slug: str, enabled: bool, now: datetime) -> None:
    """Switch a source by hand; one that is switched on is due `now`. Raises UnknownSource."""
    change: dict[str, Any] = {"enabled": enabled, "enabled_by_hand": True}
    if enabled:
        change["next_visit_at"] = now
    if conn.execute(update(TABLE).where(TABLE.c.slug == slug).values(change)).rowcount == 0:
        raise UnknownSource(slug=slug)
    notify(conn)


def make_due(conn: Connection, slugs: Collection[str] | None, now: datetime) -> None:
    """Make these sources (None: all) due now. What a host asked for (Retry-After) still holds.

    Raises UnknownSource for a slug that is not there.
    """
    notify(conn)
    if slugs is None:
        conn.execute(update(TABLE).values(next_visit_at=now))
        return
    for slug in slugs:
        change = update(TABLE).where(TABLE.c.slug == slug).values(next_visit_at=now)
        if conn.execute(change).rowcount == 0:
            raise UnknownSource(slug=slug)


def source_of(row: RowMapping) -> Source:
    """A row that has at least the catalogue's columns, as a Source."""
    values = {name: row[name] for name in Source.__dataclass_fields__}
    values["kind"], values["tier"] = Kind(values["kind"]), Tier(values["tier"])
    confidence = values["confidence"]
    values["confidence"] = None if confidence is None else Confidence(confidence)
    values["languages"] = tuple(values["languages"])
    rules = values["rules"]
    values["rules"] = Rules(**rules | {"paths": tuple(rules.get("paths", ()))})
    for waiver in ("insecure_tls", "ignore_robots"):
        values[waiver] = Waiver(values[waiver]) if values[waiver] is not None else None
    return Source(**values)


def facts_of(row: RowMapping) -> Facts:
    """What the columns of FACTS say."""
    return Facts(*(row[column.name] for column in FACTS))


def _columns(source: Source) -> dict[str, Any]:
    values = asdict(source)
    values["languages"] = list(source.languages)
    # What is not said stays unsaid, so that a rule's default may change.
    values["rules"] = {
        name: value for name, value in asdict(source.rules).items() if value != getattr(Rules(), name)
    }
    for waiver in ("insecure_tls", "ignore_robots"):
        given = getattr(source, waiver)
        values[waiver] = given.reason if given is not None else None
    return values


def _untouched(now: datetime, by_hand: bool) -> dict[str, Any]:
    return {
        "changed_by_hand": by_hand,
        "enabled_by_hand": by_hand,
        "added": now,
        "next_visit_at": now,
        "failures": 0,
        "held_items": False,
        "trace": {},
    }
