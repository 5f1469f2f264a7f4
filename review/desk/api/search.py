"""Search for programs: the whole archive by words, phrases and queries, with the filters of articles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from review.desk import finding
from review.desk.admission import READER, Who
from review.desk.api.answers import answer
from review.desk.api.article_shapes import ArticleOut, line_out
from review.desk.api.articles import Sifted
from review.desk.api.paging import Listing, Paged, cursor
from review.desk.parts import DeskParts
from storage.search import Place

WRONG: dict[int | str, dict[str, Any]] = {400: {"description": "What is written cannot be searched for."}}
router = APIRouter(tags=["search"])
Line = Annotated[
    str,
    Query(alias="q", max_length=2000, description='Words, "phrases", or a query as topics have them.'),
]


class HitOut(ArticleOut):
    """An article that holds what was searched for, and the sentences around it."""

    sentences: list[str]


@router.get("/search", dependencies=[READER], response_model=Listing[HitOut], responses=WRONG)
async def search(
    request: Request, desk: DeskParts, who: Who, sifted: Sifted, paging: Paged, line: Line
) -> Response:
    """The latest articles that hold all of it. A page may have fewer than `limit` where `next` is given."""
    begun = paging.after(datetime, int)
    asked = finding.of(request, desk, who, " ".join(line.replace("\x00", " ").split()), sifted)
    found = await asked.page(Place(*begun) if begun else None, limit=paging.limit)
    items = [
        HitOut(**line_out(each).model_dump(), sentences=[str(quote) for quote in hit.snippets])
        for hit, each in await asked.lines(found)
    ]
    onward = found.onward
    place = cursor(onward.appeared, onward.article) if onward else None
    return answer(request, Listing(items=items, next=place))
