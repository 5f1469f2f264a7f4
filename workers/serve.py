"""The program a child runs: take a call, make it, answer, until the pipe closes.

`python -m workers.serve` talks over its standard input and output. The first
frame is a `Charge`, each further one a `Call`; each gets one `Answer`. A
`WirewatchError` is an answer like any other. Any other exception is a bug: it
ends the child, whose last words say which.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import os
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO

from news.errors import WirewatchError
from workers.limits import allow_cpu, bind
from workers.messages import LENGTH, Answer, Call, Charge, LastWords, frame, unframe

PIPE_BYTES = 1024 * 1024


def main() -> None:
    """Serve whoever holds the other ends of standard input and output."""
    questions, answers = _private_streams()

    def last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, MemoryError):
            traceback.clear_frames(trace)  # they hold what filled the memory
            words = LastWords("memory", "out of memory")
        else:
            words = LastWords("error", repr(error), "".join(traceback.format_exception(kind, error, trace)))
        _send(answers, words)

    sys.excepthook = last_words
    frames = _frames(questions)
    charge: Charge = next(frames)
    bind(charge.parent, charge.limits)
    for module in charge.preload:
        importlib.import_module(module)
    state = () if charge.setup is None else (_make(charge.setup),)
    _send(answers, Answer())
    for call in frames:
        allow_cpu(charge.limits.cpu)
        try:
            answer = Answer(value=_make(call, *state))
        except WirewatchError as error:
            answer = Answer(error=error)
        except SystemExit as error:
            raise RuntimeError(f"left by {error!r}") from error
        _send(answers, answer)
    os._exit(0)  # the parent is done with us: nothing here is worth tidying up


def _make(call: Call, *state: Any) -> Any:
    module, _, name = call.function.partition(":")
    function = getattr(importlib.import_module(module), name)
    return function(*state, *call.args, **call.kwargs)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output under other numbers: a library that prints, prints to standard error."""
    questions, answers = os.dup(0), os.dup(1)
    for pipe in (questions, answers):
        # A page in one go: through the usual 64 KiB it takes both ends several turns. Only Linux knows
        # how, and only up to the system's bound for one user.
        with contextlib.suppress(AttributeError, OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return os.fdopen(questions, "rb"), os.fdopen(answers, "wb")


def _frames(stream: BinaryIO) -> Iterator[Any]:
    while len(head := stream.read(LENGTH.size)) == LENGTH.size:
        yield unframe(stream.read(*LENGTH.unpack(head)))


def _send(stream: BinaryIO, message: object) -> None:
    stream.write(frame(message))
    stream.flush()


if __name__ == "__main__":
    main()
