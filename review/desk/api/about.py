"""/openapi.json and /me: what the API can do, and who one is to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from alerts.mime import address
from alerts.subscribing import zone
from news.errors import AccountError, SubscriptionError
from news.people import Account, Role, Scope
from review import people
from review.desk.admission import READER, Visitor, Who
from review.desk.api.answers import answer
from review.desk.api.document import document
from review.desk.api.paging import invalid
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
    language: str = Field(description="The desk's; empty: as the browser asks.")
    theme: str


@router.get("/openapi.json", dependencies=[READER], response_model=dict[str, Any])
async def openapi(request: Request, desk: DeskParts) -> Response:
    """This description, OpenAPI 3.1."""
    state = request.app.state
    if not hasattr(state, "document"):
        state.document = document(request.app, state.roles, desk.base_url)
    return JSONResponse(state.document)


class MyChange(BaseModel):
    """What is to change; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    email: (
        Annotated[str, Field(max_length=320, description="Subscriptions to the former one follow.")] | None
    ) = None
    zone: Annotated[str, Field(max_length=100)] | None = None
    language: Literal["", "en", "ru"] | None = None
    theme: Literal["auto", "light", "dark"] | None = None


@router.get("/me", dependencies=[READER], response_model=Me)
async def me(request: Request, who: Who) -> Response:
    """Whose token or session this is."""
    return answer(request, _shown(who, who.known))


@router.patch("/me", dependencies=[READER], response_model=Me)
async def change(request: Request, desk: DeskParts, who: Who, wanted: MyChange) -> Response:
    """How the desk looks to its visitor, and where their mails go."""
    values = {name: value for name, value in wanted.model_dump().items() if value is not None}
    if values.get("zone"):
        _fits("zone", zone, "", values["zone"])
    if values.get("email"):
        values["email"] = _fits("email", address, values["email"])
    if not values:
        return answer(request, _shown(who, who.known))
    anyone = who.may(Role.ANALYST)
    try:
        account = await desk.database.write(
            people.settle, who.known.id, who.actor, now=desk.clock(), anyone=anyone, **values
        )
    except AccountError as error:
        raise invalid("body", "email", f"{error.problem}. {error.remedy}") from error
    return answer(request, _shown(who, account))


def _fits(field: str, check: Callable[..., str], *args: str) -> str:
    try:
        return check(*args)
    except SubscriptionError as error:
        raise invalid("body", field, f"{error.problem}. {error.remedy}") from error


def _shown(who: Visitor, account: Account) -> Me:
    return Me(
        account=account.id,
        name=account.name,
        role=who.role or account.role,
        scope=who.scope,
        email=account.email,
        zone=account.zone,
        language=account.language,
        theme=account.theme,
    )
