"""Articles as a language writes them: running words of a corpus, or made-up ones where it is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from matching.keys import Analysis
from news.languages.registry import LANGUAGES
from news.watch import Term, Topic
from tests.corpora import CORPORA

WORDS = 500  # of an article
PLANTED = 3  # topics named in every article
LETTERS = {
    "LATIN": "abcdefghijklmnoprstuvyz",
    "CYRILLIC": "абвгдежзиклмнопрст",
    "ARMENIAN": "աբգդեզթիլխկհմնոպսվտր",
}


def running(code: str) -> list[str]:
    """Words of a corpus in their order (Azerbaijani: of its tables of inflection, in none)."""
    if code == "az":
        path = CORPORA / "unimorph" / "aze.tsv"
        rows = path.read_text("utf-8").splitlines() if path.exists() else []
        found = [row.split("\t")[1] for row in rows if " " not in row.split("\t")[1]]
        Random(code).shuffle(found)
    else:
        paths = sorted((CORPORA / "treebanks").glob(f"*{code}_*.conllu"))
        found = re.findall(r"(?m)^\d+\t([^\W\d_]+)\t", "".join(path.read_text("utf-8") for path in paths))
    return found or made_up(code)


def made_up(code: str) -> list[str]:
    letters, random = LETTERS[LANGUAGES[code].scripts[0]], Random(code)
    every = ["".join(random.choices(letters, k=random.randint(3, 10))) for _ in range(10_000)]
    return random.choices(every, [1 / (rank + 10) for rank in range(len(every))], k=50_000)


def names(words: Sequence[str], count: int, random: Random) -> list[str]:
    """Of `count` names seven in ten have two words, the others three; in forms that stand in texts."""
    known = sorted({word for word in words if len(word) > 4})
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(random.sample(known, random.choice((2, 2, 2, 2, 2, 2, 2, 3, 3, 3))))] = None
    return list(found)


def watched(wanted: Sequence[str], code: str) -> list[Topic]:
    return [Topic(f"t{number}", "", 1, (Term(name, code),)) for number, name in enumerate(wanted)]


def articles(words: Sequence[str], wanted: Sequence[str], count: int, random: Random) -> list[str]:
    """Each a stretch of the corpus with some of the names in it."""
    texts = []
    for _ in range(count):
        start = random.randrange(max(len(words) - WORDS, 1))
        text = list(words[start : start + WORDS])
        for name in random.sample(wanted, PLANTED):
            text.insert(random.randrange(len(text)), name)
        texts.append(" ".join(text))
    return texts


def ordinary(words: Sequence[str], count: int, random: Random) -> Iterator[str]:
    """Articles one after the other: stretches of the corpus, in which as many words are new as would be.

    Among n words of news there are about 25 n^0.6 different ones (Heaps' law), so of
    the 500,000th to the 1,000,000th word 6 to 8 % are new: some 35 of an article. They are made of the
    beginning of one word and the end of another: no dictionary has them, and nothing costs more.
    """
    fresh, said = iter(_joined(words, random)), 0
    for _ in range(count):
        start = random.randrange(max(len(words) - WORDS, 1))
        text = list(words[start : start + WORDS])
        for place in range(len(text)):
            said += 1
            if random.random() < min(15 * said**-0.4, 0.5):
                text[place] = next(fresh)
        yield " ".join(text)


def _joined(words: Sequence[str], random: Random) -> list[str]:
    long = sorted({word.lower() for word in words if len(word) > 6})
    return list(dict.fromkeys(random.choice(long)[:4] + random.choice(long)[3:] for _ in range(300_000)))


def analysis(code: str) -> Analysis:
    """Of the language and those it is taken for, loaded."""
    found = Analysis((code, *LANGUAGES[code].close))
    found.load()
    return found
