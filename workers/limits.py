"""What one task in a child may use, and how the child binds itself to it and to its parent."""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
from dataclasses import dataclass

MIB = 2**20
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use: `cpu` and `wall` in seconds, `memory` in bytes.

    `cpu` and `wall` are per task, not per life: a child that has served for
    weeks has as much left for the next task as a new one. `memory` bounds the
    child's private writable memory (RLIMIT_DATA), libraries it loaded included.
    Loading has a wall limit of its own, `load`, also in seconds.
    """

    cpu: float = 10.0
    wall: float = 15.0
    memory: int = 512 * MIB
    load: float = 60.0


def bind(parent: int, limits: Limits) -> None:
    """In the child, first of all: end with `parent` (its pid), and hold to the memory limit.

    Where the kernel has no parent-death signal (anything but Linux) an idle
    child ends when its pipe closes, a busy one at its CPU limit.
    """
    # The parent ends its children in its own order: Ctrl-C reaches the whole
    # process group, and systemd's SIGTERM every process of the service.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent died before its child was bound to it")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _soft(resource.RLIMIT_DATA, limits.memory)


def allow_cpu(seconds: float) -> None:
    """In the child, before each task: SIGXCPU ends it after so much more CPU, rounded up to whole seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + seconds))


def _soft(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
