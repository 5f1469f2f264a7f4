"""The guard: no connection to an address that is not public, unless the operator listed it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from egress.addresses import NAME, Address, effective, is_public
from news.errors import Refused


class Guard:
    """Judges sockets, not strings.

    `allow` is the operator's list (`egress.allow`): `address:port`,
    `[v6 address]:port`, or `name:port` for whatever addresses that name has at
    the moment, for connections made to that name only. Always that port only.
    A malformed entry raises ValueError naming it.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        entries = [_entry(text) for text in allow]
        self._addresses = frozenset((host, port) for host, port in entries if not isinstance(host, str))
        self._names = frozenset((host, port) for host, port in entries if isinstance(host, str))

    def check(self, address: str, port: int, host: str) -> None:
        """Raise Refused unless a connection to `host` may go to `address` and `port`."""
        try:
            arrives = effective(address)
        except ValueError as error:
            raise Refused(url=f"{host}:{port}", reason=f"{address!r} is not an address") from error
        if is_public(address) or (arrives, port) in self._addresses or (host, port) in self._names:
            return
        entry = f"[{arrives}]:{port}" if arrives.version == 6 else f"{arrives}:{port}"
        raise Refused(
            url=f"{host}:{port}",
            reason=f"{entry} is not public; if it is meant, list it in egress.allow",
        )


def _entry(text: str) -> tuple[Address | str, int]:
    """One entry of the list as (address or lower-case name, port)."""
    host, colon, port = text.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"egress.allow: {text!r} does not end in a port (1 to 65535)")
    bracketed = host.startswith("[") and host.endswith("]")
    try:
        address = ip_address(host[1:-1] if bracketed else host)
    except ValueError:
        name = host.lower().removesuffix(".")
        # A name whose last label is a number is an address to the resolver (0x7f.1): write it as one.
        if bracketed or not NAME.fullmatch(name) or name.rpartition(".")[2][:1].isdigit():
            raise ValueError(_malformed(text)) from None
        return name, int(port)
    if (address.version == 6) is not bracketed or "%" in host:
        raise ValueError(_malformed(text))
    return effective(str(address)), int(port)


def _malformed(text: str) -> str:
    return f"egress.allow: {text!r} is not address:port, [v6 address]:port or name:port"
