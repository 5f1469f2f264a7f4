"""Text is made storable once, the same way everywhere."""

import time

from hypothesis import given
from hypothesis import strategies as st

from news.texts import clean_text, clipped, one_line


def test_controls_and_surrogates_go_and_joiners_stay() -> None:
    assert clean_text("a\x00b\x1bc\ud800d\x9be\ufeff") == "abcde"
    assert clean_text("قره\u200cباغ") == "قره\u200cباغ"


def test_whitespace_is_folded_and_line_breaks_are_kept_as_one_newline() -> None:
    assert clean_text(" a \u00a0 b\u2028\r\n \t c\x85d\n") == "a b\nc\nd"
    assert one_line("a\n\nb") == "a b"


def test_text_is_composed() -> None:
    assert clean_text("i\u0307 e\u0301") == "i\u0307 é"


def test_a_long_text_is_cut_at_a_word() -> None:
    assert clipped("one two", 7) == "one two"
    assert clipped("one two three", 9) == "one two…"
    assert clipped("x" * 20, 10) == "x" * 9 + "…"


def test_endless_combining_marks_cost_no_quadratic_ordering() -> None:
    begun = time.process_time()
    clean_text("a" + "\u0300\u0316" * 200_000)
    assert time.process_time() - begun < 5  # seconds; ordering them would take minutes


@given(st.text(st.characters(codec=None)))
def test_cleaning_is_idempotent_and_encodable(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
