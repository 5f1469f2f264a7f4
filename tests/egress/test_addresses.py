"""What a URL may look like, and which addresses are public."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from w3lib.url import safe_url_string

from egress.addresses import Target, is_public, parse_url
from news.errors import Refused
from tests.egress.spellings import ELSEWHERE, REFUSED_AT_ENTRY, SPELLINGS, TO_1, TO_127_0_0_1

# IANA's IPv4 and IPv6 special-purpose address registries: block, and whether it is globally reachable.
# Where blocks nest, the narrowest holds.
REGISTRY = [
    *[(block, False) for block in ("0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8")],
    *[(block, False) for block in ("169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.0.0/29")],
    *[("192.0.0.8/32", False), ("192.0.0.9/32", True), ("192.0.0.10/32", True), ("192.0.0.170/31", False)],
    *[
        ("192.0.2.0/24", False),
        ("192.31.196.0/24", True),
        ("192.52.193.0/24", True),
        ("192.88.99.0/24", False),
    ],
    *[
        ("192.168.0.0/16", False),
        ("192.175.48.0/24", True),
        ("198.18.0.0/15", False),
        ("198.51.100.0/24", False),
    ],
    *[
        ("203.0.113.0/24", False),
        ("240.0.0.0/4", False),
        ("255.255.255.255/32", False),
        ("224.0.0.0/4", False),
    ],
    *[("::1/128", False), ("::/128", False), ("::ffff:0:0/96", False), ("64:ff9b:1::/48", False)],
    *[("100::/64", False), ("100:0:0:1::/64", False), ("2001::/23", False), ("2001::/32", False)],
    *[("2001:1::1/128", True), ("2001:1::2/128", True), ("2001:1::3/128", True), ("2001:2::/48", False)],
    *[("2001:3::/32", True), ("2001:4:112::/48", True), ("2001:10::/28", False), ("2001:20::/28", True)],
    *[("2001:30::/28", True), ("2001:db8::/32", False), ("2002::/16", False), ("2620:4f:8000::/48", True)],
    *[
        ("3fff::/20", False),
        ("5f00::/16", False),
        ("fc00::/7", False),
        ("fe80::/10", False),
        ("ff00::/8", False),
    ],
    *[("fec0::/10", False), ("::/96", False)],
]
BLOCKS = sorted(((ip_network(b), r) for b, r in REGISTRY), key=lambda pair: -pair[0].prefixlen)
# Reachable by the registry and closed here all the same: relays and anycast helpers, no publishers; one
# cloud's inner address; the returned 6bone.
CLOSED_BESIDES = [
    *map(ip_network, ("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24")),
    *map(ip_network, ("168.63.129.16/32", "2001::/23", "2620:4f:8000::/48", "3ffe::/16")),
]
NEAR_A_BORDER = st.sampled_from(
    [
        address + step
        for block, _ in BLOCKS
        for address in (int(block.network_address), int(block.broadcast_address))
        for step in (-1, 0, 1)
        if 0 <= address + step < 2**block.max_prefixlen
    ]
)


def reachable(address: IPv4Address | IPv6Address) -> bool:
    for block, reach in BLOCKS:
        if address in block:
            return reach
    return address.version == 4 or address in ip_network("2000::/3")


def expected(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return expected(address.ipv4_mapped)
        if address in ip_network("64:ff9b::/96"):
            return expected(IPv4Address(int(address) & 0xFFFFFFFF))
    return reachable(address) and not any(address in block for block in CLOSED_BESIDES)


@given(st.one_of(st.ip_addresses(v=4), NEAR_A_BORDER.filter(lambda n: n < 2**32).map(IPv4Address)))
def test_ipv4_as_the_registry_says(address: IPv4Address) -> None:
    assert is_public(str(address)) is expected(address)
    assert is_public(f"::ffff:{address}") is expected(address)
    assert is_public(f"64:ff9b::{address}") is expected(address)
    number = int(address)
    for carrier in (number, (0x2002 << 112) | (number << 80), (0x20010000 << 96) | (number ^ 0xFFFFFFFF)):
        assert not is_public(str(IPv6Address(carrier)))


@given(
    st.one_of(
        st.ip_addresses(v=6),
        st.integers(0x2000 << 112, (0x4000 << 112) - 1).map(IPv6Address),
        NEAR_A_BORDER.filter(lambda n: n >= 2**32).map(IPv6Address),
    )
)
@example(IPv6Address("2a00:1450:4001:80b::200e"))
def test_ipv6_as_the_registry_says(address: IPv6Address) -> None:
    assert is_public(str(address)) is expected(address)


def test_ordinary_addresses_are_public() -> None:
    for address in ("1.1.1.1", "8.8.8.8", "93.184.216.34", "223.255.255.255", "2606:4700::1111", "2a02::1"):
        assert is_public(address)


def test_a_zone_is_never_public() -> None:
    assert not is_public("2606:4700::1111%eth0")


def test_enough_spellings() -> None:
    assert len(set(SPELLINGS)) == len(SPELLINGS) >= 200


@pytest.mark.parametrize("spelling", REFUSED_AT_ENTRY)
def test_refused_at_entry(spelling: str) -> None:
    for url in (f"http://{spelling}:8080/feed", f"https://{spelling}/feed"):
        with pytest.raises(Refused) as caught:
            parse_url(url)
        assert caught.value.reason
        assert not caught.value.retryable


@pytest.mark.parametrize("spelling", [*TO_127_0_0_1, *TO_1, *ELSEWHERE])
def test_not_refused_at_entry(spelling: str) -> None:
    target = parse_url(f"http://{spelling}:8080/feed")
    assert (target.port, target.path) == (8080, "/feed")
    assert target.url.isascii()
    assert parse_url(target.url) == target


@pytest.mark.parametrize(
    "url",
    [
        *[
            "file:///etc/passwd",
            "file:/etc/passwd",
            "FILE:///etc/passwd",
            "file://localhost/etc/passwd",
            "fi\nle:///x",
        ],
        *[
            "file:etc",
            "ftp://example.org/",
            "gopher://127.0.0.1:25/_x",
            "data:text/html,x",
            "s3://bucket/key",
        ],
        *[
            "javascript:alert(1)",
            "view-source:http://example.org/",
            "source:http://x/",
            "jar:http://x!/a",
            "blob:x",
        ],
        *[
            "//example.org/",
            "/path",
            "example.org",
            "",
            "http:",
            "http:/example.org",
            "http:///path",
            "http:example.org",
        ],
        *[
            "http://example.org:0/",
            "http://example.org:65536/",
            "http://example.org:-1/",
            "http://example.org:８０/",
        ],
        *[
            "http://example.org:80:80/",
            "http://example.org:8o/",
            "http://example.org/a b",
            "http://example.org/\r\nX: y",
        ],
        *[
            "http://example.org/" + "a" * 2048,
            "http://" + "a" * 64 + ".org/",
            "http://" + "a." * 127 + "org/",
        ],
        *[
            "http://example.org/\\..\\x",
            "http://example.org?\x00",
            "http://straße.de/",
            " http://example.org/",
        ],
    ],
)
def test_no_url_to_fetch(url: str) -> None:
    with pytest.raises(Refused):
        parse_url(url)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://example.org", Target("http", "example.org", 80, "/")),
        ("HTTPS://Example.ORG.:443/A?b#c", Target("https", "example.org", 443, "/A?b")),
        ("http://example.org:/x", Target("http", "example.org", 80, "/x")),
        ("http://example.org?q", Target("http", "example.org", 80, "/?q")),
        ("http://[2A00:1450::1]:81/", Target("http", "2a00:1450::1", 81, "/")),
        ("http://мвд.рф/нов?д=1", Target("http", "xn--b1aew.xn--p1ai", 80, "/%D0%BD%D0%BE%D0%B2?%D0%B4=1")),
        ("https://a.test/می\u200cش", Target("https", "a.test", 443, "/%D9%85%DB%8C%E2%80%8C%D8%B4")),
        ("http://a_b.test/%7e%zz?a[]='|'", Target("http", "a_b.test", 80, "/%7e%zz?a%5B%5D=%27%7C%27")),
    ],
)
def test_taken_apart(url: str, target: Target) -> None:
    assert parse_url(url) == target


def test_what_is_sent() -> None:
    target = parse_url("https://[2A00::1]:8443/a?b")
    assert (target.authority, target.url) == ("[2a00::1]:8443", "https://[2a00::1]:8443/a?b")
    assert parse_url("https://Example.org:443/").authority == "example.org"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), max_size=60))
def test_paths_go_out_as_scrapy_wrote_them(tail: str) -> None:
    url = safe_url_string("http://a.test/" + tail.replace("\\", ""))
    without_fragment = url.partition("#")[0]
    assert parse_url(url).url.removesuffix("?") == without_fragment.removesuffix("?")


@given(st.text(max_size=40))
def test_any_host_is_refused_or_plain(host: str) -> None:
    try:
        target = parse_url(f"http://{host}/")
    except Refused:
        return
    assert target.host.isascii()
    assert not set(target.host) & set(" /\\@#?%[]\r\n\t\x00")
    if ":" in target.host:
        assert ip_address(target.host).version == 6
