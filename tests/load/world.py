"""What is published in a day, and who wants to know of what: the same in every run of the same load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from random import Random
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from benchmarks.world import WORDS, sentence
from news.telling import Mode, Rhythm, Schedule
from tests.load.clock import START

HOUR = timedelta(hours=1)
# What a feed shows: more than any source publishes between two visits.
SHOWN = 60
SYLLABLES = "ba de fi go ku la me ni po ru sa te vi zo".split()  # noqa: SIM905
ZONES = ("UTC", "Asia/Baku", "Asia/Yerevan", "America/New_York")


@dataclass(frozen=True, slots=True)
class Load:
    """How much of everything. `hostile` are kinds of `tests.load.hostile`, one source each.

    `page_every`: each so manyth article has its text on its page only; `matched`: the share of articles
    that speak of a topic; `tail`: the hours before the end in which nothing new comes, so that all
    that was published has been visited by then. In seconds, `idle` is how long a byte is waited for (a third
    of how long a response may take), `reading` the wall clock of a reader.
    """

    good: int = 475
    hostile: tuple[str, ...] = ()
    articles: int = 50_000
    hours: int = 24
    topics: int = 200
    instant: int = 12
    digests: int = 12
    page_every: int = 5
    matched: float = 0.04
    tail: float = 1.5
    idle: float = 3.0
    reading: float = 5.0
    seed: int = 2022

    @property
    def end(self) -> datetime:
        return START + self.hours * HOUR


@dataclass(frozen=True, slots=True)
class Piece:
    """An article as it is published. `topics` are those it speaks of; `old`: before wirewatch came.

    `on_page`: the feed has a summary only.
    """

    number: int
    source: int
    at: datetime
    topics: tuple[int, ...]
    on_page: bool
    seed: int

    @property
    def old(self) -> bool:
        return self.at <= START

    @property
    def path(self) -> str:
        return f"/news/{self.number}.html"

    @property
    def title(self) -> str:
        return f"{sentence(Random(f'{self.seed} title {self.number}'), 8)[:-1]} {self.number}"

    def paragraphs(self) -> list[str]:
        """Some 190 words, the topics' terms among them."""
        random = Random(f"{self.seed} text {self.number}")
        told = [f"{sentence(random, 12)} {sentence(random, 14)}" for _ in range(7)]
        for topic in self.topics:
            told[random.randrange(len(told))] += f" They spoke of the {term(topic)} on the day."
        return told


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is told. `at` is when a digest is due (None: told at once), as UTC."""

    number: int
    topics: tuple[int, ...]
    zone: str = "UTC"
    at: datetime | None = None

    @property
    def address(self) -> str:
        return f"reader{self.number}@post{self.number % 5}.test"

    @property
    def mode(self) -> Mode:
        return Mode.INSTANT if self.at is None else Mode.DIGEST

    @property
    def schedule(self) -> Schedule | None:
        if self.at is None:
            return None
        return Schedule(Rhythm.DAILY, self.at.astimezone(ZoneInfo(self.zone)).time())


def host(source: int) -> str:
    return f"paper{source:03}.test"


def slug(source: int) -> str:
    return f"paper{source:03}"


def topic_slug(topic: int) -> str:
    return f"topic{topic:03}"


def term(topic: int) -> str:
    """Two words that stand in no other text."""
    first, rest = SYLLABLES[topic % 14], topic // 14
    return f"{first}{SYLLABLES[rest % 14]}{SYLLABLES[rest // 14 % 14]}rak {WORDS[topic % len(WORDS)]}"


class World:
    """Everything that is published under a load, and everybody who is told."""

    def __init__(self, load: Load) -> None:
        self.load = load

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """By number. The first of each source stood there before the start."""
        load, random = self.load, Random(f"{self.load.seed} pieces")
        bursts = [self._bursts(source) for source in range(load.good)]
        found = []
        for number in range(load.articles):
            source = number % load.good
            at = START - HOUR if number < load.good else random.choice(bursts[source])
            at += timedelta(seconds=random.randrange(300))
            about = random.sample(range(load.topics), random.choice((1, 1, 1, 2)))
            topics = tuple(sorted(about)) if random.random() < load.matched else ()
            found.append(Piece(number, source, at, topics, number % load.page_every == 0, load.seed))
        return tuple(found)

    def _bursts(self, source: int) -> Sequence[datetime]:
        """The moments around which a source publishes: eight to ten a day."""
        random = Random(f"{self.load.seed} bursts {source}")
        last = (self.load.hours - self.load.tail) * 3600 - 300
        many = max(1, round(random.randint(8, 10) * self.load.hours / 24))
        return [START + timedelta(seconds=random.uniform(600, last)) for _ in range(many)]

    @cached_property
    def by_source(self) -> dict[int, tuple[Piece, ...]]:
        """The pieces of each source, the oldest first."""
        found: dict[int, list[Piece]] = defaultdict(list)
        for piece in sorted(self.pieces, key=lambda piece: (piece.at, piece.number)):
            found[piece.source].append(piece)
        return {source: tuple(pieces) for source, pieces in found.items()}

    @cached_property
    def readers(self) -> tuple[Reader, ...]:
        """Some are told of ten topics at once, one of all; others by digest, half-way or at the end."""
        load, random = self.load, Random(f"{self.load.seed} readers")
        topics = range(load.topics)
        found = [Reader(n, tuple(random.sample(topics, min(10, load.topics)))) for n in range(load.instant)]
        found.append(Reader(load.instant, tuple(topics)))
        for number in range(load.instant + 1, load.instant + 1 + load.digests):
            at = load.end if number % 2 else START + load.hours // 2 * HOUR
            about = tuple(random.sample(topics, min(5, load.topics)))
            found.append(Reader(number, about, ZONES[number % len(ZONES)], at))
        return tuple(found)


def item(piece: Piece, root: str) -> str:
    """The piece as its feed lists it."""
    link, told = f"{root}{piece.path}", piece.paragraphs()
    content = "".join(f"<p>{paragraph}</p>" for paragraph in told)
    whole = "" if piece.on_page else f"<content:encoded>{escape(content)}</content:encoded>"
    return (
        f"<item><title>{piece.title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{format_datetime(piece.at)}</pubDate>"
        f"<description>What paper {piece.source} says of it, in short.</description>{whole}</item>\n"
    )


def rss(title: str, items: str) -> bytes:
    """An RSS 2.0 document that asks for a visit an hour."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>{title}</title><link>http://example.org/</link><description>All news</description>"
        f"<language>en</language><ttl>60</ttl>\n{items}</channel></rss>\n"
    ).encode()


def page(piece: Piece) -> bytes:
    """The piece's page, some 20 kB: a menu, the text, other news, a footer."""
    menu = "".join(
        f"<li><a href='/section/{n}/'>{word.title()}</a></li>" for n, word in enumerate(WORDS[:60])
    )
    told = "".join(f"<p>{paragraph}</p>\n" for paragraph in piece.paragraphs())
    others = "".join(
        f"<div class='teaser'><a href='/old/{n}.html'><h3>{word.title()} {n}</h3></a>"
        f"<span class='date'>11.12.2022</span></div>\n"
        for n, word in enumerate(WORDS[60:160])
    )
    return (
        f"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><title>{piece.title}</title></head>\n"
        f"<body><header><nav><ul>{menu}</ul></nav></header><main><article><h1>{piece.title}</h1>\n{told}</article>"
        f"<aside>{others}</aside></main><footer>All rights reserved</footer></body></html>\n"
    ).encode()
