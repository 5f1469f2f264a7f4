"""The demonstration: a small web, a mail server, and the service between them as `wirewatch run` has it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from alerts import gathering
from crawler.parts import Parts
from crawler.visiting import HORIZON
from news.errors import SubscriptionError
from news.telling import DeliveryState, Mode
from storage import deliveries, sources, subscriptions, telling, work
from storage.database import Database
from wirewatch.commands.output import say
from wirewatch.commands.run import Ending
from wirewatch.database import now
from wirewatch.demo import ground
from wirewatch.demo.ground import Known, Ports
from wirewatch.demo.happenings import Happenings
from wirewatch.demo.outlet import Outlet, Stage, outlets
from wirewatch.demo.press import Press, Publication
from wirewatch.demo.report import Run, report
from wirewatch.demo.sink import Sink, taking
from wirewatch.demo.web import http, listening
from wirewatch.desk import desk_of_service, welcome
from wirewatch.lock import SERVICE, collecting
from wirewatch.logs import configure_service
from wirewatch.serving import serve
from wirewatch.settings import Settings, base_url
from wirewatch.telling import planner
from wirewatch.telling import telling as telling_of
from wirewatch.wiring import open_parts
from workers.limits import Limits

# The page that would run for a minute is ended after so many seconds of CPU.
READER_LIMITS = Limits(cpu=2.0)
# Seconds after which a run that stands still is given up.
PATIENCE = 55.0


class Pulse:
    """Rings after each commit of this process; the demonstration looks at the database then."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    def checkpoint(self, name: str) -> None:
        """Called in the writer's thread."""
        if name.endswith("after commit"):
            self._loop.call_soon_threadsafe(self._rung.set)

    async def until(self, met: Callable[[], Awaitable[bool]]) -> None:
        """Look now and after each commit, until it is so."""
        while True:
            self._rung.clear()
            if await met():
                return
            await self._rung.wait()


@dataclass
class Site:
    """The world around the service: sites, mail server, settings; `reached` are connections to the port
    that must not be reached."""

    outlets: tuple[Outlet, ...]
    press: Press
    sink: Sink
    settings: Settings
    known: Known
    reached: list[str] = field(default_factory=list)


async def play(folder: Path, *, once: bool, every: float = 6.0) -> bool:
    """Run it in `folder`, which is there with an `inbox` in it; returns whether all went as it should.

    Without `once` it stays up until Ctrl-C, and publishes an article in so many seconds.
    """
    ground.refuse_other_settings(os.environ)
    began = now()
    async with site(folder) as place:
        pulse = Pulse()
        parts = await open_parts(
            place.settings,
            checkpoint=pulse.checkpoint,
            reader_limits=READER_LIMITS,
            command=SERVICE,
            patient=True,
        )
        try:
            configure_service(place.settings)
            return await Play(place, parts, pulse, began, every).run(once=once)
        finally:
            await parts.close()


@asynccontextmanager
async def site(folder: Path) -> AsyncIterator[Site]:
    """Open the ports, write the settings, put sources, topics and subscriptions into the database."""
    standing = outlets()
    there = tuple(each for each in standing if each.listed)
    reached: list[str] = []
    with collecting(folder, SERVICE):
        pass  # while another demonstration runs here nothing is written; the service takes the lock anew
    async with AsyncExitStack() as stack:
        database = await Database.open(ground.database_url(folder), clock=now, migrate=True)
        stack.push_async_callback(database.close)
        known = await ground.known_of(database, there)

        async def forbidden(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            reached.append(str(writer.get_extra_info("peername")))

        inside = await stack.enter_async_context(listening(forbidden, ground.LOOPBACK[0]))
        press = Press(standing, known=known.published, edited=known.edited, forbidden=inside)
        address, press.port = await stack.enter_async_context(
            ground.a_port_of(http(press.answer), known.port)
        )
        mail, status, desk = ground.earlier_ports(folder)
        sink = await stack.enter_async_context(taking(folder / "inbox", mail))
        status, desk = status or await ground.free_port(), desk or await ground.free_port()
        ports = Ports(address, press.port, sink.port, status, desk)
        settings = ground.write_settings(folder, standing, ports)
        await ground.furnish(database, there, press.port)
        yield Site(there, press, sink, settings, known, reached)


class Play:
    """One run, act by act, beside the service."""

    def __init__(self, place: Site, parts: Parts, pulse: Pulse, began: datetime, every: float) -> None:
        self._place = place
        self._parts = parts
        self._database = parts.database
        self._pulse = pulse
        self._began = began
        self._every = every
        self._service, self._status = serve(place.settings, parts, telling_of(place.settings, parts))
        self._desk = desk_of_service(place.settings, parts, self._service)
        self._happenings = Happenings(parts.database)

    async def run(self, *, once: bool) -> bool:
        """Start the service, play, stop it."""
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self._service.run())
            try:
                await self._status.start()
                await self._open_the_desk()
                well = await self._in_time()
                if not once:
                    group.create_task(self._publish_the_rest())
                    await self._until_stopped(running)
                return well
            finally:
                if self._desk is not None:
                    await self._desk.stop()
                self._service.stop()
                await self._status.stop()

    async def _open_the_desk(self) -> None:
        settings = self._place.settings
        if self._desk is not None and await self._desk.start():
            link = await welcome(settings, self._database)
            say(f"the desk, while this runs: {link or base_url(settings)}")

    async def _in_time(self) -> bool:
        """The acts and the report on them; returns whether all of it went well."""
        place, in_time = self._place, True
        try:
            async with asyncio.timeout(PATIENCE):
                await self._acts()
        except TimeoutError:
            in_time = False
            say(f"not done within {PATIENCE:g} seconds; what there is follows", style="red")
        run = Run(place.outlets, place.settings, self._began, tuple(place.sink.letters), len(place.reached))
        return await report(self._database, run) and in_time

    async def _acts(self) -> None:
        """First visit, publication, second visit, digest, delivery."""
        sites = len(self._place.outlets)
        if self._place.known.port:
            say(f"{sites} sites that were visited by an earlier run are visited again")
            await self._visit(None)
        else:
            say(f"visiting {sites} sites for the first time: what stands there is stored and told to nobody")
            await self._settled()
        fresh = list(self._place.press.waiting(Stage.AFTER))
        for publication in fresh:
            self._place.press.publish(publication)
        if fresh:
            say(f"publishing {len(fresh)} texts, and visiting again")
            await self._visit(None)
        await self._digest(new=bool(fresh))
        await self._pulse.until(self._delivered)

    async def _visit(self, slug: str | None) -> None:
        """Ask for a visit now, as `wirewatch collect` does beside a service, and wait until all is read."""
        slugs = None if slug is None else (slug,)
        await self._database.write(sources.make_due, slugs, now=now())
        self._service.changed()
        await self._settled()

    async def _settled(self) -> None:
        await self._pulse.until(self._read)

    async def _read(self) -> bool:
        """Nothing is left to visit or read, and nobody is left to be told at once."""
        if await self._database.read(work.outstanding, None, now() + HORIZON):
            return False
        untold, _ = await self._database.read(gathering.swept, now())
        return not untold

    async def _digest(self, *, new: bool) -> None:
        """Ask for the digest, as `wirewatch digest send` does, if something is new or none was ever made."""
        settings, database = self._place.settings, self._database
        plans = planner(settings, database, clock=now, planned=self._service.changed)
        for each in await database.read(subscriptions.all_subscriptions):
            if each.mode is not Mode.DIGEST:
                continue
            made = await database.read(telling.slots_of, each.id)
            if made and not new:
                continue
            try:
                await plans.send_digest(each.id)
            except SubscriptionError as error:
                say(str(error))

    async def _delivered(self) -> bool:
        planned = await self._database.read(deliveries.all_deliveries, limit=10_000)
        return not any(each.state in (DeliveryState.PENDING, DeliveryState.SENDING) for each in planned)

    async def _until_stopped(self, running: asyncio.Task[None]) -> None:
        """Until Ctrl-C. The service, as it ends, ends what was begun beside it, publishing too."""
        ending = Ending(self._service.stop)
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, ending.asked, name)
        await asyncio.wait([running])
        ending.reached()

    async def _publish_the_rest(self) -> None:
        """Publish what is left, one after the other, and say what comes of it."""
        self._place.sink.arrived = self._happenings.mail
        await self._happenings.catch_up()
        say("staying up: Ctrl-C stops", style="bold")
        for publication in self._rest():
            await asyncio.sleep(self._every)
            await self._publish(publication)
        say("everything is published; the service goes on until Ctrl-C")

    def _rest(self) -> list[Publication]:
        """Articles with the edits among them."""
        later = list(self._place.press.waiting(Stage.LATER))
        return [*later[:2], *self._place.press.edits(), *later[2:]]

    async def _publish(self, publication: Publication) -> None:
        self._place.press.publish(publication)
        done = "edits" if publication.edit else "publishes"
        say(f"{publication.outlet.name} {done}: {publication.text.title}")
        await self._visit(publication.outlet.slug)
        await self._happenings.tell()
