"""New words around a topic: what rises inside the articles that match it, and beside them, and is not in it.

Beside a topic are articles that it does not match, of a source that had a matching one on the
same day (UTC), with a word of the topic in them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from matching import tokens
from matching.topics import written
from news.languages.registry import LANGUAGES
from news.watch import Role, Term, Topic
from review.matchers import Lexicon
from review.rising import Counted, Forms, Rise, rising
from review.rows import Row, row
from storage import corpus
from storage.corpus import CorpusText, Wanted
from storage.database import Database

INSIDE, BESIDE = "inside", "beside"
PAGE = 500
# Of the articles that do not match every n-th is read, so that of each topic about so many are; of those
# that match the first.
OTHERS, MATCHING = 10_000, 5_000


@dataclass(frozen=True, slots=True)
class Window:
    """Recent is from `recent` until before `until`, before from `since` on (UTC)."""

    since: datetime
    recent: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Drift:
    """A word that rises: where (inside or beside), in which language."""

    where: str
    language: str
    rise: Rise


@dataclass(frozen=True, slots=True)
class Drifts:
    """All of them, the most surprising first, and how much was looked at: of the articles that do not
    match every `nth`."""

    found: tuple[Drift, ...]
    matching: int
    others: int
    nth: int


def window(now: datetime, days: int, before: int) -> Window:
    recent = now - timedelta(days=days)
    return Window(recent - timedelta(days=before), recent, now + timedelta(seconds=1))


async def drift(
    database: Database,
    topic: Topic,
    when: Window,
    lexicon: Lexicon,
    names: Iterable[str],
    *,
    most: tuple[int, int] = (MATCHING, OTHERS),
) -> Drifts:
    """What rises; words of `names` (of outlets) are left out. `lexicon` has the words of the languages,
    `most` is how many of the articles that match are read, and how many of the others."""
    wanted = Wanted(topic.slug, True, when.since, when.until)
    matching = [text async for text in _texts(database, wanted, most[0])]
    languages = {text.language for text in matching if text.language in LANGUAGES}
    rest = replace(wanted, found=False, languages=sorted(filter(None, languages)))
    nth = max(1, -(-await database.read(corpus.count, rest) // most[1]))
    others = [text async for text in _texts(database, replace(rest, nth=nth), most[1] + PAGE)]
    silent = {form.casefold() for name in names for form in tokens.forms(name)}
    found: list[Drift] = []
    for code in sorted(filter(None, languages)):
        inside = [text for text in matching if text.language == code]
        outside = [text for text in others if text.language == code]
        found += await _of_language(code, topic, when, lexicon, silent, inside, outside)
    found.sort(key=lambda each: -each.rise.score)
    return Drifts(tuple(found), len(matching), len(others), nth)


async def _texts(database: Database, wanted: Wanted, most: int) -> AsyncIterator[CorpusText]:
    after = had = 0
    while had < most:
        page = await database.read(corpus.page, wanted, after=after, limit=PAGE)
        for text in page:
            yield text
        had += len(page)
        if len(page) < PAGE:
            return
        after = page[-1].article


async def _of_language(
    code: str,
    topic: Topic,
    when: Window,
    lexicon: Lexicon,
    silent: Collection[str],
    inside: Sequence[CorpusText],
    outside: Sequence[CorpusText],
) -> list[Drift]:
    stops = {*silent, *LANGUAGES[code].stop_words}
    forms = Forms(code, {}, await lexicon.words_of(_own(topic, stops)), stops)
    matching, others = await asyncio.to_thread(_all_counted, forms, when, inside, outside)
    forms.keys = await lexicon.keys(code, forms.forms)
    return await asyncio.to_thread(_rising, code, forms, matching, others, inside, outside)


def _all_counted(
    forms: Forms, when: Window, inside: Sequence[CorpusText], outside: Sequence[CorpusText]
) -> tuple[list[Counted], list[Counted]]:
    matching = [_counted(text, forms, when, inside=True) for text in inside]
    return matching, [_counted(text, forms, when, inside=False) for text in outside]


def _rising(
    code: str,
    forms: Forms,
    matching: Sequence[Counted],
    others: Sequence[Counted],
    inside: Sequence[CorpusText],
    outside: Sequence[CorpusText],
) -> list[Drift]:
    own = forms.own()
    found = [Drift(INSIDE, code, rise) for rise in rising([*matching, *others], forms, own)]
    told = {each.rise.form for each in found}
    covered = {_day(text) for text in inside}
    near = [
        replace(counted, inside=_day(text) in covered and not own.isdisjoint(counted.words))
        for text, counted in zip(outside, others, strict=True)
    ]
    beside = (Drift(BESIDE, code, rise) for rise in rising(near, forms, own))
    return [*found, *(each for each in beside if each.rise.form not in told)]


def _counted(text: CorpusText, forms: Forms, when: Window, *, inside: bool) -> Counted:
    words = forms.numbered(text.title, text.text)
    return Counted(text.article, text.title, text.source, words, inside, text.at >= when.recent)


def _day(text: CorpusText) -> tuple[str, date]:
    return text.source, text.at.date()


def _own(topic: Topic, stops: Collection[str]) -> list[Term]:
    """The words of its names one by one, but for stop words."""
    names = [term for term in written(topic) if term.role is Role.NAME]
    return [
        Term(form, term.language)
        for term in names
        for form in tokens.forms(term.text)
        if form.casefold() not in stops
    ]


def drift_row(place: int, each: Drift) -> Row:
    """One word for `--json`; counts are of articles."""
    rise = each.rise
    return row(
        id=place,
        title=rise.form,
        language=each.language,
        where=each.where,
        score=round(rise.score, 1),
        now=rise.now,
        of_now=rise.of_now,
        before=rise.before,
        of_before=rise.of_before,
        elsewhere=rise.elsewhere,
        of_elsewhere=rise.of_elsewhere,
        sources=rise.sources,
        samples=[{"id": article, "title": title} for article, title in rise.samples],
    )
