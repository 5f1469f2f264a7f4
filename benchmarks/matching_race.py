"""What it costs to find topics in an article: ours, one regular expression per topic, one alternation of all.

Run: `python -m benchmarks.matching_race`. Three runs of each in turn, in one process; CPU milliseconds per
article of 500 words, medians. All must find the same topics in the same articles.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from statistics import median

from matching.index import index_terms
from matching.keys import Analysis
from matching.topics import CompiledTopics
from news.watch import Term, Topic

RUNS = 3
WORDS = 500
ARTICLES = 200
# The slow contenders get fewer articles: what is compared is the time per article.
SLOW = 4
COUNTS = (100, 1_000, 10_000)
LETTERS = "abcdefghijklmnoprstuvyz"

Found = Callable[[str], set[str]]


def vocabulary(rng: random.Random) -> list[str]:
    """Words of three to ten letters, the frequent ones first."""
    return ["".join(rng.choices(LETTERS, k=rng.randint(3, 10))) for _ in range(20_000)]


def watched(rng: random.Random, words: Sequence[str], count: int) -> list[str]:
    """One name in ten a single word, the others of two or three, as in the design's measurements."""
    rare = words[500:]
    return [" ".join(rng.choices(rare, k=rng.choice((1, 2, 2, 2, 2, 2, 2, 3, 3, 3)))) for _ in range(count)]


def articles(rng: random.Random, words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Texts whose words fall off as in a language, each with three of the names in it."""
    weights = [1 / (rank + 10) for rank in range(len(words))]
    texts = []
    for _ in range(ARTICLES):
        text = rng.choices(words, weights, k=WORDS)
        for name in rng.sample(names, 3):
            text.insert(rng.randrange(WORDS), name)
        texts.append(" ".join(text))
    return texts


def ours(names: Sequence[str]) -> Found:
    compiled = CompiledTopics(Analysis(), [Topic(name, name, 1, (Term(name),)) for name in names])
    return lambda text: {found.topic for found in compiled.found("", text, "en")}


def regex_each(names: Sequence[str]) -> Found:
    patterns = [(name, re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)) for name in names]
    return lambda text: {name for name, pattern in patterns if pattern.search(text)}


def alternation(names: Sequence[str]) -> Found:
    """Loses what overlaps; its advantage is left to it."""
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(names))) + r")\b", re.IGNORECASE)
    return lambda text: set(pattern.findall(text))


def cpu(found: Found, texts: Sequence[str]) -> float:
    """CPU milliseconds per article."""
    start = time.process_time()
    for text in texts:
        found(text)
    return (time.process_time() - start) / len(texts) * 1000


def race(count: int) -> str:
    rng = random.Random(count)
    words = vocabulary(rng)
    names = sorted(set(watched(rng, words, count)))
    texts = articles(rng, words, names)
    contenders = {make.__name__: make(names) for make in (ours, regex_each, alternation)}
    for text in texts[:SLOW]:
        expected = contenders["regex_each"](text)
        assert contenders["ours"](text) == expected
        assert contenders["alternation"](text) <= expected
    spent: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(RUNS):
        for name, found in contenders.items():
            spent[name].append(cpu(found, texts if name == "ours" else texts[:SLOW]))
    best = {name: median(times) for name, times in spent.items()}
    ratios = "".join(f"{best[name] / best['ours']:10.0f} x" for name in ("regex_each", "alternation"))
    return f"{count:8} " + "".join(f"{best[name]:13.3f}" for name in contenders) + ratios


def main() -> None:
    print("CPU milliseconds per article, then how many times ours the others take")
    print(f"{'topics':>8} {'ours':>12} {'regex each':>12} {'alternation':>12}")
    for count in COUNTS:
        print(race(count), flush=True)
    rng = random.Random(0)
    keys, texts = Analysis().keys("en"), articles(rng, vocabulary(rng), ["a", "b", "c"])
    spent = median(cpu(lambda text: set(index_terms("", text, keys).terms), texts) for _ in range(RUNS))
    print(f"index terms: {spent:.3f}")


if __name__ == "__main__":
    main()
