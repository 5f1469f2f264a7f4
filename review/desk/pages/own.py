"""What belongs to whoever is signed in: language, zone, theme, password, sessions and tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

import review.people
from alerts.mime import address
from news.errors import AccountError, SubscriptionError
from news.people import Role, Scope
from review.desk.admission import READER, Forbidden, Who, hashed, new_key
from review.desk.languages import NAMES
from review.desk.pages.entrance import Password, unfit
from review.desk.parts import DeskParts
from review.desk.rendering import render, words
from storage import accounts, audit, keys
from storage.database import Connection

router = APIRouter()
HERE = "/settings"
ZONES = tuple(sorted(available_timezones()))


@router.get(HERE, dependencies=[READER])
async def settings(request: Request, desk: DeskParts, who: Who) -> Response:
    """All of it on one page."""
    return await _page(request, desk, who)


@router.post(HERE, dependencies=[READER])
async def change(
    request: Request,
    desk: DeskParts,
    who: Who,
    language: Annotated[str, Form(max_length=10)] = "",
    zone: Annotated[str, Form(max_length=100)] = "",
    theme: Annotated[Literal["auto", "light", "dark"], Form()] = "auto",
    email: Annotated[str, Form(max_length=320)] = "",
) -> Response:
    """How the desk looks to its visitor, and where their mails go."""
    _ = words(request).gettext
    wrong = {}
    if zone and zone not in ZONES:
        wrong["zone"] = _("Choose a time zone from the list, such as Asia/Yerevan.")
    try:
        email = address(email) if email else ""
    except SubscriptionError as error:
        wrong["email"] = f"{error.problem}."
    if wrong:
        return await _page(request, desk, who, status=422, wrong=wrong)
    language = language if language in NAMES else ""

    values = {"language": language, "zone": zone, "theme": theme, "email": email}
    anyone = who.may(Role.ANALYST)
    try:
        await desk.database.write(
            review.people.settle, who.known.id, who.actor, now=desk.clock(), anyone=anyone, **values
        )
    except AccountError:
        said = _("That address is in use already. An administrator can set it for you.")
        return await _page(request, desk, who, status=422, wrong={"email": said})
    return RedirectResponse(f"{HERE}?saved=1", 303)


@router.post(f"{HERE}/password", dependencies=[READER])
async def change_password(
    request: Request,
    desk: DeskParts,
    who: Who,
    present: Password = "",
    password: Password = "",
    again: Password = "",
) -> Response:
    """A new password; every other session ends, and so does this one."""
    _keeps_keys(who)
    passwords = request.app.state.passwords
    counted = (hashed(f"name {accounts.folded(who.known.name)}"),)
    _, kept = await desk.database.read(accounts.password_of, who.known.name)
    wrong = ""
    if await desk.database.read(keys.too_many, counted, now=desk.clock()):
        wrong = words(request).gettext("Too many tries. Wait a quarter of an hour.")
    elif not await passwords.right(present, kept):
        await desk.database.write(keys.failed, counted, now=desk.clock())
        wrong = words(request).gettext("That is not your present password.")
    wrong = wrong or unfit(request, password, again)
    if wrong:
        return await _page(request, desk, who, status=422, wrong={"password": wrong})
    made = await passwords.hashed(password)

    def unit(conn: Connection) -> None:
        accounts.set_password(conn, who.known.id, made)
        audit.record(conn, who.actor, "changed password", "account", who.known.name, now=desk.clock())

    await desk.database.write(unit)
    return RedirectResponse("/sign-in", 303)


@router.post(f"{HERE}/sessions/end", dependencies=[READER])
async def end_session(
    desk: DeskParts, who: Who, session: Annotated[str, Form(pattern="^[0-9a-f]{64}$")]
) -> Response:
    """Sign out somewhere else."""
    _keeps_keys(who)
    await desk.database.write(keys.end_session, bytes.fromhex(session), who.known.id)
    return RedirectResponse(f"{HERE}#sessions", 303)


@router.post(f"{HERE}/tokens", dependencies=[READER])
async def add_token(
    request: Request,
    desk: DeskParts,
    who: Who,
    name: Annotated[str, Form(max_length=100)] = "",
    scope: Annotated[Scope, Form()] = Scope.READ,
    days: Annotated[int, Form(ge=1, le=3650)] = 365,
) -> Response:
    """A token, shown on the page that answers and never again."""
    _keeps_keys(who)
    key = new_key()
    name = name.strip() or words(request).gettext("unnamed")

    now = desk.clock()
    token = (hashed(key), who.known.id, name, scope, who.actor)
    await desk.database.write(review.people.add_token, *token, expires=now + timedelta(days=days), now=now)
    return await _page(request, desk, who, made=(name, key))


@router.post(f"{HERE}/tokens/end", dependencies=[READER])
async def end_token(desk: DeskParts, who: Who, token: Annotated[int, Form(ge=1, lt=2**31)]) -> Response:
    """A token that is used no more."""
    _keeps_keys(who)
    await desk.database.write(review.people.end_token, token, who.known.id, who.actor, now=desk.clock())
    return RedirectResponse(f"{HERE}#tokens", 303)


def _keeps_keys(who: Who) -> None:
    if not who.keeps_keys:
        raise Forbidden("scope")


async def _page(
    request: Request,
    desk: DeskParts,
    who: Who,
    *,
    status: int = 200,
    wrong: dict[str, str] | None = None,
    made: tuple[str, str] | None = None,
) -> Response:
    account = await desk.database.read(accounts.get, who.known.id)
    scopes = [scope for scope in Scope if account.role.includes(scope.role)]
    return render(
        request,
        "own/settings.html",
        status=status,
        account=account,
        sessions=await desk.database.read(keys.sessions, account.id, now=desk.clock()),
        tokens=await desk.database.read(keys.tokens, account.id),
        scopes=scopes,
        zones=ZONES,
        wrong=wrong or {},
        made=made,
        saved="saved" in request.query_params,
    )
