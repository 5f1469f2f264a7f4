"""Those who sit at the desk, as administrators change them, each change with its line in the audit log.

Each function is a unit of work. Keys come in as SHA-256 of what is handed out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from alerts.mime import address
from news.errors import AccountError, SubscriptionError
from news.people import Account, Actor, Role, Scope, Token
from storage import accounts, audit, keys, subscriptions
from storage.database import Connection


def add(
    conn: Connection, name: str, role: Role, key: bytes, actor: Actor, *, now: datetime, email: str = ""
) -> Account:
    """A new account, whose password the bearer of `key` sets. Raises AccountError."""
    made = accounts.add(conn, name, role, email=_address(name, email), now=now)
    accounts.invite(conn, made.id, key, now=now)
    after = {"name": made.name, "role": role, "email": made.email}
    audit.record(conn, actor, "added", "account", made.name, now=now, after=after)
    return made


def change(
    conn: Connection,
    number: int,
    actor: Actor,
    *,
    now: datetime,
    role: Role | None = None,
    enabled: bool | None = None,
    email: str | None = None,
) -> Account:
    """What an account may do, whether it may anything, where its mails go; None: as it is.

    Subscriptions follow to the new address. Raises UnknownAccount, AccountError.
    """
    had = accounts.get(conn, number)
    values: dict[str, Any] = {} if role is None else {"role": str(role)}
    if enabled is not None:
        values["disabled"] = None if enabled else had.disabled or now
    if email is not None:
        values["email"] = _address(had.name, email)
    if not values:
        return had
    before, after = accounts.change(conn, number, **values)
    _follow(conn, before, after)
    named = (conn, actor, "changed", "account", before.name)
    audit.record_difference(*named, now=now, before=_facts(before), after=_facts(after))
    return after


def link(conn: Connection, number: int, key: bytes, actor: Actor, *, now: datetime) -> Account:
    """The bearer of `key` sets the password, once. Raises UnknownAccount."""
    found = accounts.get(conn, number)
    accounts.invite(conn, found.id, key, now=now)
    audit.record(conn, actor, "made a sign-in link", "account", found.name, now=now)
    return found


def settle(
    conn: Connection, /, number: int, actor: Actor, *, now: datetime, anyone: bool, **values: str
) -> Account:
    """Set some of an account's own `language`, `zone`, `theme` and `email`; subscriptions follow to the new
    address. `anyone`: they see everybody's mails anyway, so the address may be one in use.

    Raises AccountError: it could make somebody else's mails theirs.
    """
    had = accounts.get(conn, number)
    email = values.get("email", had.email)
    if email not in ("", had.email) and not anyone and _in_use(conn, had, email):
        remedy = "An administrator can set it."
        raise AccountError(name=had.name, problem=f"{email} is in use already", remedy=remedy)
    before, after = accounts.change(conn, number, **values)
    _follow(conn, before, after)
    had_been = {name: getattr(before, name) for name in values}
    record = ("changed settings", "account", before.name)
    audit.record(conn, actor, *record, now=now, before=had_been, after=values)
    return after


def add_token(
    conn: Connection,
    key: bytes,
    account: int,
    name: str,
    scope: Scope,
    actor: Actor,
    *,
    expires: datetime,
    now: datetime,
) -> Token:
    """A key for programs."""
    made = keys.add_token(conn, key, account, name, scope, expires=expires, now=now)
    after = {"name": name, "scope": scope, "expires": expires}
    audit.record(conn, actor, "made a token", "token", made.id, now=now, after=after)
    return made


def end_token(conn: Connection, number: int, account: int, actor: Actor, *, now: datetime) -> bool:
    """A token of that account is used no more; whether there was one."""
    ended = keys.end_token(conn, number, account)
    if ended is not None:
        before = {"name": ended.name, "scope": ended.scope, "account": ended.account}
        audit.record(conn, actor, "ended a token", "token", ended.id, now=now, before=before)
    return ended is not None


def _in_use(conn: Connection, account: Account, email: str) -> bool:
    """Whether mails of somebody else may go to that address."""
    if any(each.email == email and each.id != account.id for each in accounts.all_accounts(conn)):
        return True
    return bool(subscriptions.all_subscriptions(conn, recipient=email, limit=1))


def _follow(conn: Connection, before: Account, after: Account) -> None:
    if before.email and after.email and before.email != after.email:
        subscriptions.follow(conn, before.email, after.email)


def _facts(account: Account) -> dict[str, Any]:
    return {"role": account.role, "enabled": account.disabled is None, "email": account.email}


def _address(name: str, email: str) -> str:
    if not email:
        return ""
    try:
        return address(email)
    except SubscriptionError as error:
        raise AccountError(name=name, problem=error.problem, remedy="Give a plain e-mail address.") from error
