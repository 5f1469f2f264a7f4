"""Lists by the page: so many at once, and a cursor that says where to go on.

A cursor names the last thing shown by what the list is ordered by, so what
comes in meanwhile moves nothing: nothing is left out, nothing shown twice.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field

MOST, USUAL = 200, 50
# What the databases take for a number.
LARGEST = 2**63 - 1
# What a list is ordered by: numbers, names, moments.
Place = tuple[int | str | datetime, ...]
Kind = type[int] | type[str] | type[datetime]
Shown = TypeVar("Shown", bound=BaseModel)
Found = TypeVar("Found")


class Listing(BaseModel, Generic[Shown]):
    """A page of a list."""

    items: list[Shown]
    next: Annotated[str | None, Field(description="The cursor of the next page; null on the last.")]


@dataclass(frozen=True, slots=True)
class Paging:
    """What was asked for: at most `limit`, after what the cursor names."""

    limit: int
    cursor: str

    @property
    def one_more(self) -> int:
        """How many to look up, so that it shows whether there is a next page."""
        return self.limit + 1

    def after(self, *kinds: Kind) -> Any:
        """The place to go on after, as a tuple of these kinds; None: from the beginning.

        Raises RequestValidationError for a cursor that no list of these kinds gave.
        """
        if not self.cursor:
            return None
        place = _read(self.cursor, kinds)
        if place is None:
            raise invalid("query", "cursor", "no cursor of this list: take `next` of a page as it is")
        return place

    def listing(
        self, found: Sequence[Found], show: Callable[[Found], Shown], place: Callable[[Found], Place]
    ) -> Listing[Shown]:
        """The page of what was `found`, of which there may be `one_more` than it has; `place` as the list
        is ordered by."""
        shown = found[: self.limit]
        onward = cursor(*place(shown[-1])) if len(found) > self.limit else None
        return Listing(items=[show(each) for each in shown], next=onward)


def _paging(
    limit: Annotated[int, Query(ge=1, le=MOST, description="At most so many at once.")] = USUAL,
    cursor: Annotated[
        str,
        Query(max_length=2000, pattern="^[A-Za-z0-9_-]*$", description="Where to go on: `next` of a page."),
    ] = "",
) -> Paging:
    return Paging(limit, cursor)


Paged = Annotated[Paging, Depends(_paging)]


def cursor(*place: int | str | datetime) -> str:
    """The cursor of that place: opaque to whoever gets it, and fit for an address."""
    plain = [each.isoformat() if isinstance(each, datetime) else each for each in place]
    written = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    return urlsafe_b64encode(written).decode("ascii").rstrip("=")


def invalid(where: str, field: str, problem: str) -> RequestValidationError:
    """What to raise where a value of `where` ("query", "path", "body") cannot be: answered with 422."""
    return RequestValidationError([{"loc": (where, field), "msg": problem, "type": "value_error"}])


def _read(written: str, kinds: tuple[Kind, ...]) -> Place | None:
    try:
        plain = json.loads(urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(plain, list) or len(plain) != len(kinds):
        return None
    place = [_value(each, kind) for each, kind in zip(plain, kinds, strict=True)]
    return None if None in place else tuple(each for each in place if each is not None)


def _value(plain: object, kind: Kind) -> int | str | datetime | None:
    if kind is int:
        whole = isinstance(plain, int) and not isinstance(plain, bool)
        return plain if whole and abs(plain) <= LARGEST else None  # type: ignore[return-value,arg-type]
    if not isinstance(plain, str):
        return None
    if kind is str:
        return plain
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
