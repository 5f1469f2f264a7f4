"""The tables of the desk's people: accounts, where they are signed in, their tokens, what they changed.

Secrets are kept as SHA-256 of random keys (32 bytes, so no guess and no salt is
needed) and, of passwords, as argon2id strings.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base


class AccountRow(Base):
    """Someone with a name to sign in with (`folded`: as it is compared). It stays when it is disabled."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str]
    role: Mapped[str]
    email: Mapped[str]
    zone: Mapped[str]
    language: Mapped[str]
    theme: Mapped[str]
    password: Mapped[str | None]
    added: Mapped[datetime]
    disabled: Mapped[datetime | None]


class InvitationRow(Base):
    """A link by which an account's password can be set, once, until it expires."""

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "account"),)

    key: Mapped[bytes] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    expires: Mapped[datetime]


class SessionRow(Base):
    """Somewhere an account is signed in; `csrf` is what its forms must hand back."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "account"),)

    key: Mapped[bytes] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    csrf: Mapped[str]
    began: Mapped[datetime]
    last_seen: Mapped[datetime]
    expires: Mapped[datetime]
    address: Mapped[str]
    agent: Mapped[str]


class TokenRow(Base):
    """A key for programs (`news.people.Token`)."""

    __tablename__ = "tokens"
    __table_args__ = (UniqueConstraint("key"), Index(None, "account"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes]
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str]
    scope: Mapped[str]
    added: Mapped[datetime]
    expires: Mapped[datetime | None]
    last_used: Mapped[datetime | None]


class SignInFailureRow(Base):
    """A failed try to sign in, by what it is limited by: a name or an address, hashed. Kept an hour."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "key", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[bytes]
    at: Mapped[datetime]


class AuditRow(Base):
    """A change made at the desk or by its API: who, when, what, before and after. Never changed itself."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "noun", "key"), Index(None, "account"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    actor: Mapped[str]
    action: Mapped[str]
    noun: Mapped[str]
    key: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
