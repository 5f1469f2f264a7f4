"""What counts as the same word."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import tokens
from matching.index import ANALYSIS, BYTES, index_terms
from matching.keys import LONGEST, Analysis, term_keys

ANALYSES = Analysis()


def same(term: str, word: str, language: str | None = None) -> bool:
    return bool(set(term_keys(term)) & set(ANALYSES.keys(language)[word]))


@pytest.mark.parametrize(
    ("term", "word"),
    [
        ("Lachin", "LACHIN"),
        ("Laçın", "LAÇIN"),
        ("LAÇIN", "Laçın"),
        ("İrəvan", "İRƏVAN"),
        ("Irak", "IRAK"),
        ("ırak", "Irak"),
        ("Iran", "İran"),
        ("Iran", "IRAN"),
        ("Ereğli", "EREĞLİ"),
        ("Diyarbakır", "DİYARBAKIR"),
        ("Lacin", "Laçın"),
        ("Lacin", "LAÇIN"),
        ("Agdam", "Ağdam"),
        ("Irevan", "İrəvan"),
        ("Walesa", "Wałęsa"),
        ("Ёлка", "елка"),
        ("ґанок", "ганок"),
        ("замок", "за\u0301мок"),
        ("Երևան", "ԵՐԵՎԱՆ"),
        ("Երևան", "Երեւան"),
        ("ո՞վ", "ով"),
        ("ლაჩინი", "ᲚᲐᲩᲘᲜᲘ"),
        ("كتاب", "کتاب"),
        ("أذربيجان", "اذربيجان"),
        ("قره‌باغ", "قرهباغ"),
        ("خانهٔ", "خانه"),
        ("۲۰۲۶", "2026"),
        ("O'Brien", "O’Brien"),
        ("п'ять", "пʼять"),
        ("ﬁne", "fine"),
        ("STRASSE", "Straße"),
    ],
)
def test_the_same(term: str, word: str) -> None:
    assert same(term, word)


@pytest.mark.parametrize(
    ("term", "word"),
    [
        ("Laçın", "Lacin"),
        ("Laçin", "Laçın"),
        ("Lachin", "Lachins"),
        ("йод", "иод"),
        ("Лачин", "Лачинский"),
        ("öl", "ol"),
    ],
)
def test_not_the_same(term: str, word: str) -> None:
    assert not same(term, word)


@pytest.mark.parametrize(
    ("term", "word", "languages"),
    [
        ("Laçın", "Laçın'da", {"tr", "az", None}),
        ("Laçın", "LAÇIN’DAKİ", {"tr", "az", None}),
        ("Armenia", "Armenia’s", {"en", "tr", "az", None}),
        ("Arménie", "l’Arménie", {"fr", None}),
        ("Kur'an", "Kur'an'ın", {"tr", "az", None}),
    ],
)
def test_what_hangs_on_by_an_apostrophe(term: str, word: str, languages: set[str | None]) -> None:
    known = {"tr", "az", "en", "fr", "ru", "hy", None}
    assert {code for code in known if same(term, word, code)} == languages


@given(st.text(), st.sampled_from(["az", "en", None]))
def test_a_key_is_what_full_text_takes_as_it_is(text: str, language: Any) -> None:
    keys = ANALYSES.keys(language)
    for key in [key for form in tokens.forms(text) for key in (*keys[form], *term_keys(form))]:
        assert key
        assert not any(character.isspace() or character in '"\\_' for character in key)
        assert len(key.removeprefix("~")) <= 18 * LONGEST  # NFKC writes one letter out as up to 18


def test_the_longest_word_costs_no_more_than_its_beginning() -> None:
    assert term_keys("a" * 1000) == (*term_keys("a" * LONGEST)[:1], "~" + "a" * LONGEST)


def test_index_terms_are_all_keys_once_in_their_order() -> None:
    said = index_terms("Laçın", "the road to Laçın, the", ANALYSES.keys("az"))
    assert said.version == ANALYSIS
    assert said.terms == ("laçın", "~lacin", "the", "road", "to")


def test_index_terms_fit_a_tsvector() -> None:
    words = " ".join("ж" * 20 + str(number) for number in range(40_000))
    terms = index_terms("", words, ANALYSES.keys("ru")).terms
    assert BYTES - 100 < sum(len(term.encode()) for term in terms) <= BYTES
