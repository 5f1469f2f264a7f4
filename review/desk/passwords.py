"""Passwords: hashed with argon2id in a thread, so that the loop waits for nobody's.

The parameters are argon2-cffi's defaults, RFC 9106's second recommendation
(64 MiB, 3 passes, 4 lanes); one hash at a time bounds the memory.
"""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
_HASHER = PasswordHasher()
# What a name that is not there is compared with, so that it takes as long.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5bm9ib2R5bm9ibw$Vh0GpBG1M0cWzR2lKq6qk9pBb5m0b0sC3mP1yPlP8Yk"


class Passwords:
    """Hashes and checks, one after the other."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def hashed(self, password: str) -> str:
        """The argon2id string of a password."""
        async with self._turn:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def right(self, password: str, kept: str | None) -> bool:
        """Whether that is the password whose hash is `kept`; False, as slowly, where none is."""
        async with self._turn:
            return (
                await asyncio.to_thread(_right, password[: LONGEST + 1], kept or _NOBODY) and kept is not None
            )


def _right(password: str, kept: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
