"""The other names of what a topic watches: which of them its terms do not find, and what each would add.

Full text proposes the articles, the matcher decides, in one pass for all
forms. An article counts for a form where the topic as it is does not match it,
the topic with the form would, and the form held on its day.
A form that stands in context or in a phrase is taken as such: it proves nothing but in company.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from matching.keys import spelled
from matching.topics import CompiledTopics, analysis_of, compiled, written
from news.article import Article
from news.names import Form, Name
from news.watch import Role, Stands, Term, Topic
from review import proposals
from review.names import form_row, role_rows, spoken_of
from review.rows import Row, iso, row
from storage.database import Database
from storage.search import Filters

PAGE = 200
OWN = "own"  # the topic as it is, among those with one form more, which are numbered


@dataclass(frozen=True, slots=True)
class Offer:
    """A form of an entry that the topic speaks of, which its terms do not find.

    `takable`: it may prove something, for which one that does not stand alone
    needs another form or required term of the topic, and no query can have it.
    `holds`: whether its time has come and is not over.
    """

    name: Name
    form: Form
    takable: bool
    holds: bool

    @property
    def term(self) -> Term:
        return Term(self.form.text, self.form.language, stands=self.form.stands)


@dataclass(frozen=True, slots=True)
class Gain:
    """How many articles a form would add, and when the first and the last of them appeared."""

    articles: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def with_one(self, at: datetime) -> Gain:
        return Gain(self.articles + 1, min(self.first or at, at), max(self.last or at, at))


def offers(topic: Topic, names: Sequence[Name], on: date) -> tuple[Offer, ...]:
    """The forms of all entries that a name of the topic is a form of, without those it has: by entry,
    then language. `on` is the day on which they hold or not."""
    terms = written(topic)
    own = [term for term in terms if term.role is Role.NAME]
    entries = spoken_of((term.text for term in own), names)
    excluded = [term for term in terms if term.role is Role.EXCLUDED]
    known = compiled([_terms(Role.EXCLUDED, excluded)])
    for code in sorted({form.language for name in entries for form in name.forms}):
        # In another language the same letters are inflected by other rules: no reason to leave a form out.
        known.add(_terms(code, [term for term in own if term.language in (None, code)]))
    found = []
    for name in entries:
        for form in name.forms:
            has = {each.topic for each in known.found("", form.text, form.language)}
            if not has & {form.language, Role.EXCLUDED}:
                found.append(Offer(name, form, _takable(form, topic), form.period.holds(on)))
    return tuple(found)


async def gains(
    database: Database, topic: Topic, offered: Sequence[Offer], since: datetime
) -> tuple[Gain, ...]:
    """What each offer would have added to the articles first seen from `since` on: nothing where it
    cannot be taken, and nothing of days on which the form did not hold. Texts without index terms are
    not looked at (`review.reindex.outdated`)."""
    forms = {str(number): offer.term for number, offer in enumerate(offered) if offer.takable}
    topics = [replace(topic, slug=OWN), *(_with(topic, *each) for each in forms.items())]
    analysis = analysis_of(topics)
    wanted = CompiledTopics(analysis, topics)
    gained = dict.fromkeys(map(str, range(len(offered))), Gain())
    asked = proposals.any_of(forms.values(), analysis)
    async for candidates in proposals.pages(database, asked, Filters(since=since), size=PAGE):
        for candidate in candidates:
            article = candidate.article
            found = {
                each.topic
                for each in wanted.found(article.title, article.text, candidate.language, candidate.facts)
            }
            day = _day(article)
            for number in found & forms.keys() if OWN not in found else ():
                if offered[int(number)].form.period.holds(day):
                    gained[number] = gained[number].with_one(article.appeared.by)
    return tuple(gained.values())


def _day(article: Article) -> date:
    """The day that an article is of: the one it says, else that on which it was first seen (UTC)."""
    return article.published.day if article.published else article.appeared.by.date()


def _takable(form: Form, topic: Topic) -> bool:
    if form.stands is Stands.ALONE:
        return True
    company = (term for term in topic.terms if term.role is not Role.EXCLUDED)
    return any(spelled(term.text) != spelled(form.text) for term in company)


def _with(topic: Topic, label: str, term: Term) -> Topic:
    """The topic with one term more; of a query the term alone, as another way to match."""
    if topic.query:
        return _terms(label, [term])
    return replace(topic, slug=label, terms=(*topic.terms, term))


def _terms(label: str, terms: Iterable[Term]) -> Topic:
    return Topic(label, "", 0, tuple(Term(term.text, term.language) for term in terms))


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
