"""Exact duplicates: the identity of a text that survives another typesetting."""

from __future__ import annotations

import xxhash

from matching.normal import words

# Part of what is hashed: texts hashed by different rules never count as the same. Raise it with every
# change of the rules here or in `matching.normal`.
VERSION = 1
# Shorter texts ("The page was not found", a caption) repeat without being the same news.
SHORTEST = 30


def text_hash(text: str) -> bytes | None:
    """16 bytes (XXH3-128) that are equal for texts of the same words; None under 30 words.

    Nothing is left out but typography: a changed figure is another text. Not
    a cryptographic hash; it tells texts of one outlet apart, nothing else.
    """
    return _hash(words(text))


def text_hashes(title: str, text: str) -> tuple[bytes | None, tuple[bytes, ...]]:
    """The text's `text_hash`, and those it would have with its headline before it or without.

    A channel's post begins with the headline that a page has above its text.
    """
    head, body = words(title), words(text)
    began = bool(head) and body[: len(head)] == head
    other = _hash(body[len(head) :] if began else head + body) if head else None
    return _hash(body), (other,) if other is not None else ()


def _hash(found: list[str]) -> bytes | None:
    if len(found) < SHORTEST:
        return None
    return xxhash.xxh3_128_digest(f"{VERSION}\n{' '.join(found)}".encode())
