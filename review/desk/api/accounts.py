"""/accounts, for administrators: who has one, what they may do, links by which passwords are set."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from news.errors import AccountError
from news.people import Account, Role
from review import people
from review.desk.admission import ADMINISTRATOR, Who, hashed, new_key
from review.desk.api.answers import IfMatch, answer, unchanged
from review.desk.api.paging import Listing, Paged, invalid
from review.desk.parts import DeskParts
from storage import accounts
from storage.database import Connection

router = APIRouter(prefix="/accounts", tags=["people"])
# Accounts are numbered by 32 bits.
Number = Annotated[int, Path(ge=1, lt=2**31, description="An account's number.")]
Email = Annotated[str, Field(max_length=320, description="Where their own subscriptions go; empty: nowhere.")]


class AccountShown(BaseModel):
    """Someone who may sign in."""

    id: int
    name: str
    role: Role
    email: str
    zone: str = Field(description="IANA; empty: the settings' one.")
    language: str = Field(description="The desk's for them; empty: as their browser asks.")
    added: datetime
    enabled: bool
    can_sign_in: bool = Field(description="Enabled, and the password is set.")


class AccountWish(BaseModel):
    """A new account."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=accounts.LONGEST_NAME)]
    role: Role = Role.READER
    email: Email = ""


class AccountChange(BaseModel):
    """What is to change; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    role: Role | None = None
    email: Email | None = None
    enabled: bool | None = Field(default=None, description="A disabled one is signed out; its tokens end.")


class LinkShown(BaseModel):
    """An account with a link by which its password is set, once, within seven days."""

    account: AccountShown
    link: str


@router.get("", dependencies=[ADMINISTRATOR], response_model=Listing[AccountShown])
async def every(request: Request, desk: DeskParts, paging: Paged) -> Response:
    """Everybody who has an account, by name."""
    place = paging.after(str)
    everybody = await desk.database.read(accounts.all_accounts)
    rest = [each for each in everybody if place is None or accounts.folded(each.name) > place[0]]
    return answer(request, paging.listing(rest, show, lambda each: (accounts.folded(each.name),)))


@router.post("", status_code=201, dependencies=[ADMINISTRATOR], response_model=LinkShown)
async def add(request: Request, desk: DeskParts, who: Who, wanted: AccountWish) -> Response:
    """A new account, with the link by which its password is set: it is shown this once."""
    key, wish = new_key(), (wanted.name, wanted.role)
    try:
        made = await desk.database.write(
            people.add, *wish, hashed(key), who.actor, email=wanted.email, now=desk.clock()
        )
    except AccountError as error:
        raise invalid("body", "name", f"{error.problem}. {error.remedy}") from error
    shown = LinkShown(account=show(made), link=f"{desk.base_url}/welcome/{key}")
    return answer(request, shown, status=201, location=f"/api/v1/accounts/{made.id}")


@router.get("/{number}", dependencies=[ADMINISTRATOR], response_model=AccountShown)
async def one(request: Request, desk: DeskParts, number: Number) -> Response:
    """One account."""
    return answer(request, show(await desk.database.read(accounts.get, number)))


@router.patch("/{number}", dependencies=[ADMINISTRATOR], response_model=AccountShown)
async def change(
    request: Request,
    desk: DeskParts,
    who: Who,
    number: Number,
    wanted: AccountChange,
    if_match: IfMatch = "",
) -> Response:
    """What an account may do, whether it may anything, and where its mails go."""

    def unit(conn: Connection) -> Account:
        unchanged(if_match, show(accounts.get(conn, number)), "account", number)
        return people.change(conn, number, who.actor, now=desk.clock(), **wanted.model_dump())

    return answer(request, show(await desk.database.write(unit)))


@router.post("/{number}/link", dependencies=[ADMINISTRATOR], response_model=LinkShown)
async def link(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """A new link by which the password is set; earlier ones end."""
    key = new_key()
    found = await desk.database.write(people.link, number, hashed(key), who.actor, now=desk.clock())
    return answer(request, LinkShown(account=show(found), link=f"{desk.base_url}/welcome/{key}"))


def show(account: Account) -> AccountShown:
    """An account as the API shows it."""
    assert account.added is not None
    return AccountShown(
        id=account.id,
        name=account.name,
        role=account.role,
        email=account.email,
        zone=account.zone,
        language=account.language,
        added=account.added,
        enabled=account.disabled is None,
        can_sign_in=account.can_sign_in,
    )
