"""`make run` as a stranger's first command, cut off from every network: `python3 -m tests.smoke`.

Greets, answers /healthz with 200 within a minute though no source can be reached, and ends with 0 on SIGINT.
Runs itself once more in a network namespace that has loopback only, so no site is asked for a test.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
MINUTE = 60.0
SIOCSIFFLAGS, IFF_UP_LOOPBACK_RUNNING = 0x8914, 0x49  # linux/sockios.h, linux/if.h


def main() -> int:
    if sys.argv[1:] == ["inside"]:
        return inside()
    alone = ["unshare", "--net", "--map-root-user"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        print("smoke: no network namespace to be had here: `make run` is not tried, so that no site is asked")
        return 0
    return subprocess.run([*alone, sys.executable, "-m", "tests.smoke", "inside"], check=False).returncode


def inside() -> int:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", IFF_UP_LOOPBACK_RUNNING))
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryFile("w+") as said:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("WIREWATCH_")}
        environ["WIREWATCH_DATA"] = data
        began = time.monotonic()
        make = subprocess.Popen(["make", "run"], cwd=ROOT, env=environ, stdout=said, stderr=said)
        while health() != 200 and make.poll() is None and time.monotonic() < began + MINUTE:
            time.sleep(0.2)
        took, answer = time.monotonic() - began, health()
        if make.poll() is None:
            os.kill(int((Path(data) / "collecting.lock").read_text().split()[0]), signal.SIGINT)
        status = make.wait(20)
        said.seek(0)
        words = said.read()
    print(words)
    greeted = "What comes next" in words and re.search(
        r"watching +[1-9]\d* sources.*, [1-9]\d* topics", words
    )
    print(f"smoke: /healthz answered {answer} after {took:.1f} s; make run ended with {status}")
    return 0 if answer == 200 and status == 0 and greeted else 1


def health() -> int:
    """The status of /healthz; 0 while nobody answers."""
    with suppress(OSError):
        connection = http.client.HTTPConnection("127.0.0.1", 8750, timeout=5)
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    return 0


if __name__ == "__main__":
    sys.exit(main())
