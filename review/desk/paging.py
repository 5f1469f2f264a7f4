"""Places in long lists, as the API hands them out: where the next page begins, in one opaque word."""

from __future__ import annotations

import base64
from datetime import datetime

from fastapi import HTTPException

LONGEST = 100


def cursor(moment: datetime, number: int) -> str:
    """The place behind the row of that moment (aware) and number."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {number}".encode()).decode().rstrip("=")


def place(given: str | None) -> tuple[datetime, int] | None:
    """The moment and the number of a cursor; None where none is given. Raises HTTPException (422)."""
    if not given:
        return None
    try:
        padded = given + "=" * (-len(given) % 4)
        moment, number = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split(" ")
        at, behind = datetime.fromisoformat(moment), int(number)
    except ValueError as wrong:
        raise _refused() from wrong
    if len(given) > LONGEST or at.tzinfo is None or not 0 <= behind < 2**63 or not 1900 <= at.year <= 2200:
        raise _refused()
    return at, behind


def _refused() -> HTTPException:
    return HTTPException(422, "cursor: this is none that was handed out here")
