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
    found = words(text)
    if len(found) < SHORTEST:
        return None
    return xxhash.xxh3_128_digest(f"{VERSION}\n{' '.join(found)}".encode())
