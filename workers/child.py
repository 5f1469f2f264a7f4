"""A child process as its parent holds it: started when needed, one call at a time, killed at its limits.

Not pebble, though it was chosen for this: measured with 5.2.3, a 0.5 s timeout
of native code (nh3) took 3.6 s, because it sends SIGTERM and waits 3 s with
the whole pool standing; the death of an idle worker broke the pool for good;
and every idle pool cost 3 ms of CPU a second for polling. Nor
multiprocessing, whose spawn runs the parent's main module again in the child.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from typing import Any

from news.errors import ReaderFailed, ReaderUnavailable
from workers.limits import Limits
from workers.messages import LENGTH, Answer, Call, Charge, LastWords, frame, unframe

# numpy's threads would each reserve memory, against the child's limit.
_SINGLE_THREADED = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_PIPE_BUFFER = 2**20


class Child:
    """One child process and its successors: a dead one is replaced at the next call.

    Calls wait in line for each other. To be used from one event loop whose
    thread outlives the child: the kernel's parent-death signal comes when the
    spawning thread ends.
    """

    def __init__(self, limits: Limits, preload: tuple[str, ...] = (), setup: Call | None = None) -> None:
        self._limits = limits
        self._preload = preload
        self._setup = setup
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Of the present process, None where there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Have a process that has loaded what it needs; `ReaderUnavailable` where that fails."""
        async with self._turn:
            await self._ready("start")

    async def call(self, call: Call, task: str, handed: Callable[[], None]) -> Any:
        """What the function returns, or raises where it is a `WirewatchError`.

        `handed` is called once the call is in the child's pipe. Raises
        `ReaderFailed` where the call cost the child its life and
        `ReaderUnavailable` where there was none to make it. Cancelled, it
        kills the child.
        """
        async with self._turn:
            await self._ready(task)
            answer = await self._exchange(call, self._limits.wall, task, handed)
        if answer.error is not None:
            raise answer.error
        return answer.value

    async def close(self) -> None:
        """Kill the process and take no more calls; those under way or in line raise `ReaderUnavailable`."""
        self._closed = True
        self._kill()
        async with self._turn:
            await self._bury()

    async def _ready(self, task: str) -> None:
        if self._closed:
            raise ReaderUnavailable(task=task, reason="closed")
        if self._process and self._process.returncode is None:
            return
        await self._bury()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "workers.serve"),
            stdin=PIPE,
            stdout=PIPE,
            limit=_PIPE_BUFFER,
            # Ctrl-C goes to a terminal's whole process group, and a page must not be blamed for it.
            start_new_session=True,
            env={**os.environ, **_SINGLE_THREADED, "PYTHONPATH": _path()},
        )
        charge = Charge(os.getpid(), self._limits, self._preload, self._setup)
        try:
            await self._exchange(charge, self._limits.load, task, lambda: None)
        except ReaderFailed as error:
            raise ReaderUnavailable(task=task, reason=f"did not start: {error.reason}") from error

    async def _exchange(
        self, question: Call | Charge, wall: float, task: str, handed: Callable[[], None]
    ) -> Answer:
        """One frame out, one back, within `wall` seconds. A process that did not answer is not kept."""
        assert self._process
        answer: Answer | LastWords | None = None
        late = False
        try:
            async with asyncio.timeout(wall):
                answer = await _ask(self._process, question, handed)
        except TimeoutError:
            late = True
        except (EOFError, OSError):
            pass  # the pipe broke: the exit status says why
        finally:
            if not isinstance(answer, Answer):
                status = await self._bury()
        if isinstance(answer, Answer):
            return answer
        if self._closed:
            raise ReaderUnavailable(task=task, reason="closed")
        if isinstance(answer, LastWords):
            raise ReaderFailed(task=task, cause=answer.cause, reason=answer.reason, trace=answer.trace)
        if late:
            raise ReaderFailed(task=task, cause="timeout", reason=f"no answer within {wall:g} s")
        if status == -signal.SIGXCPU:
            raise ReaderFailed(task=task, cause="timeout", reason=f"more than {self._limits.cpu:g} s of CPU")
        raise ReaderFailed(task=task, cause="died", reason=_manner(status))

    def _kill(self) -> None:
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                # Not Process.kill(): it polls and may snatch the exit status from asyncio's own waiter.
                os.kill(self._process.pid, signal.SIGKILL)

    async def _bury(self) -> int | None:
        """Kill the process if need be and return its exit status, None where there was none."""
        self._kill()
        process, self._process = self._process, None
        if process is None:
            return None
        await process.communicate()  # what is left in the pipe would keep it open
        return process.returncode


def _path() -> str:
    """Where this process finds its modules, for the child to find the same."""
    return os.pathsep.join(os.path.abspath(entry) for entry in sys.path)


async def _ask(process: Process, question: Call | Charge, handed: Callable[[], None]) -> Answer | LastWords:
    assert process.stdin
    assert process.stdout
    process.stdin.write(frame(question))
    await process.stdin.drain()
    handed()
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    answer: Answer | LastWords = unframe(await process.stdout.readexactly(length))
    return answer


def _manner(status: int | None) -> str:
    if status is not None and status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"
