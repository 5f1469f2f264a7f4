"""What the judge holds and takes: memory, a change of topics, its share of a core, hostile texts.

`python -m benchmarks.judging`. The judge is the service's own, a process by itself, over a SQLite file with
10,000 topics; memory is its proportional set size. What is not of the process is measured here: the bytes of
a topic (all that is allocated for it, by `tracemalloc`), and the CPU time of hostile queries and texts.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

from sqlalchemy import Connection

from benchmarks import matching_texts as texts
from benchmarks.matching import said
from benchmarks.meter import cpu_by_process, pss
from crawler.judging import TopicJudge
from matching.index import index_terms
from matching.keys import Analysis
from matching.query import parse
from matching.topics import CompiledTopics
from news.errors import WirewatchError
from news.languages.registry import LANGUAGES
from news.watch import Term
from storage import topics
from storage.database import Database
from tests.matching.test_hostile import HOSTILE
from wirewatch.database import now
from workers.judge import Judge

FEW = ("en", "ru", "tr", "az", "hy")
MEGABYTES = {"all languages": (tuple(LANGUAGES), 650.0), "en, ru, tr, az, hy": (FEW, 400.0)}
TOPICS, ARTICLES = 10_000, 300
DAY = 300_000  # articles that the largest system of the kind reads
BYTES, SECONDS, HOSTILE_MS = 2048.0, 1.0, 50.0
QUERIES = {
    "ten thousand brackets": "(" * 10_000 + "road" + ")" * 10_000,
    "ten thousand denials": "NOT " * 10_000 + "road",
    "a megabyte of one letter": "a" * 2**20,
    "ten thousand words": " OR ".join(f"word{number}" for number in range(10_000)),
    "every control character": "".join(map(chr, range(32))) * 300,
    "lone surrogates": "\ud800 AND \udfff " * 3_000,
    "quotes": '"' * 10_001,
}


def a_topic(code: str) -> None:
    words = texts.running(code)
    wanted = texts.names(words, TOPICS, Random(code))
    analysis = texts.analysis(code)
    CompiledTopics(analysis, texts.watched(wanted[:100], code))
    keys = analysis.keys(code)
    for word in {*texts.made_up(code)}:  # the dictionary is ready for many words then, which is no topic's
        keys[word]
    gc.collect()
    tracemalloc.start()
    compiled = CompiledTopics(analysis, texts.watched(wanted, code))
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] / len(compiled)
    tracemalloc.stop()
    print(f"memory of a topic, {code}:")
    said("bytes", held, BYTES)


async def held_by_the_judge(name: str, languages: Sequence[str], limit: float, folder: str) -> None:
    judge = Judge("wirewatch.words:setup", tuple(languages), folder)
    await judge.start()
    for code in languages:
        text = " ".join(texts.running(code)[: texts.WORDS]) if code in {*FEW, "uk"} else "Text. " * 100
        await judge.run("matching.judge:judge", "", text, code, task="bench")
    (pid,) = [pid for pid in cpu_by_process() if pid != _own()]
    print(f"judge with {name}:")
    said("MB", pss(pid), limit)
    await judge.close()


async def change_and_share(folder: str) -> None:
    words = texts.running("ru")
    wanted = texts.names(words, TOPICS, Random(0))
    database = await Database.open(f"sqlite:///{folder}/wirewatch.db", clock=now)

    def fill(conn: Connection) -> None:
        for number, name in enumerate(wanted):
            topics.put(conn, f"t{number}", name, (Term(name, "ru"),), now=now())

    await database.write(fill)
    process = Judge("wirewatch.words:setup", FEW, folder)
    judge = TopicJudge(process, database)
    await judge.start()
    took = []
    for number in range(3):
        text = f"Сказано: перекрыт Лачинский коридор {number}."
        term = Term(f"Лачинский коридор {number}", "ru")
        begun = time.monotonic()
        await database.write(topics.put, f"new{number}", "New", (term,), now=now())
        await judge.renew()
        found = (await judge.judge("", text, "ru", task="bench")).found
        took.append(time.monotonic() - begun)
        assert f"new{number}" in {each.topic for each in found}
    print(f"a changed topic, beside {TOPICS:,} others (the least of three: {min(took):.2f} s):")
    said("seconds until an article is judged by it", sorted(took)[1], SECONDS)
    articles = texts.articles(words, wanted, ARTICLES, Random(1))
    for article in articles:  # makes the words warm
        await judge.judge("", article, "ru", task="bench")
    before = sum(cpu_by_process().values())
    for article in articles:
        await judge.judge("", article, "ru", task="bench")
    each = (sum(cpu_by_process().values()) - before) / ARTICLES
    print(f"judging an article, both processes: {each * 1000:.1f} ms of CPU; {DAY:,} articles a day take")
    print(f"  {each * DAY / 864:.1f} % of one core", flush=True)
    await process.close()
    await database.close()


def _own() -> int:
    return next(iter(cpu_by_process()))


def hostile() -> None:
    analysis = Analysis()
    analysis.load()
    keys = analysis.keys("ru")
    compiled = CompiledTopics(analysis, texts.watched(["Лачинский коридор"], "ru"))
    random = Random(0)
    letters = texts.LETTERS["CYRILLIC"]
    different = " ".join("".join(random.choices(letters, k=7)) for _ in range(62_500))

    def match(text: str) -> None:
        compiled.found("", text, "ru")
        index_terms("", text, keys)

    print("hostile queries and texts, milliseconds of CPU:")
    for name, query in QUERIES.items():
        said(f"query: {name}", _milliseconds(_refused, query), HOSTILE_MS)
    for name, text in {**HOSTILE, "62,500 different words, 500,000 letters": different}.items():
        said(f"text: {name}", _milliseconds(match, text), HOSTILE_MS)


def _refused(query: str) -> None:
    with suppress(WirewatchError):
        parse(query)


def _milliseconds(ask: Callable[[str], None], what: str) -> float:
    begun = time.process_time()
    ask(what)
    return (time.process_time() - begun) * 1000


async def processes() -> None:
    for name, (languages, limit) in MEGABYTES.items():
        with tempfile.TemporaryDirectory() as folder:
            await held_by_the_judge(name, languages, limit, folder)
    with tempfile.TemporaryDirectory() as folder:
        await change_and_share(folder)


def main() -> None:
    for code in ("ru", "hy", "tr"):
        a_topic(code)
    asyncio.run(processes())
    hostile()


if __name__ == "__main__":
    main()
