"""Quotes with the words marked that matched."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.composing.passages import LONGEST, Passage, marks, passage
from alerts.composing.plain import plain
from news.sentences import Span
from news.watch import Evidence, Field


def _evidence(text: str, *words: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(Field.TEXT, text.index(w), text.index(w) + len(w), w, w) for w in words if w in text
    )


def _marked(quote: Passage) -> list[str]:
    return [piece.text for piece in quote.pieces if piece.marked]


def test_marks_that_overlap_are_one() -> None:
    text = "the Lachin corridor road"
    found = marks(text, _evidence(text, "Lachin corridor", "corridor road"), Field.TEXT)
    assert found == (Span(4, 24),)


def test_a_mark_that_is_not_where_it_should_be_is_left_out() -> None:
    stale = Evidence(Field.TEXT, 0, 5, "other", "other")
    beyond = Evidence(Field.TEXT, 90, 95, "other", "other")
    before = Evidence(Field.TEXT, -5, -1, "text", "text")
    assert marks("some text", (stale, beyond, before), Field.TEXT) == ()


def test_a_long_sentence_is_clipped_around_the_words_that_matched() -> None:
    text = "before " * 100 + "the Lachin corridor " + "after " * 100
    found = marks(text, _evidence(text, "Lachin corridor"), Field.TEXT)
    quote = passage(text, Span(0, len(text)), found, "en")
    assert _marked(quote) == ["Lachin corridor"]
    shown = str(quote)
    assert shown.startswith("… before")
    assert shown.endswith("after …")
    assert len(shown) <= LONGEST + 6


def test_a_quote_knows_its_direction_and_carries_no_reordering() -> None:
    text = "«\u202eدالان لاچین\u202c» بسته"
    quote = passage(text, Span(0, len(text)), (), "fa")
    assert quote.direction == "rtl"
    assert str(quote) == "«دالان لاچین» بسته"
    assert passage("2022: text", Span(0, 10), (), "en").direction == "ltr"


@settings(deadline=None)
@given(st.text(max_size=900), st.lists(st.tuples(st.integers(0, 900), st.integers(1, 30)), max_size=5))
def test_a_quote_is_the_text_itself_and_shows_its_first_mark(
    text: str, places: list[tuple[int, int]]
) -> None:
    spans = [(a, min(a + n, len(text))) for a, n in places if a < len(text)]
    proofs = [Evidence(Field.TEXT, a, b, text[a:b], text[a:b]) for a, b in spans]
    found = marks(text, proofs, Field.TEXT)
    quote = passage(text, Span(0, len(text)), found, "en")
    shown = str(quote)
    inner = shown.removeprefix("… ").removesuffix(" …")
    assert plain(inner) in plain(text) or plain(inner).replace(" ", "") in plain(text).replace(" ", "")
    if found and plain(text[found[0].start : found[0].end]):
        assert _marked(quote)
