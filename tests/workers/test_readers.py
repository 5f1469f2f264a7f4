"""What readers promise, shown with real children that loop, hog, crash and are left behind."""

import asyncio
import os
import signal
import sys
import textwrap
import time
from pathlib import Path

import pytest

from news.errors import NotAFeed, ReaderFailed, ReaderUnavailable
from workers.limits import Limits
from workers.readers import Readers

TASKS = "tests.workers.tasks:"


async def ask(readers: Readers, name: str, *args: object, owner: str = "echo-news") -> object:
    return await readers.run(TASKS + name, *args, owner=owner, task=f"{name} for {owner}")


async def failure(readers: Readers, name: str, *args: object) -> ReaderFailed:
    with pytest.raises(ReaderFailed) as caught:
        await ask(readers, name, *args)
    return caught.value


async def test_a_result_comes_back_and_the_child_stays(readers: Readers) -> None:
    assert await readers.run(TASKS + "add", 2, b=5, owner="a", task="add") == 7
    assert await ask(readers, "whoami") == await ask(readers, "whoami") != os.getpid()


async def test_a_body_of_ten_mebibytes_there_and_back(readers: Readers) -> None:
    body = os.urandom(2**20) * 10
    assert await ask(readers, "echo", body) == body


async def test_what_a_library_prints_does_not_disturb(
    readers: Readers, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await ask(readers, "chatter") == ""
    await readers.close()
    assert capfd.readouterr().err == "to standard output\n"


async def test_an_expected_error_arrives_as_itself_and_costs_no_child(readers: Readers) -> None:
    before = await ask(readers, "whoami")
    with pytest.raises(NotAFeed, match="it is a picture") as caught:
        await ask(readers, "refuse")
    assert caught.value.url == "https://example.org/feed"
    assert await ask(readers, "whoami") == before


@pytest.mark.parametrize(
    ("name", "args", "cause", "reason"),
    [
        ("spin", (), "timeout", "no answer within 3 s"),
        ("native", (100_000,), "timeout", "no answer within 3 s"),
        ("hog", (), "memory", "out of memory"),
        ("abort", (), "died", "killed by SIGABRT"),
        ("crash", (), "died", "killed by SIGSEGV"),
        ("leave", (), "error", "RuntimeError('left by SystemExit(3)')"),
        ("bug", (), "error", "KeyError('a bug ‹ü›')"),
        ("unpicklable", (), "error", "TypeError(\"cannot pickle '_thread.lock' object\")"),
        ("no_such_function", (), "error", None),
    ],
)
async def test_what_ends_a_child_is_told_and_the_next_task_has_another(
    readers: Readers, name: str, args: tuple[object, ...], cause: str, reason: str | None
) -> None:
    before = await ask(readers, "whoami")
    error = await failure(readers, name, *args)
    assert (error.cause, error.task) == (cause, f"{name} for echo-news")
    assert reason is None or error.reason == reason
    assert await ask(readers, "whoami") != before


async def test_a_bug_brings_its_traceback(readers: Readers) -> None:
    error = await failure(readers, "bug")
    assert "in bug\n" in error.trace
    assert "tasks.py" in error.trace


async def test_cpu_is_limited_per_task_not_per_life() -> None:
    readers = Readers(count=1, limits=Limits(cpu=1.0, wall=20.0))
    try:
        burnt = [await ask(readers, "burn", 0.7) for _ in range(3)]
        assert float(str(burnt[-1])) > 2.0, "one child, more in its life than one task may"
        error = await failure(readers, "spin")
        assert (error.cause, error.reason) == ("timeout", "more than 1 s of CPU")
    finally:
        await readers.close()


async def test_a_failing_task_leaves_the_other_reader_alone(readers: Readers, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    waiting = asyncio.create_task(ask(readers, "wait_for", str(gate), owner="patient"))
    await failure(readers, "abort")
    await failure(readers, "bug")
    gate.touch()
    assert isinstance(await waiting, int)


async def test_one_source_never_holds_both_readers(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    readers = Readers(count=2, limits=Limits(wall=20.0))
    try:
        hostile = [
            asyncio.create_task(ask(readers, "wait_for", str(gate), owner="hostile")) for _ in range(5)
        ]
        await asyncio.sleep(0)
        for _ in range(3):
            await ask(readers, "add", 1, owner="honest")
        assert not any(task.done() for task in hostile)
        gate.touch()
        await asyncio.gather(*hostile)
    finally:
        await readers.close()


async def test_owners_take_turns_whatever_the_length_of_their_lines() -> None:
    readers = Readers(count=1)
    order: list[str] = []

    async def one(owner: str) -> None:
        await ask(readers, "add", 1, owner=owner)
        order.append(owner)

    try:
        await readers.start()
        await asyncio.gather(*(one("a") for _ in range(20)), *(one("b") for _ in range(3)), one("c"))
    finally:
        await readers.close()
    assert order[:9] == ["a", "b", "c", "a", "b", "a", "b", "a", "a"]
    assert order.count("a") == 20


async def test_two_hundred_quick_tasks_of_forty_sources(readers: Readers) -> None:
    sums = await asyncio.gather(*(ask(readers, "add", n, owner=f"source-{n % 40}") for n in range(200)))
    assert sums == [n + 1 for n in range(200)]


async def test_an_idle_child_that_was_killed_is_replaced(readers: Readers) -> None:
    before = await ask(readers, "whoami")
    assert isinstance(before, int)
    os.kill(before, signal.SIGKILL)
    async with asyncio.timeout(10):  # until asyncio has heard of it, too
        while any(child.pid == before for child in readers._children):  # noqa: ASYNC110 - it gives no event
            await asyncio.sleep(0.01)
    assert await ask(readers, "whoami") != before


async def test_who_killed_a_reader_waits_for_the_others_of_that_kind(readers: Readers) -> None:
    await readers.start()
    bad = ("bad", "worse", "worst")
    for owner in bad:
        with pytest.raises(ReaderFailed):
            await ask(readers, "crash", owner=owner)
    held = [asyncio.create_task(ask(readers, "spin", owner=owner)) for owner in bad]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(1.5):  # each of the bad has a reader for 3 s
        for owner in ("good", "better"):
            assert await ask(readers, "add", 1, owner=owner) == 2
    await readers.close()
    await asyncio.gather(*held, return_exceptions=True)


async def test_who_did_well_again_is_no_suspect(readers: Readers) -> None:
    await failure(readers, "crash")
    assert await ask(readers, "add", 1) == 2
    with pytest.raises(ReaderFailed):
        await ask(readers, "crash", owner="another")
    spinning = asyncio.create_task(ask(readers, "spin", owner="another"))
    async with asyncio.timeout(1.5):
        assert await ask(readers, "add", 1) == 2
    await readers.close()
    await asyncio.gather(spinning, return_exceptions=True)


async def test_a_dead_reader_is_replaced_before_anybody_asks(readers: Readers) -> None:
    await readers.start()
    before = {await ask(readers, "whoami") for _ in range(2)}
    await failure(readers, "crash")
    await asyncio.gather(*readers._replacing)
    assert all(child.pid for child in readers._children)
    assert await ask(readers, "whoami") not in before


async def test_a_cancelled_task_does_not_answer_the_next(readers: Readers) -> None:
    task = asyncio.create_task(ask(readers, "spin"))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await ask(readers, "add", 1) == 2


async def test_close_while_busy_blames_no_task() -> None:
    readers = Readers(count=2)
    await readers.start()
    tasks = [asyncio.create_task(ask(readers, "spin", owner=f"source-{n % 3}")) for n in range(6)]
    await asyncio.sleep(0.1)
    await readers.close()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(result) for result in results} == {ReaderUnavailable}
    with pytest.raises(ReaderUnavailable, match="closed"):
        await ask(readers, "add", 1)


async def test_close_before_start() -> None:
    await Readers().close()


async def test_the_checkpoint_comes_once_the_child_has_its_task(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    reached: list[str] = []

    def checkpoint(name: str) -> None:
        reached.append(name)
        gate.touch()  # the task ends only after this

    readers = Readers(count=1, checkpoint=checkpoint)
    try:
        await ask(readers, "wait_for", str(gate))
    finally:
        await readers.close()
    assert reached == ["in the reader"]


async def test_a_preload_that_fails_is_nobodys_page() -> None:
    readers = Readers(count=1, preload=("no_such_module_anywhere",))
    try:
        with pytest.raises(ReaderUnavailable, match="no_such_module_anywhere"):
            await readers.start()
        with pytest.raises(ReaderUnavailable, match="no_such_module_anywhere"):
            await ask(readers, "add", 1)
    finally:
        await readers.close()


PARENT = """
    import asyncio, sys
    from workers.readers import Readers

    async def main():
        readers = Readers(count=2)
        pids = await asyncio.gather(
            *(readers.run("tests.workers.tasks:whoami", owner=owner, task="") for owner in "ab")
        )
        print(*pids, flush=True)
        await readers.run("tests.workers.tasks:spin", owner="a", task="")

    asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")
async def test_a_killed_parent_leaves_no_child_behind() -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", textwrap.dedent(PARENT)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert parent.stdout
    pids = [int(pid) for pid in (await parent.stdout.readline()).split()]
    assert len(set(pids)) == 2
    parent.kill()
    await parent.wait()
    for pid in pids:
        await gone(pid)


async def gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while alive(pid):
        assert time.monotonic() < deadline, f"{pid} lives on"
        await asyncio.sleep(0.005)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"  # an orphan's last trace, until init reaps it
