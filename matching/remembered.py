"""What is made of words, once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

V = TypeVar("V")


class Remembered(dict[str, V]):
    """What is made of words, once each, of many at a time: most of what it costs to begin is then shared.

    When there are more than `most`, those not asked for since the last time are forgotten.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._earlier: dict[str, V] = {}

    def make_each(self, words: Sequence[str]) -> Iterable[V]:
        """What is made of these different words, in their order."""
        raise NotImplementedError

    def each(self, words: Sequence[str]) -> list[V]:
        """What is made of these, in their order; made where it is not remembered."""
        found = [*map(self.get, words)]
        if None not in found:
            return found  # type: ignore[return-value]
        missed = [word for word, held in zip(words, found, strict=True) if held is None]
        earlier = {word: self._earlier.pop(word, None) for word in missed}
        made = {word: held for word, held in earlier.items() if held is not None}
        fresh = [word for word in earlier if word not in made]
        made.update(zip(fresh, self.make_each(fresh), strict=True))
        if len(self) >= self._most:
            self._earlier = self.copy()
            self.clear()
        self.update(made)
        return [made[word] if held is None else held for word, held in zip(words, found, strict=True)]

    def __missing__(self, word: str) -> V:
        return self.each([word])[0]
