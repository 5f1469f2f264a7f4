"""Topics found in texts, with the spans that prove them; topics that never could be are refused."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.checking import check
from matching.keys import Analysis
from matching.proving import SPANS
from matching.topics import CompiledTopics
from news.errors import TopicError
from news.watch import Evidence, Field, Found, Role, Stands, Term, Topic

ANALYSES = Analysis()


def topic(slug: str, *names: str, excluded: Sequence[str] = (), required: Sequence[str] = ()) -> Topic:
    roles = ((names, Role.NAME), (excluded, Role.EXCLUDED), (required, Role.REQUIRED))
    return Topic(
        slug, slug.title(), 1, tuple(Term(text, None, role) for texts, role in roles for text in texts)
    )


def found(
    topics: Sequence[Topic], text: str, title: str = "", language: str | None = None
) -> tuple[Found, ...]:
    return CompiledTopics(ANALYSES, topics).found(title, text, language)


def forms(watched: Topic, text: str, title: str = "", language: str | None = None) -> list[str]:
    return [span.form for each in found([watched], text, title, language) for span in each.evidence]


CORRIDOR = Topic(
    "lachin-corridor",
    "Lachin corridor",
    3,
    (
        Term("Lachin corridor", "en"),
        Term("Лачинский коридор", "ru"),
        Term("Laçın dəhlizi", "az"),
        Term("Laçın koridoru", "tr"),
        Term("Լաչինի միջանցք", "hy"),
        Term("ლაჩინის დერეფანი", "ka"),
        Term("کریدور لاچین", "fa"),
    ),
)


@pytest.mark.parametrize(
    ("language", "text", "form"),
    [
        ("en", "Traffic on the Lachin corridor has stopped.", "Lachin corridor"),
        ("en", "THE LACHIN CORRIDOR", "LACHIN CORRIDOR"),
        ("en", "the Lachin-corridor", "Lachin-corridor"),
        ("ru", "Движение открыто: Лачинский коридор свободен", "Лачинский коридор"),
        ("az", "LAÇIN DƏHLİZİ bağlıdır", "LAÇIN DƏHLİZİ"),
        ("en", "Laçın dəhlizi", "Laçın dəhlizi"),
        ("az", "Laçın koridoru", "Laçın koridoru"),
        ("tr", "LAÇIN KORİDORU'nda", "LAÇIN KORİDORU'nda"),
        ("hy", "ԼԱՉԻՆԻ ՄԻՋԱՆՑՔ", "ԼԱՉԻՆԻ ՄԻՋԱՆՑՔ"),
        ("hy", "Լաչինի մի՞ջանցք", "Լաչինի մի՞ջանցք"),
        ("ka", "ლაჩინის დერეფანი ღიაა", "ლაჩინის დერეფანი"),
        ("fa", "بستن كريدور لاچين ادامه دارد", "كريدور لاچين"),
    ],
)
def test_the_same_place_in_seven_languages(language: str, text: str, form: str) -> None:
    assert forms(CORRIDOR, text, language=language) == [form]
    assert forms(CORRIDOR, text.replace(form.split()[0].split("-")[0], "…"), language=language) == []


def test_forms_count_and_other_words_do_not() -> None:
    assert forms(CORRIDOR, "по Лачинскому коридору", language="ru") == ["Лачинскому коридору"]
    assert forms(CORRIDOR, "the corridor of Lachin") == []
    assert forms(CORRIDOR, "Lachin’s corridors", language="en") == ["Lachin’s corridors"]


def test_evidence_says_field_place_form_and_term() -> None:
    [each] = found([CORRIDOR], "Laçın dəhlizi; Lachin–Corridor", "The Lachin corridor", "en")
    assert each == Found(
        "lachin-corridor",
        3,
        (
            Evidence(Field.TITLE, 4, 19, "Lachin corridor", "Lachin corridor", (0, 19)),
            Evidence(Field.TEXT, 0, 13, "Laçın dəhlizi", "Laçın dəhlizi", (0, 30)),
            Evidence(Field.TEXT, 15, 30, "Lachin–Corridor", "Lachin corridor", (0, 30)),
        ),
    )


def test_evidence_says_its_sentence_in_the_same_field() -> None:
    title, text = "Baku. The Lachin corridor", "It rained.\nOn the Lachin corridor, Dr. Ali says. Then on."
    [each] = found([CORRIDOR], text, title, "en")
    parts = {Field.TITLE: title, Field.TEXT: text}
    spans = [(span.field, span.sentence) for span in each.evidence]
    assert [parts[field][slice(*sentence)] for field, sentence in spans if sentence] == [
        "The Lachin corridor",
        "On the Lachin corridor, Dr. Ali says.",
    ]


def test_a_title_s_end_is_no_neighbour_of_the_text() -> None:
    assert forms(CORRIDOR, "corridor", "Lachin") == []


def test_topics_that_share_words_are_all_found_by_slug() -> None:
    topics = [topic("b", "road to Shusha"), topic("a", "road"), topic("c", "to Shusha", "Shusha closed")]
    text = "The road to Shusha closed"
    assert [each.topic for each in found(topics, text)] == ["a", "b", "c"]


def test_the_longer_of_two_names_is_shown() -> None:
    assert forms(topic("t", "Lachin", "Lachin corridor", "corridor"), "the Lachin corridor, a corridor") == [
        "Lachin corridor",
        "corridor",
    ]


def test_an_excluded_term_anywhere_rules_the_topic_out() -> None:
    club = topic("qarabag", "Qarabag", excluded=["football club", "UEFA"])
    assert forms(club, "Qarabag is discussed") == ["Qarabag"]
    assert forms(club, "Qarabag is discussed", "UEFA draws") == []
    assert forms(club, "football of Qarabag club") == ["Qarabag"]


def test_a_required_term_must_stand_there_too_and_is_shown() -> None:
    mission = topic("mission", "monitoring mission", required=["Armenia", "EU"])
    assert forms(mission, "a monitoring mission") == []
    assert forms(mission, "Armenia") == []
    assert forms(mission, "a monitoring mission in Armenia, Armenia, EU") == ["monitoring mission", "Armenia"]
    assert forms(mission, "a monitoring mission", "Armenia") == ["Armenia", "monitoring mission"]


def test_context_within_the_name_counts() -> None:
    assert forms(topic("t", "Lachin corridor", required=["corridor"]), "Lachin corridor") == [
        "Lachin corridor",
        "corridor",
    ]


def test_there_is_an_end_to_evidence() -> None:
    watched = topic("t", "word", required=["last"])
    assert len(forms(watched, "word " * 1000 + "last")) == SPANS + 1


def test_no_topics_find_nothing() -> None:
    assert found([], "Lachin corridor") == ()


def test_a_topic_added_later_is_found_from_then_on() -> None:
    compiled = CompiledTopics(ANALYSES, [topic("a", "Lachin")])
    assert [each.topic for each in compiled.found("", "Lachin and Shusha", "en")] == ["a"]
    compiled.add(topic("b", "Shusha"))
    assert [each.topic for each in compiled.found("", "Lachin and Shusha", "en")] == ["a", "b"]
    assert len(compiled) == 2


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (topic("t"), "no term of its own"),
        (topic("t", excluded=["football"], required=["club"]), "no term of its own"),
        (topic("t", "Lachin", ""), "'' has no letter"),
        (topic("t", "Lachin", "—!"), "'—!' has no letter"),
        (topic("t", "Lachin", required=["…"]), "'…' has no letter"),
        (topic("t", "Lachin", "FC Qarabag", excluded=["fc"]), "'FC Qarabag' can never match"),
    ],
)
def test_what_could_never_match_is_refused(refused: Topic, why: str) -> None:
    with pytest.raises(TopicError, match=why) as error:
        check(refused)
    assert error.value.topic == "t"


def test_what_can_match_passes() -> None:
    check(CORRIDOR)
    check(topic("t", "Qarabag", excluded=["Qarabag FC"], required=["Shusha"]))


WORDS = st.sampled_from(
    ["Laçın", "LAÇIN", "Lachin", "corridor", "Երևան", "ո՞վ", "می‌شود", "a\u0301", "’", "-", "\n", " "]
)


@given(
    st.lists(WORDS | st.text(max_size=5), max_size=40).map(" ".join),
    st.lists(WORDS, max_size=8).map(" ".join),
)
def test_a_form_is_what_stands_between_its_offsets(text: str, title: str) -> None:
    watched = [topic("a", "Lacin"), topic("b", "lachin corridor", "Երեւան"), topic("c", "ով", "میشود", "á")]
    for language in ("az", None):
        for each in found(watched, text, title, language):
            assert each.evidence
            for span in each.evidence:
                assert span.form == (title if span.field is Field.TITLE else text)[span.start : span.end]
                assert span.form.strip() == span.form != ""


@given(st.text(alphabet="abc '-ıİIç", max_size=30), st.text(alphabet="abc '-ıİIç", max_size=12))
def test_a_text_holds_its_own_words(text: str, part: str) -> None:
    watched = topic("t", part)
    if any(character.isalnum() for character in part):
        assert found([watched], f"{text} {part} {text}") != ()


COMPANY = Topic(
    "lachin",
    "Lachin",
    1,
    (
        Term("Lachin corridor", "en"),
        Term("Berdzor", "en", stands=Stands.CONTEXT),
        Term("corridor", "en", stands=Stands.PHRASE),
        Term("Lachin", "en", stands=Stands.CONTEXT),
    ),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Lachin corridor is closed.", ["Lachin corridor"]),
        ("Berdzor is a town.", []),
        ("Berdzor is a town. So is Berdzor.", []),
        ("Berdzor and Lachin are one town.", ["Berdzor", "Lachin"]),
        ("A corridor in a house.", []),
        ("A corridor in a house. Many lines later: Lachin.", []),
        ("The corridor of Lachin is closed.", ["corridor", "Lachin"]),
        ("The corridor through the town of Lachin", []),
        ("They left the corridor. Berdzor is quiet; Lachin is, too.", ["Berdzor", "Lachin"]),
    ],
)
def test_forms_that_need_company(text: str, expected: list[str]) -> None:
    assert forms(COMPANY, text, language="en") == expected


def test_required_terms_are_company() -> None:
    terms = (Term("corridor", "en", stands=Stands.CONTEXT), Term("Armenia", "en", Role.REQUIRED))
    watched = Topic("t", "T", 1, terms)
    assert forms(watched, "A corridor in Armenia", language="en") == ["corridor", "Armenia"]
    assert forms(watched, "A corridor", language="en") == []


def test_a_least_number_of_mentions() -> None:
    watched = Topic("t", "T", 1, (Term("Lachin", "en"), Term("Lachin corridor", "en")), mentions=2)
    assert forms(watched, "The Lachin corridor", language="en") == []
    assert forms(watched, "in Lachin", "The Lachin corridor", language="en") == ["Lachin corridor", "Lachin"]


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ((Term("и не", "ru"),), "'и не' is of words that stand in almost every text"),
        ((Term("ve"),), "'ve' is of words"),
        ((Term("corridor", "en", stands=Stands.PHRASE),), "only beside another, and there is none"),
        (
            (Term("corridor", stands=Stands.CONTEXT), Term("corridor", "en", stands=Stands.PHRASE)),
            "beside another",
        ),
    ],
)
def test_what_tells_nothing_is_refused(terms: tuple[Term, ...], problem: str) -> None:
    with pytest.raises(TopicError, match=problem):
        check(Topic("t", "T", 1, terms))


def test_acronyms_are_no_stop_words() -> None:
    check(Topic("t", "T", 1, (Term("WHO", "en"), Term("IT"), Term("ООН", "ru"))))
