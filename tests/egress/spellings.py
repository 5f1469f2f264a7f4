"""Ways to write an inner address as the host of a URL, sorted by what becomes of them.

`SPELLINGS` are all of them; put a port behind each. Names among them are in
`NAMES` (for `egress.hosts`), so that none is asked of a name server.
"""

NAMES = {
    "localhost": "127.0.0.1",
    "inner.test": "127.0.0.1",
    "127.0.0.1.nip.test": "127.0.0.1",
    "0x7f000001.nip.test": "127.0.0.1",
    "xn--mnchen-3ya.test": "127.0.0.1",
    "mapped.test": "::ffff:127.0.0.1",
    "zero.test": "0.0.0.0",
    "six.test": "::1",
    "nought.test": "::",
    "metadata.test": "169.254.169.254",
    "nat64.test": "64:ff9b::7f00:1",
    "compatible.test": "::127.0.0.1",
    "private.test": "10.0.0.1",
    "local.test": "fe80::1",
}

# A connection to these arrives at 127.0.0.1.
TO_127_0_0_1 = [
    *[
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.1.",
        "127.0.1",
        "127.0.0.01",
        "127.000.000.001",
        "127.0x0.0.0x1",
    ],
    *[
        "2130706433",
        "2130706433.",
        "0x7f000001",
        "0x7F000001",
        "0X7F000001",
        "017700000001",
        "0x0000007f000001",
    ],
    *[
        "0x7f.1",
        "0x7f.0.1",
        "0x7f.0.0.1",
        "0x7f.0x0.0x0.0x1",
        "0177.1",
        "0177.0.0.1",
        "0177.00.00.01",
        "00177.1",
    ],
    *["0", "00", "0x0", "0.0", "0.0.0", "0.0.0.0", "0.0.0.0.", "0x0.0x0.0x0.0x0", "00.00.00.00"],
    *["[::ffff:127.0.0.1]", "[::FFFF:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]"],
    *["[0000:0000:0000:0000:0000:ffff:7f00:0001]", "[0::ffff:127.0.0.1]", "[::ffff:0.0.0.0]"],
    *["localhost", "LOCALHOST", "LocalHost", "localhost.", "inner.test", "inner.test.", "INNER.TEST"],
    *["127.0.0.1.nip.test", "0x7f000001.nip.test", "münchen.test", "MÜNCHEN.test", "xn--mnchen-3ya.test"],
    *["mapped.test", "zero.test"],
]

# A connection to these arrives at ::1.
TO_1 = [
    *["[::1]", "[0::1]", "[0:0::1]", "[::0001]", "[0:0:0:0:0:0:0:1]", "[::0.0.0.1]", "[0::0.0.0.1]"],
    *["[0000:0000:0000:0000:0000:0000:0000:0001]", "[::]", "[0::0]", "[::0]", "[::0.0.0.0]"],
    *["six.test", "SIX.test.", "nought.test"],
]

# These lead to other addresses that are not public.
ELSEWHERE = [
    *["127.0.0.2", "127.255.255.254", "127.2", "0x7fffffff", "0.0.0.1", "10.0.0.1", "10.1", "012.1", "0xa.1"],
    *["192.168.0.1", "192.168.257", "0xc0a80001", "3232235521", "172.16.0.1", "172.31.255.255"],
    *["169.254.169.254", "2852039166", "0xA9FEA9FE", "0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe"],
    *["169.254.43518", "169.16689662", "0xa9.254.0251.254", "025177524776", "169.254.169.254."],
    *[
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
    ],
    *[
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
    ],
    *["[fe80::1]", "[febf::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[ff0e::1]"],
    *["[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b::10.0.0.1]"],
    *["[64:ff9b:1::7f00:1]", "[64:ff9b:1:7f00:0:100::]", "[2002:7f00:1::]", "[2002:7f00:1::1]"],
    *[
        "[2002:a9fe:a9fe::1]",
        "[2002:c0a8:1::1]",
        "[2001:0:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    ],
    *["[::127.0.0.1]", "[::7f00:1]", "[::a9fe:a9fe]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]"],
    *["[::ffff:10.0.0.1]", "[::ffff:0:127.0.0.1]", "[100::1]", "[2001:db8::1]", "[2001:20::1]", "[3fff::1]"],
    *[
        "[5f00::1]",
        "[4000::1]",
        "[8000::1]",
        "metadata.test",
        "nat64.test",
        "compatible.test",
        "private.test",
    ],
    *["local.test"],
]

# Two readers could see two hosts in these, or no host at all: refused before anything is resolved.
REFUSED_AT_ENTRY = [
    *["①②⑦.⓪.⓪.①", "127.0.0.①", "⑯⑨.254.169.254", "１２７.０.０.１", "𝟏𝟐𝟕.0.0.1", "١٢٧.٠.٠.١", "۱۲۷.۰.۰.۱"],
    *["127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "127․0․0․1", "127.0.0.1。", "inner。test", "0x7f．1"],
    *[
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "ｌｏｃａｌｈｏｓｔ",
        "ℓocalhost",
        "localhos\u00adt",
        "local\u00adhost",
        "127\u00ad.0.0.1",
    ],
    *[
        "127.0.0\u200b.1",
        "127.0.0.1\u200d",
        "\u202e127.0.0.1",
        "127.0.0.1\ufe0f",
        "localhoſt",
        "İnner\u2024test",
    ],
    *["%31%32%37.0.0.1", "127.0.0.1%00", "127.0.0.1%2f", "127.0.0.1%09", "127%2e0%2e0%2e1", "localhos%74"],
    *[
        "user@127.0.0.1",
        "user:secret@127.0.0.1",
        "example.org@127.0.0.1",
        "@127.0.0.1",
        "example.org%40@127.1",
    ],
    *["example.org\\@127.0.0.1", "127.0.0.1\\@example.org", "127.0.0.1\\.example.org", "\\127.0.0.1"],
    *[
        "127.0.0.1 ",
        " 127.0.0.1",
        "127.0.0.1\t",
        "127.0.\n0.1",
        "127.0.0.1\r",
        "127.0.0.1\x00",
        "127.0.0.1\u3000",
    ],
    *["127.0.0.1\x85", "localhost\x7f", "127.0.0.1\u2028", "\ud800127.0.0.1"],
    *[
        "[::1%25lo]",
        "[::1%lo]",
        "[fe80::1%eth0]",
        "[::1",
        "::1",
        "[127.0.0.1]",
        "[0x7f.1]",
        "[localhost]",
        "[]",
    ],
    *[
        "[::1]x",
        "x[::1]",
        "[[::1]]",
        "[::ffff:0177.0.0.1]",
        "[::ffff:127.1]",
        "[v1.::1]",
        "[::1].example.org",
    ],
    *[
        "127..0.0.1",
        ".127.0.0.1",
        "127.0.0.1..",
        "",
        ".",
        "127.0.0.1,example.org",
        "127.0.0.1;x",
        "(127.0.0.1)",
    ],
]

SPELLINGS = [*TO_127_0_0_1, *TO_1, *ELSEWHERE, *REFUSED_AT_ENTRY]


def refused_at_entry(spelling: str) -> bool:
    """Whether `egress.addresses.parse_url` refuses the spelling, whatever the guard allows."""
    return spelling in REFUSED_AT_ENTRY


def arrives_at(spelling: str) -> str | None:
    """The loopback address a connection arrives at (127.0.0.1 or ::1); None: elsewhere or nowhere."""
    if spelling in TO_127_0_0_1:
        return "127.0.0.1"
    return "::1" if spelling in TO_1 else None
