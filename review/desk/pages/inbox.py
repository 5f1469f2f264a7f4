"""The inbox: what matched, newest first, sifted by its address, judged line by line or many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from alerts.composing.coverage import Looked
from alerts.composing.moments import Moments
from news.judging import SavedSearch, Says
from news.source import Kind
from review import judging, listed
from review.desk import sayings
from review.desk.admission import ANALYST, READER, Visitor, Who
from review.desk.coverage import missing
from review.desk.files import download
from review.desk.lines import Shown, Teller, forms
from review.desk.parts import Desk, DeskParts
from review.desk.periods import zone_of
from review.desk.rendering import Times, language, render, wants_part, words
from review.exporting import Format
from review.sifting import MINE, Sifting, cursor_of, of_address, place_of, sifting
from storage import inbox, lines, readings, saved_searches
from storage.database import Connection
from storage.inbox import Choices, Listed, Place

router = APIRouter()
HERE = "/inbox"
LINES = 30
# Counted up to here; above, it is "more than".
COUNTED = 500
AT_ONCE = 200
Articles = Annotated[
    list[Annotated[int, Form(ge=1, lt=2**53)]], Form(default_factory=list, max_length=AT_ONCE)
]
Do = Annotated[str, Form(max_length=40)]
Back = Annotated[str, Form(max_length=4000)]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a page of the inbox is made of."""

    listed: Listed
    choices: Choices
    saved: tuple[SavedSearch, ...]
    count: int


@router.get(HERE, dependencies=[READER])
async def page(request: Request, desk: DeskParts, who: Who, below: str = "") -> Response:
    """The list; `below` goes on where another page ended."""
    sifted = sifting(request.query_params.multi_items())
    filled = await desk.database.read(_fill, *_asked(desk, who, sifted), place_of(below))
    told = teller(request, desk, who)
    shown = [told.line(line, sifted.of("topic")) for line in filled.listed.lines]
    coverage = await request.app.state.coverage.get(desk.clock())
    return render(
        request,
        "inbox/inbox.html",
        sifted=sifted,
        days=list(days(shown)),
        onward=cursor_of(filled.listed.onward),
        until=filled.listed.until,
        below=below,
        filled=filled,
        counted=COUNTED,
        missing=missing(coverage),
        looked=Looked(coverage, Moments(zone_of(desk, who), desk.clock().year)),
        chips=chips(request, sifted, filled.choices),
        sources=coverage.sources,
        **names(request, desk, filled.choices),
    )


@router.get(f"{HERE}/new", dependencies=[READER])
async def new(request: Request, desk: DeskParts, who: Who, found_after: datetime | None = None) -> Response:
    """How many more there are since a page was made: a line for its top, nothing where there are none."""
    sifted = sifting(request.query_params.multi_items())
    sieve, account = _asked(desk, who, sifted)
    since = found_after if found_after is None or found_after.tzinfo else None
    number = await desk.database.read(inbox.count_new, sieve, account=account, since=since)
    return render(request, "inbox/new.html", number=number, most=inbox.MOST_NEW, address=sifted.address)


@router.get(f"{HERE}/file/{{form}}", dependencies=[READER])
async def file(request: Request, desk: DeskParts, who: Who, form: Format) -> Response:
    """All that the filters let through, to take away."""
    sieve, account = _asked(desk, who, sifting(request.query_params.multi_items()))
    rows = listed.line_rows(desk.database, sieve, account)
    called = f"inbox {desk.clock():%Y-%m-%d}"
    return download(form, listed.COLUMNS, rows, name=called, title=words(request).gettext("Inbox"))


@router.post(f"{HERE}/verdicts", dependencies=[ANALYST])
async def judge(
    request: Request,
    desk: DeskParts,
    who: Who,
    do: Do,
    article: Articles,
    back: Back = "",
) -> Response:
    """The team's verdict: `do` is a verdict or `undo`, with an article's number after it where only that one
    is meant; else of all that are chosen."""
    verb, these = _meant(do, article)
    says = None if verb == "undo" else Says(verb) if verb in set(Says) else ...
    if says is ... or not these:
        return _nothing(request, back)
    topics = of_address(back).of("topic")

    def unit(conn: Connection) -> None:
        judging.judge(conn, who.actor, these, says, topics=topics, now=desk.clock())

    await desk.database.write(unit)
    return await _answer(request, desk, who, these, verb, back)


@router.post(f"{HERE}/readings", dependencies=[READER])
async def mark(
    request: Request,
    desk: DeskParts,
    who: Who,
    do: Do,
    article: Articles,
    back: Back = "",
) -> Response:
    """A person's own: read, unread, star, unstar, of one article or of all that are chosen."""
    verb, these = _meant(do, article)
    if not these or verb not in ("read", "unread", "star", "unstar"):
        return _nothing(request, back)

    def unit(conn: Connection) -> None:
        account = who.known.id
        if verb == "read":
            readings.read(conn, account, these, at=desk.clock())
        elif verb == "star":
            readings.star(conn, account, these, at=desk.clock())
        elif verb == "unread":
            readings.unread(conn, account, these)
        else:
            readings.unstar(conn, account, these)

    await desk.database.write(unit)
    return await _answer(request, desk, who, these, verb, back)


@router.post(f"{HERE}/saved", dependencies=[READER])
async def save(
    desk: DeskParts, who: Who, name: Annotated[str, Form(max_length=400)] = "", back: Back = ""
) -> Response:
    """Keep the filters under a name."""
    address = of_address(back).address
    await desk.database.write(saved_searches.put, who.known.id, name, "inbox", address, at=desk.clock())
    return RedirectResponse(_home(address), 303)


@router.post(f"{HERE}/saved/remove", dependencies=[READER])
async def forget(
    desk: DeskParts, who: Who, search: Annotated[int, Form(ge=1, lt=2**31)], back: Back = ""
) -> Response:
    """Forget filters that were kept."""
    await desk.database.write(saved_searches.remove, who.known.id, search)
    return RedirectResponse(_home(of_address(back).address), 303)


def teller(request: Request, desk: Desk, who: Visitor) -> Teller:
    """Who tells this visitor of articles."""
    tag = language(request)
    return Teller(Times(zone_of(desk, who), tag), tag, words(request).gettext, desk.clock())


def days(shown: Iterable[Shown]) -> Iterator[tuple[date, list[Shown]]]:
    """Lines by the day they appeared, in their order."""
    for day, of_it in groupby(shown, key=lambda line: line.day):
        yield day, list(of_it)


def _asked(desk: Desk, who: Visitor, sifted: Sifting) -> tuple[inbox.Sieve, int]:
    account = who.known.id
    return sifted.sieve(account=account, zone=zone_of(desk, who), now=desk.clock()), account


def _fill(conn: Connection, sieve: inbox.Sieve, account: int, after: Place | None) -> Filled:
    return Filled(
        inbox.page(conn, sieve, account=account, after=after, limit=LINES),
        inbox.choices(conn),
        saved_searches.of_account(conn, account, "inbox"),
        inbox.count(conn, sieve, account=account, most=COUNTED) if after is None else 0,
    )


def _meant(do: str, chosen: list[int]) -> tuple[str, list[int]]:
    """What is to be done, and to which articles: the one named after it, else those chosen."""
    verb, _, number = do.partition(" ")
    if number:
        return verb, [int(number)] if number.isascii() and number.isdigit() and len(number) < 16 else []
    return verb, list(dict.fromkeys(chosen))


def _nothing(request: Request, back: str) -> Response:
    """Nothing was chosen, or nothing that can be done."""
    return (
        Response(status_code=204)
        if wants_part(request)
        else RedirectResponse(_home(of_address(back).address), 303)
    )


async def _answer(
    request: Request, desk: Desk, who: Visitor, these: list[int], verb: str, back: str
) -> Response:
    """To htmx the lines as they are now; to a browser without scripts the list, at the first of them."""
    sifted = of_address(back)
    if not wants_part(request):
        return RedirectResponse(f"{_home(sifted.address)}#a{these[0]}", 303)
    found = await desk.database.read(lines.lines, these, account=who.known.id)
    told = teller(request, desk, who)
    shown = [told.line(line, sifted.of("topic")) for line in found]
    context: dict[str, Any] = {
        "shown": shown,
        "sifted": sifted,
        "forms": forms,
        "done": _done(told.words)[verb],
    }
    return render(request, "inbox/changed.html", verdicts=sayings.verdicts(told.words), **context)


def _done(_: sayings.Words) -> dict[str, str]:
    """What was done, in words, by what was to be done."""
    own = {"read": _("read"), "unread": _("unread"), "star": _("starred"), "unstar": _("not starred")}
    return {**sayings.verdicts(_), "undo": _("no verdict"), **own}


def _home(address: str) -> str:
    return f"{HERE}?{address}" if address else HERE


def names(request: Request, desk: Desk, choices: Choices) -> dict[str, Any]:
    """The words of what there is to choose from."""
    tag, _ = language(request), words(request).gettext
    named = sorted((sayings.language(code, tag, _), code) for code in desk.languages)
    countries = sorted((sayings.country(code, tag), code) for code in choices.countries)
    return {
        "kinds": {kind: said for kind, said in sayings.kinds(_).items() if kind in set(Kind)},
        "tiers": sayings.tiers(_),
        "verdicts": sayings.verdicts(_),
        "periods": {"day": _("the last day"), "week": _("the last 7 days"), "month": _("the last 30 days")},
        "language_names": {code: said for said, code in named},
        "country_names": {code: said for said, code in countries},
        "forms": forms,
        "mine": MINE,
    }


def chips(request: Request, sifted: Sifting, choices: Choices) -> list[tuple[str, str]]:
    """What is sifted by, in words, each with the address without it."""
    tag, _ = language(request), words(request).gettext
    said: dict[str, Any] = {
        "topic": choices.topics,
        "kind": sayings.kinds(_),
        "tier": sayings.tiers(_),
        "verdict": sayings.verdicts(_),
        "period": {"day": _("the last day"), "week": _("the last 7 days"), "month": _("the last 30 days")},
        "judged": {"yes": _("judged"), "no": _("not judged")},
        "read": {"yes": _("read"), "no": _("unread")},
        "starred": {"yes": _("starred")},
    }
    found = []
    for name, value in sifted.pairs:
        shown = said.get(name, {}).get(value, value)
        if name == "language":
            shown = sayings.language(value, tag, _)
        elif name == "country":
            shown = sayings.country(value, tag)
        elif name == "assignee":
            shown = _("mine") if value == MINE else choices.people.get(int(value), value)
        elif name in ("since", "until"):
            shown = f"{_('from') if name == 'since' else _('until')} {value}"
        found.append((shown, sifted.without(name, value)))
    return found
