"""Which texts count as the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.duplicates import SHORTEST, text_hash, text_hashes
from matching.normal import words

STORY = (
    "The ministry said on Tuesday that talks about the river, its bridges and its ferries would resume next "
    "month in the capital; delegations of both towns are to meet on the 12th and again on the 19th."
)


def test_a_hash_has_sixteen_bytes() -> None:
    found = text_hash(STORY)
    assert found is not None
    assert len(found) == 16


@pytest.mark.parametrize(
    "same",
    [
        STORY.upper(),
        STORY.replace(" ", "\n\n  "),
        STORY.replace(" ", "\u00a0"),
        STORY.replace("ministry", "minis\u00adtry").replace("river", "\u200briv\u200cer"),
        STORY.replace(",", " –").replace(";", "…").replace(".", ""),
        STORY.replace("fi", "\ufb01"),
        "“" + STORY + "”",
    ],
)
def test_typography_does_not_make_another_text(same: str) -> None:
    assert text_hash(same) == text_hash(STORY)


@pytest.mark.parametrize(
    "other",
    [STORY.replace("12th", "13th"), STORY.replace("both", "all"), STORY + " Correction.", STORY[4:]],
)
def test_another_word_or_figure_makes_another_text(other: str) -> None:
    assert text_hash(other) != text_hash(STORY)


def test_a_text_too_short_to_be_told_apart_has_none() -> None:
    assert text_hash("word " * (SHORTEST - 1)) is None
    assert text_hash("word " * SHORTEST) is not None
    assert text_hash("") is None
    assert text_hash("?! … — " * 100) is None


def test_marks_inside_words() -> None:
    assert words("Պաշտոնյան ո՞վ է, ասե՛ք") == words("Պաշտոնյան ով է ասեք")
    assert words("за́мок й ї") == ["замок", "й", "ї"]
    assert words("مُحَمَّد مـحـمد") == ["محمد", "محمد"]
    assert words("می\u200cشود") == ["میشود"]
    assert words("Straße STRASSE ﬁne snake_case") == ["strasse", "strasse", "fine", "snake", "case"]


@given(st.text())
def test_words_do_not_depend_on_the_form_of_their_characters(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(st.text())
def test_words_of_words_are_themselves(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found


def test_a_headline_before_the_text_does_not_make_another() -> None:
    """Whichever of the two was kept first, the other finds it."""
    title = "Talks to resume"
    channel, _ = text_hashes(f"❗️{title}", f"❗️{title}\n{STORY}")
    site, _ = text_hashes(title, STORY)
    assert channel in text_hashes(title, STORY)[1]
    assert site in text_hashes(title, f"{title}.\n\n{STORY}")[1]
    assert text_hashes("Another title", STORY)[1] != (channel,)
    assert text_hashes("", STORY) == (text_hash(STORY), ())
