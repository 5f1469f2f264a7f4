"""Topics as people write them, in TOML and on the command line, with every mistake named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli_w

from matching.checking import check
from news.errors import CatalogueError, TopicError
from news.languages.registry import LANGUAGES
from news.texts import clean_text, one_line
from news.watch import Role, Stands, Term, Topic
from review.blocks import (
    SLUG,
    SLUG_RULE,
    Problem,
    blocks_of,
    document_of,
    known_key,
    refuse_twins,
    text_of,
)
from review.rows import Row, row, term_rows

# In a file, terms stand in a table per what they are for, and in it in a list per language; ANY is every one.
TABLES = {
    "terms": (Role.NAME, Stands.ALONE),
    "in_context": (Role.NAME, Stands.CONTEXT),
    "in_phrase": (Role.NAME, Stands.PHRASE),
    "excluded": (Role.EXCLUDED, Stands.ALONE),
    "required": (Role.REQUIRED, Stands.ALONE),
}
ANY = "any"
LONGEST = 200  # characters of a term: a name, not a paragraph
MOST = 2000  # terms of a topic


def topic(slug: str, name: str, terms: Iterable[Term], *, query: str = "", mentions: int = 1) -> Topic:
    """A topic that can be watched, its words in the form all text is kept in; its `version` is not known yet.

    Raises TopicError, whose facts are those of `matching.checking.check`.
    """
    made = written_down(slug, name, terms, query=query, mentions=mentions)
    check(made)
    return made


def written_down(slug: str, name: str, terms: Iterable[Term], *, query: str = "", mentions: int = 1) -> Topic:
    """A topic of which all is looked at that needs no dictionary; the rest is `matching.checking.check`'s.

    Raises TopicError.
    """
    cleaned = tuple(dict.fromkeys(replace(term, text=one_line(term.text)) for term in terms))
    made = Topic(slug, one_line(name) or slug, 0, cleaned, clean_text(query), mentions)
    if not SLUG.fullmatch(slug):
        raise _refusal(slug, "that is no slug", SLUG_RULE, field="slug")
    if len(cleaned) > MOST:
        raise _refusal(slug, f"it has more than {MOST} terms", "Make several topics of it.")
    for term in cleaned:
        if term.language is not None and term.language not in LANGUAGES:
            valid = ", ".join(sorted(LANGUAGES))
            remedy = f"Valid are: {valid}, and {ANY} for words of every language."
            raise _refusal(slug, f"{term.language!r} is no language of ours", remedy, term=term)
        if len(term.text) > LONGEST:
            problem = f"the term {term.text[:40]!r}… has more than {LONGEST} characters"
            raise _refusal(slug, problem, "Give the few words that name the topic.", term=term)
    return made


def parse_term(written: str, role: Role, stands: Stands = Stands.ALONE) -> Term:
    """A term as the command line has it: `en:Lachin corridor`, or without a language for every one."""
    code, colon, words = written.partition(":")
    if colon and (code in LANGUAGES or code == ANY):
        return Term(words, None if code == ANY else code, role, stands)
    return Term(written, None, role, stands)


def parse_terms(written: Mapping[str, Iterable[str] | None]) -> list[Term]:
    """Terms as the command line has them, by the table of a file they would stand in."""
    return [parse_term(words, *TABLES[table]) for table, given in written.items() for words in given or ()]


def read_file(path: Path) -> tuple[Topic, ...]:
    """The `[[topic]]` blocks of a file, in order. Raises CatalogueError naming file, block and key."""
    return read_text(text_of(path), str(path))


def read_text(text: str, file: str) -> tuple[Topic, ...]:
    """The topics of a TOML text; `file` names it in errors."""
    blocks = blocks_of(document_of(text, file), "topic", file)
    topics = tuple(_topic(block, f"topic {number}", file) for number, block in enumerate(blocks, 1))
    refuse_twins((topic.slug for topic in topics), file)
    return topics


def write(topics: Iterable[Topic]) -> str:
    """The topics as TOML `[[topic]]` blocks that `read_text` reads."""
    return tomli_w.dumps({"topic": [_block(topic) for topic in topics]}, multiline_strings=False)


def topic_row(topic: Topic, articles: int) -> Row:
    """One topic with its terms, and how many articles it was found in."""
    return row(
        id=topic.slug,
        slug=topic.slug,
        title=topic.name,
        version=topic.version,
        languages=sorted({term.language or ANY for term in topic.terms} or {ANY}),
        terms=term_rows(topic.terms),
        query=topic.query or None,
        mentions=topic.mentions,
        articles=articles,
    )


def _topic(block: Mapping[str, Any], otherwise: str, file: str) -> Topic:
    where = str(block.get("slug") or otherwise)
    known = ["slug", "name", "query", "mentions", *TABLES]
    for key in block:
        try:
            known_key(key, known)
        except Problem as wrong:
            raise wrong.refusal(file, f"{where}: {key}") from None
    for key in ("slug", "name"):
        if not isinstance(block.get(key), str) or not block[key].strip():
            remedy = "Every topic has slug, name and [topic.terms], or a query."
            raise CatalogueError(
                file=file, where=f"{where}: {key}", problem="missing or no text", remedy=remedy
            )
    terms: list[Term] = []
    for key, (role, stands) in TABLES.items():
        terms += _terms(block.get(key, {}), role, stands, f"{where}: {key}", file)
    query, mentions = block.get("query", ""), block.get("mentions", 1)
    for key, value, kind in (("query", query, str), ("mentions", mentions, int)):
        if type(value) is not kind:
            remedy = f"Write {'a text' if kind is str else 'a number'}."
            raise CatalogueError(file=file, where=f"{where}: {key}", problem=f"not {value!r}", remedy=remedy)
    try:
        return topic(block["slug"], block["name"], terms, query=query, mentions=mentions)
    except TopicError as wrong:
        raise CatalogueError(
            file=file, where=wrong.topic, problem=wrong.problem, remedy=wrong.remedy
        ) from None


def _terms(table: Any, role: Role, stands: Stands, where: str, file: str) -> list[Term]:
    lists = table.values() if isinstance(table, dict) else [None]
    for words in lists:
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            remedy = 'Give a list of texts per language, such as en = ["Lachin corridor"].'
            raise CatalogueError(file=file, where=where, problem="not lists of texts", remedy=remedy)
    return [
        Term(word, None if code == ANY else code, role, stands)
        for code, words in table.items()
        for word in words
    ]


def _block(topic: Topic) -> dict[str, Any]:
    block: dict[str, Any] = {"slug": topic.slug, "name": topic.name}
    if topic.query:
        block["query"] = topic.query
    if topic.mentions > 1:
        block["mentions"] = topic.mentions
    for key, kind in TABLES.items():
        for term in topic.terms:
            if (term.role, term.stands) == kind:
                block.setdefault(key, {}).setdefault(term.language or ANY, []).append(term.text)
    return block


def _refusal(slug: str, problem: str, remedy: str, field: str = "terms", **where: Any) -> TopicError:
    return TopicError(topic=slug, problem=problem, remedy=remedy, field=field, **where)
