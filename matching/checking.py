"""Topics that no text could match, or almost any: refused where they are written, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from matching import tokens
from matching.boolean import All, Either, Facet, Leaf, Node, Not, children, required
from matching.keys import ACRONYM, Analysis, script
from matching.query import parse
from matching.topics import CompiledTopics, analysis_of
from news.errors import QuerySyntaxError, TopicError
from news.languages.registry import LANGUAGES
from news.watch import Role, Stands, Term, Topic


def check(topic: Topic, analysis: Analysis | None = None) -> None:
    """Raise TopicError for a topic that no text could match, that almost every text would, or with a term
    that says nothing. Its facts name the `field` of the topic and, where it is of one, the `term` or the
    `place` in the query. `analysis` where there is one already that reads the topic's languages."""
    if topic.mentions < 1:
        problem = f"{topic.mentions} mentions are none"
        raise _refusal(topic, problem, "Ask for one or more.", field="mentions")
    if topic.query:
        _check_query(topic)
        return
    for term in topic.terms:
        if not tokens.forms(term.text):
            problem = f"the term {term.text!r} has no letter or digit in it"
            raise _refusal(topic, problem, "Leave it out.", term=term)
    names = [term for term in topic.terms if term.role is Role.NAME]
    if not names:
        problem = "it has no term of its own: excluded and required terms only narrow what others find"
        raise _refusal(topic, problem, 'Add a name, such as "Lachin corridor".')
    for name in names:
        if says_nothing(name.text, name.language) and name.stands is Stands.ALONE:
            problem = f"the term {name.text!r} is of words that stand in almost every text"
            remedy = "Add the word that makes it a name, or leave it out."
            raise _refusal(topic, problem, remedy, term=name)
    _check_company(topic, names)
    _check_exclusions(topic, names, analysis)


def says_nothing(text: str, language: str | None = None) -> bool:
    """Whether all words of a term are stop words of one language: its own, else any of their script.
    Short words in capitals are acronyms (WHO, IT)."""
    forms = tokens.forms(text)
    if not forms or any(form.isupper() and 1 < len(form) <= ACRONYM for form in forms):
        return False
    known = [*LANGUAGES] if language is None else [language]
    return any(
        code in LANGUAGES
        and script(forms[0]) in LANGUAGES[code].scripts
        and all(LANGUAGES[code].lower(form) in _stop_words(code) for form in forms)
        for code in known
    )


@cache
def _stop_words(code: str) -> frozenset[str]:
    return frozenset(LANGUAGES[code].stop_words)


def _check_query(topic: Topic) -> None:
    if topic.terms:
        problem = "it has terms and a query"
        remedy = "Write the terms into the query, or leave the query out."
        raise _refusal(topic, problem, remedy, field="query")
    try:
        node = parse(topic.query)
    except QuerySyntaxError as wrong:
        problem = f"its query cannot be read at character {wrong.place}: {wrong.problem}"
        remedy = f"\n{wrong.picture}"
        raise _refusal(topic, problem, remedy, field="query", place=wrong.place) from None
    if required(_telling(node)) is None:
        problem = f"its query would match almost everything: {_loose(node)}"
        remedy = "Let every way to match it need a word or a phrase that tells something (AND)."
        raise _refusal(topic, problem, remedy, field="query")


def _telling(node: Node) -> Node:
    """The query, with what no text is without in place of words that say nothing."""
    if isinstance(node, Leaf):
        return Facet("source", "") if says_nothing(node.text) else node
    if isinstance(node, Facet | Not):
        return node
    parts = tuple(map(_telling, children(node)))
    # For what it needs, NEAR is AND, and ATLEAST and title: are what they are of.
    return Either(parts) if isinstance(node, Either) else All(parts)


def _loose(node: Node) -> str:
    """Why a query needs no telling word, in words."""
    return next(_reasons(node), "nothing in it must be there")


def _reasons(node: Node) -> Iterator[str]:
    if isinstance(node, Leaf) and says_nothing(node.text):
        yield f"{node.text!r} stands in almost every text"
    elif isinstance(node, Not):
        yield "NOT alone is true of every text that lacks the words"
    elif isinstance(node, Facet):
        yield f"{node} alone asks for no word"
    elif not isinstance(node, Leaf):
        for child in children(node):
            if required(_telling(child)) is None:
                yield from _reasons(child)


def _check_company(topic: Topic, names: list[Term]) -> None:
    """Forms that prove nothing alone need another that may stand with them."""
    if any(name.stands is Stands.ALONE for name in names):
        return
    company = {name.text for name in names} | {t.text for t in topic.terms if t.role is Role.REQUIRED}
    if len(company) < 2:
        problem = f"the term {names[0].text!r} proves it only beside another, and there is none"
        remedy = "Add a term that stands alone, or a required one."
        raise _refusal(topic, problem, remedy, term=names[0])


def _check_exclusions(topic: Topic, names: Iterable[Term], analysis: Analysis | None) -> None:
    """A name that holds an excluded term within it proves nothing, ever."""
    excluded = [term for term in topic.terms if term.role is Role.EXCLUDED]
    banning = [
        Topic(str(number), "", 0, (Term(term.text, term.language),)) for number, term in enumerate(excluded)
    ]
    bans = CompiledTopics(analysis or analysis_of(banning), banning)
    for name in names:
        for found in bans.found("", name.text, name.language):
            banned = excluded[int(found.topic)].text
            problem = f"the term {name.text!r} can never match: it holds the excluded {banned!r}"
            raise _refusal(topic, problem, "Leave out one of them.", term=name)


def _refusal(topic: Topic, problem: str, remedy: str, field: str = "terms", **where: Any) -> TopicError:
    return TopicError(topic=topic.slug, problem=problem, remedy=remedy, field=field, **where)
