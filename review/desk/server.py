"""The desk served over HTTP/1.1 by uvicorn, in the loop of whoever runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import structlog
import uvicorn
from starlette.types import ASGIApp

# Seconds for requests under way to come to their end.
GRACE = 2


class _Server(uvicorn.Server):
    """Signals are for the process that runs it, and a taken port is no reason to end that. `listening` is
    set once it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        try:
            await super().startup()
        except SystemExit as ended:
            raise OSError("the address is taken or not ours") from ended
        self.listening.set()


class DeskServer:
    """Serves `app` on `host` and `port`; X-Forwarded headers are believed from the addresses `proxies`."""

    def __init__(self, app: ASGIApp, host: str, port: int, proxies: Sequence[str] = ()) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="none",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GRACE,
            limit_concurrency=200,
            h11_max_incomplete_event_size=64 * 1024,
        )
        self._host, self._port = host, port
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> bool:
        """Listen; False, and said in the log, where the port cannot be had: news are not held back for it."""
        self._task = asyncio.create_task(self._server.serve())
        listening = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait([self._task, listening], return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if self._server.listening.is_set():
            return True
        reason = self._task.exception()
        structlog.get_logger("desk").error(
            "the desk's port cannot be had: going on without; set desk.port to another",
            host=self._host,
            port=self._port,
            reason=str(reason),
        )
        return False

    async def stop(self) -> None:
        """Answer what is under way, then end."""
        self._server.should_exit = True
        if self._task is not None:
            with suppress(OSError, asyncio.CancelledError):
                await self._task
        if self._server.started:
            # A service that ends cancels what it finds, and then uvicorn closes nothing.
            for listening in self._server.servers:
                listening.close()
