"""The pages in Russian: what is left in Latin letters is what others wrote, or a name that stays one."""

from __future__ import annotations

import re
from datetime import time, timedelta
from html.parser import HTMLParser

import pytest

from news.people import Role
from news.telling import Mode, Rhythm, Schedule
from news.visit import Outcome, Visit
from storage import subscriptions, visits
from storage.database import Connection
from tests.review.desk.newsroom import open_newsroom, publish
from tests.review.desk.sitting import START, Sitting

# What stays as it is: names of formats and of the service, keys of the keyboard and of settings, codes.
STAYS = re.compile(
    r"wirewatch|OpenAPI|OPML|TOML|CSV|XLSX|JSON( Lines)?|HTTP|BibTeX|RIS|Telegram|UTC|CSS|robots\.txt|API|"
    r"Authorization: Bearer TOKEN|/api/v1|ISO 3166-1|OR|AND|NOT|NEAR/6|ATLEAST/3|"
    r"(title|source|kind|tier|country|lang):|Esc|Asia/Yerevan|\{page\}|`[^`]+`|Message-ID|Atom"
)
CODES = ("kbd", "code", "pre", "script", "style", "option", "textarea", "mark", "q")
SHOWN = ("title", "aria-label", "placeholder", "alt", "data-sure")
WORD = re.compile(r"[A-Za-z]{3,}")


class Said(HTMLParser):
    """Collects the texts of a page that are not marked as another language's."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.within: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        other = tag in CODES or (
            tag != "html" and bool(given.get("lang") or given.get("dir") or given.get("translate") == "no")
        )
        if tag not in ("input", "meta", "link", "br", "img", "hr"):
            self.within.append((tag, other))
        if not other:
            self.texts += [value for name, value in attrs if name in SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        while self.within and self.within.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(other for _, other in self.within):
            self.texts.append(data)


def fill(conn: Connection) -> None:
    """A newsroom whose source fails, with somebody who listens; the words of others are in capitals."""
    open_newsroom(conn)
    publish(conn, "it", "bridge", "talks")
    for hours, outcome in ((30, Outcome.NEW), (9, Outcome.FAILED), (6, Outcome.FAILED), (3, Outcome.FAILED)):
        at = START - timedelta(hours=hours)
        visit = Visit("mfa", at, outcome, 0.4, 503, None, listed=3, new=1)
        visits.record(conn, visit, next_visit_at=START, validators=None)
    rhythm = Schedule(Rhythm.DAILY, time(8))
    for mode, schedule in ((Mode.INSTANT, None), (Mode.DIGEST, rhythm)):
        subscriptions.add(
            conn,
            recipient="ann@desk.example",
            channel="folder",
            mode=mode,
            topics=("bridge",),
            zone="UTC",
            schedule=schedule,
            when_empty=False,
            now=START,
        )


PATHS = (
    *(
        "/inbox",
        "/inbox?topic=bridge&language=en&period=week&read=no",
        "/articles/1",
        "/timeline?topic=bridge",
    ),
    *("/timeline?topic=bridge&zoom=day&at=2022-12-13", "/topics", "/topics/bridge", "/topics/bridge/edit"),
    *("/topics/+new", "/topics/bridge/history", "/topics/bridge/remove", "/topics/bridge/noise"),
    *("/topics/bridge/rising", "/sources", "/sources/mfa", "/sources/wire", "/sources/mfa/edit"),
    *("/sources/-/new", "/sources/-/add", "/sources/-/file", "/clip", "/mails", "/mails/new", "/mails/1"),
    *(
        "/search",
        "/search?words=bridge",
        "/mails/sent",
        "/people",
        "/audit",
        "/settings",
        "/sources/nowhere",
        "/nowhere",
        "/topics/nowhere",
    ),
)
OTHERS = (
    *("Hakari bridge", "Talks", "Ministry of Bridges", "The Wire", "Bridgeland", "Bridge is open"),
    *("ann@desk.example", "mfa", "nowhere", "wire", "bridge", "talks", "www.example.org", "example", "https"),
    *("feed", "some administrator", "a test"),
)


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_speaks_russian(desk: Sitting, path: str) -> None:
    await desk.desk.database.write(fill)
    await desk.as_(Role.ADMINISTRATOR)
    await desk.post("/sources/mfa/pause")
    await desk.post("/sources/mfa/resume")
    answer = await desk.client.get(path, headers={"accept-language": "ru"})
    assert answer.status_code in (200, 404)
    page = Said()
    page.feed(answer.text)
    left = []
    for text in page.texts:
        own = STAYS.sub("", text)
        for others in OTHERS:
            own = own.replace(others, "")
        if WORD.search(own):
            left.append(text.strip())
    assert left == []
