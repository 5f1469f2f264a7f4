"""What counts as the same word."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import tokens
from matching.index import ANALYSIS, BYTES, index_terms
from matching.keys import PROPOSED, Analysis, asked, met, proposed
from matching.normal import folded
from matching.spelling import LONGEST, exact, exact_each, lower_each
from news.languages.registry import LANGUAGES

ANALYSES = Analysis()
AT_ONCE, ALONE = Analysis(["az", "hy", "fa"]), Analysis(["az", "hy", "fa"])


def same(term: str, word: str, language: str | None = None) -> bool:
    """Whether a term of one word, of no language in particular, is a word of a text."""
    keys = met(ANALYSES.keys(language)[word])
    return any(keys & set(word_keys) for path in ANALYSES.paths(term) for word_keys in path)


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
        ("Lachin", "Lachinov"),
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
        ("Laçın", "Laçın'da", {"tr", "az", "ru", "hy", None}),
        ("Laçın", "LAÇIN’DAKİ", {"tr", "az", "ru", "hy", None}),
        ("Armenia", "Armenia’s", {"en", "tr", "az", "fr", "ru", "hy", None}),
        ("Arménie", "l’Arménie", {"fr", "ru", "hy", None}),
        ("Kur'an", "Kur'an'ın", {"tr", "az", "ru", "hy", None}),
    ],
)
def test_what_hangs_on_by_an_apostrophe(term: str, word: str, languages: set[str | None]) -> None:
    known = {"tr", "az", "en", "fr", "ru", "hy", None}
    assert {code for code in known if same(term, word, code)} == languages


@given(st.text(), st.sampled_from(["az", "en", None]))
def test_what_is_proposed_is_what_full_text_takes_as_it_is(text: str, language: Any) -> None:
    keys = ANALYSES.keys(language)
    said = [key for form in tokens.forms(text) for key in proposed(keys[form])]
    said += [key for path in ANALYSES.paths(text[:30]) for word in path for key in asked(word)]
    for key in said:
        assert key
        assert not any(character.isspace() or character in '"\\_~:' for character in key)
        assert len(key) <= 2 * PROPOSED


@given(st.text(min_size=1), st.sampled_from(["az", "en", None]))
def test_words_with_a_key_in_common_have_a_proposal_in_common(text: str, language: Any) -> None:
    for word in [word for path in ANALYSES.paths(text[:30]) for word in path]:
        for form in tokens.forms(text):
            keys = ANALYSES.keys(language)[form]
            if met(keys) & set(word):
                assert set(proposed(keys)) & set(asked(word))


def test_a_base_of_an_unknown_word_is_found_as_one_of_any_word() -> None:
    assert met(["laçın", "azR:laçın", "trW:yol"]) == {
        *("laçın", "azR:laçın", "azW:laçın", "trW:yol"),
        *("~lacin", "~azR:lacin", "~azW:lacin", "~trW:yol"),
    }
    assert met(["ruR:слов"]) == {"ruR:слов", "ruW:слов"}


@pytest.mark.parametrize(
    ("key", "plain"),
    [
        ("şəhər", "seher"),
        ("æsir", "aesir"),
        ("йод", "иод"),
        ("a\U0001e944b", "ab"),
        ("\U00010a01", "\U00010a01"),
    ],
)
def test_folded(key: str, plain: str) -> None:
    assert (folded(key) or key) == plain


def test_the_longest_word_costs_no_more_than_its_beginning() -> None:
    [[longest]] = ANALYSES.paths("a" * 1000)
    assert longest[0] == "a" * LONGEST


def test_index_terms_are_all_proposals_once_in_their_order() -> None:
    said = index_terms("Laçın", "the road to Laçın, the", ANALYSES.keys("az"))
    assert said.version == ANALYSIS
    assert said.terms[:2] == ("lac", "laci")
    assert {"the", "road", "to"} <= {*said.terms}
    assert len(said.terms) == len({*said.terms})


def test_index_terms_fit_a_tsvector() -> None:
    words = " ".join(f"{number:06}" for number in range(200_000))
    terms = index_terms("", words, ANALYSES.keys("hy")).terms
    assert BYTES - 100 < sum(len(term.encode()) for term in terms) <= BYTES


def test_no_letter_of_another_script_becomes_ascii_without_its_diacritic() -> None:
    """`matching.topics` does not even ask for those."""
    letters = (chr(code) for code in range(0x370, 0x1D00))
    assert not [letter for letter in letters if letter.isalnum() and folded(letter).isascii()]


LETTERS = "aAıIİiçə'’ʼжЖйёґћԱաևւ՛აᲐابیكئةء٠۱\u200cٔßﬁΣσςǰ１𝐈\u0301\u00ad"


@given(st.lists(st.text(min_size=1) | st.text(alphabet=LETTERS, min_size=1)), st.sampled_from([*LANGUAGES]))
def test_many_words_have_the_keys_that_each_has_alone(texts: list[str], language: str) -> None:
    forms = [*dict.fromkeys(form for text in texts for form in tokens.forms(text))]
    assert exact_each(forms) == [exact(form) for form in forms]
    known = LANGUAGES[language]
    assert lower_each(forms, known) == [lower_each([form], known)[0] for form in forms]


@given(st.lists(st.text(alphabet=LETTERS, min_size=1)), st.sampled_from(["az", "hy", "fa", None]))
def test_a_text_at_once_has_the_keys_of_its_words(texts: list[str], language: Any) -> None:
    forms = [*dict.fromkeys(form for text in texts for form in tokens.forms(text))]
    assert AT_ONCE.keys(language).each(forms) == [ALONE.keys(language)[form] for form in forms]
