"""What lets someone in: sessions, tokens, and the count of those who guessed.

Keys come in as the SHA-256 of what the bearer holds.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from news.people import Account, Scope, Session, Token
from storage import accounts
from storage.columns import table
from storage.desk_tables import SessionRow, SignInFailureRow, TokenRow

SESSIONS, TOKENS = table(SessionRow), table(TokenRow)
FAILURES = table(SignInFailureRow)
# A session nobody used for so long ends; one is at most so old.
IDLE, OLDEST = timedelta(days=7), timedelta(days=30)
# That it was used is written down at most so often: reading a page is no reason to write.
NOTED = timedelta(minutes=10)
# Failures that count, and how many are let be for one key.
REMEMBERED, LET_BE = timedelta(minutes=15), 10


def open_session(
    conn: Connection, key: bytes, account: int, csrf: str, address: str, agent: str, *, now: datetime
) -> None:
    """Sign an account in. Sessions that have expired go."""
    conn.execute(delete(SESSIONS).where(SESSIONS.c.expires <= now))
    row = {"key": key, "account": account, "csrf": csrf, "began": now, "last_seen": now}
    expires = now + IDLE
    conn.execute(insert(SESSIONS).values(**row, expires=expires, address=address[:100], agent=agent[:300]))


def session(conn: Connection, key: bytes, *, now: datetime) -> tuple[Session, Account] | None:
    """The session of that key and whose it is; None: there is none, or no more."""
    row = conn.execute(select(SESSIONS).where(SESSIONS.c.key == key, SESSIONS.c.expires > now)).one_or_none()
    return None if row is None else (_session(row), accounts.get(conn, row.account))


def note_use(conn: Connection, key: bytes, *, now: datetime) -> None:
    """A session was used now: it lasts from now on, but never beyond OLDEST."""
    began = conn.execute(select(SESSIONS.c.began).where(SESSIONS.c.key == key)).scalar_one_or_none()
    if began is not None:
        expires = min(now + IDLE, began + OLDEST)
        conn.execute(update(SESSIONS).where(SESSIONS.c.key == key).values(last_seen=now, expires=expires))


def sessions(conn: Connection, account: int, *, now: datetime) -> tuple[Session, ...]:
    """Where an account is signed in, the latest used first."""
    query = select(SESSIONS).where(SESSIONS.c.account == account, SESSIONS.c.expires > now)
    return tuple(_session(row) for row in conn.execute(query.order_by(SESSIONS.c.last_seen.desc())))


def end_session(conn: Connection, key: bytes, account: int) -> bool:
    """Sign an account out there; whether it was signed in."""
    query = delete(SESSIONS).where(SESSIONS.c.key == key, SESSIONS.c.account == account)
    return conn.execute(query).rowcount > 0


def add_token(
    conn: Connection,
    key: bytes,
    account: int,
    name: str,
    scope: Scope,
    *,
    expires: datetime | None,
    now: datetime,
) -> Token:
    """A key for programs, of an account."""
    row = {"key": key, "account": account, "name": name, "scope": str(scope), "expires": expires}
    made = conn.execute(insert(TOKENS).values(**row, added=now))
    assert made.inserted_primary_key is not None
    return Token(made.inserted_primary_key[0], account, name, scope, now, expires, None)


def tokens(conn: Connection, account: int) -> tuple[Token, ...]:
    """An account's tokens, the newest first."""
    query = select(TOKENS).where(TOKENS.c.account == account).order_by(TOKENS.c.id.desc())
    return tuple(_token(row) for row in conn.execute(query))


def token(conn: Connection, key: bytes, *, now: datetime) -> tuple[Token, Account] | None:
    """The token of that key and whose it is; None: there is none, or no more."""
    row = conn.execute(select(TOKENS).where(TOKENS.c.key == key)).one_or_none()
    if row is None or (row.expires is not None and row.expires <= now):
        return None
    return _token(row), accounts.get(conn, row.account)


def note_token(conn: Connection, number: int, *, now: datetime) -> None:
    """A token was used now."""
    conn.execute(update(TOKENS).where(TOKENS.c.id == number).values(last_used=now))


def end_token(conn: Connection, number: int, account: int) -> Token | None:
    """End a token of an account; it as it was, None where there is none."""
    mine = (TOKENS.c.id == number, TOKENS.c.account == account)
    row = conn.execute(select(TOKENS).where(*mine)).one_or_none()
    if row is None:
        return None
    conn.execute(delete(TOKENS).where(*mine))
    return _token(row)


def failed(conn: Connection, keys: tuple[bytes, ...], *, now: datetime) -> None:
    """Someone failed to sign in; `keys` are what tries are counted by."""
    conn.execute(delete(FAILURES).where(FAILURES.c.at < now - REMEMBERED))
    for key in keys:
        conn.execute(insert(FAILURES).values(key=key, at=now))


def too_many(conn: Connection, keys: tuple[bytes, ...], *, now: datetime) -> bool:
    """Whether so many failed lately by one of these keys that no further try is looked at."""
    query = (
        select(func.count())
        .where(FAILURES.c.key.in_(keys), FAILURES.c.at >= now - REMEMBERED)
        .group_by(FAILURES.c.key)
        .having(func.count() >= LET_BE)
    )
    return conn.execute(query).first() is not None


def _session(row: Row[Any]) -> Session:
    return Session(
        key=row.key.hex(),
        account=row.account,
        csrf=row.csrf,
        began=row.began,
        last_seen=row.last_seen,
        expires=row.expires,
        address=row.address,
        agent=row.agent,
    )


def _token(row: Row[Any]) -> Token:
    scope = Scope(row.scope)
    return Token(row.id, row.account, row.name, scope, row.added, row.expires, row.last_used)
