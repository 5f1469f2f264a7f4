"""robots.txt, by RFC 9309: what an answer to it allows; while it cannot be had, nothing."""

from __future__ import annotations

from datetime import datetime

from protego import Protego

from news.errors import RobotsDenied, RobotsUnavailable
from news.politeness import parse_retry_after

# RFC 9309 section 2.5: at least 500 KiB are parsed; the rest may be ignored.
LIMIT = 500 * 1024


def read_robots(body: bytes, status: int, *, url: str, retry_after: bytes | None, now: datetime) -> Protego:
    """The rules in the answer of `url`, which is a robots.txt; all is allowed where there is none (4xx).

    `retry_after` is that header's value, `now` aware UTC. Raises RobotsUnavailable on a 5xx or 429: wait.
    """
    if status >= 500 or status == 429:
        raise RobotsUnavailable(
            url=url,
            reason=f"it answers {status}; until it can be had nothing is fetched there",
            wait=parse_retry_after(retry_after, now),
        )
    return Protego.parse(body[:LIMIT].decode("utf-8", "replace") if status < 400 else "")


def refuse_forbidden(rules: Protego, url: str, agent: str, robots_url: str) -> None:
    """Raise RobotsDenied where the rules forbid `url` to `agent`, a User-Agent."""
    if not rules.can_fetch(url, agent):
        raise RobotsDenied(url=url, reason=f"{robots_url} forbids it")
