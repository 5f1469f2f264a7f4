"""What leaving out a word would drop of what was judged: promised is what the excluded term then does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from matching.topics import compiled
from news.watch import Role, Term, Topic
from review.matchers import Bench, Here
from review.noise import Judged, suggestion_row, suggestions
from storage.database import Database
from storage.search import Filters, candidates
from tests.review.archive import LANGUAGES, SETUP, judged
from workers.judge import Judge

NOISE = [
    "Футболисты сыграли матч: Лачинский коридор ни при чём, тренер доволен.",
    "О матче и тренере: Лачинский коридор назвали командой.",
    "Матчем закончился день, Лачинский коридор победил, тренера уволили.",
    "После матча тренер говорил, что Лачинский коридор играл плохо.",
]
RELEVANT = [
    "Движение через Лачинский коридор остановлено.",
    "Лачинский коридор закрыт, говорит министр.",
    "Министр прибыл; Лачинский коридор открыт. Был матч.",
    "Лачинский коридор: переговоры министров продолжаются.",
]
TOPIC = Topic("lachin", "Lachin", 1, (Term("Лачинский коридор", "ru"),))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    judge = Judge(SETUP, LANGUAGES)
    yield Bench(judge)
    await judge.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with judged(database_url, [*NOISE, *RELEVANT] * 3) as opened:
        yield opened


async def told(database: Database, must_read: Sequence[str] = ()) -> list[Judged]:
    words = await Here([TOPIC]).proposed([TOPIC])
    page = await database.read(candidates, words, Filters())
    return [
        Judged(each, each.article.text in RELEVANT, each.article.text in must_read)
        for each in page.candidates
    ]


async def test_a_word_of_the_noise_is_suggested_with_what_it_would_drop(
    database: Database, bench: Bench
) -> None:
    found = await suggestions(bench, TOPIC, every := await told(database))
    trainer, match = (
        next(each for each in found if each.term.text.casefold().startswith(word))
        for word in ("тренер", "матч")
    )
    assert (trainer.drops, trainer.noise, trainer.relevant) == (12, 12, 0)
    assert (match.drops, match.noise, match.relevant, match.of_relevant) == (15, 12, 3, 12)
    assert found.index(trainer) < found.index(match)
    assert not any("коридор" in each.term.text.casefold() for each in found)
    for each in found:
        narrowed = compiled([replace(TOPIC, terms=(*TOPIC.terms, each.term))])
        texts = [(one.candidate.article, one.candidate.language) for one in every]
        left = {a.id for a, code in texts if narrowed.found(a.title, a.text, code)}
        assert {a.id for a, _ in texts} - left == {*each.articles}, each.term
    assert suggestion_row(1, trainer)["drops"] == 12


async def test_no_word_that_would_drop_what_must_be_read(database: Database, bench: Bench) -> None:
    found = await suggestions(bench, TOPIC, await told(database, must_read=RELEVANT[2:3]))
    assert found
    assert not any(each.term.text.casefold().startswith("матч") for each in found)


async def test_a_few_judgements_say_nothing(database: Database, bench: Bench) -> None:
    every = await told(database)
    few = [each for each in every if each.relevant] + [each for each in every if not each.relevant][:2]
    assert await suggestions(bench, TOPIC, few) == ()
    assert await suggestions(bench, TOPIC, [each for each in every if not each.relevant]) == ()
    excluded = replace(TOPIC, terms=(*TOPIC.terms, Term("тренер", "ru", Role.EXCLUDED)))
    assert Term("тренер", "ru", Role.EXCLUDED) not in {
        each.term for each in await suggestions(bench, excluded, every)
    }
