"""The pack's topics on sentences of our own writing: both sides' words, forms, what only looks like them."""

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from matching.keys import Analysis, spelled
from matching.topics import CompiledTopics
from news.watch import Role, Stands, Term
from tests.packs.pack import TOPICS

SENTENCES = [
    (language, text, set(wanted.split()))
    for file in sorted(Path(__file__).parent.glob("sentences*.toml"))
    for language, rows in tomllib.loads(file.read_text("utf-8")).items()
    for text, wanted in rows
]
LANGUAGES = {"en", "ru", "tr", "az", "hy", "ka", "fa", "fr", "de"}
# Parts of the words for the protest on the road, which mean it only beside a place.
ACTIVISTS = ["activ", "aktiv", "актив", "эколог", "çevreci", "fəal", "eko", "բնապահ", "ակտիվ", "აქტივ"]
ACTIVISTS += ["محیط", "écolog", "umwelt"]
COMPILED = CompiledTopics(Analysis(), TOPICS)
BY_SLUG = {topic.slug: topic for topic in TOPICS}
# Three arrangements and claims that may be watched together and are never synonyms.
ROUTES = {"zangezur-corridor", "syunik-road", "tripp"}


def found(text: str, language: str | None) -> set[str]:
    return {match.topic for match in COMPILED.found("", text, language)}


def names(slug: str) -> list[Term]:
    return [term for term in BY_SLUG[slug].terms if term.role is Role.NAME and term.stands is Stands.ALONE]


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    SENTENCES,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(SENTENCES)],
)
def test_a_sentence_is_about_what_it_says(language: str, text: str, wanted: set[str]) -> None:
    assert found(text, language) == wanted
    assert found(text, None) == wanted, "where the language is not known"


def test_the_sentences_cover_every_topic_in_every_language() -> None:
    assert len(SENTENCES) >= 80
    about = {(language, topic) for language, _, wanted in SENTENCES for topic in wanted}
    assert about == {(language, topic) for language in LANGUAGES for topic in BY_SLUG}
    assert {language for language, _, wanted in SENTENCES if not wanted} == LANGUAGES


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_language_has_names_and_context(slug: str) -> None:
    """The name of the Zangezur corridor needs no context: it is said of nothing else."""
    roles = {Role.NAME} if slug == "zangezur-corridor" else {Role.NAME, Role.REQUIRED}
    for role in roles:
        assert {term.language for term in BY_SLUG[slug].terms if term.role is role} == LANGUAGES


def test_a_name_of_the_road_proves_it_alone_an_activist_does_not() -> None:
    alone = {term for term in names("lachin-corridor") if found(term.text, term.language)}
    in_context = [term.text.casefold() for term in names("lachin-corridor") if term not in alone]
    assert [text for text in in_context if not any(part in text for part in ACTIVISTS)] == []
    assert len(alone) > len(in_context)


def test_no_name_proves_the_peacekeepers_without_a_place() -> None:
    for term in names("peacekeepers"):
        if "Карабахе" not in term.text:
            assert "peacekeepers" not in found(term.text, term.language), term.text


def test_other_routes_are_no_names_of_this_one() -> None:
    others = [topic for topic in TOPICS if topic.slug not in ROUTES]
    words = " ".join(term.text.casefold() for topic in others for term in topic.terms)
    for other in (
        "zange",
        "зангез",
        "zəng",
        "zengez",
        "զանգեզ",
        "ზანგეზ",
        "زنگ",
        "sanges",
        "syunik",
        "tripp",
    ):
        assert other not in words


def test_three_routes_share_no_name() -> None:
    for one, other in combinations(sorted(ROUTES), 2):
        shared = {spelled(term.text) for term in names(one)} & {spelled(term.text) for term in names(other)}
        assert not shared, f"{one}, {other}"


def test_no_bare_word_is_a_name() -> None:
    bare = {term.text for topic in TOPICS for term in names(topic.slug) if len(spelled(term.text)) == 1}
    telling = [*ACTIVISTS, "friedens", "grenz", "lebensmittelknapp"]
    assert [text for text in sorted(bare) if not any(part in text.casefold() for part in telling)] == []
