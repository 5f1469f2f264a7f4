"""What is watched and what was found: topics, their terms, matches and the evidence for them.

Offsets are code points of the original text, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a term is for: a `name` proves the topic alone, `excluded` rules it out, of the
    `required` ones (context) at least one must stand in the text too."""

    NAME = "name"
    EXCLUDED = "excluded"
    REQUIRED = "required"


class Field(StrEnum):
    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """One form of a topic in one language (ISO 639-1; None: any)."""

    text: str
    language: str | None = None
    role: Role = Role.NAME


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched; `version` grows with every change of its terms."""

    slug: str
    name: str
    version: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class TopicVersion:
    """A topic's terms from `at` on (none: it was removed then). `pack` is the one that made the version,
    None: a hand. `articles`: in how many it was found."""

    version: int
    at: datetime
    pack: str | None
    terms: tuple[Term, ...]
    articles: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One proving span in the original `field`: `form` is what stands there, `term` whose form it is,
    `sentence` the span of the sentence around it in the same field (None: kept before sentences were)."""

    field: Field
    start: int
    end: int
    form: str
    term: str
    sentence: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A topic version that one text matches, with the spans that prove it, in the order of the text."""

    topic: str
    version: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A topic version x a revision, as stored. `silent`: for the archive only, it rings nobody."""

    topic: str
    topic_version: int
    article: int
    revision: int
    evidence: tuple[Evidence, ...]
    judged_at: datetime
    silent: bool


@dataclass(frozen=True, slots=True)
class TopicsWanted:
    """The judge's answer where it holds the topics of another edition (`held`) than it was to judge by."""

    held: int
