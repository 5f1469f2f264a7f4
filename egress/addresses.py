"""What may be asked for (`parse_url`) and which addresses are public (`is_public`).

Spellings are refused here only where two parsers could read two hosts out of
one string. Whether a host may be reached is never decided on its spelling:
`127.1`, `0x7f000001` and `localhost` pass here and meet the guard at the socket.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

from news.errors import Refused

Address = IPv4Address | IPv6Address

LONGEST_URL = 2048
PORTS = {"http": 80, "https": 443}
# What is said of a URL or an address follows from its text alone, and is asked several times a request.
REMEMBERED = 4096
# RFC 1035: a label has at most 63 bytes, a name 253. "_" is no host name by the letter, but is in use.
NAME = re.compile(r"(?!.{254})[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)
# White space and the categories Cc and Cs.
BLANK_OR_CONTROL = re.compile("[\\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What the URL standard leaves alone in a path and in a query (as w3lib.safe_url_string, so that a URL
# Scrapy has been through goes out unchanged).
PATH_SAFE = ":/?@!$&'()*+,;=~%"
QUERY_SAFE = ":/?@!$&()*+,;=~%"

# IANA's special-purpose registries of IPv4 and IPv6 (RFC 6890 and updates, as of 2025), multicast and
# reserved space. Not `ipaddress.is_global`: Python 3.11.7 calls 64:ff9b::a9fe:a9fe, 2002:a9fe:a9fe::1,
# ::127.0.0.1, fec0::1 and 224.0.0.1 global (CVE-2024-4032). The few anycast services inside these blocks
# (PCP, TURN, AS112) publish no news.
CLOSED_V4 = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # public by the registry, but the host's agent inside every Azure machine
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
# Global unicast is what IANA allocates from; everything outside of it is closed without being named.
OPEN_V6 = ip_network("2000::/3")
CLOSED_V6 = tuple(
    ip_network(block)
    for block in (
        "2001::/23",  # protocol assignments, among them Teredo and ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
    )
)
# RFC 6052: on an IPv6-only network every IPv4 site is reached through this prefix. The local-use one,
# 64:ff9b:1::/48, is as local as its name.
NAT64 = ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart, ready to send.

    `host` is an ASCII lower-case name without final dot, or an address
    without brackets; `path` is the request target: path and query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host as in a URL and the Host header; the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


@lru_cache(REMEMBERED)
def parse_url(url: str) -> Target:
    """Take `url` apart, or raise Refused (retryable: no) saying what is wrong with its spelling.

    Refused: a scheme other than http and https, user names, backslashes,
    white space and control characters, digits and dots that only look like
    ASCII, an empty or impossible host, more than 2,048 characters.
    """
    problem = _misspelling(url)
    if problem:
        raise Refused(url=url[:200], reason=problem)
    try:
        parts = urlsplit(url)
        if parts.scheme not in PORTS:
            raise ValueError(f"scheme {parts.scheme!r} is not http or https")
        host, port = _host_and_port(parts.netloc)
    except ValueError as error:
        raise Refused(url=url, reason=str(error)) from error
    path = quote(parts.path or "/", safe=PATH_SAFE)
    if parts.query:
        path += "?" + quote(parts.query, safe=QUERY_SAFE)
    return Target(parts.scheme, host, int(port) if port else PORTS[parts.scheme], path)


def _misspelling(url: str) -> str | None:
    if len(url) > LONGEST_URL:
        return f"longer than {LONGEST_URL} characters"
    if "\\" in url:
        return "a backslash, which some readers take for a slash"
    if BLANK_OR_CONTROL.search(url):
        return "white space or a control character"
    return None


def _host_and_port(netloc: str) -> tuple[str, str]:
    if "@" in netloc:
        raise ValueError("a user name or password before the host")
    host, bracket, rest = netloc.rpartition("]")
    if bracket:
        port = rest.removeprefix(":")
        if not host.startswith("[") or (rest and not rest.startswith(":")):
            raise ValueError("brackets that hold no address")
        host = _bracketed(host[1:])
    else:
        host, _, port = netloc.partition(":")
        host = _name(host)
    if port and not (re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65536):
        raise ValueError(f"port {port!r} is not between 1 and 65535")
    return host, port


def _bracketed(host: str) -> str:
    """The IPv6 address between brackets. A zone (`%eth0`) names an interface of this machine: refused."""
    address = IPv6Address(host)
    if address.scope_id is not None:
        raise ValueError("an IPv6 zone")
    return str(address)


def _name(host: str) -> str:
    """The name as ASCII, lower case, without its final dot.

    IDNA as Scrapy's own Request applies it (Python's codec, RFC 3490), so
    that both mean one host. A label that is not ASCII but becomes ASCII
    (`①②⑦`, a soft hyphen in `127`) is a disguise; so is a dot that is not one.
    """
    if any(unicodedata.category(c).startswith("N") and not c.isascii() for c in host):
        raise ValueError("digits in the host that are not ASCII")
    labels = []
    for label in host.removesuffix(".").split("."):
        ascii_label = label
        if not label.isascii():
            ascii_label = label.encode("idna").decode("ascii")
            if not ascii_label.startswith("xn--") or "." in ascii_label:
                raise ValueError("letters or dots in the host that only look like ASCII")
        labels.append(ascii_label.lower())
    name = ".".join(labels)
    if not name:
        raise ValueError("no host")
    if not NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is no host name")
    return name


@lru_cache(REMEMBERED)
def effective(address: str) -> Address:
    """The address a connection to `address` arrives at; ValueError where it is none.

    The kernel takes `::ffff:127.0.0.1` for 127.0.0.1, and the unspecified
    addresses for the loopback ones.
    """
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_unspecified:
        return IPv4Address("127.0.0.1") if parsed.version == 4 else IPv6Address("::1")
    return parsed


@lru_cache(REMEMBERED)
def is_public(address: str) -> bool:
    """Whether `address` (text of an IPv4 or IPv6 address) is global unicast, by our own table.

    v4-mapped and NAT64 addresses are what they carry. The other carriers of
    IPv4 addresses (v4-compatible, 6to4, Teredo, local NAT64) are deprecated
    or local and never public, whatever they carry.
    """
    return _public(effective(address))


def _public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in CLOSED_V4)
    if address.scope_id is not None:
        return False
    if address in NAT64:
        return _public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in OPEN_V6 and not any(address in block for block in CLOSED_V6)
