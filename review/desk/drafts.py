"""A topic as it stands in the desk's form, complete or not: rows of words by language, or a query."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from starlette.datastructures import FormData

from news.errors import TopicError
from news.languages.registry import LANGUAGES
from news.texts import one_line
from news.watch import Term, Topic
from review.topics import ANY, MOST, TABLES, written_down

TERMS, QUERY = "terms", "query"
HOW = {kind: name for name, kind in TABLES.items()}
CODES = (*LANGUAGES, ANY)
BLANK = 3  # rows for one more word each, where somebody asks for more
SLUG_LETTERS = 64
NUMBER = 6  # digits of a version or of mentions


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the words, of which language (`any`: every one), and how they count (a table of a file:
    `terms`, `in_context`, `in_phrase`, `excluded`, `required`)."""

    text: str
    language: str
    how: str = TERMS

    @property
    def term(self) -> Term:
        role, stands = TABLES[self.how]
        return Term(self.text, None if self.language == ANY else self.language, role, stands)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes. `version` and `seen_name` are of the topic they started from (0: a new one);
    `form` is which of the two forms counts; `mentions` is as it is written."""

    slug: str = ""
    name: str = ""
    form: str = TERMS
    lines: tuple[Line, ...] = ()
    query: str = ""
    mentions: str = "1"
    version: int = 0
    seen_name: str = ""

    @property
    def new(self) -> bool:
        return self.version == 0

    @property
    def empty(self) -> bool:
        """Whether nothing is written yet that could be found."""
        return not self.query.strip() and not any(line.text.strip() for line in self.lines)

    @property
    def by_query(self) -> bool:
        """Whether the query counts: also where only it is written."""
        return self.form == QUERY or bool(
            self.query.strip() and not any(line.text.strip() for line in self.lines)
        )

    @property
    def groups(self) -> list[tuple[str, list[tuple[int, Line]]]]:
        """The rows by language, each with its number."""
        numbered = sorted(enumerate(self.lines), key=lambda each: CODES.index(each[1].language))
        return [(code, [*each]) for code, each in groupby(numbered, key=lambda each: each[1].language)]

    def topic(self, slug: str = "") -> Topic:
        """What it comes to, of `version`; without a short name of its own it is `slug`. Raises TopicError
        for what needs no dictionary to be refused."""
        number = self.mentions.strip()
        if not number.isdecimal() or len(number) > NUMBER:
            problem = f"{number!r} is no number of mentions"
            remedy = "Give 1 or more."
            raise TopicError(topic=self.slug, problem=problem, remedy=remedy, field="mentions")
        by_query = self.by_query
        terms = () if by_query else tuple(line.term for line in self.lines if line.text.strip())
        made = written_down(
            self.slug or slug,
            self.name,
            terms,
            query=self.query if by_query else "",
            mentions=int(number),
        )
        if by_query and not made.query:
            problem, remedy = "the query is empty", 'Write words, such as "Lachin corridor".'
            raise TopicError(topic=self.slug, problem=problem, remedy=remedy, field=QUERY)
        return replace(made, version=self.version)

    def with_room(self, code: str) -> Draft:
        """With blank rows for words of a language."""
        return replace(self, lines=(*self.lines, *(Line("", code) for _ in range(BLANK))))

    def with_terms(self, terms: Sequence[Term]) -> Draft:
        """With further words, in place of blank rows of their language."""
        lines = [line for line in self.lines if line.text.strip()]
        lines += [line for line in map(line_of, terms) if line not in lines]
        return replace(self, lines=tuple(lines))

    def without(self, number: int) -> Draft:
        """Without one row."""
        return replace(self, lines=tuple(line for at, line in enumerate(self.lines) if at != number))

    def row_of(self, term: Term | None) -> int | None:
        """The row that holds a term, None where none does."""
        rows = (number for number, line in enumerate(self.lines) if _alike(line, term))
        return next(rows, None)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a draft is refused: in which `field` (slug, name, terms, query, mentions), in which row where it is
    one; `picture` shows the place in a query."""

    field: str
    said: str
    row: int | None = None
    picture: str = ""


def wrong_in(draft: Draft, error: TopicError) -> Wrong:
    """What a refusal says, and where."""
    field = error.facts.get("field", TERMS)
    if error.facts.get("place") is not None:
        return Wrong(field, _sentence(f"{error.problem}."), picture=str(error.remedy).strip("\n"))
    return Wrong(field, _sentence(f"{error.problem}. {error.remedy}"), draft.row_of(error.facts.get("term")))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def term_problem(error: TopicError, terms: Sequence[Term]) -> tuple[str, str]:
    """The field a program sent that is refused (`terms.3.text`), and why."""
    field, term = str(error.facts.get("field", TERMS)), error.facts.get("term")
    if term is not None:
        field = next((f"{field}.{at}.text" for at, each in enumerate(terms) if same(each, term)), field)
    return field, f"{error.problem}. {str(error.remedy).strip()}"


def slug_of(name: str) -> str:
    """A short name made of a name; "" where none of its letters are of use."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:SLUG_LETTERS].strip("-")


def draft_of(topic: Topic) -> Draft:
    """A topic as it stands, to be changed."""
    lines = tuple(map(line_of, topic.terms))
    form = QUERY if topic.query else TERMS
    named = {"slug": topic.slug, "name": topic.name, "seen_name": topic.name}
    return Draft(
        **named,
        form=form,
        lines=lines,
        query=topic.query,
        mentions=str(topic.mentions),
        version=topic.version,
    )


def line_of(term: Term) -> Line:
    return Line(term.text, term.language or ANY, HOW[term.role, term.stands])


def read(form: FormData, slug: str = "") -> Draft:
    """What was sent, as it was written; what no form of ours sends is passed over. `slug` is the topic's
    where the address names it."""

    def text(name: str, otherwise: str = "") -> str:
        found = form.get(name, otherwise)
        return found if isinstance(found, str) else otherwise

    columns = ([str(each) for each in form.getlist(name)] for name in ("text", "language", "how"))
    lines = tuple(
        Line(words, code if code in CODES else ANY, how if how in TABLES else TERMS)
        for words, code, how in list(zip(*columns, strict=False))[: MOST + 100]
    )
    version = text("version", "0")
    return Draft(
        slug or text("slug").strip(),
        text("name"),
        QUERY if text("form") == QUERY else TERMS,
        lines,
        text("query"),
        text("mentions", "1"),
        int(version) if version.isdecimal() and len(version) <= NUMBER else 0,
        text("seen_name"),
    )


def term_of(written: str) -> Term | None:
    """A form that was ticked, as the page has it: `ru|in_context|words`; None for what it has not."""
    code, _, rest = written.partition("|")
    how, _, words = rest.partition("|")
    if code not in CODES or how not in TABLES or not words:
        return None
    return Line(words, code, how).term


def _alike(line: Line, term: Term | None) -> bool:
    if term is None:
        return False
    return same(line.term, term)


def same(written: Term, term: Term) -> bool:
    """Whether a term as it was written is that one, whose blanks are in order."""
    return one_line(written.text) == term.text and replace(written, text=term.text) == term
