"""What it costs to find topics, beside a loop of regular expressions and SQLite FTS5 turned round.

`python -m benchmarks.matching [LANGUAGE…]`. One process; CPU time, the least of interleaved rounds, per
article of 500 words, warm. Topics have two or three words, in forms that stand in articles; three are named
in each article, and how many are found is stated. FTS5 turned round: the article is the one document, every
topic a query. It is asked twice: for names as they are written, which is all that regular expressions
find as well, and for all their forms (anywhere in the text: what it finds would have to be looked at again).
Ours finds the forms, side by side, and where they stand.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from random import Random

from benchmarks import matching_texts as texts
from benchmarks.outside import verdict
from matching.index import index_terms
from matching.keys import met
from matching.topics import CompiledTopics
from news.watch import Topic

TOPICS = 10_000
ARTICLES, SLOW, ROUNDS = 60, 1, 3
LIMITS = {"ru": 1.0, "hy": 1.0, "en": 1.0, "tr": 2.5, "az": 2.5}  # milliseconds on a quiet core of 2.8 GHz
REGEX, FTS = 1 / 100, 1 / 30
GROWTH, FEW, MANY = 3.0, 1_000, 100_000
COLD, AFTER = 5.0, 1_000

Count = Callable[[str], int]


def spent(found: Count, articles: Sequence[str]) -> float:
    """CPU milliseconds per article."""
    start = time.process_time()
    for article in articles:
        found(article)
    return (time.process_time() - start) / len(articles) * 1000


def regex_each(wanted: Sequence[str]) -> Count:
    patterns = [re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE) for name in wanted]
    return lambda text: sum(pattern.search(text) is not None for pattern in patterns)


def fts_turned_round(queries: Sequence[str]) -> Count:
    asked = [(query,) for query in queries]
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE article USING fts5(text)")

    def count(text: str) -> int:
        database.execute("DELETE FROM article")
        database.execute("INSERT INTO article VALUES (?)", (text,))
        one = "SELECT 1 FROM article WHERE article MATCH ?"
        return sum(database.execute(one, query).fetchone() is not None for query in asked)

    return count


def in_all_forms(wanted: Sequence[str], code: str, words: Sequence[str]) -> list[str]:
    """Each name as an FTS5 query for all its forms that stand in the corpus, which are few of those there
    are: wherever they stand, since every way to write it as a phrase takes seconds an article."""
    analysis = texts.analysis(code)
    keys = analysis.keys(code)
    of_key: dict[str, dict[str, None]] = {}
    for form in sorted({*words}):
        for key in met(keys[form]):
            of_key.setdefault(key, {})[form.lower()] = None

    def query(name: str) -> str:
        (path,) = analysis.paths(name, code)
        of_word = [{f'"{form}"': None for key in word for form in of_key.get(key, ())} for word in path]
        return " AND ".join(f"({' OR '.join(forms)})" for forms in of_word)

    return [query(name) for name in wanted]


def race(code: str) -> None:
    random = Random(code)
    words = texts.running(code)
    wanted = texts.names(words[: len(words) // 2], TOPICS, random)
    articles = texts.articles(words[len(words) // 2 :], wanted, ARTICLES, random)
    compiled = CompiledTopics(texts.analysis(code), texts.watched(wanted, code))
    contenders: dict[str, Count] = {
        "ours": lambda text: len(compiled.found("", text, code)),
        "a loop of regular expressions": regex_each(wanted),
        "FTS5 turned round, names as they are written": fts_turned_round([f'"{name}"' for name in wanted]),
        "FTS5 turned round, names in all forms, anywhere": fts_turned_round(
            in_all_forms(wanted, code, words)
        ),
    }
    hits = {name: sum(map(count, articles[:SLOW])) / SLOW for name, count in contenders.items()}
    every = sum(map(contenders["ours"], articles)) / len(articles)  # which warms it, too
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(ROUNDS):
        for name, count in contenders.items():
            best[name] = min(best[name], spent(count, articles if name == "ours" else articles[:SLOW]))
    ours = best.pop("ours")
    print(
        f"matching, {code}: {TOPICS:,} topics, {every:.1f} hits an article, in the first {hits['ours']:.0f}"
    )
    said("milliseconds of CPU an article", ours, LIMITS[code])
    for name, peer in best.items():
        limit = FTS if "FTS" in name else REGEX
        said(f"part of {name} ({peer:.0f} ms, {hits[name]:.0f} hits in the first)", ours / peer, limit)


def growth(code: str) -> None:
    """The same articles with the same names in them, and a hundred times as many that are not."""
    random = Random(code)
    words = texts.running(code)
    wanted = texts.names(words, MANY + FEW, random)
    articles = texts.articles(words, wanted[:FEW], ARTICLES, random)
    analysis = texts.analysis(code)
    few = CompiledTopics(analysis, texts.watched(wanted[:FEW], code))
    others = CompiledTopics(analysis, texts.watched(wanted[FEW:], code))
    there = {each.topic for text in articles for each in others.found("", text, code)}
    absent = [name for number, name in enumerate(wanted[FEW:]) if f"t{number}" not in there]
    many = CompiledTopics(analysis, texts.watched([*wanted[:FEW], *absent[: MANY - FEW]], code))
    hits = [sum(len(each.found("", text, code)) for text in articles) / ARTICLES for each in (few, many)]
    counts = [lambda text, each=each: len(each.found("", text, code)) for each in (few, many)]
    best = [float("inf")] * 2
    for _ in range(ROUNDS):
        best = [min(least, spent(count, articles)) for least, count in zip(best, counts, strict=True)]
    print(f"growth, {code}: {FEW:,} topics {best[0]:.2f} ms and {hits[0]:.1f} hits an article,")
    print(f"  {MANY:,} topics {best[1]:.2f} ms and {hits[1]:.1f} hits")
    said("times as long", best[1] / best[0], GROWTH)


def cold(code: str) -> None:
    """The articles after the first thousand that a judge sees, whose words were partly never seen: as
    ordinary texts have them, and with every new word in no dictionary, which costs most. Of each the least
    of two rounds counts."""
    random = Random(code)
    words = texts.running(code)
    share = texts.unknown(words, code)
    wanted = texts.watched(texts.names(words, TOPICS, random), code)
    print(f"cold words, {code}: the second {AFTER:,} articles, index terms included")
    print(
        f"  {texts.lacking(words):.0%} of running words are not of the corpus, in no dictionary {share:.0%}"
    )
    for what, unknown in (("", share), (", every new word in no dictionary", 1.0)):
        fresh = texts.fresh_words(words, code, unknown, random)
        articles = [*islice(texts.ordinary(words, fresh, 2 * AFTER, random), 2 * AFTER)]
        took = [*map(min, zip(*(one_by_one(articles, wanted, code) for _ in range(2)), strict=True))]
        late = sorted(took[AFTER:])
        print(f"  median {late[AFTER // 2]:.1f} ms, the first hundred {sum(took[:100]) / 100:.1f} ms each")
        said(f"milliseconds at the 95th percentile{what}", late[AFTER * 95 // 100], COLD)


def one_by_one(articles: Sequence[str], wanted: Sequence[Topic], code: str) -> list[float]:
    """CPU milliseconds of each article for who begins with the first."""
    analysis = texts.analysis(code)
    compiled = CompiledTopics(analysis, wanted)
    took = []
    for text in articles:
        start = time.process_time()
        compiled.found("", text, code)
        index_terms("", text, analysis.keys(code))
        took.append((time.process_time() - start) * 1000)
    return took


def said(what: str, figure: float, limit: float) -> None:
    print(f"  {figure:.3g} {what}, at most {limit:.3g}: {verdict(figure, limit)}", flush=True)


def main() -> None:
    chosen = sys.argv[1:] or [*LIMITS]
    for code in chosen:
        race(code)
    for code in chosen:
        if code in {"ru", "tr", "hy"}:
            cold(code)
    growth(chosen[0])


if __name__ == "__main__":
    main()
