"""/openapi.json and /me: what the API can do, and who one is to it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from news.people import Role, Scope
from review.desk.admission import READER, Who
from review.desk.api.answers import answer
from review.desk.api.document import document
from review.desk.parts import DeskParts

router = APIRouter(tags=["about"])


class Me(BaseModel):
    """Who asks, and how far they may go."""

    account: int
    name: str
    role: Role = Field(description="What they may do by this way in: a token goes no further than its scope.")
    scope: Scope | None = Field(description="The token's; null for a browser.")
    email: str = Field(description="Where their own subscriptions go.")
    zone: str = Field(description="IANA; empty: the settings' one.")
    language: str


@router.get("/openapi.json", dependencies=[READER], response_model=dict[str, Any])
async def openapi(request: Request, desk: DeskParts) -> Response:
    """This description, OpenAPI 3.1."""
    state = request.app.state
    if not hasattr(state, "document"):
        state.document = document(request.app, state.roles, desk.base_url)
    return JSONResponse(state.document)


@router.get("/me", dependencies=[READER], response_model=Me)
async def me(request: Request, who: Who) -> Response:
    """Whose token or session this is."""
    known = who.known
    shown = Me(
        account=known.id,
        name=known.name,
        role=who.role or known.role,
        scope=who.scope,
        email=known.email,
        zone=known.zone,
        language=known.language,
    )
    return answer(request, shown)
