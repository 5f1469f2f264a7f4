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


class Stands(StrEnum):
    """How much a form proves: `alone` it names the thing; `context` it does so beside other words of
    the topic only; `phrase`: a common word, of use within a phrase only."""

    ALONE = "alone"
    CONTEXT = "context"
    PHRASE = "phrase"


class Field(StrEnum):
    TITLE = "title"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Term:
    """One form of a topic in one language (ISO 639-1; None: any). Only a name may stand otherwise than
    alone: in `context` it proves the topic where another form of it is found in the same article, in a
    `phrase` where one is found close beside it."""

    text: str
    language: str | None = None
    role: Role = Role.NAME
    stands: Stands = Stands.ALONE


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched, by `terms` or by a `query` (docs/topics.md), never both. `mentions` is how often it
    must be named at least. `version` grows with every change of the three."""

    slug: str
    name: str
    version: int
    terms: tuple[Term, ...]
    query: str = ""
    mentions: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What a query may ask of an article besides its text: of the source that showed it first, by slug,
    kind, tier and country (ISO 3166-1 alpha-2). None: not known, nothing matches it."""

    source: str | None = None
    kind: str | None = None
    tier: str | None = None
    country: str | None = None


UNKNOWN = Facts()


@dataclass(frozen=True, slots=True)
class TopicVersion:
    """A topic from `at` on (without terms and query: it was removed then). `pack` is the one that made
    the version, None: a hand. `articles`: in how many it was found."""

    version: int
    at: datetime
    pack: str | None
    terms: tuple[Term, ...]
    articles: int
    query: str = ""
    mentions: int = 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """One proving span in the original `field`: `form` is what stands there, `term` whose form it is.
    `sentence` is where the sentence around it begins and ends; None: not known, it was found before
    sentences were kept."""

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
