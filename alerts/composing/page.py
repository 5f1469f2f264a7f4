"""What a message says, before it is written as text and as HTML: both are made of this alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from alerts.composing.items import Item

LATE = "late: it appeared before this digest's span and was judged within it"
NO_LINK = "(no link that can be opened)"
MARKED = (
    "Marked words (in the text form between *asterisks*) are those that matched, in whatever form they stand."
)


class Form(Enum):
    """How much is shown of an article; AGAIN: a line that refers to where it is shown."""

    FULL = "full"
    BRIEF = "brief"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Entry:
    """An item at its place. `number` counts through the message, None: not numbered; `forms`, in AGAIN, are
    the words that matched here."""

    item: Item
    form: Form
    number: int | None
    forms: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one label, such as "Press"."""

    label: str
    institutions: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A topic: its name, what there is of it in words, its groups, and what is not shown, in words."""

    heading: str
    counts: str
    groups: tuple[Group, ...]
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing in trouble: `name` stands out, `words` say how."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """A message, from top to bottom.

    `trouble` is what could not be read, under `trouble_label` and with lines
    after it in `trouble_rest`; `balance` are labels and words.
    """

    subject: str
    title: str
    lead: tuple[str, ...] = ()
    trouble: tuple[Notice, ...] = ()
    trouble_label: str = ""
    trouble_rest: tuple[str, ...] = ()
    balance: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    closing: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
