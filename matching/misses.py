"""Near misses: what in a text nearly named a topic, and which part of it failed.

Asked for one text at a time by a person, so it may cost what the matcher may not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from matching.branches import of_query
from matching.keys import Analysis
from matching.nearly import Article, NearMiss, Why, nearly_found, only, times
from matching.topics import analysis_of, written
from news.watch import UNKNOWN, Evidence, Facts, Role, Stands, Term, Topic

MOST = 12
PARTLY = 3  # misses of terms of which only some words stand there
LISTED = 5  # terms that are named in one reason
RANK = {why: rank for rank, why in enumerate(Why)}


def near_misses(
    topic: Topic,
    title: str,
    text: str,
    language: str | None,
    facts: Facts = UNKNOWN,
    *,
    analysis: Analysis | None = None,
) -> tuple[NearMiss, ...]:
    """Why a topic does not match, as far as something of it stands there, the most telling first; of one
    that matches, which other words of its nearly did. At most a dozen. `analysis` is the topic's
    (`analysis_of`), where there is one already."""
    article = Article(title, text, language, facts, analysis or analysis_of([topic], f"{title} {text}"))
    matched = article.found(topic)
    of_the_whole = of_query if topic.query else _of_the_whole
    whole = [] if matched else [*of_the_whole(topic, article)]
    found = [*nearly_found((term for term in written(topic) if term.role is Role.NAME), article)]
    if matched or whole:
        found = [miss for miss in found if miss.why is not Why.PARTLY and not _overlaps(miss, matched)]
    return _foremost([*whole, *found])


def _foremost(found: Iterable[NearMiss]) -> tuple[NearMiss, ...]:
    """The most telling; of those about one place and of one kind only the first."""
    kept: dict[tuple[object, ...], NearMiss] = {}
    for miss in sorted(found, key=_telling):
        place = miss.place
        where = (place.field, place.start) if place and RANK[miss.why] > RANK[Why.QUERY] else miss.said
        if miss.why is Why.PARTLY and not _worth_telling(miss, kept.values()):
            continue
        kept.setdefault((miss.why, where), miss)
    return tuple(kept.values())[:MOST]


def _telling(miss: NearMiss) -> tuple[float, ...]:
    length = miss.place.end - miss.place.start if miss.place else 0
    return RANK[miss.why], miss.distance, -length


def _worth_telling(miss: NearMiss, kept: Collection[NearMiss]) -> bool:
    """Whether a part of a phrase is: not where more is said of its place, and not too many."""
    places = [each.place for each in kept if each.place is not None]
    return sum(each.why is Why.PARTLY for each in kept) < PARTLY and not _overlaps(miss, places)


def _overlaps(miss: NearMiss, found: Iterable[Evidence]) -> bool:
    place = miss.place
    return place is not None and any(
        place.field is span.field and place.start < span.end and span.start < place.end for span in found
    )


def _of_the_whole(topic: Topic, article: Article) -> Iterator[NearMiss]:
    """Where it is named, and something else keeps it from matching."""
    names = [term for term in topic.terms if term.role is Role.NAME]
    named = article.found(only([replace(term, stands=Stands.ALONE) for term in names]))
    if not named:
        return
    excluded = [term for term in topic.terms if term.role is Role.EXCLUDED]
    for span in article.found(only([replace(term, role=Role.NAME) for term in excluded])):
        yield NearMiss(
            Why.EXCLUDED, span.term, f"it is named, but the excluded {span.term!r} stands there", span
        )
    required = [term for term in topic.terms if term.role is Role.REQUIRED]
    if required and not article.found(only([replace(term, role=Role.NAME) for term in required])):
        said = f"it is named, but no required term stands there: {_listed(required)}"
        yield NearMiss(Why.REQUIRED, "", said, named[0])
        yield from nearly_found(required, article)
    proving = article.found(only(names))
    if not proving:
        yield from (_lonely(span, names) for span in named)
    elif len(proving) < topic.mentions:
        said = f"it is named {times(len(proving))}, and {topic.mentions} times are asked for"
        yield NearMiss(Why.MENTIONS, "", said, proving[0])


def _lonely(span: Evidence, names: Iterable[Term]) -> NearMiss:
    near = any(term.text == span.term and term.stands is Stands.PHRASE for term in names)
    where = "close beside it" if near else "in the same article"
    said = f"{span.term!r} proves it only where another of its terms stands {where}"
    return NearMiss(Why.COMPANION, span.term, said, span)


def _listed(terms: Sequence[Term]) -> str:
    texts = [*dict.fromkeys(term.text for term in terms)]
    more = f" and {len(texts) - LISTED} more were" if len(texts) > LISTED else " was"
    if 1 < len(texts) <= LISTED:
        more = " were"
    return ", ".join(map(repr, texts[:LISTED])) + f"{more} looked for"
