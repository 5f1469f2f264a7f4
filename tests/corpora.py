"""Where third-party test data lies, if it is there at all: none of it is part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("WIREWATCH_CORPORA", ROOT / "../shared/corpora"))


def corpus(name: str) -> Path:
    """The folder of one corpus; skips the test with one line where it is absent."""
    path = CORPORA / name
    if not path.is_dir():
        pytest.skip(f"corpus {name} is not at {CORPORA} (set WIREWATCH_CORPORA)")
    return path
