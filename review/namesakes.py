"""Entries of the gazetteer side by side: who shares a name with whom, and that both say so.

Two people never share an entry, and a form that two entries share tells nobody
which is meant: it proves neither alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from matching.keys import Path, spelled
from news.names import Form, Name
from news.watch import Stands
from review.blocks import Problem


class Together:
    """Checks entries among all the others: their slugs lead somewhere, `not` is said on both sides, and
    where two share a form in any language, both say so, both warn, and it stands alone in neither."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names: dict[str, Name] = {}
        self._holders: dict[Path, dict[str, Name]] = {}
        for name in names:
            self._names[name.slug] = name
            for form in name.forms:
                self._holders.setdefault(spelled(form.text), {}).setdefault(name.slug, name)

    def __call__(self, name: Name) -> None:
        """Raises Problem."""
        for key, slugs in (("not", name.not_), ("see", name.see)):
            for slug in slugs:
                self._known(slug, name, key)
        for slug in name.not_:
            if name.slug not in self._names[slug].not_:
                remedy = f"Write it into the `not` of {slug}, too."
                raise Problem("not", f"{slug} does not say the same of it", remedy)
        for form in name.forms:
            for other in self._holders[spelled(form.text)].values():
                if other.slug != name.slug:
                    _check_shared(form, name, other)

    def _known(self, slug: str, name: Name, key: str) -> None:
        if slug not in self._names or slug == name.slug:
            near = get_close_matches(slug, self._names.keys() - {name.slug}, n=1)
            remedy = f"Did you mean {near[0]}?" if near else "Give the slug of another entry."
            raise Problem(key, f"no other entry {slug!r}", remedy)


def _check_shared(form: Form, name: Name, other: Name) -> None:
    key = f"{'seen' if form.seen else 'unchecked'}.{form.language}"
    if not (other.slug in name.not_ and name.care and other.care):
        problem = f"{form.text!r} is a form of {other.slug}, too"
        remedy = "Name each in the other's `not`, with a `care` on both that tells them apart."
        raise Problem(key, problem, remedy)
    if form.stands is Stands.ALONE:
        problem = f"{form.text!r} stands alone and is a form of {other.slug}, too"
        remedy = f'Write {{ text = "{form.text}", stands = "context" }} in both: alone it proves neither.'
        raise Problem(key, problem, remedy)
