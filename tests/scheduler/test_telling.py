"""What was stored is planned at once and in one go; what fails is tried again; everything ends when told."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from scheduler import jobs
from scheduler.telling import Teller, Telling


@dataclass
class Alerts:
    """What `alerts` is to the service: it notes what it was asked, in order."""

    asked: list[str] = field(default_factory=list)
    fail: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def plan_instant(self, articles: Collection[int] | None) -> None:
        self.asked.append("all" if articles is None else f"articles {sorted(articles)}")
        if self.fail:
            self.fail -= 1
            raise RuntimeError("a bug")
        await asyncio.sleep(0.05)

    async def plan_digests(self) -> None:
        self.asked.append("digests")

    async def send(self) -> None:
        self.asked.append("send")
        if self.fail:
            raise RuntimeError("a bug")
        await self.ended.wait()

    def wake(self) -> None:
        self.asked.append("wake")

    def stop(self) -> None:
        self.ended.set()

    def telling(self) -> Telling:
        return Telling(self.plan_instant, self.plan_digests, self.send, self.wake, self.stop)


async def test_it_begins_with_all_then_plans_what_was_stored_together() -> None:
    alerts = Alerts()
    teller = Teller(alerts.telling())
    running = asyncio.create_task(teller.run())
    await asyncio.sleep(0.02)
    for article in (3, 1, 2):
        teller.stored([article])
    await asyncio.sleep(0.15)
    await teller.tick()
    await asyncio.sleep(0.1)
    teller.stop()
    async with asyncio.timeout(1):
        await running
    assert alerts.asked == [
        "send",
        "all",
        "digests",
        "wake",
        "articles [1, 2, 3]",
        "wake",
        "all",
        "digests",
        "wake",
    ]


async def test_a_bug_in_planning_or_sending_stops_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "PAUSE", 0.05)
    alerts = Alerts(fail=1)
    teller = Teller(alerts.telling())
    running = asyncio.create_task(teller.run())
    await asyncio.sleep(0.3)
    teller.stored([7])
    await asyncio.sleep(0.1)
    teller.stop()
    async with asyncio.timeout(1):
        await running
    assert alerts.asked.count("send") >= 2
    assert "articles [7]" in alerts.asked
