"""Every language offers the same things; adding one is adding a file."""

import pytest

from news.languages.language import Language
from news.languages.registry import LANGUAGES, language

KNOWN = sorted(LANGUAGES.values(), key=lambda known: known.code)


def test_these_languages_are_known() -> None:
    assert set(LANGUAGES) == {"en", "ru", "uk", "tr", "az", "hy", "ka", "fa", "ar", "fr", "de"}
    assert language("ru-RU") == language("RU") == language("ru_RU") == LANGUAGES["ru"]
    assert language("xx") is None


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.code)
def test_a_language_names_its_months_without_ambiguity(known: Language) -> None:
    assert len(known.months) == 12
    assert len(known.solar_months) in (0, 12)
    lowered = [known.lower(form) for forms in known.months + known.solar_months for form in set(forms)]
    assert all(forms and all(forms) for forms in known.months)
    assert len(lowered) == len(set(lowered)), "one form, one month"
    assert known.today


def test_turkish_and_azerbaijani_keep_their_two_letters_i() -> None:
    for code in ("tr", "az"):
        assert LANGUAGES[code].lower("IŞIK İL") == "ışık il"
    assert LANGUAGES["en"].lower("IL") == "il"
