"""Articles as a language writes them: running words of a corpus, or made-up ones where it is not there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random

from pymorphy3 import MorphAnalyzer
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

from matching.keys import Analysis
from matching.morphology import Packed, Slavic
from news.languages.registry import LANGUAGES
from news.watch import Term, Topic
from tests.corpora import CORPORA

WORDS = 500  # of an article
PLANTED = 3  # topics named in every article
FRESH = 150_000  # more words than two thousand articles have new ones
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


def ordinary(words: Sequence[str], fresh: Sequence[str], count: int, random: Random) -> Iterator[str]:
    """Articles one after the other: stretches of the corpus, in which as many words as would be are not of
    the corpus, and of those as many new.

    As often as `lacking` says a word is one the corpus lacks. Among n words of news there are about
    25 n^0.6 different ones (Heaps' law), so from the 500,000th to the 1,000,000th 6 to 8 % are new, some 35
    an article: the next of `fresh`. The others were said before and come again, each as often as it
    was said so far (Simon 1955, https://doi.org/10.2307/2333389), after however many articles.
    """
    new, rare, said = iter(fresh), lacking(words), 0
    before: list[str] = []
    for _ in range(count):
        start = random.randrange(max(len(words) - WORDS, 1))
        text = list(words[start : start + WORDS])
        for place in range(len(text)):
            said += 1
            share = random.random()
            if share < max(rare, min(15 * said**-0.4, 0.5)):
                is_new = share < 15 * said**-0.4 or not before
                text[place] = next(new) if is_new else random.choice(before)
                before.append(text[place])
        yield " ".join(text)


def lacking(words: Sequence[str]) -> float:
    """The share of running words that these, a sample, lack: that of the words that stand in it once (Good
    1953, after Turing, https://doi.org/10.1093/biomet/40.3-4.237)."""
    return sum(times == 1 for times in Counter(map(str.lower, words)).values()) / len(words)


def unknown(words: Sequence[str], code: str) -> float:
    """Of the words that the last fifth of a corpus has and the others lack, the share that stands in no
    dictionary of the language."""
    lower, dictionary = [*map(LANGUAGES[code].lower, words)], dictionary_of(code)
    first = len(lower) * 4 // 5
    late = {*lower[first:]} - {*lower[:first]}
    return sum(not dictionary.lemmas(word)[1] for word in late) / len(late)


def fresh_words(words: Sequence[str], code: str, share: float, random: Random) -> list[str]:
    """Words the corpus lacks, of which `share` are in no dictionary: made of the beginning of one of its
    words and the end of another. The rest are forms from the language's dictionary."""
    long = sorted({LANGUAGES[code].lower(word) for word in words if len(word) > 6})
    held = {*map(LANGUAGES[code].lower, words)}
    listed = [word for word in known_forms(code, long) if word not in held]
    found: dict[str, None] = {}
    while len(found) < FRESH:
        if random.random() < share:
            found[random.choice(long)[:4] + random.choice(long)[3:]] = None
        else:
            found[random.choice(listed)] = None
    return list(found)


def known_forms(code: str, long: Sequence[str]) -> list[str]:
    """Forms in a language's dictionary; of pymorphy3's, which are too many, those that begin like words of
    the corpus."""
    if LANGUAGES[code].dictionary != "pymorphy3":
        return [*LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(code)]
    forms = MorphAnalyzer(lang=code).dictionary.words
    begun = sorted({word[:5] for word in long})
    return [*dict.fromkeys(form for letters in begun for form in forms.keys(letters))]


@cache
def dictionary_of(code: str) -> Packed | Slavic:
    return Slavic(code) if LANGUAGES[code].dictionary == "pymorphy3" else Packed(code)


def analysis(code: str) -> Analysis:
    """Of the language and those it is taken for, loaded."""
    found = Analysis((code, *LANGUAGES[code].close))
    found.load()
    return found
