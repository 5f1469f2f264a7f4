"""What nearly matched, and which part of it failed."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.misses import MOST, near_misses
from matching.nearly import NearMiss, Why
from news.watch import Evidence, Facts, Field, Role, Stands, Term, Topic

CORRIDOR = Topic(
    "lachin",
    "Lachin",
    1,
    (
        Term("Lachin corridor", "en"),
        Term("Лачинский коридор", "ru"),
        Term("Laçın dəhlizi", "az"),
        Term("Laçın", "az"),
        Term("Hakari bridge"),
    ),
)
NARROWED = replace(
    CORRIDOR,
    terms=(
        *CORRIDOR.terms,
        Term("football", "en", Role.EXCLUDED),
        Term("Armenia", "en", Role.REQUIRED),
        Term("Azerbaijan", "en", Role.REQUIRED),
    ),
)


def told(topic: Topic, text: str, language: str | None = "en", title: str = "") -> list[tuple[Why, str]]:
    misses = near_misses(topic, title, text, language)
    for miss in misses:
        if miss.place is not None:
            part = title if miss.place.field is Field.TITLE else text
            assert part[miss.place.start : miss.place.end] == miss.place.form
            assert miss.place.sentence is not None
    return [(miss.why, miss.place.form if miss.place else "") for miss in misses]


@pytest.mark.parametrize(
    ("text", "language", "why", "form"),
    [
        ("the Lachin humanitarian corridor", "en", Why.APART, "Lachin humanitarian corridor"),
        ("in Lachin. Corridor talks", "en", Why.PUNCTUATION, "Lachin. Corridor"),
        ("in Lachin, corridor talks", "en", Why.PUNCTUATION, "Lachin, corridor"),
        ("по коридору Лачинскому", "ru", Why.ORDER, "коридору Лачинскому"),
        ("a corridor through the mountains", "en", Why.PARTLY, "corridor"),
        ("Lacin sakindir", "az", Why.DIACRITICS, "Lacin"),
        ("they met in Laçında today", "en", Why.LANGUAGE, "Laçında"),
        ("the Hakari\n\nbridge", "en", Why.PUNCTUATION, "Hakari\n\nbridge"),
    ],
)
def test_which_part_of_a_term_failed(text: str, language: str, why: Why, form: str) -> None:
    assert told(CORRIDOR, text, language)[0] == (why, form)


def test_what_the_reasons_say() -> None:
    def said(text: str, language: str = "en") -> str:
        return near_misses(NARROWED, "", text, language)[0].said

    assert said("the Lachin humanitarian corridor") == "1 word stands between the words of 'Lachin corridor'"
    assert said("in Lachin, corridor") == "',' parts the words of 'Lachin corridor'"
    assert said("Lacin", "az") == "'Lacin' differs from 'Laçın' by diacritics"
    assert said("a corridor") == "only 'corridor' of 'Lachin corridor' stands there, not 'Lachin'"
    assert said("in Laçında today") == (
        "'Laçında' is 'Laçın' by the rules of Azerbaijani, but the text was taken for English"
    )
    assert said("the Lachin corridor and football") == "it is named, but the excluded 'football' stands there"
    assert said("the Lachin corridor") == (
        "it is named, but no required term stands there: 'Armenia', 'Azerbaijan' were looked for"
    )


def test_what_rules_a_named_topic_out_goes_first_and_parts_of_phrases_are_not_told() -> None:
    found = told(NARROWED, "The Lachin corridor, a bridge, football; Armenian guards.")
    assert found == [
        (Why.EXCLUDED, "football"),
        (Why.REQUIRED, "Lachin corridor"),
        (Why.BEGINS, "Armenian"),
    ]


def test_a_term_that_is_written_as_one_word_and_as_two_is_looked_for_as_both() -> None:
    topic = replace(CORRIDOR, terms=(Term("کریدور لاچین", "fa"), Term("Zangezur corridor", "en")))
    assert told(topic, "Talks in Geneva went on") == []
    assert told(topic, "دالان لاچین باز شد", "fa") == [(Why.PARTLY, "لاچین")]


def test_a_word_alone_is_taken_strictly() -> None:
    topic = Topic("t", "T", 1, (Term("mine", "en"), Term("gold mine", "en")))
    assert told(topic, "Mining goes on") == [(Why.STRICT, "Mining")]
    assert told(topic, "Gold mining goes on, mining goes on") == []


def test_the_title_is_looked_at_apart() -> None:
    assert told(CORRIDOR, "corridor", title="Lachin") == [(Why.PARTLY, "corridor"), (Why.PARTLY, "Lachin")]
    assert told(CORRIDOR, "", title="Lachin road corridor") == [(Why.APART, "Lachin road corridor")]


def test_of_a_topic_that_matches_what_else_nearly_did_is_told() -> None:
    assert told(CORRIDOR, "The Lachin corridor and the Hakari new bridge, a corridor") == [
        (Why.APART, "Hakari new bridge")
    ]
    assert told(CORRIDOR, "The Lachin corridor") == []
    assert told(CORRIDOR, "Nothing of it") == []


def test_how_often_and_beside_what_it_must_be_named() -> None:
    often = replace(CORRIDOR, mentions=3)
    [miss] = near_misses(often, "", "The Lachin corridor is the Lachin corridor", "en")
    assert (miss.why, miss.said) == (Why.MENTIONS, "it is named 2 times, and 3 times are asked for")
    parts = (
        Term("Hakari bridge"),
        Term("bridge", stands=Stands.CONTEXT),
        Term("Hakari", stands=Stands.PHRASE),
    )
    lonely = replace(CORRIDOR, terms=parts)
    [miss] = near_misses(lonely, "", "A bridge was built", "en")
    assert (miss.why, miss.place and miss.place.form) == (Why.COMPANION, "bridge")
    assert miss.said == "'bridge' proves it only where another of its terms stands in the same article"
    [miss] = near_misses(lonely, "", "Hakari was seen", "en")
    assert miss.said == "'Hakari' proves it only where another of its terms stands close beside it"


@pytest.mark.parametrize(
    ("query", "text", "said"),
    [
        (
            "gas AND NOT (oil OR coal)",
            "gas and coal",
            "NOT ('oil' OR 'coal') is asked for, but 'coal' stands there",
        ),
        ("gas AND NOT lang:en", "the gas", "NOT lang:en is asked for, but that is so"),
        ("gas AND source:apa", "the gas", "source:apa is asked for, and its source is tass"),
        ("gas AND country:AZ", "the gas", "country:AZ is asked for, and its country is not known"),
        ("gas AND title:oil", "gas, oil", "'oil' stands in the text, and title: asks for it in the title"),
        ("gas AND (oil OR coal)", "the gas", "none of 'oil', 'coal' stands there"),
        ("gas AND (oil OR (coal AND steel*))", "gas and coal", "'steel'* does not stand there"),
        ("ATLEAST/3 gas", "gas and gas", "'gas' stands there 2 times, and 3 times are asked for"),
        ("gas NEAR/1 oil", "gas is not oil", "in 'gas' NEAR/1 'oil', 2 words stand between, at most 1 may"),
        (
            "gas NEAR/1 (oil OR coal)",
            "gas",
            "in 'gas' NEAR/1 ('oil' OR 'coal'), none of 'oil', 'coal' stands there",
        ),
        ("gas ORDERED/2 oil", "oil and gas", "in 'gas' ORDERED/2 'oil', the second stands first"),
    ],
)
def test_which_branch_of_a_query_failed(query: str, text: str, said: str) -> None:
    topic = Topic("t", "T", 1, (), query)
    assert [miss.said for miss in near_misses(topic, "", text, "en", Facts("tass"))] == [said]


def test_a_query_s_words_may_be_nearly_found_too() -> None:
    topic = Topic("t", "T", 1, (), '"Lachin corridor" OR "gas pipeline"')
    assert told(topic, "the Lachin humanitarian corridor") == [(Why.APART, "Lachin humanitarian corridor")]
    assert told(topic, "in Lachin and elsewhere") == [(Why.PARTLY, "Lachin")]
    assert told(topic, "nothing at all") == []
    often = replace(topic, mentions=2)
    [miss] = near_misses(often, "", "the gas pipeline", "en")
    assert miss.said == "it is answered once, and 2 times are asked for"
    overlapping = replace(often, query='"gas pipeline leak" OR gas OR leak')
    assert near_misses(overlapping, "", "the gas pipeline leak", "en")[0].said == miss.said


def test_no_more_than_a_dozen_are_told() -> None:
    topic = Topic("t", "T", 1, tuple(Term(f"word{n} other{n}") for n in range(40)))
    text = " ".join(f"word{n} and other{n}." for n in range(40))
    assert len(near_misses(topic, "", text, "en")) == MOST


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet=st.sampled_from("Lachin coridŞşçı.,-\n'Лк ՛'\u0301"), max_size=60),
    st.sampled_from([None, "en", "az", "ru", "xx"]),
)
def test_any_text_has_reasons_that_lie_within_it(text: str, language: str | None) -> None:
    for miss in near_misses(NARROWED, "", text, language):
        assert isinstance(miss, NearMiss)
        if isinstance(miss.place, Evidence):
            assert text[miss.place.start : miss.place.end] == miss.place.form
