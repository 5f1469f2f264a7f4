"""What dictionaries say of words, asked faster than their own libraries do: the same."""

from itertools import product

import pytest
from pymorphy3 import MorphAnalyzer
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

from matching.morphology import Sieve, Slavic

# Beginnings and endings of which all sorts of words are made: with known prefixes, short and long, with
# letters that have two spellings, of words in the dictionary and of names in none.
BEGUN = ("", "супер", "недо", "по", "наи", "най", "авто", "лач", "пашин", "гур", "ель", "ёж", "контр")
ENDED = ("ин", "инский", "яна", "янами", "ейшего", "ыми", "дорога", "місто", "ого", "ичем", "атись", "ґанок")


@pytest.mark.parametrize("code", ["ru", "uk"])
def test_a_slavic_word_has_the_lemmas_that_pymorphy3_gives_it(code: str) -> None:
    ours, theirs = Slavic(code), MorphAnalyzer(lang=code)
    known = set()
    for word in ("".join(parts) for parts in product(BEGUN, ("", "н", "овст"), ENDED)):
        lemmas, stands_there = ours.lemmas(word)
        assert {*lemmas} == {*theirs.normal_forms(word)}, word
        known.add(stands_there)
    assert known == {True, False}


def test_a_sieve_answers_as_the_dictionary_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.morphology.PATIENCE", 10)
    packed = LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary("fa")
    there = [word for _, word in zip(range(2000), packed, strict=False)]
    asked = [*there, *(f"{word}q" for word in there), ""]
    sieve = Sieve(packed)
    for _ in range(2):  # before it is made and after
        assert [sieve.get(word) for word in asked] == [packed.get(word) for word in asked]
    assert sieve.get("qqqq", "none") == "none"
