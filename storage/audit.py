"""The audit log: every change made at the desk, in the unit of work that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from news.people import Actor, Change
from storage.columns import table
from storage.desk_tables import AuditRow

AUDIT = table(AuditRow)


def record(
    conn: Connection,
    actor: Actor,
    action: str,
    noun: str,
    key: object,
    *,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down that `actor` did `action` to the `noun` named `key`; `before` and `after` are JSON values,
    secrets never among them. Belongs in the unit of work of the change itself."""
    row = {"at": now, "account": actor.account, "actor": actor.name, "action": action, "noun": noun}
    conn.execute(insert(AUDIT).values(**row, key=str(key), before=_plain(before), after=_plain(after)))


def record_difference(
    conn: Connection,
    actor: Actor,
    action: str,
    noun: str,
    key: object,
    *,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """`record` with what differs between the two; nothing where nothing does."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if names:
        had, has = ({name: each.get(name) for name in names} for each in (before, after))
        record(conn, actor, action, noun, key, now=now, before=had, after=has)


def changes(
    conn: Connection,
    *,
    noun: str | None = None,
    key: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> tuple[Change, ...]:
    """The latest changes, the latest first, of one noun or thing where asked; `before` goes on after the
    change of that number."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if noun is not None:
        query = query.where(AUDIT.c.noun == noun)
    if key is not None:
        query = query.where(AUDIT.c.key == key)
    if before is not None:
        query = query.where(AUDIT.c.id < before)
    return tuple(
        Change(
            row.id,
            row.at,
            Actor(row.account, row.actor),
            row.action,
            row.noun,
            row.key,
            row.before,
            row.after,
        )
        for row in conn.execute(query)
    )


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """As JSON has it: moments in ISO 8601, tuples as lists, enumerations as their values."""
    return None if values is None else {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, tuple | list | set | frozenset):
        return [_value(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
