"""What a file for printing (PDF, Word) holds, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """A document's text in paragraphs, and what it says of itself; None: it does not.

    `title` is the one in its properties (often left over from another document), `heading` a title as it
    stands in the text, `language` a tag such as `hy-AM`.
    """

    paragraphs: tuple[str, ...]
    title: str | None = None
    heading: str | None = None
    language: str | None = None
