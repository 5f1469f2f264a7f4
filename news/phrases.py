"""Sentences made in English that can be said again in another language."""

from __future__ import annotations

from typing import Any


class Phrase(str):
    """A text in English, which knows its `template` (as of `str.format`) and the `facts` in it.

    Whoever shows it to people has the template translated and the facts put into that; facts may be phrases
    themselves. To everybody else it is a text like any other. `templates` are those for one and for several
    where it was made by `several`.
    """

    templates: tuple[str, ...]
    facts: dict[str, Any]

    def __new__(cls, template: str, /, **facts: Any) -> Phrase:
        return _made((template,), facts)

    @classmethod
    def several(cls, one: str, many: str, number: int, /, **facts: Any) -> Phrase:
        """A text in which `{number}` stands, for one and for every other number."""
        return _made((one, many), {"number": number} | facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self.templates, self.facts)


def _made(templates: tuple[str, ...], facts: dict[str, Any]) -> Phrase:
    which = templates[0] if facts.get("number") == 1 else templates[-1]
    made = str.__new__(Phrase, which.format(**facts))
    made.templates, made.facts = templates, facts
    return made
