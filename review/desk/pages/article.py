"""One article: its text with what was found in it, where it stood, what was said of it, who was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Concatenate, ParamSpec

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from alerts.composing.plain import name, web_link
from news.judging import Says, Verdict
from news.people import Actor
from news.sentences import Span
from news.watch import Field
from review import citing, judging
from review.desk import sayings
from review.desk.admission import ANALYST, READER, Visitor, Who
from review.desk.marking import Mark, mark_at, marks, paragraphs
from review.desk.pages.inbox import teller
from review.desk.parts import Desk, DeskParts
from review.desk.periods import zone_of
from review.desk.rendering import render
from review.sifting import of_address, sifting
from storage import article_page, inbox, readings
from storage.article_page import Explained, Whole
from storage.database import Connection
from storage.inbox import Choices, Sieve

P = ParamSpec("P")
router = APIRouter()
HERE = "/articles/{article}"
# Characters of a text that are shown at once: more than any article, less than a book in a PDF.
LONGEST = 60_000
SHOWN = 400  # characters of a sentence that explains
Number = Annotated[int, Path(ge=1, lt=2**53)]
Row = Annotated[int, Form(ge=1, lt=2**53)]
Whose = Annotated[int, Form(ge=0, lt=2**31)]
Line = Annotated[str, Form(max_length=60_000)]
Back = Annotated[str, Form(max_length=4000)]


@dataclass(frozen=True, slots=True)
class Place:
    """A place that proves a match: what stands there, whose form it is, of which language, in which field,
    in which sentence; `mark` is where it is marked on the page (None: in an earlier version)."""

    form: str
    term: str
    language: str | None
    field: Field
    sentence: str
    mark: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article is there: a match in words, the standing verdict, and its places."""

    found: Explained
    verdict: Verdict | None
    places: tuple[Place, ...]


@router.get(HERE, dependencies=[READER])
async def page(request: Request, desk: DeskParts, who: Who, article: Number, whole: bool = False) -> Response:
    """All of it; the address may say which list it was opened from."""
    sifted = sifting(request.query_params.multi_items())
    sieve = sifted.sieve(account=who.known.id, zone=zone_of(desk, who), now=desk.clock())
    found, choices, around = await desk.database.read(_gather, article, sieve, who.known.id)
    shown = _shown(request, desk, who, found, choices, whole)
    shown |= {"sifted": sifted, "above": around[0], "below": around[1]}
    return render(request, "article/article.html", **shown)


@router.post(f"{HERE}/verdict", dependencies=[ANALYST])
async def judge(
    desk: DeskParts,
    who: Who,
    article: Number,
    do: Annotated[str, Form(max_length=20)],
    topic: Annotated[str, Form(max_length=200)] = "",
    back: Back = "",
) -> Response:
    """The team's verdict under one topic, or under all it was found for; `undo` takes back what stands."""
    if do != "undo" and do not in set(Says):
        return _back(article, back)
    said = (None if do == "undo" else Says(do)), (topic,) if topic else ()
    return await _done(desk, article, back, _judge, who.actor, article, *said, desk.clock())


@router.post(f"{HERE}/reading", dependencies=[READER])
async def mark(
    desk: DeskParts, who: Who, article: Number, do: Annotated[str, Form(max_length=20)], back: Back = ""
) -> Response:
    """A person's own: read, unread, star, unstar."""
    account, now = who.known.id, desk.clock()
    if do == "unread":
        return await _done(desk, article, back, readings.unread, account, (article,))
    if do == "unstar":
        return await _done(desk, article, back, readings.unstar, account, (article,))
    if do == "star":
        return await _done(desk, article, back, readings.star, account, (article,), at=now)
    return await _done(desk, article, back, readings.read, account, (article,), at=now)


@router.post(f"{HERE}/opened", dependencies=[READER])
async def opened(request: Request, desk: DeskParts, who: Who, article: Number) -> Response:
    """Somebody has it before them: it is read, and its button says so."""
    await desk.database.write(readings.read, who.known.id, (article,), at=desk.clock())
    return render(request, "article/read.html", opened=True)


@router.post(f"{HERE}/notes", dependencies=[ANALYST])
async def note(desk: DeskParts, who: Who, article: Number, text: Line, back: Back = "") -> Response:
    """A note for all to read."""
    return await _done(desk, article, back, judging.add_note, who.actor, article, text, now=desk.clock())


@router.post(f"{HERE}/notes/remove", dependencies=[ANALYST])
async def remove_note(desk: DeskParts, who: Who, article: Number, number: Row, back: Back = "") -> Response:
    """One's own; an administrator's word goes for all."""
    now = desk.clock()
    return await _done(desk, article, back, judging.remove_note, who.actor, who.known, number, now=now)


@router.post(f"{HERE}/uses", dependencies=[ANALYST])
async def use(desk: DeskParts, who: Who, article: Number, line: Line, back: Back = "") -> Response:
    """Where it was cited."""
    return await _done(desk, article, back, judging.add_use, who.actor, article, line, now=desk.clock())


@router.post(f"{HERE}/uses/remove", dependencies=[ANALYST])
async def remove_use(desk: DeskParts, who: Who, article: Number, number: Row, back: Back = "") -> Response:
    return await _done(desk, article, back, judging.remove_use, who.actor, article, number, now=desk.clock())


@router.post(f"{HERE}/tags", dependencies=[ANALYST])
async def tag(desk: DeskParts, who: Who, article: Number, tag: Line, back: Back = "") -> Response:
    return await _done(desk, article, back, judging.tag, who.actor, article, tag, now=desk.clock())


@router.post(f"{HERE}/tags/remove", dependencies=[ANALYST])
async def untag(desk: DeskParts, who: Who, article: Number, tag: Line, back: Back = "") -> Response:
    return await _done(desk, article, back, judging.untag, who.actor, article, tag, now=desk.clock())


@router.post(f"{HERE}/assignee", dependencies=[ANALYST])
async def assign(
    desk: DeskParts,
    who: Who,
    article: Number,
    assignee: Whose = 0,
    back: Back = "",
) -> Response:
    """Whose it is; 0: nobody's."""
    whose = assignee or None
    return await _done(desk, article, back, judging.assign, who.actor, article, whose, now=desk.clock())


async def _done(
    desk: Desk,
    article: int,
    back: str,
    unit: Callable[Concatenate[Connection, P], Any],
    *args: P.args,
    **kw: P.kwargs,
) -> Response:
    """Carry a unit out, and go back to the article."""
    await desk.database.write(unit, *args, **kw)
    return _back(article, back)


def _judge(
    conn: Connection, actor: Actor, article: int, says: Says | None, topics: tuple[str, ...], now: datetime
) -> None:
    judging.judge(conn, actor, (article,), says, topics=topics, now=now)


def _back(article: int, back: str) -> Response:
    address = of_address(back).address
    return RedirectResponse(f"/articles/{article}" + (f"?{address}" if address else ""), 303)


def _gather(
    conn: Connection, article: int, sieve: Sieve, account: int
) -> tuple[Whole, Choices, tuple[int | None, int | None]]:
    found = article_page.whole(conn, article, account=account)
    return found, inbox.choices(conn), inbox.neighbours(conn, sieve, article, account=account)


def _shown(
    request: Request, desk: Desk, who: Visitor, found: Whole, choices: Choices, whole: bool
) -> dict[str, Any]:
    article, told = found.article, teller(request, desk, who)
    latest = [each for each in found.matches if each.match.revision == article.revision]
    proofs = [(each.name, proof.evidence) for each in latest for proof in each.proofs]
    in_title = marks(article.title, Field.TITLE, proofs)
    in_text = marks(article.text, Field.TEXT, proofs, len(in_title) + 1)
    until = None if whole else LONGEST
    beside = told.times.local(desk.clock()).date()
    return {
        "whole": found,
        "article": article,
        "source_name": name(found.source.name) or found.source.slug,
        "headline": told.headline(article, [Span(mark.start, mark.end) for mark in in_title]),
        "text": paragraphs(article.text, in_text, until),
        "cut": 0 if until is None else max(0, len(article.text) - until),
        "what": told.what(article, found.source),
        "language_name": sayings.language(article.language, told.tag, told.words),
        "said": told.said(article, found.source, beside),
        "appeared": told.appeared(article.appeared),
        "opened": False,
        "came": sayings.came(article, told.words),
        "link": web_link(article.url),
        "reasons": [_reason(each, found, in_title, in_text) for each in found.matches],
        "verdicts": sayings.verdicts(told.words),
        "citations": _citations(found, zone_of(desk, who)),
        "people": choices.people,
        "tags_in_use": choices.tags,
        "say_language": lambda code: sayings.language(code, told.tag, told.words),
    }


def _reason(found: Explained, whole: Whole, in_title: tuple[Mark, ...], in_text: tuple[Mark, ...]) -> Reason:
    match, article = found.match, whole.article
    here = match.revision == article.revision
    stands = (each for each in whole.verdicts if each.topic == match.topic and each.undone is None)
    places = []
    for proof in found.proofs:
        spot = proof.evidence
        in_field = in_title if spot.field is Field.TITLE else in_text
        mark = mark_at(in_field, spot.start) if here else None
        words_of = article.text if spot.field is Field.TEXT and here else ""
        sentence = words_of[slice(*spot.sentence)][:SHOWN] if spot.sentence else ""
        number = mark.number if mark else None
        places.append(Place(spot.form, spot.term, proof.language, spot.field, sentence, number))
    return Reason(found, next(stands, None), tuple(places))


def _citations(found: Whole, zone: str) -> dict[str, str]:
    """A citation in each form, by the form's name."""
    at = found.versions[0].at if found.versions else found.article.appeared.by
    cited = citing.citation(found.article, found.source, at)
    forms = {"footnote": citing.footnote, "bibtex": citing.bibtex, "ris": citing.ris}
    return {form: write(cited, zone) for form, write in forms.items()}
