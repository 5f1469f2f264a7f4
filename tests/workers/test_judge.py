"""The judge keeps its state, loses it only with its life, and gets it back."""

from collections.abc import AsyncIterator

import pytest

from news.errors import ReaderFailed, ReaderUnavailable
from workers.judge import Judge
from workers.limits import Limits

TASKS = "tests.workers.tasks:"


@pytest.fixture
async def judge() -> AsyncIterator[Judge]:
    judge = Judge(TASKS + "setup", 10, 0.6, limits=Limits(wall=0.4))
    yield judge
    await judge.close()


async def test_state_is_kept_between_tasks_and_loading_has_its_own_time(judge: Judge) -> None:
    await judge.start()
    assert [await judge.run(TASKS + "count", task="count") for _ in range(3)] == [11, 12, 13]


async def test_after_death_it_is_set_up_anew(judge: Judge) -> None:
    assert await judge.run(TASKS + "count", task="count") == 11
    with pytest.raises(ReaderFailed) as caught:
        await judge.run(TASKS + "state_spin", task="judge article 7")
    assert (caught.value.cause, caught.value.task) == ("timeout", "judge article 7")
    assert await judge.run(TASKS + "count", task="count") == 11


async def test_a_setup_that_fails_says_why() -> None:
    judge = Judge(TASKS + "broken_setup")
    with pytest.raises(ReaderUnavailable, match="no dictionary"):
        await judge.start()
    await judge.close()


async def test_loading_is_limited_too() -> None:
    judge = Judge(TASKS + "setup", 1, 30.0, limits=Limits(load=0.3))
    with pytest.raises(ReaderUnavailable, match=r"no answer within 0\.3 s"):
        await judge.start()
    await judge.close()
