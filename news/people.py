"""Those who sit at the desk: their accounts, what they may do, and what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What one may do: `reader` reads, `analyst` also judges and configures, `administrator` also
    decides who may."""

    READER = "reader"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"

    def includes(self, needed: Role) -> bool:
        """Whether this role may do what `needed` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


class Scope(StrEnum):
    """What a token of an account may be used for at most."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"

    @property
    def role(self) -> Role:
        """The role that goes as far."""
        return list(Role)[list(Scope).index(self)]


@dataclass(frozen=True, slots=True)
class Account:
    """Someone with a name to sign in with. `zone` is an IANA name ("": the settings' one), `language` the
    desk's language for them ("": as their browser asks), `theme` "auto", "light" or "dark". `email` is
    where their own subscriptions go."""

    id: int
    name: str
    role: Role
    email: str = ""
    zone: str = ""
    language: str = ""
    theme: str = "auto"
    added: datetime | None = None
    disabled: datetime | None = None
    can_sign_in: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """Somewhere an account is signed in; `key` names it, it cannot be used to sign in."""

    key: str
    account: int
    csrf: str
    began: datetime
    last_seen: datetime
    expires: datetime
    address: str
    agent: str


@dataclass(frozen=True, slots=True)
class Token:
    """A key for programs, with which an account's rights up to `scope` can be used; the key itself is
    shown once and not kept."""

    id: int
    account: int
    name: str
    scope: Scope
    added: datetime
    expires: datetime | None
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something, for the audit log: the account's number (None: nobody signed in) and how it
    is named there."""

    account: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the audit log: what was done to which thing; `before` and `after` hold what changed."""

    id: int
    at: datetime
    actor: Actor
    action: str
    noun: str
    key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
