"""Mails: what each person gets, and the next digest as it would look."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from alerts.composing.digest import compose_digest
from alerts.previewing import preview
from alerts.subscribing import DAYS, Weekday
from news.errors import SubscriptionError
from news.people import Role
from news.telling import Mode, Rhythm, Told
from review import subscribing
from review.desk.admission import READER, Forbidden, Visitor, Who
from review.desk.pages.own import ZONES
from review.desk.pages.sent import framed
from review.desk.parts import Desk, DeskParts
from review.desk.reach import channels, reach, subscription
from review.desk.rendering import render, words
from review.subscribing import Standing, Wish, standings, wish_of
from storage import mailings, subscriptions, topics
from storage.database import Connection

router = APIRouter()
HERE = "/mails"
Number = Annotated[int, Path(ge=1, lt=2**63)]


class Asked:
    """The form of a subscription, as it was filled in. `how` is "instant" or a digest's rhythm."""

    def __init__(
        self,
        topic: Annotated[list[str] | None, Form(max_length=1000)] = None,
        how: Annotated[str, Form(max_length=20)] = Rhythm.DAILY.value,
        at: Annotated[str, Form(max_length=20)] = "",
        day: Annotated[Weekday, Form()] = Weekday.MONDAY,
        zone: Annotated[str, Form(max_length=100)] = "",
        channel: Annotated[str, Form(max_length=20)] = "",
        when_empty: Annotated[bool, Form()] = False,
        recipient: Annotated[str, Form(max_length=320)] = "",
    ) -> None:
        self.recipient = recipient.strip()
        instant = how not in list(Rhythm)
        self.wish = Wish(
            topics=tuple(dict.fromkeys(topic or ())),
            mode=Mode.INSTANT if instant else Mode.DIGEST,
            zone=zone,
            channel=channel,
            rhythm=Rhythm.DAILY if instant else Rhythm(how),
            at="08:00" if instant and not at else at[:5],  # browsers may send the seconds too
            day=day,
            when_empty=when_empty,
        )


@router.get(HERE, dependencies=[READER])
async def mails(request: Request, desk: DeskParts, who: Who) -> Response:
    """What everybody gets (readers: they themselves), one's own first, and the latest digest."""
    own, mine = reach(who), who.known.email
    every = await desk.database.read(subscriptions.all_subscriptions, recipient=own)
    ordered = sorted(every, key=lambda one: (one.recipient != mine, one.recipient, one.id))
    latest = mailings.mailings
    return render(
        request,
        "mails/subscriptions.html",
        standings=await desk.database.read(standings, ordered, desk.clock()),
        names=await desk.database.read(topics.names),
        mine=mine,
        latest=await desk.database.read(latest, limit=1, kinds=(Told.DIGEST,), recipient=own),
        done=request.query_params.get("done", ""),
    )


@router.get(f"{HERE}/new", dependencies=[READER])
async def new(request: Request, desk: DeskParts, who: Who) -> Response:
    """An empty form."""
    zone = who.known.zone or desk.zone
    return await _form(request, desk, who, Wish((), Mode.DIGEST, zone, desk.channel), who.known.email)


@router.post(f"{HERE}/new", dependencies=[READER])
async def add(request: Request, desk: DeskParts, who: Who, asked: Annotated[Asked, Depends()]) -> Response:
    """Tell someone of topics, from now on. Readers subscribe themselves."""
    everybody = who.may(Role.ANALYST)
    if not everybody and asked.recipient not in ("", who.known.email):
        raise Forbidden("role")
    recipient = asked.recipient if everybody else who.known.email
    wrong = await _wrong(request, desk, asked.wish)
    if not wrong:
        try:
            await desk.database.write(subscribing.add, recipient, asked.wish, who.actor, now=desk.clock())
        except SubscriptionError as error:
            wrong = {"recipient": f"{error.problem}."}
    if wrong:
        return await _form(request, desk, who, asked.wish, recipient, wrong=wrong)
    desk.changed()
    return RedirectResponse(f"{HERE}?done=added", 303)


@router.get(f"{HERE}/{{number}}", dependencies=[READER])
async def one(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """A subscription, to be changed."""
    found = await desk.database.read(_standing, number, who, desk)
    return await _form(
        request, desk, who, wish_of(found.subscription), found.subscription.recipient, found=found
    )


@router.post(f"{HERE}/{{number}}", dependencies=[READER])
async def change(
    request: Request, desk: DeskParts, who: Who, number: Number, asked: Annotated[Asked, Depends()]
) -> Response:
    """It becomes what the form says."""
    found = await desk.database.read(_standing, number, who, desk)
    wrong = await _wrong(request, desk, asked.wish)
    if wrong:
        recipient = found.subscription.recipient
        return await _form(request, desk, who, asked.wish, recipient, found=found, wrong=wrong)

    def unit(conn: Connection) -> None:
        subscription(conn, number, who)
        subscribing.change(conn, number, asked.wish, who.actor, now=desk.clock())

    return await _done(desk, unit, "changed")


@router.post(f"{HERE}/{{number}}/pause", dependencies=[READER])
async def pause(desk: DeskParts, who: Who, number: Number) -> Response:
    """Tell nothing until it is resumed."""

    def unit(conn: Connection) -> None:
        subscription(conn, number, who)
        subscribing.pause(conn, number, who.actor, now=desk.clock())

    return await _done(desk, unit, "paused")


@router.post(f"{HERE}/{{number}}/resume", dependencies=[READER])
async def resume(
    desk: DeskParts, who: Who, number: Number, catch_up: Annotated[bool, Form()] = False
) -> Response:
    """Go on, with what was found since the pause too where `catch_up`."""

    def unit(conn: Connection) -> None:
        subscription(conn, number, who)
        subscribing.resume(conn, number, who.actor, now=desk.clock(), catch_up=catch_up)

    return await _done(desk, unit, "resumed")


@router.post(f"{HERE}/{{number}}/remove", dependencies=[READER])
async def remove(desk: DeskParts, who: Who, number: Number) -> Response:
    """It tells no more."""

    def unit(conn: Connection) -> None:
        subscription(conn, number, who)
        subscribing.remove(conn, number, who.actor, now=desk.clock())

    return await _done(desk, unit, "removed")


@router.get(f"{HERE}/{{number}}/preview", dependencies=[READER])
async def next_digest(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """The next digest as it would look now; nothing is stored or sent."""
    found = await desk.database.read(_standing, number, who, desk)
    if found.subscription.mode is not Mode.DIGEST:
        return RedirectResponse(f"{HERE}/{number}", 303)
    message = await preview(desk.database, compose_digest, number, desk.clock())
    return render(request, "mails/preview.html", found=found, message=message)


@router.get(f"{HERE}/{{number}}/preview/html", dependencies=[READER])
async def next_digest_html(desk: DeskParts, who: Who, number: Number) -> Response:
    """The same as mail programs show it, for a frame."""
    found = await desk.database.read(_standing, number, who, desk)
    if found.subscription.mode is not Mode.DIGEST:
        return RedirectResponse(f"{HERE}/{number}", 303)
    return framed(await preview(desk.database, compose_digest, number, desk.clock()))


async def _done(desk: Desk, unit: Any, what: str) -> Response:
    await desk.database.write(unit)
    desk.changed()
    return RedirectResponse(f"{HERE}?done={what}", 303)


def _standing(conn: Connection, number: int, who: Visitor, desk: Desk) -> Standing:
    """Raises UnknownSubscription."""
    found = subscribing.found(conn, number, reach(who))
    return subscribing.standing(conn, found, desk.clock())


async def _wrong(request: Request, desk: Desk, wish: Wish) -> dict[str, str]:
    """What of a form cannot be, by field, in the visitor's language."""
    _ = words(request).gettext
    said = {
        "topics": _("Choose at least one topic."),
        "at": _("Write a time of day such as 08:00."),
        "zone": _("Choose a time zone from the list, such as Asia/Yerevan."),
        "channel": _("The settings do not provide for this channel."),
    }
    known = await desk.database.read(topics.names)
    return {field: said[field] for field in subscribing.unfit(wish, known, channels(desk))}


async def _form(
    request: Request,
    desk: Desk,
    who: Visitor,
    wish: Wish,
    recipient: str,
    *,
    found: Standing | None = None,
    wrong: dict[str, str] | None = None,
) -> Response:
    return render(
        request,
        "mails/form.html",
        status=422 if wrong else 200,
        wish=wish,
        recipient=recipient,
        found=found,
        wrong=wrong or {},
        everybody=who.may(Role.ANALYST),
        names=await desk.database.read(topics.names),
        channels=channels(desk),
        zones=ZONES,
        days=DAYS,
    )
