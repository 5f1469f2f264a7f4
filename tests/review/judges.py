"""A judge for tests: it loads a dictionary with the first word that needs it, not all at its start."""

from __future__ import annotations

from matching.judge import Engine

SETUP = "tests.review.judges:light"


def light(languages: tuple[str, ...]) -> Engine:
    """What the judge process keeps."""
    return Engine(languages)
