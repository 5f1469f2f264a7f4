"""What the children of these tests are asked to do."""

import ctypes
import os
import sys
import threading
import time
from pathlib import Path

from news.errors import NotAFeed


def add(a: int, b: int = 1) -> int:
    return a + b


def whoami() -> int:
    return os.getpid()


def echo(body: bytes) -> bytes:
    return body


def spin() -> None:
    while True:
        pass


def native(size: int) -> str:
    """Quadratic in native code, where no Python signal handler runs."""
    import nh3

    return nh3.clean("<div>" * size)


def hog() -> int:
    held = []
    while True:
        held.append(bytearray(8 * 2**20))


def abort() -> None:
    os.abort()


def crash() -> None:
    ctypes.string_at(0)


def leave() -> None:
    sys.exit(3)


def bug() -> None:
    raise KeyError("a bug ‹ü›")


def refuse() -> None:
    raise NotAFeed(url="https://example.org/feed", reason="it is a picture")


def unpicklable() -> object:
    return threading.Lock()


def chatter() -> str:
    print("to standard output")
    return sys.stdin.read()


def burn(seconds: float) -> float:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return time.process_time()


def wait_for(path: str) -> int:
    while not Path(path).exists():
        time.sleep(0.005)
    return os.getpid()


class Counter:
    """A state that shows whether it is the same one."""

    def __init__(self, start: int) -> None:
        self.value = start


def setup(start: int, delay: float = 0.0) -> Counter:
    time.sleep(delay)
    return Counter(start)


def broken_setup() -> None:
    raise ValueError("no dictionary")


def count(counter: Counter) -> int:
    counter.value += 1
    return counter.value


def state_spin(counter: Counter) -> None:
    spin()
