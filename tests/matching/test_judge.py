"""The judgement of a text: language by model and hint, and the text's identity."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matching.duplicates import text_hash
from matching.judge import Engine, primary_language, setup
from news.article import Judgement
from workers.judge import Judge

TESTS = Path(__file__).parents[1]
GOLD: dict[str, list[str]] = tomllib.loads((TESTS / "gold/languages.toml").read_text("utf-8"))
FLOORS = tomllib.loads((TESTS / "floors.toml").read_text("utf-8"))["languages"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return setup(tuple(GOLD))


def test_languages_of_short_sentences(engine: Engine) -> None:
    sentences = [(language, sentence) for language, found in GOLD.items() for sentence in found]
    wrong = [pair for pair in sentences if engine.language("", pair[1], None) != pair[0]]
    assert 1 - len(wrong) / len(sentences) >= FLOORS["told"], wrong


@pytest.mark.parametrize("language", GOLD)
def test_a_wrong_hint_does_not_sway_a_clear_text(engine: Engine, language: str) -> None:
    text = " ".join(GOLD[language])
    assert engine.language("", text, "en" if language != "en" else "ru") == language


@pytest.mark.parametrize(
    ("title", "hint", "language"),
    [
        ("", None, None),
        ("", "az", "az"),
        ("12 + 7 = 19!", "hy-AM", "hy"),
        ("BBC", "en-GB", "en"),
        ("BBC", None, None),
        ("Президент", "ru", "ru"),
        ("Президент", "en", None),  # refuted by its letters
        ("Президент", "sah", "sah"),  # a language the model was not asked for
    ],
)
def test_where_the_model_is_not_sure(
    engine: Engine, title: str, hint: str | None, language: str | None
) -> None:
    assert engine.language(title, "", hint) == language


def test_only_the_lead_counts(engine: Engine) -> None:
    lead = " ".join(GOLD["az"]) * 3
    assert engine.language("", lead + " ".join(GOLD["en"]) * 50, None) == "az"


def test_a_language_that_is_not_configured_is_not_forced_into_one_that_is(engine: Engine) -> None:
    assert engine.language("", "Министерство съобщи, че преговорите ще продължат през май.", None) == "bg"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        (" EN-us", "en"),
        ("az_Latn_AZ", "az"),
        ("iw", "he"),
        ("russian", None),
        ("", None),
        (None, None),
        ("x", None),
        ("en, fr", "en"),
    ],
)
def test_primary_language(tag: str | None, language: str | None) -> None:
    assert primary_language(tag) == language


@pytest.fixture
async def judge() -> AsyncIterator[Judge]:
    judge = Judge("matching.judge:setup", tuple(GOLD))
    yield judge
    await judge.close()


async def test_in_the_judge_process(judge: Judge) -> None:
    text = " ".join(GOLD["ka"])
    said = await judge.run("matching.judge:judge", "სათაური", text, None, task="judge article 1")
    assert isinstance(said, Judgement)
    assert (said.language, said.text_hash, said.found) == ("ka", text_hash(text), ())
    assert said.text_hash is not None
    assert said.index is not None
