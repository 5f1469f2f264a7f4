"""People: accounts and their roles, links to set a password, and the log of every change."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

import review.people
from news.errors import AccountError
from news.people import Account, Role
from review.desk.admission import ADMINISTRATOR, Who, hashed, new_key
from review.desk.parts import Desk, DeskParts
from review.desk.rendering import render
from storage import accounts, audit

router = APIRouter()
HERE = "/people"
LINES = 100
Number = Annotated[int, Form(ge=1, lt=2**31)]


@router.get(HERE, dependencies=[ADMINISTRATOR])
async def people(request: Request, desk: DeskParts) -> Response:
    """Everybody who has an account."""
    return await _page(request, desk)


@router.post(HERE, dependencies=[ADMINISTRATOR])
async def add(
    request: Request,
    desk: DeskParts,
    who: Who,
    name: Annotated[str, Form(max_length=1000)] = "",
    role: Annotated[Role, Form()] = Role.READER,
) -> Response:
    """A new account, with a link by which its password is set."""
    key = new_key()
    try:
        made = await desk.database.write(
            review.people.add, name, role, hashed(key), who.actor, now=desk.clock()
        )
    except AccountError as error:
        return await _page(request, desk, status=422, wrong=str(error))
    return await _page(request, desk, invited=(made, f"{desk.base_url}/welcome/{key}"))


@router.post(f"{HERE}/change", dependencies=[ADMINISTRATOR])
async def change(
    request: Request,
    desk: DeskParts,
    who: Who,
    account: Number,
    role: Annotated[Role, Form()],
    enabled: Annotated[bool, Form()] = False,
    email: Annotated[str | None, Form(max_length=320)] = None,
) -> Response:
    """What an account may do, whether it may anything, and where its mails go."""
    values: dict[str, Any] = {"role": role, "enabled": enabled, "email": email, "now": desk.clock()}
    try:
        await desk.database.write(review.people.change, account, who.actor, **values)
    except AccountError as error:
        return await _page(request, desk, status=422, wrong=str(error))
    return RedirectResponse(HERE, 303)


@router.post(f"{HERE}/link", dependencies=[ADMINISTRATOR])
async def link(request: Request, desk: DeskParts, who: Who, account: Number) -> Response:
    """A new one-time link for someone who lost the password."""
    key = new_key()
    found = await desk.database.write(review.people.link, account, hashed(key), who.actor, now=desk.clock())
    return await _page(request, desk, invited=(found, f"{desk.base_url}/welcome/{key}"))


@router.get("/audit", dependencies=[ADMINISTRATOR])
async def log(
    request: Request,
    desk: DeskParts,
    noun: str | None = None,
    key: str | None = None,
    before: int | None = None,
) -> Response:
    """Who changed what, when, before and after; the latest first."""
    noun, key = noun or None, key or None
    changes = await desk.database.read(audit.changes, noun=noun, key=key, before=before, limit=LINES + 1)
    onward = changes[LINES - 1].id if len(changes) > LINES else None
    shown: dict[str, Any] = {"changes": changes[:LINES], "onward": onward, "noun": noun, "key": key}
    return render(request, "people/audit.html", **shown)


async def _page(
    request: Request,
    desk: Desk,
    *,
    status: int = 200,
    wrong: str = "",
    invited: tuple[Account, str] | None = None,
) -> Response:
    everybody = await desk.database.read(accounts.all_accounts)
    shown: dict[str, Any] = {
        "accounts": everybody,
        "wrong": wrong,
        "invited": invited,
        "all_roles": list(Role),
    }
    return render(request, "people/accounts.html", status=status, **shown)
