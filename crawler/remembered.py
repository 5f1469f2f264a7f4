"""The items a list held when it was last read, remembered so that the database need not be asked."""

from __future__ import annotations

from collections import OrderedDict

from crawler.outcomes import Visited
from news.work import VisitTask

# A set of 30 numbers each: some 3 kB.
SOURCES = 2_000


class Remembered:
    """The block hashes of each source's last list, by the body they stood in.

    A copy, never more: it holds only while the database still names that very
    body as the source's last, whoever visited since.
    """

    def __init__(self) -> None:
        self._lists: OrderedDict[str, tuple[bytes, frozenset[int]]] = OrderedDict()

    def note(self, visited: Visited) -> None:
        """Its entries were stored, and its body with them."""
        if visited.validators is None or visited.validators.body_hash is None:
            return
        read = (entry.block for entry in visited.entries if entry.block is not None)
        slug = visited.task.source.slug
        self._lists[slug] = visited.validators.body_hash, frozenset((*visited.cut, *read))
        self._lists.move_to_end(slug)
        if len(self._lists) > SOURCES:
            self._lists.popitem(last=False)

    def of(self, task: VisitTask) -> frozenset[int] | None:
        """The blocks of the source's last list; None where only the database knows."""
        body, blocks = self._lists.get(task.source.slug, (None, None))
        return blocks if body == task.validators.body_hash else None
