"""What stands in the database and what came by mail after a day, held against what was published."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

from tests.load.hostile import KINDS
from tests.load.run import Run
from tests.load.world import Piece, Reader, host, slug, topic_slug
from tests.telling.letters import Mail, opened

ARTICLES = """
SELECT articles.source, articles.url, revisions.title, revisions.text, articles.revision, articles.state
FROM articles LEFT JOIN revisions ON revisions.article = articles.id AND revisions.number = articles.revision
"""
MATCHES = """
SELECT matches.topic, articles.url, matches.judged_at FROM matches
JOIN articles ON articles.id = matches.article
"""
LEDGER = """
SELECT subscriptions.recipient, ledger.topic, articles.url FROM ledger
JOIN articles ON articles.id = ledger.article JOIN subscriptions ON subscriptions.id = ledger.subscription
"""
DIGESTS = """
SELECT subscriptions.recipient, digests.until FROM digests
JOIN subscriptions ON subscriptions.id = digests.subscription
"""


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    """What the database says, asked past everything of ours."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return file.execute(query).fetchall()
    with psycopg.connect(url) as server:
        return server.execute(query.encode()).fetchall()


@dataclass
class Books:
    """What was found to be wrong, in words; and how much there was in all."""

    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def compare(self, what: str, expected: Counter[Any], found: Counter[Any]) -> None:
        """Each as often as it should be, and nothing else."""
        self.counts[what] = sum(found.values())
        for name, these in (("lost", expected - found), ("too many", found - expected)):
            if these:
                self.wrong.append(f"{sum(these.values())} {what} {name}, such as {next(iter(these))}")


def audit(run: Run) -> Books:
    """Every article once with its text, every match, every line of the ledger, every mail."""
    books = Books()
    urls = {f"http://{host(piece.source)}:{run.port}{piece.path}": piece for piece in run.world.pieces}
    articles_once(run, urls, books)
    judged = matches_once(run, urls, books)
    told_once(run, urls, judged, books)
    if run.forbidden:
        books.wrong.append(f"the forbidden port was reached {run.forbidden} times")
    return books


def articles_once(run: Run, urls: dict[str, Piece], books: Books) -> None:
    good = {slug(number) for number in range(run.world.load.good)}
    rows = [row for row in ask(run.database, ARTICLES) if row[0] in good]
    books.compare("articles", Counter(list(urls)), Counter(url for _, url, *_ in rows))
    texts = Counter(
        url for _, url, title, words, number, _ in rows if is_whole(urls.get(url), title, words, number)
    )
    books.compare("whole texts", Counter(list(urls)), texts)


def is_whole(piece: Piece | None, title: str, words: str | None, number: int) -> bool:
    """One version, with the title and all that was written, in its order and nothing else. A page's
    text may begin with its heading, the title."""
    if piece is None or title != piece.title or number != 1:
        return False
    return " ".join((words or "").split()).removeprefix(f"{title} ") == " ".join(piece.paragraphs())


def matches_once(run: Run, urls: dict[str, Piece], books: Books) -> dict[tuple[str, str], datetime]:
    """When each match (topic, url) was judged."""
    rows = ask(run.database, MATCHES)
    expected = Counter((topic_slug(topic), url) for url, piece in urls.items() for topic in piece.topics)
    books.compare("matches", expected, Counter((topic, url) for topic, url, _ in rows))
    return {(topic, url): moment(at) for topic, url, at in rows}


def told_once(
    run: Run, urls: dict[str, Piece], judged: dict[tuple[str, str], datetime], books: Books
) -> None:
    untils = {recipient: moment(until) for recipient, until in ask(run.database, DIGESTS)}
    expected: Counter[tuple[str, str, str]] = Counter()
    by_topic: dict[str, list[str]] = defaultdict(list)
    for topic, url in judged:
        if url in urls and not urls[url].old:
            by_topic[topic].append(url)
    for reader in run.world.readers:
        until = untils.get(reader.address)
        for topic in map(topic_slug, reader.topics):
            told = (url for url in by_topic[topic] if until is None or judged[topic, url] <= until)
            expected.update((reader.address, topic, url) for url in told)
    books.compare("told in the ledger", expected, Counter(ask(run.database, LEDGER)))
    mails_once(run, expected, books)


def mails_once(run: Run, expected: Counter[tuple[str, str, str]], books: Books) -> None:
    """Every article in one mail to everyone who is told of it; one digest to whom a digest is due."""
    ids = Counter(run.room.received())
    books.compare("mails", Counter(dict.fromkeys(ids, 1)), ids)
    mails = [opened(letter, run.world.load.end) for letter in run.room.letters]
    by_mail = Counter((mail.to, link) for mail in mails for link in mail.links)
    books.compare("told by mail", Counter({(to, url) for to, _, url in expected}), by_mail)
    digests = Counter(mail.to for mail in mails if is_digest(mail, run.world.readers))
    due = Counter(reader.address for reader in run.world.readers if reader.at)
    books.compare("digests", due, digests)


def is_digest(mail: Mail, readers: tuple[Reader, ...]) -> bool:
    return any(reader.address == mail.to and reader.at for reader in readers)


def moment(value: Any) -> datetime:
    """A time as either database gives it, as UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=found.tzinfo or UTC)


def hostile_outcomes(run: Run) -> dict[str, tuple[Counter[str], str, int]]:
    """Of each hostile source: its visits' outcomes, the last reason given, how many articles came of it."""
    last: dict[str, str] = {}
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for source, outcome, reason in ask(
        run.database, "SELECT source, outcome, reason FROM visits ORDER BY id"
    ):
        if source in KINDS:
            outcomes[source][outcome] += 1
            last[source] = reason or last.get(source, "")
    rows = ask(run.database, "SELECT source, count(*) FROM articles GROUP BY source")
    articles = dict(rows)
    return {
        name: (outcomes[name], last.get(name, ""), articles.get(name, 0)) for name in run.world.load.hostile
    }
