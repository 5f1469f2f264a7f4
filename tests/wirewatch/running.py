"""A `wirewatch run` in a process of its own, with a small web, as an operator has it."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog

from news.article import Article
from news.source import Kind, Source
from storage import articles, sources
from storage.database import Database, utc_now
from tests.port import free_port
from tests.web import Item, Reply, Web, article, rss
from wirewatch.main import main

ROOT = Path(__file__).parents[2]
WORDS = "The ministry said on Monday that traffic on the road had stopped and that talks would continue."
RSS = {"Content-Type": "application/rss+xml"}
PAGE = {"Content-Type": "text/html; charset=utf-8"}


def until(met: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What `met` returns once it is true. Fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := met()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s"
        time.sleep(0.1)
    return found


def environment(settings: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, without what in it concerns wirewatch."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIREWATCH_")}
    return {**kept, **(more or {}), "WIREWATCH_SETTINGS": str(settings)}


def start(environ: Mapping[str, str], module: str, *arguments: str, **how: Any) -> subprocess.Popen[str]:
    """`python -m module` in a process of its own; `how` is Popen's."""
    command = [sys.executable, "-m", module, *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=environ, **pipes, **how)


@contextmanager
def logging_put_back() -> Iterator[None]:
    """What a command sets up for the whole process is as it was before, whatever comes."""
    root, hook, structured = logging.getLogger(), sys.excepthook, structlog.get_config()
    before, level = root.handlers[:], root.level
    try:
        yield
    finally:
        for handler in root.handlers:
            if handler not in before:
                handler.close()
        root.handlers[:] = before
        root.setLevel(level)
        sys.excepthook = hook
        structlog.configure(**structured)
        logging.captureWarnings(False)


def wirewatch(environ: Mapping[str, str], *arguments: str) -> tuple[int, str, str]:
    """A command in this process, where it starts at once: exit status, standard output, standard error.

    Not for `run`, which takes signals.
    """
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    complained = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    try:
        with (
            logging_put_back(),
            patch.dict(os.environ, environ, clear=True),
            patch.object(sys, "argv", ["wirewatch", *arguments]),
            redirect_stdout(said),
            redirect_stderr(complained),
        ):
            logging.getLogger().handlers.clear()
            main()
            status = 0
    except SystemExit as ended:
        status = int(ended.code or 0)
    for stream in (said, complained):
        stream.seek(0)
    return status, said.read(), complained.read()


@dataclass
class Operator:
    """A folder with settings that reach the small web, and the commands run in it."""

    web: Web
    folder: Path
    database: str = ""
    more: str = ""
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        hosts = ", ".join(f'"{name}" = "127.0.0.1"' for name in ("one.test", "two.test", "three.test"))
        (self.folder / "settings.toml").write_text(
            f'database = "{self.database}"\nlanguages = ["en"]\n'
            '[crawl]\ncontact = "tests@example.org"\ndelay = 0.0\nreaders = 2\n'
            f'[egress]\nallow = ["127.0.0.1:{self.web.port}"]\nhosts = {{ {hosts} }}\n'
            f"[service]\nport = {self.port}\n[desk]\nport = 0\n{self.more}",
            "utf-8",
        )

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.folder / "settings.toml", self.environ)

    def start(self, *arguments: str, **how: Any) -> subprocess.Popen[str]:
        return start(self.environment, "wirewatch.main", *arguments, **how)

    def wirewatch(self, *arguments: str) -> tuple[int, str, str]:
        return wirewatch(self.environment, *arguments)

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        status, said, complained = self.wirewatch(*arguments, "--json")
        assert status == 0, complained
        rows: list[dict[str, Any]] = json.loads(said)
        return rows

    @property
    def url(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'data' / 'wirewatch.db'}"

    def add(self, *hosts: str) -> None:
        """Sources for these hosts' feeds, as `sources add` would add them."""
        asyncio.run(self._add(hosts))

    async def _add(self, hosts: tuple[str, ...]) -> None:
        database = await Database.open(self.url)
        for host in hosts:
            slug, url = host.partition(".")[0], self.web.url(host, "/rss")
            source = Source(slug=slug, outlet=slug, name=slug, kind=Kind.AGENCY, url=url, languages=("en",))
            await database.write(sources.put, source, now=utc_now(), by_hand=True)
        await database.close()

    def articles(self) -> list[tuple[str, str]]:
        """Title and state of every article, by title."""
        return sorted((item.title, str(item.state)) for item in asyncio.run(self._articles()))

    async def _articles(self) -> tuple[Article, ...]:
        database = await Database.open(self.url)
        try:
            return await database.read(articles.items, limit=10_000)
        finally:
            await database.close()

    def publish(self, host: str, count: int, first: int = 1, words: str = WORDS, hang: float = 0.0) -> None:
        """A feed of this many articles, each with a page of its own that is `hang` seconds in coming."""
        items = []
        for number in range(first, first + count):
            title = f"Report {number} of {host}"
            page = Reply(article(title, f"{title}. {words}"), headers=PAGE, hang=hang)
            link = self.web.put(host, f"/{number}", page)
            items.append(Item(title, link, guid=f"{host}-{number}"))
        self.web.put(host, "/rss", Reply(rss(items), headers=RSS))

    def ask(self, path: str, host: str = "", method: str = "GET") -> tuple[int, str]:
        """Status and body of the running service's answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, headers={"Host": host} if host else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def health(self) -> int:
        """The status of /healthz; 0 while nobody answers."""
        with suppress(OSError):
            return self.ask("/healthz")[0]
        return 0

    def figure(self, name: str) -> float:
        """One figure of /metrics; -1 where it is not there."""
        for line in self.ask("/metrics")[1].splitlines():
            if line.startswith(f"{name} "):
                return float(line.rpartition(" ")[2])
        return -1

    @contextmanager
    def running(self, **how: Any) -> Iterator[subprocess.Popen[str]]:
        """The service, from its first answer until the block ends; `how` is Popen's."""
        process = self.start("run", **how)
        try:
            until(lambda: self.health() or process.poll() is not None)
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def stop(self, process: subprocess.Popen[str], by: signal.Signals = signal.SIGTERM) -> tuple[float, str]:
        """Send the signal; how long it took to end and what was said on standard error."""
        began = time.monotonic()
        process.send_signal(by)
        _, complained = process.communicate(timeout=20)
        return time.monotonic() - began, complained


def children(pid: int) -> list[int]:
    """Process ids of the children that live."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
