"""What full-text search is to know of a text: its keys, and the version of the rules that made them."""

from __future__ import annotations

from matching import tokens
from matching.keys import Keys
from news.article import IndexTerms

# Raise it with every change of `matching.tokens`, `matching.keys`, `matching.morphology`, of a grammar or
# of a dictionary: rows of an older one are brought
# up to date by `wirewatch reindex`, and by the service on its own.
ANALYSIS = 2
# PostgreSQL's tsvector holds 1 MiB of words; of a longer text (some 60,000 different ones) the first count.
BYTES = 900_000


def index_terms(title: str, text: str, keys: Keys) -> IndexTerms:
    """What proposes the words of both, each once, in their order."""
    found = dict.fromkeys(keys.proposals(tokens.forms(title), tokens.forms(text)))
    return IndexTerms(ANALYSIS, tuple(found) if _fits(found) else _first(found))


def _fits(found: dict[str, None]) -> bool:
    return sum(map(len, found)) * 4 <= BYTES  # no character has more than four bytes


def _first(found: dict[str, None]) -> tuple[str, ...]:
    kept, left = [], BYTES
    for key in found:
        left -= len(key.encode())
        if left < 0:
            break
        kept.append(key)
    return tuple(kept)
