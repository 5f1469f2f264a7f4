"""Sentences of eleven languages, and quotes cut from them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.composing.passages import LONGEST, Passage, marks, passage
from alerts.composing.plain import plain
from alerts.composing.sentences import Span, after_title, opening, sentence_at
from news.languages.registry import LANGUAGES
from news.watch import Evidence, Field

# A sentence to a line; joined by blanks they are to come apart again.
SENTENCES = {
    "en": (
        "Mr. Smith met Lt. Col. Brown at 3.5 p.m. in Baku.",
        'He said: "Open the road."',
        "The U.S. Department of State spoke of No. 5 on the list.",
        "Will it last?",
        "Nobody knows… for now.",
    ),
    "ru": (
        "В 2022 г. министр А. С. Иванов заявил о коридоре.",
        "«Кто это?» — спросил он.",
        "Дорога им. Ленина закрыта!",
        "Ущерб — 3,5 млн. рублей и т.д. по списку.",
    ),
    "uk": ("У 2022 р. проф. Шевченко виступив у м. Києві.", "Дорогу закрито.", "Що далі?"),
    "tr": (
        "13. madde uyarınca Dr. Yılmaz konuştu.",
        "Yol 12 Aralık'ta kapandı.",
        "Neden?",
        "Bakan açıkladı.",
    ),
    "az": ("Prof. Əliyev dekabrın 13-də danışıb.", "Yol bağlıdır!", "İclas 2. mərtəbədə keçirilib."),
    "hy": (
        "Նախարարն ասաց. «Ճանապարհը փակ է»։",
        "Դա 2022 թ. դեկտեմբերի 12-ին էր:",
        "Ո՞վ է պատասխանում։",
        "Ժամը 14:05-ին հանդիպեցին։",
    ),
    "ka": ("გზა 2022 წ. დეკემბერში დაიკეტა.", "ქ. თბილისში შეხვდნენ.", "რა მოხდება?"),
    "fa": ("وزارت خارجه اعلام کرد جاده بسته است.", "چرا؟", "دیروز گفت؛", "سپس رفت."),
    "ar": ("قال د. أحمد إن الطريق مغلق.", "لماذا؟", "لا جواب."),
    "fr": ("M. Dupont est arrivé à 14 h.", "« C'est fermé. »", "Il part avec Mme Durand."),
    "de": ("Am 13. Dezember, z.B. in Berlin, sprach Dr. Meier.", "„Die Straße ist zu.“", "Dann ging er."),
}


def test_every_language_has_its_sentences() -> None:
    assert set(SENTENCES) == set(LANGUAGES)


@pytest.mark.parametrize("code", SENTENCES)
def test_sentences_come_apart_where_they_end(code: str) -> None:
    text = " ".join(SENTENCES[code])
    found: list[str] = []
    for position in range(len(text)):
        start, end = sentence_at(text, position, code)
        if not found or found[-1] != text[start:end]:
            found.append(text[start:end])
    assert tuple(found) == SENTENCES[code]


def test_without_a_language_the_stops_of_all_scripts_end_a_sentence() -> None:
    text = "Hello there. Նա մեկնեց։ چرا؟ Then."
    assert text[slice(*sentence_at(text, 14, None))] == "Նա մեկնեց։"


def test_a_line_is_the_longest_a_sentence_can_be() -> None:
    text = "Heading without a stop\nA sentence that\nbreaks off"
    assert text[slice(*sentence_at(text, 30, "en"))] == "A sentence that"


def test_the_opening_passes_over_the_title_and_by_lines() -> None:
    line = "Traffic stopped in the morning, both sides say."
    text = "The road is closed!\n14:05\nBy A. Writer\n" + line + " More follows."
    span = opening(text, "The road is closed", "en")
    assert span
    assert text[slice(*span)] == line


def test_a_dateline_brings_the_sentence_after_it_along() -> None:
    text = "ЕРЕВАН, 13 дек — Вестник. Дорога закрыта с утра. Дальше — больше."
    span = opening(text, "", "ru")
    assert span
    assert text[slice(*span)] == "ЕРЕВАН, 13 дек — Вестник. Дорога закрыта с утра."


def test_a_dateline_may_be_several_sentences() -> None:
    text = "YEREVAN, December 29. /TASS/. The road between the two towns is open again. More later."
    span = opening(text, "", "en")
    assert span
    assert text[slice(*span)].endswith("is open again.")


def test_a_text_begins_after_a_repetition_of_its_title() -> None:
    assert after_title("The road is closed!\nIt was said.", "The road is closed") == 20
    assert after_title("It was said.\nThe road is closed", "The road is closed") == 0
    assert after_title("The road is closed", "The road is closed") == 0


def test_a_text_of_a_few_words_opens_with_them_and_an_empty_one_with_nothing() -> None:
    assert opening("Closed.", "", "en") == Span(0, 7)
    assert opening(" \n ", "", "en") is None
    assert opening("The title.", "The title", "en") is None


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab AБ.:!?։؟؛ \n«»“”1—'\u202e"), max_size=60), st.data())
def test_any_place_lies_in_its_sentence_or_between_two(text: str, data: st.DataObject) -> None:
    if not text:
        return
    position = data.draw(st.integers(0, len(text) - 1))
    code = data.draw(st.sampled_from([None, *LANGUAGES]))
    start, end = sentence_at(text, position, code)
    assert 0 <= start < end <= len(text)
    if not text[position].isspace():
        assert start <= position < end
    assert "\n" not in text[start:end].strip()
    first = opening(text, "", code)
    assert (first is None) == (not text.strip())


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
