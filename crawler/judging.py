"""The judge as its parent knows it: asked by an edition of the topics, and handed those it lacks."""

from __future__ import annotations

import asyncio
from typing import Any

from news.article import Judgement
from news.errors import ReaderUnavailable
from news.watch import UNKNOWN, Facts, TopicsWanted
from storage import topics
from storage.database import Database
from workers.judge import Judge

# Topics are handed over in parts, each a task within the judge's limits.
PART = 1000
# A judge that asks for topics again after so many tries is not going to keep any.
TRIES = 3


class TopicJudge:
    """Judges texts by the topics of the edition last read; `renew` reads it anew.

    The judge may die and be replaced by one that holds nothing: it answers so,
    is given the topics, and is asked again. Callers wait for one handing over.
    """

    def __init__(self, judge: Judge, database: Database) -> None:
        self._judge = judge
        self._database = database
        self._edition: int | None = None
        self._handing = asyncio.Lock()

    async def start(self) -> None:
        """Have the judge loaded, with the topics in force."""
        await self._judge.start()
        async with self._handing:
            await self._hand_over("start")

    async def renew(self) -> None:
        """The topics have changed: what is judged from now on is judged by those in force now."""
        self._edition = await self._database.read(topics.edition)

    async def judge(
        self, title: str, text: str, hint: str | None, *, facts: Facts = UNKNOWN, task: str
    ) -> Judgement:
        """What there is to say of a text, by the topics of `Judgement.edition`; `facts` are of its source.

        `task` says in words what is being judged. Raises ReaderFailed where the
        judge died over it, ReaderUnavailable where there was none.
        """
        for _ in range(TRIES):
            answer = await self._ask(title, text, hint, facts, task)
            if isinstance(answer, Judgement):
                return answer
            async with self._handing:
                # Another caller may have handed them over meanwhile.
                answer = await self._ask(title, text, hint, facts, task)
                if isinstance(answer, Judgement):
                    return answer
                await self._hand_over(task)
        raise ReaderUnavailable(task=task, reason="the judge does not keep its topics")

    async def run(self, function: str, *args: Any, task: str) -> Any:
        """`Judge.run`: what another function of the judge's says, of whatever topics."""
        return await self._judge.run(function, *args, task=task)

    async def _ask(
        self, title: str, text: str, hint: str | None, facts: Facts, task: str
    ) -> Judgement | TopicsWanted:
        if self._edition is None:
            await self.renew()
        answer: Judgement | TopicsWanted = await self._judge.run(
            "matching.judge:judge", title, text, hint, self._edition, facts, task=task
        )
        return answer

    async def _hand_over(self, task: str) -> None:
        edition, watched = await self._database.read(topics.watched)
        for start in range(0, max(len(watched), 1), PART):
            part = watched[start : start + PART]
            taken = await self._judge.run(
                *("matching.judge:take_topics", edition, start, part, len(watched)),
                task=f"{task}: the topics before it",
            )
            if not taken:
                return  # it was replaced between two parts
        self._edition = edition
