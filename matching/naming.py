"""Whose name some words are, and the other names of what a topic watches.

A form that stands in context or in a phrase is taken as such: it proves nothing but in company.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from matching import tokens
from matching.keys import Analysis, spelled
from matching.topics import CompiledTopics, analysis_of, written
from news.names import Form, Name
from news.watch import Role, Stands, Term, Topic


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


def spoken_of(
    words: Iterable[str], names: Iterable[Name], *, whole: bool = True, analysis: Analysis | None = None
) -> tuple[Name, ...]:
    """The entries that have a form written as one of `words` is: in any case, and words in plain ASCII
    without regard to diacritics, as a topic's terms find them. Not `whole`: a form that holds one.
    `analysis` where there is one already that reads all languages that are wanted."""
    asked = [Topic(str(number), "", 0, (Term(each),)) for number, each in enumerate(words)]
    wanted = CompiledTopics(analysis or analysis_of(asked), asked)
    return tuple(name for name in names if any(_is_found(form, wanted, whole) for form in name.forms))


def offers(
    topic: Topic, names: Sequence[Name], on: date, *, analysis: Analysis | None = None
) -> tuple[Offer, ...]:
    """The forms of all entries that a name of the topic is a form of, without those it has: by entry,
    then language. `on` is the day on which they hold or not. `analysis` as of `spoken_of`."""
    terms = written(topic)
    own = [term for term in terms if term.role is Role.NAME]
    entries = spoken_of((term.text for term in own), names, analysis=analysis)
    excluded = [term for term in terms if term.role is Role.EXCLUDED]
    codes = sorted({form.language for name in entries for form in name.forms})
    # In another language the same letters are inflected by other rules: no reason to leave a form out.
    of_code = (_terms(code, [term for term in own if term.language in (None, code)]) for code in codes)
    has_already = [_terms(Role.EXCLUDED, excluded), *of_code]
    known = CompiledTopics(analysis or analysis_of(has_already), has_already)
    found = []
    for name in entries:
        for form in name.forms:
            has = {each.topic for each in known.found("", form.text, form.language)}
            if not has & {form.language, Role.EXCLUDED}:
                found.append(Offer(name, form, _takable(form, topic), form.period.holds(on)))
    return tuple(found)


def _is_found(form: Form, wanted: CompiledTopics, whole: bool) -> bool:
    every = len(tokens.forms(form.text)) if whole else 0
    return any(
        len(tokens.forms(evidence.form)) >= every
        for found in wanted.found("", form.text, form.language)
        for evidence in found.evidence
    )


def _takable(form: Form, topic: Topic) -> bool:
    if form.stands is Stands.ALONE:
        return True
    company = (term for term in topic.terms if term.role is not Role.EXCLUDED)
    return any(spelled(term.text) != spelled(form.text) for term in company)


def _terms(label: str, terms: Iterable[Term]) -> Topic:
    return Topic(label, "", 0, tuple(Term(term.text, term.language) for term in terms))
