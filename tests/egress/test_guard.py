"""Nothing reaches an address that is not public, unless it is listed; whatever is listed is reached."""

import asyncio
from collections.abc import Sequence

import pytest

from egress.door import Limits
from egress.guard import Guard
from egress.resolver import StaticHosts, SystemResolver
from news.errors import FetchError, NameNotResolved, Refused, Timeout
from tests.egress.rig import door, fixed, listening
from tests.egress.spellings import NAMES, SPELLINGS, arrives_at, refused_at_entry


async def test_no_spelling_reaches_the_forbidden_and_every_right_one_the_listed(
    attempts: list[tuple[str, int]],
) -> None:
    reached = []
    async with (
        listening() as forbidden,
        listening(host="::1") as forbidden6,
        listening() as four,
        listening(host="::1") as six,
    ):
        listed = door(four, six, hosts=NAMES)
        for spelling in SPELLINGS:
            for listener in (forbidden, forbidden6):
                with pytest.raises(Refused):
                    await listed.fetch(f"http://{spelling}:{listener.port}/")
            for control in (four, six):
                if control.host == arrives_at(spelling):
                    answer = await listed.fetch(f"http://{spelling}:{control.port}/")
                    assert (answer.status, answer.address) == (200, control.host)
                    reached.append(spelling)
                else:
                    with pytest.raises(Refused):
                        await listed.fetch(f"http://{spelling}:{control.port}/")
        listed.close()
        assert forbidden.accepted == forbidden6.accepted == 0
    assert reached == [s for s in SPELLINGS if arrives_at(s)]
    assert not any(refused_at_entry(spelling) for spelling in reached)
    assert {port for _, port in attempts} == {four.port, six.port}


async def test_answers_that_change_between_check_and_connect(attempts: list[tuple[str, int]]) -> None:
    """A public answer first, then 127.0.0.1, or the other way round: 1,000 trials."""
    asked = 0

    async def flipping(host: str, port: int) -> Sequence[str]:
        nonlocal asked
        asked += 1
        return ["127.0.0.1"] if asked % 2 == 0 else ["93.184.216.34"]

    async with listening() as sentinel:
        rebinding = door(resolver=flipping)
        for _ in range(1000):
            with pytest.raises(FetchError):
                await rebinding.fetch(sentinel.url(host="rebinding.test"))
        assert sentinel.accepted == 0
    assert asked == 1000, "a name is resolved once per fetch"
    assert {address for address, _ in attempts} == {"93.184.216.34"}


async def test_a_mixed_answer_is_used_only_where_it_is_public(attempts: list[tuple[str, int]]) -> None:
    async with listening() as sentinel:
        mixed = door(resolver=fixed("127.0.0.1", "93.184.216.34", "::1", "10.0.0.1"))
        with pytest.raises(FetchError, match="unreachable"):
            await mixed.fetch(sentinel.url(host="mixed.test"))
        assert sentinel.accepted == 0
    assert attempts == [("93.184.216.34", sentinel.port)]


async def test_a_listed_name_holds_for_its_addresses_and_that_name_only() -> None:
    async with listening() as listener, listening() as other:
        hosts = {"wire.test": "127.0.0.1", "other.test": "127.0.0.1"}
        named = door(f"Wire.test:{listener.port}", hosts=hosts)
        assert (await named.fetch(listener.url(host="wire.test"))).status == 200
        for url in (listener.url(host="other.test"), listener.url(), other.url(host="wire.test")):
            with pytest.raises(Refused, match=r"not public; if it is meant, list it in egress\.allow"):
                await named.fetch(url)
        assert (listener.accepted, other.accepted) == (1, 0)


async def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    async with listening() as listener:
        several = door(f"wire.test:{listener.port}", resolver=fixed("::1", "127.0.0.3", "127.0.0.1"))
        answer = await several.fetch(listener.url(host="wire.test"))
        assert answer.address == "127.0.0.1"
        assert listener.heard[0].startswith(b"GET / HTTP/1.1\r\nHost: wire.test:%d\r\n" % listener.port)


async def test_proxies_and_netrc_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with listening() as proxy, listening() as listener:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, proxy.url())
        home = tmp_path_factory.mktemp("home")
        (home / ".netrc").write_text("machine 127.0.0.1 login analyst password secret\n", "utf-8")
        (home / ".netrc").chmod(0o600)
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("NETRC", str(home / ".netrc"))
        await door(listener).fetch(listener.url())
        assert (proxy.accepted, listener.accepted) == (0, 1)
        assert b"uthorization" not in listener.heard[0]


@pytest.mark.parametrize(
    "entry",
    [
        *[
            "127.0.0.1",
            "127.0.0.1:",
            "127.0.0.1:0",
            "127.0.0.1:65536",
            "127.0.0.1:http",
            "127.0.0.1:８０",
            ":80",
            "",
        ],
        *[
            "::1:80",
            "[::1]",
            "[127.0.0.1]:80",
            "[::1%lo]:80",
            "10.0.0.0/8:80",
            "*:80",
            "0x7f.1:80",
            "127.1:80",
        ],
        *["http://wire.test:80", "wire test:80", "user@wire.test:80", "-:-", "wire.test:80/"],
    ],
)
def test_a_malformed_entry_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match=r"egress\.allow") as caught:
        Guard(["127.0.0.1:80", entry])
    assert repr(entry) in str(caught.value)


def test_a_malformed_host_is_named() -> None:
    with pytest.raises(ValueError, match=r"egress\.hosts: wire\.test = 'elsewhere'"):
        StaticHosts({"wire.test": "elsewhere"}, fixed())


def test_the_guard_alone() -> None:
    """As another part uses it, an SMTP connection for one."""
    guard = Guard(["127.0.0.1:25", "[::1]:25", "mail.test:587"])
    guard.check("127.0.0.1", 25, "localhost")
    guard.check("::ffff:127.0.0.1", 25, "localhost")
    guard.check("::1", 25, "localhost")
    guard.check("10.0.0.5", 587, "mail.test")
    guard.check("93.184.216.34", 1, "anything.test")
    for address, port, host in [
        ("127.0.0.1", 26, "localhost"),
        ("127.0.0.2", 25, "localhost"),
        ("10.0.0.5", 25, "mail.test"),
        ("10.0.0.5", 587, "mail.test.example"),
        ("no address", 25, "localhost"),
    ]:
        with pytest.raises(Refused):
            guard.check(address, port, host)


async def test_names_that_have_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    for resolver in (fixed(), fails):
        with pytest.raises(NameNotResolved, match=r"^http://wire.test/: name not resolved"):
            await door(resolver=resolver).fetch("http://wire.test/")
    with pytest.raises(Refused, match="is not an address"):
        await door(resolver=fixed("junk")).fetch("http://wire.test/")


async def test_a_name_server_that_hangs_is_a_connect_timeout() -> None:
    async def hangs(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(30)
        return []

    with pytest.raises(Timeout, match=r"no connection within 0.05 s \(connect limit\)"):
        await door(resolver=hangs, limits=Limits(idle=0.05)).fetch("http://wire.test/")


async def test_the_systems_resolver_knows_this_machine() -> None:
    system = SystemResolver(threads=1)
    assert "127.0.0.1" in await system("localhost", 80)
    assert await system("0x7f.1", 80) == ["127.0.0.1"]
    system.close()


async def test_connection_refused_says_so() -> None:
    async with listening() as listener:
        entry, url = listener.entry, listener.url()
    with pytest.raises(FetchError, match=r"no connection to 127\.0\.0\.1: connection refused") as caught:
        await door(entry).fetch(url)
    assert caught.value.retryable
