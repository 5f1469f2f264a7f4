"""What a run of the demonstration gave, in tables, and the digest as it arrived."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from shutil import which
from typing import Any

from news.article import Article, ArticleState, Sighting
from news.health import health
from news.telling import Delivery, DeliveryState
from news.visit import GOOD, History, State, Visit
from news.watch import Match
from storage import articles, deliveries, matches, sources, visits
from storage.database import Connection, Database
from wirewatch.commands.output import say, show_table
from wirewatch.database import now
from wirewatch.demo.ground import ANALYST, before_commands
from wirewatch.demo.outlet import Outlet, place_of
from wirewatch.demo.sink import Letter
from wirewatch.settings import Settings

ALL = 10_000
BY_DESIGN = {
    "redirect": "redirects to a port it must not reach",
    "drips": "comes a few bytes at a time, for a minute",
    "runs": "would keep a reader busy for more than a minute",
}


@dataclass(frozen=True)
class Run:
    """What the report is about: since when, what arrived, how many connections the forbidden port saw."""

    outlets: tuple[Outlet, ...]
    settings: Settings
    began: datetime
    letters: tuple[Letter, ...]
    reached: int


@dataclass(frozen=True)
class Held:
    """What the archive holds, read at one moment."""

    articles: tuple[Article, ...]
    sightings: Mapping[int, tuple[Sighting, ...]]
    matches: Mapping[int, tuple[Match, ...]]
    histories: Mapping[str, History]
    deliveries: tuple[Delivery, ...]
    sources: Mapping[str, Any]


async def report(database: Database, run: Run) -> bool:
    """Print it all; returns whether everything that was planned has arrived and nothing was reached."""
    held = await database.read(_held)
    _collected(run, held)
    _refused(run, held)
    _same(run, held)
    _matched(held)
    well = _sent(run, held)
    _digest(run)
    _where(run)
    return well and run.reached == 0


def _held(conn: Connection) -> Held:
    found = articles.items(conn, limit=ALL)
    return Held(
        articles=found,
        sightings={each.id: articles.sightings(conn, each.id) for each in found},
        matches={each.id: matches.of_article(conn, each.id) for each in found},
        histories=visits.histories(conn),
        deliveries=deliveries.all_deliveries(conn, limit=ALL),
        sources={each.slug: each for each in sources.all_sources(conn)},
    )


def _heading(words: str) -> None:
    say("")
    say(words, style="bold")


def _collected(run: Run, held: Held) -> None:
    """Source by source: what stood there, what was stored before and now, what was known."""
    rows: list[dict[str, Any]] = []
    for outlet in run.outlets:
        past = held.histories[outlet.slug]
        mine = [each for each in held.articles if each.source == outlet.slug]
        new = [each for each in mine if each.appeared.by >= run.began]
        last = past.last
        rows.append(
            {
                "slug": outlet.slug,
                "what": outlet.shows,
                "state": str(health(held.sources[outlet.slug], past, now()).state),
                "visit": str(last.outcome) if last else "none",
                "backlog": sum(each.backfill for each in mine),
                "kept": sum(not each.backfill for each in mine),
                "new": len(new),
                "skipped": _skipped(last, len(mine)),
            }
        )
    _heading("Collected and skipped")
    columns = {
        "slug": "source",
        "what": "what it is",
        "state": "state",
        "visit": "last visit",
        "backlog": "first visit",
        "kept": "since",
        "new": "this run",
        "skipped": "skipped",
    }
    show_table(rows, columns, "")
    total = sum(row["new"] for row in rows)
    say(
        f"{len(held.articles)} articles in all; {total} came in this run. What stood there at the first visit"
        " is stored and told to nobody. Skipped, at the last visit: what was known and is not read again."
    )


def _skipped(last: Visit | None, known: int) -> int | None:
    """How many items the last visit left unread because they were known; None where it brought no list."""
    if last is None or last.outcome not in GOOD:
        return None
    return last.listed - last.new if last.listed else known


def _refused(run: Run, held: Held) -> None:
    """Every bad site and page, with what wirewatch says of it."""
    rows: list[dict[str, Any]] = []
    for outlet in run.outlets:
        state = health(held.sources[outlet.slug], held.histories[outlet.slug], now())
        if state.state is not State.FINE:
            rows.append({"slug": outlet.slug, "what": outlet.shows, "reason": state.reason})
    texts = {each.place(text): text for each in run.outlets for text in each.texts}
    for article in held.articles:
        text = texts.get(place_of(article.url))
        if article.state is ArticleState.UNREADABLE:
            what = BY_DESIGN.get(str(text.trouble), "a page") if text else "a page"
            rows.append({"slug": article.source, "what": what, "reason": article.reason})
    rows += _broken(run, held)
    _heading("Refused, failed, and read all the same")
    show_table(rows, {"slug": "source", "what": "what it does", "reason": "what came of it"}, "Nothing.")
    say("Where a page cannot be had, the feed's own title and summary stand in, marked as such.")
    say(f"The port that must not be reached has seen {run.reached} connections.")


def _broken(run: Run, held: Held) -> list[dict[str, Any]]:
    """A feed of broken XML is no failure where its items can be told."""
    rows = []
    for outlet in run.outlets:
        last = held.histories[outlet.slug].last
        if outlet.form == "broken" and last is not None:
            kept = sum(each.source == outlet.slug for each in held.articles)
            reason = f"read leniently: {kept} articles kept, last visit {last.outcome}"
            rows.append({"slug": outlet.slug, "what": outlet.shows, "reason": reason})
    return rows


def _same(run: Run, held: Held) -> None:
    """What is recognised as the same, and what is not yet."""
    _heading("The same text twice")
    for article in held.articles:
        seen = held.sightings[article.id]
        if len(seen) > 1:
            places = " and ".join(place_of(each.link) for each in seen)
            say(f"recognised: item {article.id} is one article seen at {places}")
    by_place = {place_of(article.url): article for article in held.articles}
    texts = [(outlet, text) for outlet in run.outlets for text in outlet.texts]
    by_name = {f"{outlet.slug}/{text.slug}": by_place.get(outlet.place(text)) for outlet, text in texts}
    for outlet, text in texts:
        copy, original = by_name[f"{outlet.slug}/{text.slug}"], by_name.get(text.copies or "")
        if copy is not None and original is not None and copy.id != original.id:
            say(
                f"not recognised yet: item {copy.id} ({outlet.slug}) carries item {original.id} "
                f"({original.source}) word for word under a dateline of its own. Between outlets wirewatch "
                "keeps two articles; grouping near duplicates is yet to come."
            )


def _matched(held: Held) -> None:
    """Per topic and language: in how many articles, and the words that prove it."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    words: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for article in held.articles:
        for match in held.matches[article.id]:
            key = match.topic, article.language or "?"
            found[key].add(article.id)
            words[key].update(dict.fromkeys(span.form.casefold() for span in match.evidence))
    rows = [
        {
            "topic": topic,
            "language": language,
            "articles": len(ids),
            "found": ", ".join(words[topic, language]),
        }
        for (topic, language), ids in sorted(found.items())
    ]
    _heading("Matched")
    columns = {"topic": "topic", "language": "lang", "articles": "articles", "found": "words found"}
    show_table(rows, columns, "Nothing.")


def _sent(run: Run, held: Held) -> bool:
    """What arrived in this run, with the server's answer; whether nothing that was planned is missing."""
    arrived = {str(letter.message["Message-ID"]): letter for letter in run.letters}
    rows = [
        {
            "kind": str(each.kind),
            "recipient": each.recipient,
            "title": _plain(str(arrived[each.message_id].message["Subject"])),
            "reason": each.answer,
        }
        for each in reversed(held.deliveries)
        if each.message_id in arrived
    ]
    _heading("Alerts and digest delivered")
    columns = {"kind": "kind", "recipient": "recipient", "title": "subject", "reason": "the server's answer"}
    show_table(rows, columns, "Nothing was sent in this run: all there is to tell was told before.")
    lost = [each for each in held.deliveries if each.state is not DeliveryState.SENT]
    for each in lost:
        say(f"delivery {each.id} to {each.recipient} is {each.state}: {each.answer}", style="red")
    return not lost


def _plain(subject: str) -> str:
    """A subject without the marks of direction that mail programs need."""
    return subject.replace("\u2068", "").replace("\u2069", "")


def _digest(run: Run) -> None:
    for letter in run.letters:
        if letter.recipient == ANALYST:
            _heading(f"The digest as it arrived: {_plain(str(letter.message['Subject']))}")
            say("")
            say(letter.text.rstrip())


def _where(run: Run) -> None:
    folder = run.settings.file.parent if run.settings.file else run.settings.data
    program = "wirewatch" if which("wirewatch") else sys.argv[0]
    wirewatch = f"{before_commands(os.environ)}{program} --settings {folder / 'settings.toml'}"
    _heading("Where everything lies, and what to try next")
    say(f"{folder / 'settings.toml'}: the settings; {folder / 'inbox'}: the mails as they arrived")
    for command in _tries():
        say(f"    {wirewatch} {command}")


def _tries() -> Sequence[str]:
    return (
        "items",
        "items --topic lachin-road --language hy",
        'search "gas supply"',
        "sources list",
        "deliveries",
        "digest show 1",
        "topics export",
    )
