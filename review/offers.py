"""What each of the other names of what a topic watches (`matching.naming`) would add to it.

Full text proposes the articles, the matcher decides, in one pass for all
forms. An article counts for a form where the topic as it is does not match it,
the topic with the form would, and the form held on its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date, datetime

from matching.naming import Offer
from news.article import Article
from news.watch import Stands, Term, Topic
from review import proposals
from review.matchers import Here, Matcher
from review.names import form_row, role_rows
from review.rows import Row, iso, row
from storage.database import Database
from storage.search import Filters

PAGE = 200
OWN = "own"  # the topic as it is, among those with one form more, which are numbered


@dataclass(frozen=True, slots=True)
class Gain:
    """How many articles a form would add, and when the first and the last of them appeared."""

    articles: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def __bool__(self) -> bool:
        return self.articles > 0

    def with_one(self, at: datetime) -> Gain:
        return Gain(self.articles + 1, min(self.first or at, at), max(self.last or at, at))


async def gains(
    database: Database,
    topic: Topic,
    offered: Sequence[Offer],
    since: datetime,
    *,
    bench: Matcher | None = None,
    most: int | None = None,
) -> tuple[Gain, ...]:
    """What each offer would have added to the articles first seen from `since` on: nothing where it
    cannot be taken, and nothing of days on which the form did not hold. Texts without index terms are
    not looked at (`review.reindex.outdated`). `bench` looks at the texts, else this process; at `most` so
    many of the latest."""
    forms = {str(number): offer.term for number, offer in enumerate(offered) if offer.takable}
    topics = [replace(topic, slug=OWN), *(_with(topic, *each) for each in forms.items())]
    matcher = bench or Here(topics)
    gained = dict.fromkeys(map(str, range(len(offered))), Gain())
    asked = await matcher.proposed([replace(topic, query="", terms=tuple(forms.values()))])
    looked_at = 0
    async with aclosing(proposals.pages(database, asked, Filters(since=since), size=PAGE)) as pages:
        async for candidates in pages:
            for candidate, every in zip(candidates, await matcher.found(topics, candidates), strict=True):
                found, day = {each.topic for each in every}, _day(candidate.article)
                for number in found & forms.keys() if OWN not in found else ():
                    if offered[int(number)].form.period.holds(day):
                        gained[number] = gained[number].with_one(candidate.article.appeared.by)
            looked_at += len(candidates)
            if most is not None and looked_at >= most:
                break
    return tuple(gained.values())


def _day(article: Article) -> date:
    """The day that an article is of: the one it says, else that on which it was first seen (UTC)."""
    return article.published.day if article.published else article.appeared.by.date()


def _with(topic: Topic, label: str, term: Term) -> Topic:
    """The topic with one term more; of a query the term alone, as another way to match."""
    if topic.query:
        return Topic(label, "", 0, (replace(term, stands=Stands.ALONE),))
    return replace(topic, slug=label, terms=(*topic.terms, term))


def offer_row(number: int, offer: Offer, gain: Gain, *, taken: bool) -> Row:
    """An offer by its number, with what it would have added (None: it cannot be taken)."""
    form = form_row(offer.form)
    return row(
        id=number,
        slug=offer.name.slug,
        title=offer.name.title,
        form=form.pop("text"),
        takable=offer.takable,
        holds=offer.holds,
        taken=taken,
        articles=gain.articles if offer.takable else None,
        first=iso(gain.first),
        last=iso(gain.last),
        roles=role_rows(offer.name),
        care=offer.name.care,
        see=list(offer.name.see),
        **{"not": list(offer.name.not_)},
        **form,
    )
