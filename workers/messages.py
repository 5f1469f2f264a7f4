"""What travels between a parent and its child: frames of eight bytes of length (big-endian) and a pickle."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from news.errors import WirewatchError
from workers.limits import Limits

LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its importable name, `package.module:function`, and what it is called with."""

    function: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a child is told first: its parent's pid, its limits, the modules to import
    beforehand, and the call whose result is the first argument of all others."""

    parent: int
    limits: Limits
    preload: tuple[str, ...] = ()
    setup: Call | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one frame: `value`, or the expected `error` it raised."""

    value: Any = None
    error: WirewatchError | None = None


@dataclass(frozen=True, slots=True)
class LastWords:
    """Of what a child ends: `cause` is `error` or `memory`, `trace` the traceback."""

    cause: str
    reason: str
    trace: str = ""


def frame(message: object) -> bytes:
    """One message as it travels."""
    body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def unframe(body: bytes) -> Any:
    """The message in a frame's body. Both ends are ours: no other process holds them."""
    return pickle.loads(body)  # noqa: S301
