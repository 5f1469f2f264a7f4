"""`wirewatch topics test`: whether a text, a file or a page matches a topic, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from news.errors import TopicError
from news.watch import UNKNOWN, Evidence, Facts, Field, Role, Topic
from wirewatch.commands.output import say, settings_of, show_json
from wirewatch.settings import Settings

if TYPE_CHECKING:
    from matching.nearly import NearMiss
    from news.article import Reading
    from news.source import Source

AROUND = 80  # characters of a sentence shown before and after what was found


@dataclass(frozen=True, slots=True)
class Tried:
    """What a topic is tried on; `url` is where it stands, `hint` what its page says of its language."""

    title: str
    text: str
    url: str | None = None
    hint: str | None = None
    facts: Facts = UNKNOWN


def try_on(
    context: typer.Context,
    slug: Annotated[str, typer.Argument(help="The topic.")],
    text: Annotated[str | None, typer.Option(help="The text to look at.")] = None,
    file: Annotated[Path | None, typer.Option(help="A UTF-8 file with the text to look at.")] = None,
    url: Annotated[str | None, typer.Option(help="A page to fetch and look at; nothing is stored.")] = None,
    title: Annotated[str, typer.Option(help="The title, with --text or --file.")] = "",
    lang: Annotated[str | None, typer.Option(help="Its language (ISO 639-1); else it is guessed.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
) -> None:
    """Whether a text or a page matches a topic, and where. Exit status 0: it does; 1: it does not."""
    from matching.misses import near_misses
    from matching.topics import CompiledTopics, analysis_of
    from review.rows import evidence_rows, miss_rows

    if sum(given is not None for given in (text, file, url)) != 1:
        remedy = "Give --text, --file or --url, one of them."
        raise TopicError(topic=slug, problem="no text to test it on", remedy=remedy)
    settings = settings_of(context)
    given = Tried(title, text if text is not None else "" if file is None else _read(slug, file))
    topic, tried = asyncio.run(_had(settings, slug, url, given))
    language = lang or _language(settings, tried)
    article = tried.title, tried.text
    analysis = analysis_of([topic], " ".join(article))
    found = CompiledTopics(analysis, [topic]).found(*article, language, tried.facts)
    evidence = found[0].evidence if found else ()
    misses = near_misses(topic, *article, language, tried.facts, analysis=analysis)
    if as_json:
        said = {"matched": bool(found), "language": language, "matching": "inflected"}
        why = {"evidence": evidence_rows(evidence, *article), "misses": miss_rows(misses, *article)}
        show_json({**said, **why, "url": tried.url, "title": tried.title, "text": tried.text})
    else:
        _show(topic, evidence, misses, tried, language)
    raise typer.Exit(0 if found else 1)


def _show(
    topic: Topic,
    evidence: Sequence[Evidence],
    misses: Sequence[NearMiss],
    tried: Tried,
    language: str | None,
) -> None:
    from matching.topics import written

    if tried.url is not None:
        say(f"{tried.url}  {tried.title or '(no title)'}: {len(tried.text)} characters")
    said = "matches" if evidence else "does not match"
    say(f"{said} (language: {language or 'not known'})", style="bold")
    names = {term.text for term in written(topic) if term.role is Role.NAME}
    for span in evidence:
        context = "" if span.term in names else " (context)"
        place = f"{span.field} {span.start} to {span.end}"
        say(f"{place:>20}  {span.term!r}{context}: {_quoted(span, tried)}")
    if misses:
        say("what nearly matched, and why not:" if evidence else "why not:", style="bold")
    for miss in misses:
        place = f"{miss.place.field} {miss.place.start} to {miss.place.end}" if miss.place else ""
        say(f"{place:>20}  {miss.said}{f': {_quoted(miss.place, tried)}' if miss.place else ''}")
    if not evidence and not misses:
        say(f"{'':>20}  nothing of its terms stands there")


def _quoted(span: Evidence, tried: Tried) -> str:
    """The sentence, of a long one what is around the form, which stands in brackets."""
    part = tried.title if span.field is Field.TITLE else tried.text
    start, end = span.sentence or (span.start, span.end)
    before, after = part[start : span.start], part[span.end : end]
    before = before if len(before) <= AROUND else "…" + before[-AROUND:]
    after = after if len(after) <= AROUND else after[:AROUND] + "…"
    return " ".join(f"{before}[{span.form}]{after}".split())


def _read(slug: str, file: Path) -> str:
    """The file's characters as they are: line ends, too, count in offsets."""
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "Name a readable UTF-8 file."
        raise TopicError(topic=slug, problem=f"{file}: {error}", remedy=remedy) from error


def _language(settings: Settings, tried: Tried) -> str | None:
    from matching.judge import Engine

    return Engine(settings.languages).language(tried.title, tried.text, tried.hint)


async def _had(settings: Settings, slug: str, url: str | None, given: Tried) -> tuple[Topic, Tried]:
    """The topic, and what it is tried on: the page at `url`, else what was given."""
    from review.pages import source_of
    from storage import sources, topics
    from wirewatch.database import database

    async with database(settings) as opened:
        topic = await opened.read(topics.get, slug)
        known = await opened.read(sources.all_sources) if url is not None else ()
    if url is None:
        return topic, given
    source = source_of(url, known)
    reading = await _fetched(settings, url, source)
    facts = source.facts if source in known else UNKNOWN
    return topic, Tried(reading.title, reading.text, url, reading.language, facts)


async def _fetched(settings: Settings, url: str, source: Source) -> Reading:
    from review.pages import page
    from wirewatch.database import now
    from wirewatch.wiring import READER_MODULES, door, user_agent
    from workers.readers import Readers

    readers, way_out = Readers(1, preload=READER_MODULES), door(settings)
    try:
        return await page(way_out, readers.run, source, url, agent=user_agent(settings), now=now())
    finally:
        way_out.close()
        await readers.close()
