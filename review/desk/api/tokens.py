"""/tokens: keys for programs. Everybody sees and ends their own, administrators anybody's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.exceptions import HTTPException
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from news.people import Role, Scope, Token
from review import people
from review.desk.admission import READER, Forbidden, Visitor, Who, hashed, new_key
from review.desk.api.answers import answer
from review.desk.api.paging import Listing, Paged
from review.desk.parts import DeskParts
from storage import keys

router = APIRouter(prefix="/tokens", tags=["people"])
Owner = Annotated[int | None, Query(ge=1, lt=2**31, description="Whose, for administrators; else one's own.")]
Number = Annotated[int, Path(ge=1, lt=2**31, description="A token's number.")]


class TokenShown(BaseModel):
    """A key for programs; the key itself is not kept."""

    id: int
    account: int
    name: str
    scope: Scope
    added: datetime
    expires: datetime | None
    last_used: datetime | None = Field(description="To some ten minutes.")


class TokenMade(TokenShown):
    """A new one."""

    key: str = Field(description="Shown this once. Send it as: Authorization: Bearer KEY.")


class TokenWish(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scope: Scope = Scope.READ
    days: Annotated[int, Field(ge=1, le=3650, description="It ends after so many.")] = 365


@router.get("", dependencies=[READER], response_model=Listing[TokenShown])
async def every(
    request: Request, desk: DeskParts, who: Who, paging: Paged, account: Owner = None
) -> Response:
    """Tokens, the newest first."""
    place = paging.after(int)
    found = await desk.database.read(keys.tokens, _whose(who, account))
    rest = [each for each in found if place is None or each.id < place[0]]
    return answer(request, paging.listing(rest, show, lambda each: (each.id,)))


@router.post("", status_code=201, dependencies=[READER], response_model=TokenMade)
async def add(request: Request, desk: DeskParts, who: Who, wanted: TokenWish) -> Response:
    """A new token of one's own. A token makes others only where its scope is `admin`."""
    if not who.keeps_keys:
        raise Forbidden("scope")
    key, now = new_key(), desk.clock()
    token = (hashed(key), who.known.id, wanted.name, wanted.scope, who.actor)
    expires = now + timedelta(days=wanted.days)
    made = await desk.database.write(people.add_token, *token, expires=expires, now=now)
    shown = TokenMade(**show(made).model_dump(), key=key)
    return answer(request, shown, status=201, location=f"/api/v1/tokens/{made.id}")


@router.delete("/{number}", status_code=204, dependencies=[READER])
async def end(desk: DeskParts, who: Who, number: Number, account: Owner = None) -> Response:
    """The token is used no more."""
    if not who.keeps_keys:
        raise Forbidden("scope")
    whose = _whose(who, account)
    if not await desk.database.write(people.end_token, number, whose, who.actor, now=desk.clock()):
        raise HTTPException(404, f"no token {number} of account {whose}")
    return Response(status_code=204)


def show(token: Token) -> TokenShown:
    """A token as the API shows it."""
    return TokenShown(**{name: getattr(token, name) for name in TokenShown.model_fields})


def _whose(who: Visitor, account: int | None) -> int:
    if account not in (None, who.known.id) and not who.may(Role.ADMINISTRATOR):
        raise Forbidden("role")
    return account or who.known.id
