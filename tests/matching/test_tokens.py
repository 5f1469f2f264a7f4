"""Words where they stand: no offset is lost, compounds come apart, marks do not part what is one word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Lachin-Khankendi, Lachin–Khankendi; Lachin\u2011Khankendi", ["Lachin", "Khankendi"] * 3),
        ("Laçın’da ve Şuşa'ya", ["Laçın’da", "ve", "Şuşa'ya"]),
        ("'quoted' ''words''", ["quoted", "words"]),
        ("snake_case #Lachin_corridor", ["snake", "case", "Lachin", "corridor"]),
        ("ասե՛ք, ո՞վ է", ["ասե՛ք", "ո՞վ", "է"]),
        ("می\u200cشود، مُحَمَّد", ["می\u200cشود", "مُحَمَّد"]),
        ("minis\u00adtry за\u0301мок", ["minis\u00adtry", "за\u0301мок"]),
        ("كتـاب ـ مُـحمد a\u00adـ", ["كتـاب", "ـ", "مُـحمد", "a\u00adـ"]),
        ("G7 2026 km²", ["G7", "2026", "km²"]),
        ("", []),
        ("?! … —", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert tokens.forms(text) == words
    assert [text[start:end] for start, end in tokens.spans(text)] == words


@given(st.text())
def test_forms_are_what_stands_at_the_spans(text: str) -> None:
    assert tokens.forms(text) == [text[start:end] for start, end in tokens.spans(text)]


@given(st.text(alphabet="aя'’-_\u0301\u00ad\u200c՞ \n", max_size=60))
def test_forms_come_in_order_and_apart(text: str) -> None:
    ends = [0, *(end for _, end in tokens.spans(text))]
    assert all(start >= end for (start, _), end in zip(tokens.spans(text), ends, strict=False))


def test_a_run_of_marks_costs_no_more_than_its_length() -> None:
    assert tokens.forms("a" + "\u0301" * 100_000 + "b") != []
    assert len(tokens.forms(("a" + "\u00ad" * 50) * 10_000)) == 1


def test_letters_taken_apart_stay_one_word() -> None:
    for word in ("Laçın", "Ереван-й", "йод", "Azərbaycan", "Öcalan"):
        apart = unicodedata.normalize("NFD", word)
        assert len(tokens.forms(apart)) == len(tokens.forms(word))
