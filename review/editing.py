"""Topics as people change them at the desk: each change with who made it, in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from news.people import Actor
from news.watch import Role, Stands, Term, Topic
from storage import audit, topics
from storage.database import Connection

NOUN = "topic"
STANDING = {Stands.ALONE: "", Stands.CONTEXT: " (in context)", Stands.PHRASE: " (in a phrase)"}
ROLES = {Role.NAME: "", Role.REQUIRED: " (required)", Role.EXCLUDED: " (excluded)"}


def save(conn: Connection, topic: Topic, seen: Topic | None, *, actor: Actor, now: datetime) -> Topic:
    """Put a topic in the place of what its editor has `seen` (None: of none; name and version count).
    Raises TopicChanged."""
    had = topics.find(conn, topic.slug)
    saved = topics.put_over(conn, topic, seen, now=now)
    if had != saved:
        action = "added" if had is None else "changed"
        before = None if had is None else told(had)
        audit.record(conn, actor, action, NOUN, saved.slug, now=now, before=before, after=told(saved))
    return saved


def remove(conn: Connection, seen: Topic, *, actor: Actor, now: datetime) -> None:
    """Watch it no more. Raises TopicChanged where it is not what was `seen` (name and version)."""
    topics.refuse_changed(conn, seen.slug, seen)
    had = topics.get(conn, seen.slug)
    topics.remove(conn, had.slug, now=now)
    audit.record(conn, actor, "removed", NOUN, had.slug, now=now, before=told(had))


def rematched(
    conn: Connection, slug: str, found: int, since: datetime, *, actor: Actor, now: datetime
) -> None:
    """Write down that the archive was looked through for a topic."""
    after = {"since": since, "found": found}
    audit.record(conn, actor, "looked for in the archive", NOUN, slug, now=now, after=after)


def told(topic: Topic) -> Mapping[str, Any]:
    """A topic as the audit log has it."""
    by_terms = {"terms": [written(term) for term in topic.terms]}
    body = {"query": topic.query} if topic.query else by_terms
    return {"version": topic.version, "name": topic.name, "mentions": topic.mentions, **body}


def written(term: Term) -> str:
    """A term in one line: "ru: Ханкенди (in context)"."""
    return f"{term.language or 'any'}: {term.text}{STANDING[term.stands]}{ROLES[term.role]}"
