"""Cases from the trade, each with the span it must mark."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from matching.keys import Analysis
from matching.topics import CompiledTopics
from news.watch import Role, Term, Topic

GROUPS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "gold/matching.toml").read_text("utf-8")
)["group"]
CASES = [(number, text) for number, group in enumerate(GROUPS) for text in group["texts"]]
ANALYSIS = Analysis()
CLOSE = {"ru": "uk", "uk": "ru", "tr": "az", "az": "tr"}


def terms(group: dict[str, Any]) -> tuple[Term, ...]:
    roles = {"terms": Role.NAME, "excluded": Role.EXCLUDED}
    return tuple(
        Term(text, None if code == "any" else code, role)
        for key, role in roles.items()
        for code, texts in group.get(key, {}).items()
        for text in texts
    )


COMPILED = [CompiledTopics(ANALYSIS, [Topic("t", "t", 1, terms(group))]) for group in GROUPS]


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 150


@pytest.mark.parametrize(("number", "marked"), CASES, ids=[f"{n}-{text}" for n, text in CASES])
def test_a_case(number: int, marked: str) -> None:
    text = re.sub("[⟦⟧]", "", marked)
    starts = [found.start() for found in re.finditer("⟦", marked)]
    expected = re.findall("⟦([^⟧]*)⟧", marked)
    found = COMPILED[number].found("", text, GROUPS[number]["language"] or None)
    spans = [span for each in found for span in each.evidence]
    assert [span.form for span in spans] == expected
    assert [span.start for span in spans] == [start - 2 * place for place, start in enumerate(starts)]


@pytest.mark.parametrize(
    ("number", "marked"), [case for case in CASES if GROUPS[case[0]]["language"] in CLOSE]
)
def test_a_wrong_guess_between_close_languages_marks_the_same(number: int, marked: str) -> None:
    text, language = re.sub("[⟦⟧]", "", marked), GROUPS[number]["language"]
    assert COMPILED[number].found("", text, CLOSE[language]) == COMPILED[number].found("", text, language)
