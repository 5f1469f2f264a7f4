"""Accounts of the desk, and the links by which their passwords are set."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from news.errors import AccountError, UnknownAccount
from news.people import Account, Role
from storage.columns import table
from storage.desk_tables import AccountRow, InvitationRow, SessionRow, TokenRow

ACCOUNTS, INVITATIONS = table(AccountRow), table(InvitationRow)
SESSIONS, TOKENS = table(SessionRow), table(TokenRow)
INVITATION_LASTS = timedelta(days=7)
LONGEST_NAME = 200


def all_accounts(conn: Connection) -> tuple[Account, ...]:
    """Every account, disabled ones too, by name."""
    return tuple(account_of(row) for row in conn.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.folded)))


def get(conn: Connection, number: int) -> Account:
    """The account of that number. Raises UnknownAccount."""
    row = conn.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == number)).one_or_none()
    if row is None:
        raise UnknownAccount(name=number)
    return account_of(row)


def named(conn: Connection, name: str) -> Account:
    """The account of that name, however it is cased. Raises UnknownAccount."""
    row = conn.execute(select(ACCOUNTS).where(ACCOUNTS.c.folded == folded(name))).one_or_none()
    if row is None:
        raise UnknownAccount(name=name)
    return account_of(row)


def password_of(conn: Connection, name: str) -> tuple[Account | None, str | None]:
    """The enabled account of that name and the hash of its password, None where there is none."""
    enabled = ACCOUNTS.c.disabled.is_(None)
    row = conn.execute(select(ACCOUNTS).where(ACCOUNTS.c.folded == folded(name), enabled)).one_or_none()
    return (None, None) if row is None else (account_of(row), row.password)


def add(conn: Connection, name: str, role: Role, *, email: str = "", now: datetime) -> Account:
    """A new account, that cannot sign in before its password is set. Raises AccountError."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name or len(name) > LONGEST_NAME or any(unicodedata.category(each)[0] == "C" for each in name):
        remedy = f"Give a name of 1 to {LONGEST_NAME} characters."
        raise AccountError(name=name, problem="cannot be a name", remedy=remedy)
    if conn.execute(select(ACCOUNTS.c.id).where(ACCOUNTS.c.folded == folded(name))).first():
        raise AccountError(name=name, problem="is there already", remedy="Give another name.")
    row = {"name": name, "folded": folded(name), "role": str(role), "email": email, "added": now}
    made = conn.execute(insert(ACCOUNTS).values(**row, zone="", language="", theme="auto"))
    assert made.inserted_primary_key is not None
    return get(conn, made.inserted_primary_key[0])


def change(conn: Connection, number: int, **values: Any) -> tuple[Account, Account]:
    """Set some of `role`, `email`, `zone`, `language`, `theme`, `disabled`; the account before and after.

    An account that is disabled is signed out everywhere and its tokens end. The last administrator who can
    sign in stays one. Raises UnknownAccount, AccountError.
    """
    before = get(conn, number)
    conn.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == number).values(**values))
    after = get(conn, number)
    if _rules(before) and not _rules(after) and not administrators(conn):
        remedy = "Make another one first."
        raise AccountError(name=before.name, problem="is the last administrator", remedy=remedy)
    if after.disabled is not None:
        for keys in (SESSIONS, TOKENS, INVITATIONS):
            conn.execute(delete(keys).where(keys.c.account == number))
    return before, after


def administrators(conn: Connection) -> int:
    """How many can sign in who may do everything."""
    query = select(func.count()).select_from(ACCOUNTS)
    able = ACCOUNTS.c.password.is_not(None), ACCOUNTS.c.disabled.is_(None)
    return conn.execute(query.where(ACCOUNTS.c.role == str(Role.ADMINISTRATOR), *able)).scalar_one()


def invite(conn: Connection, number: int, key: bytes, *, now: datetime) -> None:
    """Let the bearer of that key set the account's password; earlier keys end."""
    conn.execute(delete(INVITATIONS).where(INVITATIONS.c.account == number))
    conn.execute(insert(INVITATIONS).values(key=key, account=number, expires=now + INVITATION_LASTS))


def invited(conn: Connection, key: bytes, *, now: datetime) -> Account | None:
    """Whose password the bearer of that key may set; None: nobody's, or no more."""
    row = conn.execute(
        select(ACCOUNTS)
        .join(INVITATIONS, INVITATIONS.c.account == ACCOUNTS.c.id)
        .where(INVITATIONS.c.key == key, INVITATIONS.c.expires > now, ACCOUNTS.c.disabled.is_(None))
    ).one_or_none()
    return None if row is None else account_of(row)


def set_password(conn: Connection, number: int, password: str) -> None:
    """Set the hash of a password; whoever is signed in by the former one is signed out, and links end."""
    conn.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == number).values(password=password))
    conn.execute(delete(SESSIONS).where(SESSIONS.c.account == number))
    conn.execute(delete(INVITATIONS).where(INVITATIONS.c.account == number))


def folded(name: str) -> str:
    """A name as it is compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def account_of(row: Any) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        email=row.email,
        zone=row.zone,
        language=row.language,
        theme=row.theme,
        added=row.added,
        disabled=row.disabled,
        can_sign_in=row.password is not None and row.disabled is None,
    )


def _rules(account: Account) -> bool:
    return account.can_sign_in and account.role is Role.ADMINISTRATOR
