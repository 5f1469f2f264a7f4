"""What is watched and what is told: topics, matches, subscriptions, digests.

Designed now, filled by the matching and telling parts: storage holds tables of these shapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Term:
    """One form of a topic in one language (ISO 639-1; None: any).

    `role` is `name` (matches alone), `excluded` or `required`.
    """

    text: str
    language: str | None
    role: str = "name"


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched; `version` grows with every change of its terms."""

    slug: str
    name: str
    version: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One proving span: code point offsets in the original text of `field` (title or text)."""

    field: str
    start: int
    end: int
    form: str
    term: str


@dataclass(frozen=True, slots=True)
class Match:
    """A topic version x a revision, with the spans that prove it."""

    topic: str
    topic_version: int
    article: int
    revision: int
    evidence: tuple[Evidence, ...]
    judged_at: datetime
