"""/deliveries: what was told to whom, how it went, and the words. Readers have their own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from news.telling import DeliveryState, Mailing, Told
from review import subscribing
from review.desk.admission import READER, Visitor, Who
from review.desk.api.answers import IfMatch, answer, unchanged
from review.desk.api.paging import LARGEST, Listing, Paged
from review.desk.parts import DeskParts
from review.desk.reach import mailing, reach
from storage import mailings
from storage.database import Connection

router = APIRouter(prefix="/deliveries", tags=["deliveries"])
Number = Annotated[int, Path(ge=1, le=LARGEST, description="A delivery's number.")]
Subscription = Annotated[int | None, Query(ge=1, le=LARGEST)]


class DeliveryShown(BaseModel):
    """One message to one recipient through one channel, and how its attempts went."""

    id: int
    subscription: int
    kind: Told
    slot: str | None = Field(description="Of a digest: the local day (2022-12-13) or week (2022-W50).")
    articles: int | None = Field(description="Of a digest: how many it tells of.")
    subject: str
    recipient: str
    channel: str
    message_id: str
    state: DeliveryState = Field(
        description="`parked`: it ended the process three times; `failed`: given up, or refused for good."
    )
    attempts: int
    planned_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    answer: str | None = Field(description="What the server or the network last said.")
    kept: bool = Field(description="Its words are still there.")


class MessageShown(BaseModel):
    """A mail's words."""

    subject: str
    text: str
    html: str


@router.get("", dependencies=[READER], response_model=Listing[DeliveryShown])
async def every(
    request: Request,
    desk: DeskParts,
    who: Who,
    paging: Paged,
    state: Annotated[list[DeliveryState] | None, Query(max_length=10)] = None,
    kind: Annotated[list[Told] | None, Query(max_length=10)] = None,
    subscription: Subscription = None,
    recipient: Annotated[str | None, Query(max_length=320)] = None,
) -> Response:
    """Deliveries, the newest first; of any of these states and kinds, where some are named."""
    place, own = paging.after(int), reach(who)
    found = await desk.database.read(
        mailings.mailings,
        limit=paging.one_more,
        before=place[0] if place else None,
        states=set(state or ()),
        kinds=set(kind or ()),
        recipient=own if own is not None else recipient,
        subscription=subscription,
    )
    return answer(request, paging.listing(found, show, lambda one: (one.delivery.id,)))


@router.get("/{number}", dependencies=[READER], response_model=DeliveryShown)
async def one(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """One delivery."""
    return answer(request, show(await desk.database.read(mailing, number, who)))


@router.get("/{number}/message", dependencies=[READER], response_model=MessageShown)
async def message(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """The words of a delivery, as they went out."""
    await desk.database.read(mailing, number, who)
    words = await desk.database.read(mailings.words, number)
    return answer(request, MessageShown(subject=words.subject, text=words.text, html=words.html))


@router.post(
    "/{number}/resend",
    dependencies=[READER],
    response_model=DeliveryShown,
    responses={409: {"description": "It neither failed nor is parked, or its words were removed."}},
)
async def resend(
    request: Request, desk: DeskParts, who: Who, number: Number, if_match: IfMatch = ""
) -> Response:
    """Try a failed or parked delivery again, with the same Message-ID."""

    def unit(conn: Connection) -> DeliveryShown:
        return resent(conn, number, who, desk.clock(), if_match)

    shown = await desk.database.write(unit)
    desk.changed()
    return answer(request, shown)


def show(found: Mailing) -> DeliveryShown:
    """A delivery as the API shows it."""
    told = found.delivery
    names = ("id", "subscription", "kind", "recipient", "channel", "message_id", "state", "attempts")
    values = {
        name: getattr(told, name) for name in (*names, "planned_at", "next_try_at", "sent_at", "answer")
    }
    about = {name: getattr(found, name) for name in ("slot", "articles", "subject", "kept")}
    return DeliveryShown(**values, **about)


def resent(conn: Connection, number: int, who: Visitor, now: datetime, if_match: str = "") -> DeliveryShown:
    """Put it back into the outbox. Raises UnknownDelivery, NotToBeResent, ChangedMeanwhile."""
    unchanged(if_match, show(mailing(conn, number, who)), "delivery", number)
    subscribing.resend(conn, number, who.actor, now=now)
    return show(mailing(conn, number, who))
