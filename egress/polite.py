"""The door for whoever asks many addresses at once: one request to a host at a time, with a pause between."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from egress.addresses import parse_url
from egress.door import Door, Limits, Response
from egress.guard import Guard
from egress.http1 import Header


class PoliteDoor(Door):
    """A Door whose requests to one host wait for each other, `delay` seconds from one's end to the next.

    It keeps to this also for robots.txt and where another host's redirect leads here. For one short run:
    it remembers every host it asked.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        delay: float,
        hosts: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(guard, hosts=hosts, limits=limits)
        self._delay = delay
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free_at: dict[str, float] = {}

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Sequence[Header] = (),
        body: bytes = b"",
        insecure_tls: bool = False,
        limits: Limits | None = None,
    ) -> Response:
        """`Door.fetch` when it is this host's turn; the wait counts for no limit."""
        host = parse_url(url).host
        clock = asyncio.get_running_loop().time
        async with self._turns[host]:
            await asyncio.sleep(self._free_at.get(host, 0.0) - clock())
            try:
                return await super().fetch(
                    url, method=method, headers=headers, body=body, insecure_tls=insecure_tls, limits=limits
                )
            finally:
                self._free_at[host] = clock() + self._delay
