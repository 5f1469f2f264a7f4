"""What goes wrong, said to whoever asked: a page for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from news.errors import (
    ChangedMeanwhile,
    NotToBeResent,
    ReaderFailed,
    ReaderUnavailable,
    SourceTaken,
    StorageError,
    TooManyLooks,
    TooSlow,
    TopicChanged,
    UnknownAccount,
    UnknownArticle,
    UnknownDelivery,
    UnknownDigest,
    UnknownLook,
    UnknownRemark,
    UnknownSource,
    UnknownSubscription,
    UnknownTopic,
    WirewatchError,
)
from review.desk.admission import Forbidden, SignInNeeded
from review.desk.headers import TooLarge
from review.desk.problems import for_program, problem
from review.desk.rendering import render, words

UNKNOWN = (
    *(UnknownAccount, UnknownArticle, UnknownDelivery, UnknownDigest),
    *(UnknownLook, UnknownRemark, UnknownSource, UnknownSubscription, UnknownTopic),
)
BUSY = (StorageError, ReaderFailed, ReaderUnavailable)
# What else is expected to go wrong is a value that cannot be: 422.
STATUSES: tuple[tuple[tuple[type[WirewatchError], ...], int], ...] = (
    (UNKNOWN, 404),
    ((NotToBeResent, SourceTaken, TopicChanged), 409),
    ((ChangedMeanwhile,), 412),
    ((TooManyLooks,), 429),
    ((TooSlow,), 504),
    (BUSY, 503),
)


def status_of(error: WirewatchError) -> int:
    """The HTTP status that says of what kind an expected error is."""
    return next((status for kinds, status in STATUSES if isinstance(error, kinds)), 422)


def handle(app: FastAPI) -> None:
    """Have the application answer its errors so."""
    app.exception_handler(SignInNeeded)(_sign_in)
    app.exception_handler(Forbidden)(_forbidden)
    app.exception_handler(WirewatchError)(_expected)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_http)
    app.exception_handler(TooLarge)(_too_large)
    app.exception_handler(Exception)(_unexpected)


async def _sign_in(request: Request, error: Exception) -> Response:
    if for_program(request.url.path):
        answer = problem(401, "Sign in, or send a token: Authorization: Bearer TOKEN")
        answer.headers["www-authenticate"] = "Bearer"
        return answer
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/sign-in?next={quote(asked, safe='/')}" if request.method == "GET" else "/sign-in"
    if request.headers.get("hx-request") == "true":  # a redirect would be followed within the page
        return Response(status_code=401, headers={"hx-redirect": "/sign-in"})
    return RedirectResponse(target, 303)


async def _forbidden(request: Request, error: Exception) -> Response:
    assert isinstance(error, Forbidden)
    _ = words(request).gettext
    said = {
        "role": _("This is not for your role. An administrator can change what you may do."),
        "scope": _("This is not for a token of that scope."),
        "forgery": _("This form is too old, or did not come from here. Go back, reload the page, try again."),
    }[error.reason]
    return _said(request, 403, said)


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, WirewatchError)
    status = status_of(error)
    if status >= 500:
        structlog.get_logger("desk").error("not answered", path=request.url.path, reason=str(error))
    return _said(request, status, str(error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [
        {"field": ".".join(map(str, each["loc"][1:])), "problem": each["msg"]} for each in error.errors()
    ]
    said = "; ".join(f"{each['field']}: {each['problem']}" for each in wrong)
    if for_program(request.url.path):
        return problem(422, said, errors=wrong)
    return _said(request, 422, said)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    _ = words(request).gettext
    pages = {404: _("There is no such page."), 405: _("That cannot be done here.")}
    said = error.detail if for_program(request.url.path) else pages.get(error.status_code, error.detail)
    answer = _said(request, error.status_code, said)
    answer.headers.update(error.headers or {})
    return answer


async def _too_large(request: Request, error: Exception) -> Response:
    if for_program(request.url.path):
        return problem(413, "The request is too long.")
    return PlainTextResponse("The request is too long.\n", 413)


async def _unexpected(request: Request, error: Exception) -> Response:
    """One of the three boundaries where anything is caught: a web request. The server logs the trace."""
    return _said(request, 500, words(request).gettext("Something went wrong here. It has been written down."))


def _said(request: Request, status: int, detail: str) -> Response:
    if for_program(request.url.path):
        return problem(status, detail)
    return render(request, "trouble.html", status=status, code=status, detail=detail)
