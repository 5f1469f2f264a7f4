"""Coming in and leaving: signing in, the one-time link by which a password is set, signing out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from news.people import Account
from review.desk.admission import (
    EVERYBODY,
    READER,
    Who,
    form_cookie,
    hashed,
    new_key,
    put_cookie,
    session_cookie,
)
from review.desk.parts import Desk, DeskParts
from review.desk.passwords import LONGEST, SHORTEST
from review.desk.rendering import render, words
from storage import accounts, keys
from storage.database import Connection

router = APIRouter()
HOME = "/inbox"
Password = Annotated[str, Form(max_length=10_000)]


@router.get("/", dependencies=[READER])
async def home() -> Response:
    return RedirectResponse(HOME, 303)


@router.get("/sign-in", dependencies=[EVERYBODY])
async def sign_in_form(request: Request, desk: DeskParts, who: Who, next: str = HOME) -> Response:  # noqa: A002
    """The form; whoever is signed in already goes on."""
    if who.account is not None:
        return RedirectResponse(_within(next), 303)
    return _form(request, desk, "entrance/sign_in.html", next=_within(next), name="", wrong="")


@router.post("/sign-in", dependencies=[EVERYBODY])
async def sign_in(
    request: Request,
    desk: DeskParts,
    name: Annotated[str, Form(max_length=1000)] = "",
    password: Password = "",
    next: Annotated[str, Form(max_length=4000)] = HOME,  # noqa: A002
) -> Response:
    """A new session for whoever knows name and password; tries are counted by name and by address."""
    _ = words(request).gettext
    now, address = desk.clock(), _address(request)
    counted = (hashed(f"name {accounts.folded(name)}"), hashed(f"address {address}"))
    if await desk.database.read(keys.too_many, counted, now=now):
        said = _("Too many tries. Wait a quarter of an hour.")
        shown = {"next": _within(next), "name": name, "wrong": said}
        return _form(request, desk, "entrance/sign_in.html", status=429, **shown)
    account, kept = await desk.database.read(accounts.password_of, name)
    if not await request.app.state.passwords.right(password, kept) or account is None:
        await desk.database.write(keys.failed, counted, now=now)
        shown = {"next": _within(next), "name": name, "wrong": _("Name or password is wrong.")}
        return _form(request, desk, "entrance/sign_in.html", status=401, **shown)
    return await _signed_in(request, desk, account, _within(next))


@router.post("/sign-out", dependencies=[READER])
async def sign_out(desk: DeskParts, who: Who) -> Response:
    """The session ends at the server too."""
    if who.session is not None:
        await desk.database.write(keys.end_session, who.session, who.known.id)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(session_cookie(desk), path="/", secure=desk.secure, httponly=True, samesite="lax")
    answer.headers["clear-site-data"] = '"cache"'
    return answer


@router.get("/welcome/{key}", dependencies=[EVERYBODY])
async def welcome_form(request: Request, desk: DeskParts, key: str) -> Response:
    """The form by which the bearer of a one-time link sets the password."""
    account = await desk.database.read(accounts.invited, hashed(key), now=desk.clock())
    if account is None:
        return render(request, "entrance/no_link.html", status=404)
    return _form(request, desk, "entrance/welcome.html", account=account, key=key, wrong="", least=SHORTEST)


@router.post("/welcome/{key}", dependencies=[EVERYBODY])
async def welcome(
    request: Request, desk: DeskParts, key: str, password: Password = "", again: Password = ""
) -> Response:
    """Set the password and sign in; the link is used up."""
    account = await desk.database.read(accounts.invited, hashed(key), now=desk.clock())
    if account is None:
        return render(request, "entrance/no_link.html", status=404)
    wrong = unfit(request, password, again)
    if wrong:
        shown = {"account": account, "key": key, "wrong": wrong, "least": SHORTEST}
        return _form(request, desk, "entrance/welcome.html", status=422, **shown)
    kept = await request.app.state.passwords.hashed(password)

    def unit(conn: Connection) -> bool:
        again_invited = accounts.invited(conn, hashed(key), now=desk.clock())
        if again_invited is not None:
            accounts.set_password(conn, again_invited.id, kept)
        return again_invited is not None

    if not await desk.database.write(unit):  # two used it at once: the first has it
        return render(request, "entrance/no_link.html", status=404)
    return await _signed_in(request, desk, account, HOME)


def unfit(request: Request, password: str, again: str) -> str:
    """Why this cannot be a password; "" where it can."""
    _ = words(request).gettext
    if password != again:
        return _("The two passwords differ.")
    if not SHORTEST <= len(password) <= LONGEST:
        return _("A password has %(least)s to %(most)s characters.") % {"least": SHORTEST, "most": LONGEST}
    return ""


async def _signed_in(request: Request, desk: Desk, account: Account, target: str) -> Response:
    key, agent = new_key(), request.headers.get("user-agent", "")
    args = (hashed(key), account.id, new_key(), _address(request), agent)
    await desk.database.write(keys.open_session, *args, now=desk.clock())
    answer = RedirectResponse(target, 303)
    seconds = int(keys.OLDEST.total_seconds())
    put_cookie(answer, desk, session_cookie(desk), key, seconds)
    answer.delete_cookie(form_cookie(desk), path="/", secure=desk.secure, httponly=True, samesite="lax")
    return answer


def _form(request: Request, desk: Desk, template: str, *, status: int = 200, **context: object) -> Response:
    """A form for nobody in particular: it hands back what its cookie says."""
    bound = request.cookies.get(form_cookie(desk), "")
    csrf = bound if len(bound) == len(new_key()) else new_key()
    answer = render(request, template, status=status, csrf=csrf, **context)
    put_cookie(answer, desk, form_cookie(desk), csrf)
    return answer


def _within(target: str) -> str:
    """Where to go on, if that is a path of ours."""
    ours = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if ours and "\\" not in target else HOME


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
