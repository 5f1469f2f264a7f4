"""Words that tell the noise under a topic from what is relevant: what leaving them out would drop.

Counted are articles that somebody judged. Words are proposed as they are written,
then the matcher says what each would rule out, in whatever form: what is promised
is what an excluded term does.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from matching import tokens
from matching.checking import says_nothing
from news.errors import TopicError
from news.judging import Says
from news.languages.registry import LANGUAGES
from news.watch import Found, Role, Term, Topic
from review.matchers import Bench
from review.rising import LEAST, PARTED, SHORTEST, SURPRISING, ratio
from review.rows import Row, row
from storage import search, verdicts
from storage.database import Database
from storage.search import Candidate

TRIED = 60  # words and pairs that the matcher is asked about
SHOWN = 10
LATEST = 400  # verdicts that are looked at
BAD_PRICE = 4  # times as much noise as relevant articles a word must drop at least


@dataclass(frozen=True, slots=True)
class Judged:
    """An article that somebody judged under the topic: noise, or (`relevant`) not; must-read is relevant."""

    candidate: Candidate
    relevant: bool
    must_read: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A term that would rule out so many articles judged noise (of `of_noise`), and with them so many
    judged relevant (of `of_relevant`); never one that must be read. `score` is the log-likelihood ratio."""

    term: Term
    noise: int
    of_noise: int
    relevant: int
    of_relevant: int
    score: float
    articles: tuple[int, ...]

    @property
    def drops(self) -> int:
        return self.noise + self.relevant


async def judged_under(database: Database, topic: str) -> list[Judged]:
    """What was judged under a topic, the latest verdicts of it."""
    said = {each.article: each.says for each in await database.read(verdicts.of_topic, topic, limit=LATEST)}
    return [
        Judged(each, said[each.article.id] is not Says.NOISE, said[each.article.id] is Says.MUST_READ)
        for each in await database.read(search.of_articles, [*said])
    ]


async def suggestions(bench: Bench, topic: Topic, judged: Sequence[Judged]) -> tuple[Suggestion, ...]:
    """Terms to exclude, the most telling first: none where fewer than LEAST articles are noise or
    relevant, none for a query (it is written by hand). Raises as the bench does."""
    noise = sum(not each.relevant for each in judged)
    if topic.query or noise < LEAST or len(judged) - noise < LEAST:
        return ()
    likely = await asyncio.to_thread(_likely, judged)
    asked = tuple(Topic(str(place), "", 0, (term,)) for place, term in enumerate(likely))
    found = await bench.found(asked, [each.candidate for each in judged])
    kept = _kept(judged, likely, found)
    told: list[Suggestion] = []
    for each in kept:
        if len(told) == SHOWN:
            break
        if await _can_be_excluded(bench, topic, each.term):
            told.append(each)
    return tuple(told)


def _kept(
    judged: Sequence[Judged], likely: Sequence[Term], found: Iterable[Sequence[Found]]
) -> list[Suggestion]:
    """Those that are worth it, by what the matcher found; of several that drop the same articles one."""
    holding: dict[int, list[Judged]] = {}
    for each, every in zip(judged, found, strict=True):
        for place in (int(one.topic) for one in every):
            holding.setdefault(place, []).append(each)
    noise = sum(not each.relevant for each in judged)
    kept: dict[tuple[int, ...], Suggestion] = {}
    for place, held in sorted(holding.items()):
        articles = tuple(each.candidate.article.id for each in held)
        relevant = sum(each.relevant for each in held)
        dropped = len(held) - relevant
        score = ratio(dropped, noise, relevant, len(judged) - noise)
        worth = dropped >= LEAST and score >= SURPRISING and dropped >= BAD_PRICE * relevant
        if worth and not any(each.must_read for each in held):
            term = replace(likely[place], role=Role.EXCLUDED)
            made = Suggestion(term, dropped, noise, relevant, len(judged) - noise, score, articles)
            kept.setdefault(articles, made)
    return sorted(kept.values(), key=lambda each: (-each.score, each.relevant, each.term.text))


async def _can_be_excluded(bench: Bench, topic: Topic, term: Term) -> bool:
    """Not what a name of the topic holds: then nothing would be found any more."""
    try:
        await bench.check(replace(topic, terms=(*topic.terms, term)))
    except TopicError:
        return False
    return term not in topic.terms


def _likely(judged: Sequence[Judged]) -> list[Term]:
    """Words and pairs, as they are written, that stand in the noise more than in the rest."""
    written: dict[tuple[str, str | None], Counter[str]] = {}
    counts: dict[bool, Counter[tuple[str, str | None]]] = {True: Counter(), False: Counter()}
    for each in judged:
        article, code = each.candidate.article, each.candidate.language
        code = code if code in LANGUAGES else None
        units = {unit.casefold(): unit for unit in _units(article.title, article.text)}
        counts[each.relevant].update((unit, code) for unit in units)
        for unit, form in units.items() if not each.relevant else ():
            written.setdefault((unit, code), Counter())[form] += 1
    noise = sum(not each.relevant for each in judged)
    scored = [
        (ratio(times, noise, counts[True][unit], len(judged) - noise), times, unit)
        for unit, times in counts[False].items()
        if times > 1
    ]
    best = sorted((each for each in scored if each[0] > 0), key=lambda each: (-each[0], -each[1], str(each)))
    terms = (Term(written[unit].most_common(1)[0][0], unit[1]) for _, _, unit in best)
    return [term for term in terms if not says_nothing(term.text, term.language)][:TRIED]


def _units(*parts: str) -> set[str]:
    """The words and pairs of words of a text that may tell something."""
    found: set[str] = set()
    for segment in (segment for part in parts for segment in PARTED.split(part)):
        forms = tokens.forms(segment)
        found.update(form for form in forms if len(form) >= SHORTEST and form[:1].isalpha())
        found.update(
            f"{one} {other}" for one, other in pairwise(forms) if min(len(one), len(other)) >= SHORTEST
        )
    return found


def suggestion_row(place: int, each: Suggestion) -> Row:
    """A suggestion for JSON; counts are of judged articles."""
    return row(
        id=place,
        slug=None,
        title=each.term.text,
        language=each.term.language,
        drops=each.drops,
        noise=each.noise,
        of_noise=each.of_noise,
        relevant=each.relevant,
        of_relevant=each.of_relevant,
        score=round(each.score, 1),
        articles=list(each.articles),
    )
