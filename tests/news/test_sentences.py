"""Sentences of eleven languages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.languages.registry import LANGUAGES
from news.sentences import REACH, Sentences, Span, after_title, opening, sentence_at

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


def test_a_span_over_a_sentence_s_end_has_both() -> None:
    text = "One is here. Two is there. Three."
    assert text[slice(*Sentences(text, "en").around(7, 16))] == "One is here. Two is there."
    assert text[slice(*Sentences(text, "en").around(0, 3))] == "One is here."


def test_places_may_be_asked_for_in_any_order_and_each_sentence_is_the_same() -> None:
    text = "\n".join(" ".join(each) for each in SENTENCES.values())
    alone = [sentence_at(text, position, "ru") for position in range(len(text))]
    sentences = Sentences(text, "ru")
    together = {position: sentences.around(position, position + 1) for position in reversed(range(len(text)))}
    assert [together[position] for position in range(len(text))] == alone


def test_a_page_whose_breaks_were_lost_has_sentences_all_the_same() -> None:
    text = "A sentence of some words stands here. " * 500
    sentences = Sentences(text, "en")
    found = {sentences.around(position, position + 1) for position in range(0, len(text) - 1, 38)}
    assert {end - start for start, end in found} == {37}
    (start, end) = Sentences("word " * 10_000, "en").around(25_000, 25_004)
    assert REACH <= end - start <= 3 * REACH
