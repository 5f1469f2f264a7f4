import asyncio.selector_events
import errno
from ipaddress import ip_address
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every connection tried, in order. None leaves this machine: other networks are unreachable here."""
    tried: list[tuple[str, int]] = []
    loop = asyncio.selector_events.BaseSelectorEventLoop
    really = loop.sock_connect

    async def sock_connect(self: Any, sock: Any, address: Any) -> None:
        tried.append((address[0], address[1]))
        if not ip_address(address[0]).is_loopback:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        await really(self, sock, address)

    monkeypatch.setattr(loop, "sock_connect", sock_connect)
    return tried
