"""/audit, for administrators: who changed what, when, before and after."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from news.people import Change
from review.desk.admission import ADMINISTRATOR
from review.desk.api.answers import answer
from review.desk.api.paging import Listing, Paged
from review.desk.parts import DeskParts
from storage import audit

router = APIRouter(prefix="/audit", tags=["people"])
Filter = Annotated[str | None, Query(max_length=500)]


class ChangeShown(BaseModel):
    """A change somebody made."""

    id: int
    at: datetime
    account: int | None = Field(description="Whose; null: nobody's who was signed in.")
    actor: str
    action: str
    noun: str
    key: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@router.get("", dependencies=[ADMINISTRATOR], response_model=Listing[ChangeShown])
async def every(
    request: Request, desk: DeskParts, paging: Paged, noun: Filter = None, key: Filter = None
) -> Response:
    """Changes, the latest first: of one kind of thing (`noun`), of one thing (`key`)."""
    place = paging.after(int)
    before = place[0] if place else None
    found = await desk.database.read(audit.changes, noun=noun, key=key, before=before, limit=paging.one_more)
    return answer(request, paging.listing(found, show, lambda each: (each.id,)))


def show(change: Change) -> ChangeShown:
    """A change as the API shows it."""
    return ChangeShown(
        id=change.id,
        at=change.at,
        account=change.actor.account,
        actor=change.actor.name,
        action=change.action,
        noun=change.noun,
        key=change.key,
        before=None if change.before is None else dict(change.before),
        after=None if change.after is None else dict(change.after),
    )
