"""Names to addresses: the operator's static table first, then the system."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

# (host, port) -> the host's addresses as text, best first. Raises OSError where there are none.
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# A name server that does not answer holds a thread for up to 30 s, and asyncio's own pool has six on two
# cores: with it, six dead names would stop every source. As many threads as hosts are visited at once.
THREADS = 64


class SystemResolver:
    """What the operating system answers (`getaddrinfo`), each name asked in a thread of its own.

    The time limit is the caller's. `close` gives the threads back.
    """

    def __init__(self, threads: int = THREADS) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolver")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        try:
            # 127.1 and 0x7f000001 are addresses to the system: no name server and no thread needed.
            return _addresses(host, port, socket.AI_NUMERICHOST)
        except socket.gaierror:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, _addresses, host, port, 0)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


class StaticHosts:
    """A table like a hosts file (`egress.hosts`: name to address), and whom to ask for other names.

    Raises ValueError naming an entry whose value is no address.
    """

    def __init__(self, hosts: Mapping[str, str], otherwise: Resolver) -> None:
        for name, address in hosts.items():
            try:
                ip_address(address)
            except ValueError as error:
                raise ValueError(f"egress.hosts: {name} = {address!r} is not an address") from error
        self._hosts = {name.lower().removesuffix("."): address for name, address in hosts.items()}
        self._otherwise = otherwise

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        if host in self._hosts:
            return [self._hosts[host]]
        return await self._otherwise(host, port)


def _addresses(host: str, port: int, flags: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))
