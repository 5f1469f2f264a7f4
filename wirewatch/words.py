"""Words the judge has analysed, kept in the data folder: a restart or a new topic makes none of them cold.

One line a word (language, word, keys; by tabs), appended in whole lines, in a
file of its own for every analysis version. It is a cache: what a
killed process left half written is no line and is passed over, what cannot be
written is not kept, and a file grown too long is begun anew.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from matching.index import ANALYSIS
from matching.judge import Engine
from matching.keys import Analysis

LONGEST_FILE = 48 * 2**20  # bytes: about half a million words
AT_ONCE = 200  # words that are appended together


class WordFile:
    """The words of this analysis version in a folder; those of other versions are removed."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"words-{ANALYSIS}.tsv"
        self._waiting: list[str] = []
        with contextlib.suppress(OSError):
            for other in folder.glob("words-*.tsv"):
                if other != self._path or other.stat().st_size > LONGEST_FILE:
                    other.unlink()

    def words(self) -> Iterator[tuple[str, str, str]]:
        """Language, word and keys of every whole line."""
        with contextlib.suppress(OSError), self._path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                parts = line.removesuffix("\n").split("\t")
                if len(parts) == 3 and line.endswith("\n"):
                    yield parts[0], parts[1], parts[2]

    def recall(self, analysis: Analysis) -> None:
        """Tell an analysis all that is known."""
        for code, word, keys in self.words():
            analysis.remember(code, word, keys)

    def learn(self, code: str, word: str, keys: str) -> None:
        """Keep a word; it is in the file once enough others are."""
        self._waiting.append(f"{code}\t{word}\t{keys}\n")
        if len(self._waiting) >= AT_ONCE:
            self.write()

    def write(self) -> None:
        """Append what is waiting, in one piece: another judge may append to the same file."""
        lines, self._waiting = "".join(self._waiting).encode(), []
        with contextlib.suppress(OSError):
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, lines)
            finally:
                os.close(file)


def setup(languages: tuple[str, ...], folder: str) -> Engine:
    """What the judge process keeps (`matching.judge`), knowing the words in `folder` and adding to them."""
    file = WordFile(Path(folder))
    engine = Engine(languages, file.learn)
    engine.analysis.load()
    file.recall(engine.analysis)
    return engine
