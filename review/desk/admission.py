"""Who is asking, and whether they may: every route names the role it needs, and nothing is open by silence.

A browser shows a session's cookie, a program a token (`Authorization: Bearer`).
Whoever changes something by a browser hands back the secret of its session as
well (`csrf` in the form, or the header X-CSRF-Token): a page elsewhere cannot
know it, though the browser would send the cookie along.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from news.people import Account, Actor, Role, Scope
from review.desk.parts import Desk, desk_of
from storage import keys

SAFE = {"GET", "HEAD", "OPTIONS"}
HEADER = "x-csrf-token"
FIELD = "csrf"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever asks: `account` is None for nobody in particular. `role` is what they may do by this way in,
    `csrf` what their forms must hand back, `session` the key of their session (SHA-256), `token` the name
    of the token a program came with, and `scope` how far it goes."""

    account: Account | None
    role: Role | None
    csrf: str
    session: bytes | None = None
    token: str | None = None
    scope: Scope | None = None

    @property
    def known(self) -> Account:
        """The account, on routes that let nobody else in."""
        assert self.account is not None
        return self.account

    @property
    def actor(self) -> Actor:
        """As the audit log names them."""
        by = f" (token {self.token})" if self.token else ""
        return Actor(self.known.id, f"{self.known.name}{by}")

    @property
    def keeps_keys(self) -> bool:
        """Whether they may make and end tokens and sessions: whoever finds a token is not to make more."""
        return self.token is None or self.scope is Scope.ADMIN

    def may(self, needed: Role) -> bool:
        return self.role is not None and self.role.includes(needed)


class SignInNeeded(Exception):
    """Nobody is signed in, and the route is not for everybody."""


class Forbidden(Exception):
    """What is asked for is not for this visitor; `reason` is one of the words in `troubles`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Admission:
    """The dependency that lets a visitor through who may do at least what `role` may; None: everybody."""

    def __init__(self, role: Role | None) -> None:
        self.role = role

    async def __call__(self, request: Request) -> None:
        visitor = await _visitor(request)
        request.state.visitor = visitor
        if self.role is not None and visitor.account is None:
            raise SignInNeeded
        if self.role is not None and not visitor.may(self.role):
            raise Forbidden("role")
        if request.method not in SAFE and visitor.token is None:
            await _refuse_forgery(request, visitor)
        elif request.method not in SAFE and visitor.scope is Scope.READ:
            raise Forbidden("scope")


EVERYBODY = Depends(Admission(None))
READER = Depends(Admission(Role.READER))
ANALYST = Depends(Admission(Role.ANALYST))
ADMINISTRATOR = Depends(Admission(Role.ADMINISTRATOR))


def visitor_of(request: Request) -> Visitor:
    """Whoever was let through; before that, nobody."""
    found = getattr(request.state, "visitor", None)
    return found if isinstance(found, Visitor) else Visitor(None, None, "")


Who = Annotated[Visitor, Depends(visitor_of)]


def hashed(key: str) -> bytes:
    """A key as it is kept: it is random, so its SHA-256 gives nothing away."""
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def new_key() -> str:
    """A key nobody guesses: 32 random bytes, fit for an address or a header."""
    return secrets.token_urlsafe(32)


def session_cookie(desk: Desk) -> str:
    """The cookie of a session; by TLS its name binds it to this very host
    (https://developer.mozilla.org/docs/Web/HTTP/Headers/Set-Cookie#cookie_prefixes)."""
    return "__Host-wirewatch" if desk.secure else "wirewatch"


def form_cookie(desk: Desk) -> str:
    """The cookie that a form shown to nobody in particular is bound to."""
    return f"{session_cookie(desk)}-form"


def put_cookie(response: Response, desk: Desk, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie no script reads and no other site sends along when it changes something."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", secure=desk.secure, httponly=True, samesite="lax"
    )


async def _visitor(request: Request) -> Visitor:
    desk = desk_of(request)
    given = request.headers.get("authorization", "")
    kind, _, key = given.partition(" ")
    if kind.casefold() == "bearer":
        return await _bearer(desk, key.strip())
    key = request.cookies.get(session_cookie(desk), "")
    found = None
    if key and len(key) <= LONGEST_KEY:
        found = await desk.database.read(keys.session, hashed(key), now=desk.clock())
    if found is None:
        return Visitor(None, None, request.cookies.get(form_cookie(desk), "")[:LONGEST_KEY])
    session, account = found
    if desk.clock() - session.last_seen > keys.NOTED:
        await desk.database.write(keys.note_use, hashed(key), now=desk.clock())
    return Visitor(account, account.role, session.csrf, hashed(key))


async def _bearer(desk: Desk, key: str) -> Visitor:
    found = None
    if len(key) <= LONGEST_KEY:
        found = await desk.database.read(keys.token, hashed(key), now=desk.clock())
    if found is None:
        raise SignInNeeded
    token, account = found
    if token.last_used is None or desk.clock() - token.last_used > keys.NOTED:
        await desk.database.write(keys.note_token, token.id, now=desk.clock())
    role = min(account.role, token.scope.role, key=list(Role).index)
    return Visitor(account, role, "", token=token.name, scope=token.scope)


async def _refuse_forgery(request: Request, visitor: Visitor) -> None:
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise Forbidden("forgery")
    given = request.headers.get(HEADER, "")
    if not given and request.headers.get("content-type", "").partition(";")[0].strip().lower() in FORMS:
        given = str((await request.form()).get(FIELD, ""))
    if not visitor.csrf or not hmac.compare_digest(given.encode("utf-8", "replace"), visitor.csrf.encode()):
        raise Forbidden("forgery")
