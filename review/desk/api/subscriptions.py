"""/subscriptions: who is told of which topics, when and where. Readers have their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.exceptions import HTTPException
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from alerts.composing.digest import compose_digest
from alerts.previewing import preview as digest_preview
from alerts.subscribing import Weekday
from news.errors import SubscriptionError
from news.people import Role
from news.telling import Mode, Rhythm, Subscription
from review import subscribing
from review.desk.admission import READER, Forbidden, Visitor, Who
from review.desk.api.answers import IfMatch, answer, unchanged
from review.desk.api.deliveries import MessageShown
from review.desk.api.paging import LARGEST, Listing, Paged, invalid
from review.desk.parts import Desk, DeskParts
from review.desk.reach import channels, reach, subscription
from review.subscribing import Wish, standing
from storage import subscriptions, topics
from storage.database import Connection

router = APIRouter(prefix="/subscriptions", tags=["subscriptions"])
Number = Annotated[int, Path(ge=1, le=LARGEST, description="A subscription's number.")]
Slug = Annotated[str, Field(min_length=1, max_length=100)]
At = Annotated[
    str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="Local time in `zone`, HH:MM.")
]
Zone = Annotated[str, Field(max_length=100, description="IANA, such as Asia/Yerevan.")]
How = Literal["instant", "digest"]
Way = Literal["smtp", "folder"]
TOPICS = Field(min_length=1, max_length=subscribing.MOST_TOPICS, description="Slugs.")


class SubscriptionShown(BaseModel):
    """A subscription. `rhythm`, `at` and `day` are null where it is told at once."""

    id: int
    recipient: str
    channel: str
    mode: How
    topics: list[str]
    zone: str
    rhythm: Rhythm | None
    at: str | None
    day: Weekday | None
    when_empty: bool = Field(description="A digest comes even where there is nothing to tell.")
    starts_at: datetime = Field(description="It tells of what is found from then on.")
    told_until: datetime | None
    paused: datetime | None
    next_due: datetime | None = Field(description="Of its next digest; null: told at once, or paused.")
    state: Literal["active", "paused"]


class SubscriptionWish(BaseModel):
    """What is to be told to whom, and how."""

    model_config = ConfigDict(extra="forbid")

    topics: Annotated[list[Slug], TOPICS]
    mode: How = "digest"
    recipient: str = Field(default="", max_length=320, description="Empty: the account's own e-mail address.")
    rhythm: Rhythm = Rhythm.DAILY
    at: At = "08:00"
    day: Weekday | None = Field(default=None, description="Of a weekly digest; null: Monday.")
    zone: Zone = ""
    channel: Way | None = Field(default=None, description="Null: as the settings have it.")
    when_empty: bool = True


class SubscriptionChange(BaseModel):
    """What is to change; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    topics: Annotated[list[Slug], TOPICS] | None = None
    mode: How | None = None
    rhythm: Rhythm | None = None
    at: At | None = None
    day: Weekday | None = None
    zone: Zone | None = None
    channel: Way | None = None
    when_empty: bool | None = None


class Resumption(BaseModel):
    """How to go on."""

    model_config = ConfigDict(extra="forbid")

    catch_up: bool = Field(default=False, description="Tell of what was found since the pause too.")


@router.get("", dependencies=[READER], response_model=Listing[SubscriptionShown])
async def every(
    request: Request,
    desk: DeskParts,
    who: Who,
    paging: Paged,
    recipient: Annotated[str | None, Query(max_length=320)] = None,
) -> Response:
    """Subscriptions, the oldest first: everybody's for analysts, their own for readers."""
    place, own = paging.after(int), reach(who)
    theirs, after = own if own is not None else recipient, place[0] if place else 0

    def listed(conn: Connection) -> Listing[SubscriptionShown]:
        every = subscriptions.all_subscriptions
        found = every(conn, recipient=theirs, after=after, limit=paging.one_more)
        return paging.listing(found, lambda one: show(conn, one, desk.clock()), lambda one: (one.id,))

    return answer(request, await desk.database.read(listed))


@router.post("", status_code=201, dependencies=[READER], response_model=SubscriptionShown)
async def add(request: Request, desk: DeskParts, who: Who, wanted: SubscriptionWish) -> Response:
    """A new subscription: it tells of what is found from now on. Readers subscribe themselves."""
    recipient = wanted.recipient or who.known.email
    if not recipient:
        raise invalid("body", "recipient", "the account has no e-mail address: name one, or set its own")
    if not who.may(Role.ANALYST) and recipient != who.known.email:
        raise Forbidden("role")
    wish = Wish(
        topics=tuple(dict.fromkeys(wanted.topics)),
        mode=Mode(wanted.mode),
        zone=wanted.zone or who.known.zone or desk.zone,
        channel=wanted.channel or desk.channel,
        rhythm=wanted.rhythm,
        at=wanted.at,
        day=wanted.day,
        when_empty=wanted.when_empty,
    )

    def unit(conn: Connection) -> SubscriptionShown:
        check(conn, desk, wish)
        return show(conn, subscribing.add(conn, recipient, wish, who.actor, now=desk.clock()), desk.clock())

    try:
        made = await desk.database.write(unit)
    except SubscriptionError as error:
        raise invalid("body", "recipient", f"{error.problem}. {error.remedy}") from error
    desk.changed()
    return answer(request, made, status=201, location=f"/api/v1/subscriptions/{made.id}")


@router.get("/{number}", dependencies=[READER], response_model=SubscriptionShown)
async def one(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """One subscription."""
    return answer(request, await desk.database.read(_shown, number, who, desk.clock()))


@router.patch("/{number}", dependencies=[READER], response_model=SubscriptionShown)
async def change(
    request: Request,
    desk: DeskParts,
    who: Who,
    number: Number,
    wanted: SubscriptionChange,
    if_match: IfMatch = "",
) -> Response:
    """Change what is named. What was not told yet when `mode` changes is told in the new way."""
    named = {name: value for name, value in wanted.model_dump().items() if value is not None}
    named |= {"topics": tuple(dict.fromkeys(wanted.topics))} if wanted.topics else {}
    named |= {"mode": Mode(wanted.mode)} if wanted.mode else {}

    def unit(conn: Connection) -> SubscriptionShown:
        _compare(conn, desk, who, number, if_match)
        wish = replace(subscribing.wish_of(subscriptions.get(conn, number)), **named)
        check(conn, desk, wish)
        after = subscribing.change(conn, number, wish, who.actor, now=desk.clock())
        return show(conn, after, desk.clock())

    return await _changed(request, desk, unit)


@router.delete("/{number}", status_code=204, dependencies=[READER])
async def remove(desk: DeskParts, who: Who, number: Number, if_match: IfMatch = "") -> Response:
    """It tells no more; what it told stays on record."""

    def unit(conn: Connection) -> None:
        _compare(conn, desk, who, number, if_match)
        subscribing.remove(conn, number, who.actor, now=desk.clock())

    await desk.database.write(unit)
    desk.changed()
    return Response(status_code=204)


@router.post("/{number}/pause", dependencies=[READER], response_model=SubscriptionShown)
async def pause(
    request: Request, desk: DeskParts, who: Who, number: Number, if_match: IfMatch = ""
) -> Response:
    """Tell nothing until it is resumed."""

    def unit(conn: Connection) -> SubscriptionShown:
        _compare(conn, desk, who, number, if_match)
        after = subscribing.pause(conn, number, who.actor, now=desk.clock())
        return show(conn, after, desk.clock())

    return await _changed(request, desk, unit)


@router.post("/{number}/resume", dependencies=[READER], response_model=SubscriptionShown)
async def resume(
    request: Request,
    desk: DeskParts,
    who: Who,
    number: Number,
    how: Resumption | None = None,
    if_match: IfMatch = "",
) -> Response:
    """Go on, with what is found from now on."""
    catch_up = how is not None and how.catch_up

    def unit(conn: Connection) -> SubscriptionShown:
        _compare(conn, desk, who, number, if_match)
        after = subscribing.resume(conn, number, who.actor, now=desk.clock(), catch_up=catch_up)
        return show(conn, after, desk.clock())

    return await _changed(request, desk, unit)


@router.get(
    "/{number}/preview",
    dependencies=[READER],
    response_model=MessageShown,
    responses={409: {"description": "It is told at once and has no digest."}},
)
async def preview(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """Its digest as it would look now; nothing is stored or sent."""
    await desk.database.read(subscription, number, who)
    try:
        message = await digest_preview(desk.database, compose_digest, number, desk.clock())
    except SubscriptionError as error:
        raise HTTPException(409, f"{error.problem}") from error
    return answer(request, MessageShown(subject=message.subject, text=message.text, html=message.html))


def show(conn: Connection, one: Subscription, now: datetime) -> SubscriptionShown:
    """A subscription as the API shows it."""
    return SubscriptionShown.model_validate(subscribing.row(standing(conn, one, now)))


def check(conn: Connection, desk: Desk, wish: Wish) -> None:
    """Raises RequestValidationError for a wish that cannot be."""
    wrong = subscribing.unfit(wish, topics.names(conn), channels(desk))
    for field, said in wrong.items():
        raise invalid("body", field, said)


def _shown(conn: Connection, number: int, who: Visitor, now: datetime) -> SubscriptionShown:
    subscription(conn, number, who)
    return show(conn, subscriptions.get(conn, number), now)


def _compare(conn: Connection, desk: Desk, who: Visitor, number: int, if_match: str) -> None:
    """Raises UnknownSubscription, ChangedMeanwhile."""
    unchanged(if_match, _shown(conn, number, who, desk.clock()), "subscription", number)


async def _changed(request: Request, desk: Desk, unit: Any) -> Response:
    shown: SubscriptionShown = await desk.database.write(unit)
    desk.changed()
    return answer(request, shown)
