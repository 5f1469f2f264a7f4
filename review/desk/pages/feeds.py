"""Feeds of kept lists, for feed readers: whoever has the secret address may read, nobody else.

A topic's feed is that of an inbox list kept with the topic as its filter.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Request
from fastapi.exceptions import HTTPException
from fastapi.responses import Response

from alerts.composing.passages import Passage, passage
from news.judging import SavedSearch
from news.people import Account
from news.sentences import Span
from review.desk import finding
from review.desk.admission import EVERYBODY, LONGEST_KEY, Visitor, hashed
from review.desk.parts import Desk, DeskParts
from review.desk.periods import zone_of
from review.feeds import ATOM_TYPE, JSON_TYPE, Feed, FeedEntry, atom, json_feed
from review.sifting import sifting
from storage import accounts, inbox, saved_searches
from storage.lines import Line

router = APIRouter()
ENTRIES = 40
Key = Annotated[str, Path(max_length=LONGEST_KEY)]


@router.get("/feeds/{key}.{form}", dependencies=[EVERYBODY])
async def feed(request: Request, desk: DeskParts, key: Key, form: Literal["atom", "json"]) -> Response:
    """The latest of a kept list, as Atom or JSON Feed."""
    kept = await desk.database.read(saved_searches.by_token, hashed(key).hex())
    account = await desk.database.read(accounts.get, kept.account) if kept else None
    if kept is None or account is None or account.disabled is not None:
        raise HTTPException(404, "Not Found")
    entries = await _entries(request, desk, kept, account)
    told = Feed(
        title=kept.name,
        address=f"{desk.base_url}/feeds/{key}.{form}",
        home=f"{desk.base_url}/{kept.page}?{kept.address}",
        desk=desk.base_url,
        updated=max((entry.matched for entry in entries), default=kept.added),
        zone=account.zone or desk.zone,
    )
    if form == "atom":
        return Response(atom(told, entries), media_type=ATOM_TYPE)
    return Response(json_feed(told, entries), media_type=JSON_TYPE)


async def _entries(request: Request, desk: Desk, kept: SavedSearch, account: Account) -> list[FeedEntry]:
    pairs = parse_qsl(kept.address, max_num_fields=500)
    sifted, who = sifting(pairs), Visitor(account, account.role, "")
    if kept.page == "search":
        search = finding.of(request, desk, who, dict(pairs).get("q", ""), sifted)
        found = await search.lines(await search.page(None, limit=ENTRIES))
        return [_entry(line, hit.article.appeared.by, hit.snippets) for hit, line in found]
    sieve = sifted.sieve(account=account.id, zone=zone_of(desk, who), now=desk.clock())
    listed = await desk.database.read(inbox.page, sieve, account=account.id, limit=ENTRIES)
    return [_entry(line, line.article.appeared.by, _quoted(line)) for line in listed.lines]


def _entry(line: Line, matched: datetime, passages: tuple[Passage, ...]) -> FeedEntry:
    topics = tuple(each.name for each in line.topics)
    return FeedEntry(replace(line.article, text=""), line.source.name, topics, matched, passages)


def _quoted(line: Line) -> tuple[Passage, ...]:
    """The sentence that proves why it is there."""
    if line.quote is None:
        return ()
    text = line.quote.text
    return (passage(text, Span(0, len(text)), line.quote.marks, line.article.language),)
