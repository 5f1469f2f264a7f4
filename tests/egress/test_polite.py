"""The door that gives every host its turns."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from egress.guard import Guard
from egress.polite import PoliteDoor
from tests.web import serving


async def test_a_host_is_asked_one_request_at_a_time_with_a_pause_and_hosts_side_by_side() -> None:
    delay = 0.1
    with serving() as web:
        for host in ("one.test", "two.test"):
            web.put(host, "/", "here")
        door = PoliteDoor(Guard((f"127.0.0.1:{web.port}",)), delay=delay, hosts=web.hosts())
        urls = [web.url(host, "/") for host in ("one.test", "two.test") for _ in range(3)]
        answers = await asyncio.gather(*(door.fetch(url) for url in urls))
        door.close()
    assert {answer.status for answer in answers} == {200}
    of_one = [asked.at for asked in web.asked if asked.host == "one.test"]
    assert min(after - before for before, after in pairwise(of_one)) >= delay
    assert {asked.host for asked in web.asked[:2]} == {"one.test", "two.test"}
