"""Articles for programs: the inbox with its filters, one article, and all that is said of one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from news.errors import UnknownArticle, UnknownRemark
from news.judging import Says
from review import citing, judging
from review.desk.admission import ANALYST, READER, Visitor, Who
from review.desk.api.answers import answer
from review.desk.api.article_shapes import ArticleOut, NoteOut, UseOut, WholeOut, line_out, whole_out
from review.desk.api.paging import Listing, Paged
from review.desk.parts import Desk, DeskParts
from review.desk.periods import zone_of
from review.sifting import Sifting, sifting
from storage import article_page, inbox, readings, removals
from storage.database import Connection
from storage.inbox import Place
from storage.lines import Line

router = APIRouter(tags=["articles"])
ONE = "/articles/{article}"
Number = Annotated[int, Path(ge=1, lt=2**53, description="The article's number.")]
Slug = Annotated[str, Path(min_length=1, max_length=200, description="The topic.")]
Remark = Annotated[int, Path(ge=1, lt=2**53)]
Words = Annotated[list[str], Query(max_length=50)]


class Given(BaseModel):
    """What a change is asked by: nothing that is not known is taken."""

    model_config = ConfigDict(extra="forbid")


class VerdictIn(Given):
    says: Says


class ReadingIn(Given):
    """Null: it stays as it is."""

    read: bool | None = None
    starred: bool | None = None


class NoteIn(Given):
    text: Annotated[str, Field(min_length=1, max_length=20_000)]


class UseIn(Given):
    line: Annotated[str, Field(min_length=1, max_length=500)]


class AssigneeIn(Given):
    account: Annotated[int | None, Field(ge=1, lt=2**31, description="Null: nobody.")]


class CitationOut(BaseModel):
    """A citation with the day the text was read, in three forms; `zone` is the one its days are of."""

    footnote: str
    bibtex: str
    ris: str
    zone: str


def filters(
    request: Request,
    topic: Words = [],  # noqa: B006 - FastAPI's form for "none given"
    source: Words = [],  # noqa: B006
    outlet: Words = [],  # noqa: B006
    kind: Words = [],  # noqa: B006
    tier: Words = [],  # noqa: B006
    country: Words = [],  # noqa: B006
    speaks_for: Words = [],  # noqa: B006
    language: Words = [],  # noqa: B006
    verdict: Words = [],  # noqa: B006
    tag: Words = [],  # noqa: B006
    period: Annotated[str, Query(description="day, week or month before now.")] = "",
    since: Annotated[str, Query(description="From that day on, YYYY-MM-DD, in your zone.")] = "",
    until: Annotated[str, Query(description="Up to and with that day.")] = "",
    judged: Annotated[str, Query(description="yes or no: whether a verdict stands.")] = "",
    read: Annotated[str, Query(description="yes or no: whether you read it.")] = "",
    starred: Annotated[str, Query(description="yes: only what you starred.")] = "",
    assignee: Annotated[str, Query(description="An account's number, or me.")] = "",
) -> Sifting:
    """The filters of the inbox's address; several of one name: any of them."""
    return sifting(request.query_params.multi_items())


Sifted = Annotated[Sifting, Depends(filters)]


@router.get("/articles", dependencies=[READER], response_model=Listing[ArticleOut])
async def articles(request: Request, desk: DeskParts, who: Who, sifted: Sifted, paging: Paged) -> Response:
    """The inbox: articles in which a watched topic was found, the newest first."""
    place = paging.after(datetime, int)
    sieve = sifted.sieve(account=who.known.id, zone=zone_of(desk, who), now=desk.clock())
    asked: dict[str, Any] = {"account": who.known.id, "limit": paging.one_more}
    page = await desk.database.read(inbox.page, sieve, after=Place(*place) if place else None, **asked)
    return answer(request, paging.listing(page.lines, line_out, _place))


@router.get(ONE, dependencies=[READER], response_model=WholeOut)
async def article(request: Request, desk: DeskParts, who: Who, article: Number) -> Response:
    """All that is known of one."""
    return await _whole(request, desk, who, article)


@router.get(ONE + "/citation", dependencies=[READER], response_model=CitationOut)
async def citation(request: Request, desk: DeskParts, who: Who, article: Number) -> Response:
    """How to cite it."""
    found, source, at = await desk.database.read(article_page.cited, article)
    cited, zone = citing.citation(found, source, at), zone_of(desk, who)
    forms = {"footnote": citing.footnote, "bibtex": citing.bibtex, "ris": citing.ris}
    written = {name: write(cited, zone) for name, write in forms.items()}
    return answer(request, CitationOut(zone=zone, **written))


@router.put(ONE + "/verdicts/{topic}", dependencies=[ANALYST], response_model=WholeOut)
async def judge(
    request: Request, desk: DeskParts, who: Who, article: Number, topic: Slug, given: VerdictIn
) -> Response:
    """The team's verdict on it under a topic, whether or not the topic was found in it."""
    await desk.database.write(_judge, who, article, topic, given.says, desk.clock())
    return await _whole(request, desk, who, article)


@router.delete(ONE + "/verdicts/{topic}", dependencies=[ANALYST], status_code=204)
async def unjudge(desk: DeskParts, who: Who, article: Number, topic: Slug) -> None:
    """Take back the verdict that stands."""
    await desk.database.write(_judge, who, article, topic, None, desk.clock())


@router.put(ONE + "/reading", dependencies=[READER], response_model=WholeOut)
async def mark(request: Request, desk: DeskParts, who: Who, article: Number, given: ReadingIn) -> Response:
    """What you read and starred, which is nobody else's."""

    def unit(conn: Connection) -> None:
        _there(conn, article)
        account, now = who.known.id, desk.clock()
        if given.read:
            readings.read(conn, account, [article], at=now)
        elif given.read is not None:
            readings.unread(conn, account, [article])
        if given.starred:
            readings.star(conn, account, [article], at=now)
        elif given.starred is not None:
            readings.unstar(conn, account, [article])

    await desk.database.write(unit)
    return await _whole(request, desk, who, article)


@router.post(ONE + "/notes", dependencies=[ANALYST], response_model=NoteOut, status_code=201)
async def add_note(request: Request, desk: DeskParts, who: Who, article: Number, given: NoteIn) -> Response:
    """A note for the team."""
    note = await desk.database.write(judging.add_note, who.actor, article, given.text, now=desk.clock())
    shown = NoteOut(id=note.id, by=note.by, at=note.at, text=note.text)
    return answer(request, shown, status=201, location=f"/api/v1/articles/{article}")


@router.delete(ONE + "/notes/{note}", dependencies=[ANALYST], status_code=204)
async def remove_note(desk: DeskParts, who: Who, article: Number, note: Remark) -> None:
    """Take away a note of yours; as an administrator, anybody's."""
    await desk.database.write(judging.remove_note, who.actor, who.known, note, now=desk.clock())


@router.post(ONE + "/uses", dependencies=[ANALYST], response_model=UseOut, status_code=201)
async def add_use(request: Request, desk: DeskParts, who: Who, article: Number, given: UseIn) -> Response:
    """Where it was cited."""
    use = await desk.database.write(judging.add_use, who.actor, article, given.line, now=desk.clock())
    shown = UseOut(id=use.id, by=use.by, at=use.at, line=use.line)
    return answer(request, shown, status=201, location=f"/api/v1/articles/{article}")


@router.delete(ONE + "/uses/{use}", dependencies=[ANALYST], status_code=204)
async def remove_use(desk: DeskParts, who: Who, article: Number, use: Remark) -> None:
    """Take back where it was cited."""
    await desk.database.write(judging.remove_use, who.actor, article, use, now=desk.clock())


@router.put(ONE + "/tags/{tag}", dependencies=[ANALYST], status_code=204)
async def tag(
    desk: DeskParts, who: Who, article: Number, tag: Annotated[str, Path(min_length=1, max_length=200)]
) -> None:
    """Tag it; the tag is kept in lower case, on one line."""
    await desk.database.write(judging.tag, who.actor, article, tag, now=desk.clock())


@router.delete(ONE + "/tags/{tag}", dependencies=[ANALYST], status_code=204)
async def untag(
    desk: DeskParts, who: Who, article: Number, tag: Annotated[str, Path(min_length=1, max_length=200)]
) -> None:
    """Take a tag off, as it is kept."""

    def unit(conn: Connection) -> None:
        if not judging.untag(conn, who.actor, article, tag, now=desk.clock()):
            raise UnknownRemark(kind="tag", id=tag)

    await desk.database.write(unit)


@router.put(ONE + "/assignee", dependencies=[ANALYST], status_code=204)
async def assign(desk: DeskParts, who: Who, article: Number, given: AssigneeIn) -> None:
    """Whose it is to see to."""
    await desk.database.write(judging.assign, who.actor, article, given.account, now=desk.clock())


async def _whole(request: Request, desk: Desk, who: Visitor, article: int) -> Response:
    found = await desk.database.read(article_page.whole, article, account=who.known.id)
    return answer(request, whole_out(found))


def _judge(
    conn: Connection, who: Visitor, article: int, topic: str, says: Says | None, now: datetime
) -> None:
    _there(conn, article)
    judging.judge_under(conn, who.actor, article, [topic], says, now=now)


def _there(conn: Connection, article: int) -> None:
    if not removals.standing(conn, [article]):
        raise UnknownArticle(id=article)


def _place(line: Line) -> tuple[datetime, int]:
    return line.article.appeared.by, line.article.id
