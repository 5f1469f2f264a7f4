"""Who looks for topics in texts of the archive: this process, or the judge's in slices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Protocol

from crawler.judging import TopicJudge
from matching import proposing
from matching.keys import Analysis
from matching.naming import Offer
from matching.nearly import NearMiss
from matching.proposing import Words
from matching.spelling import Keyed
from matching.topics import CompiledTopics, analysis_of
from matching.workbench import Piece, keys_of
from news.names import Name
from news.watch import Found, Term, Topic
from storage.search import Candidate
from workers.judge import Judge

# Of texts that are looked at in one go: 30 ms of the judge, who has others waiting.
SLICE = 100_000  # characters
TERMS, FORMS = 50, 500


class Matcher(Protocol):
    """Looks for topics in texts; both raise QuerySyntaxError."""

    async def proposed(self, topics: Sequence[Topic]) -> list[Words]:
        """What full text is to be asked for."""

    async def found(
        self, topics: Sequence[Topic], candidates: Sequence[Candidate]
    ) -> list[tuple[Found, ...]]:
        """Which of the topics each text matches, by their slugs."""


class Lexicon(Protocol):
    """Knows of which words those of texts are forms."""

    async def keys(self, code: str | None, forms: Sequence[str]) -> Mapping[str, Keyed]:
        """The keys of each word as it stands in texts of a language."""

    async def words_of(self, terms: Sequence[Term]) -> frozenset[str]:
        """The keys of all words of these terms, taken generously."""


class Dictionary:
    """By an analysis of this process: for commands."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis

    async def keys(self, code: str | None, forms: Sequence[str]) -> Mapping[str, Keyed]:
        return self._analysis.keys(code)

    async def words_of(self, terms: Sequence[Term]) -> frozenset[str]:
        return frozenset(key for term in terms for key in keys_of(self._analysis, term))


class Here:
    """In this process, which loads the dictionaries these topics need: for commands."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._analysis = analysis_of(topics)
        self._wanted = CompiledTopics(self._analysis, topics)

    async def proposed(self, topics: Sequence[Topic]) -> list[Words]:
        return proposing.of_topics(topics, self._analysis)

    async def found(
        self, topics: Sequence[Topic], candidates: Sequence[Candidate]
    ) -> list[tuple[Found, ...]]:
        """Of those it was made for; in a thread, so that the next page is read meanwhile."""
        return await asyncio.to_thread(self._found, candidates)

    def _found(self, candidates: Sequence[Candidate]) -> list[tuple[Found, ...]]:
        return [
            self._wanted.found(each.article.title, each.article.text, each.language, each.facts)
            for each in candidates
        ]


class Bench:
    """In the judge's process (`matching.workbench`), which has all dictionaries: for the desk.

    One short task at a time waits in the judge's line, however many people write topics, so what is being
    read waits for one at most. Cancelled, the task under way is let finish: a judge whose caller breaks
    off is killed. All raise ReaderFailed where a task cost the judge its life, ReaderUnavailable where
    there is none.
    """

    def __init__(self, judge: Judge | TopicJudge) -> None:
        self._judge = judge
        self._turn, self._trial = asyncio.Lock(), asyncio.Lock()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """One trial on the archive at a time: they would take all readers of the database."""
        async with self._trial:
            yield

    async def check(self, topic: Topic) -> None:
        """Raises TopicError for what cannot be watched."""
        await self._learn([topic])
        await self._ask("check", topic)

    async def proposed(self, topics: Sequence[Topic]) -> list[Words]:
        await self._learn(topics)
        answer: list[Words] = await self._ask("proposed", tuple(topics))
        return answer

    async def found(
        self, topics: Sequence[Topic], candidates: Sequence[Candidate]
    ) -> list[tuple[Found, ...]]:
        every: list[tuple[Found, ...]] = []
        for pieces in slices(candidates):
            every += await self._ask("found", tuple(topics), pieces)
        return every

    async def missed(self, topic: Topic, candidates: Sequence[Candidate]) -> list[tuple[NearMiss, ...]]:
        """What of each text nearly matched the topic, and why not."""
        every: list[tuple[NearMiss, ...]] = []
        for pieces in slices(candidates):
            every += await self._ask("missed", topic, pieces)
        return every

    async def offers(self, topic: Topic, names: Sequence[Name], on: date) -> tuple[Offer, ...]:
        """The other names of what the topic watches, as they hold on a day. Raises QuerySyntaxError."""
        answer: tuple[Offer, ...] = await self._ask("offers", topic, names, on)
        return answer

    async def keys(self, code: str | None, forms: Sequence[str]) -> Mapping[str, Keyed]:
        """The keys of each word as it stands in texts of a language."""
        known: dict[str, Keyed] = {}
        for start in range(0, len(forms), FORMS):
            part = forms[start : start + FORMS]
            known |= zip(part, await self._ask("keys", code, part), strict=True)
        return known

    async def words_of(self, terms: Sequence[Term]) -> frozenset[str]:
        """The keys of all words of these terms, taken generously."""
        answer = await self._ask("words_of", terms)
        return frozenset(key for keys in answer for key in keys)

    async def _learn(self, topics: Iterable[Topic]) -> None:
        terms = [*dict.fromkeys(term for topic in topics for term in topic.terms)]
        for start in range(0, len(terms) if len(terms) > TERMS else 0, TERMS):
            await self._ask("learn", terms[start : start + TERMS])

    async def _ask(self, function: str, *args: Any) -> Any:
        async with self._turn:
            asked = asyncio.ensure_future(
                self._judge.run(f"matching.workbench:{function}", *args, task="a topic that is being written")
            )
            asked.add_done_callback(_heard)
            return await asyncio.shield(asked)


def _heard(done: asyncio.Future[Any]) -> None:
    """What came of a task whose caller may have broken off is nobody's surprise."""
    if not done.cancelled():
        done.exception()


def slices(candidates: Iterable[Candidate]) -> Iterator[list[Piece]]:
    """Texts, as many at a time as have about SLICE characters; a longer one alone."""
    pieces: list[Piece] = []
    size = 0
    for each in candidates:
        article = each.article
        size += len(article.title) + len(article.text)
        if pieces and size > SLICE:
            yield pieces
            pieces, size = [], len(article.title) + len(article.text)
        pieces.append(Piece(article.title, article.text, each.language, each.facts))
    if pieces:
        yield pieces
