"""What a program is shown: JSON with an entity tag (RFC 9110), which says whether it has changed since."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from news.errors import ChangedMeanwhile

# Who keeps an answer is to ask each time whether it is still so.
ASKED_AGAIN = "private, no-cache"
# The tag of what a change is meant for, as it was read; "": whatever is there.
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=1000,
        description="The ETag of what is to be changed: 412 where it was changed meanwhile.",
    ),
]


def etag(shown: BaseModel) -> str:
    """A strong entity tag: it changes with anything that is shown."""
    return f'"{hashlib.sha256(shown.model_dump_json().encode()).hexdigest()[:32]}"'


def answer(request: Request, shown: BaseModel, *, status: int = 200, location: str = "") -> Response:
    """`shown` as JSON with its entity tag; 304 without it where the program has it (If-None-Match).

    `location` is the path of what was made.
    """
    headers = {"etag": etag(shown), "cache-control": ASKED_AGAIN}
    if location:
        headers["location"] = location
    known = request.headers.get("if-none-match", "")
    if status == 200 and request.method == "GET" and names(known, headers["etag"], weakly=True):
        return Response(status_code=304, headers=headers)
    return Response(shown.model_dump_json(), status, headers, media_type="application/json")


def unchanged(if_match: str, shown: BaseModel, noun: str, key: object) -> None:
    """Go on if `shown` is what the program read: to be called in the unit of work that changes it.

    Raises ChangedMeanwhile.
    """
    if if_match and not names(if_match, etag(shown), weakly=False):
        raise ChangedMeanwhile(noun=noun, key=key)


def names(field: str, tag: str, *, weakly: bool) -> bool:
    """Whether a header (If-Match, If-None-Match) names that tag. Our tags have no comma in them."""
    named = [each.strip() for each in field.split(",")]
    return tag in named or "*" in named or (weakly and f"W/{tag}" in named)
