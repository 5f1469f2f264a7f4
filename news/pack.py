"""A pack: sources and topics that belong together, kept as a folder of TOML files."""

from __future__ import annotations

from dataclasses import dataclass

from news.source import Source
from news.watch import Topic


@dataclass(frozen=True, slots=True)
class Pack:
    """`name` is its folder's, `digest` the SHA-256 of its files: the same digest is the same pack."""

    name: str
    digest: bytes
    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]
