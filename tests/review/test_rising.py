"""Words that rise: counted by articles, by their bases, against what was before and what is elsewhere."""

from math import isclose

import pytest

from matching.keys import Analysis
from review.rising import Counted, Forms, Rise, ratio, rising

ANALYSIS = Analysis(["en", "ru", "az"])
NOISE = "The ministry spoke of the road and the weather today."


def own_of(code: str, *words: str) -> frozenset[str]:
    paths = (path for word in words for path in ANALYSIS.paths(word, code, generously=True))
    return frozenset(key for path in paths for keys in path for key in keys)


def found(
    code: str, now: list[str], before: list[str], elsewhere: list[str], own: tuple[str, ...] = ()
) -> list[Rise]:
    forms = Forms(code, ANALYSIS.keys(code), own_of(code, *own), {"the", "of", "and", "в", "и", "на"})
    texts = [(text, True, True) for text in now]
    texts += [(text, True, False) for text in before] + [(text, False, True) for text in elsewhere]
    counted = [
        Counted(number, f"Title {number}", f"s{number % 3}", forms.numbered("", text), inside, recent)
        for number, (text, inside, recent) in enumerate(texts)
    ]
    return list(rising(counted, forms, forms.own()))


@pytest.mark.parametrize(
    ("table", "expected"),
    [((10, 20, 10, 20), 0.0), ((5, 10, 0, 10), 8.63), ((3, 4, 0, 100), 22.69)],
)
def test_the_ratio(table: tuple[int, int, int, int], expected: float) -> None:
    assert isclose(ratio(*table), expected, abs_tol=0.01)


def test_a_smaller_share_counts_below_nothing_and_none_as_nothing() -> None:
    assert ratio(1, 10, 9, 10) < 0
    assert ratio(3, 10, 0, 0) == 0.0
    assert ratio(10, 10, 10, 10) == 0.0


def test_a_word_rises_in_whatever_form_and_is_counted_once_an_article() -> None:
    now = ["У моста ждут, у моста стоят", "Мост закрыт.", "О мосте говорят", "На мосту тихо"]
    [rise] = found("ru", now, ["Дорога закрыта"] * 8, ["Погода и спорт"] * 30)
    assert (rise.form, rise.now, rise.of_now, rise.before, rise.elsewhere) == ("моста", 4, 4, 0, 0)
    assert rise.samples == ((3, "Title 3"), (2, "Title 2"), (1, "Title 1"))
    assert rise.sources == 3


def test_what_was_there_before_or_stands_everywhere_does_not_rise() -> None:
    now = ["Guards watch the gas pipeline."] * 6
    assert found("en", now, ["Guards watch the gas pipeline."] * 6, ["Sports."] * 30) == []
    assert found("en", now, ["Nothing."] * 6, ["Guards watch the gas pipeline."] * 30) == []
    told = found("en", now, ["Guards watch."] * 6, ["Guards."] * 30)
    assert [rise.form for rise in told] == ["gas pipeline"]


def test_a_pair_stands_for_its_words_and_is_parted_by_punctuation() -> None:
    now = [NOISE + " The Hakari bridge."] * 5
    told = found("en", now, [NOISE] * 5, [NOISE] * 30)
    assert [rise.form for rise in told] == ["Hakari bridge"]
    told = found("en", [NOISE + " Hakari, bridge."] * 5, [NOISE] * 5, [NOISE] * 30)
    assert [rise.form for rise in told] == ["Hakari", "bridge"]


def test_words_of_the_topic_rise_in_pairs_with_others_only() -> None:
    now = ["The Lachin corridor", "Lachin checkpoint opened", "Lachin checkpoint", "the Lachin checkpoint"]
    told = found("en", now, [NOISE] * 5, [NOISE] * 30, own=("Lachin", "corridor"))
    assert [rise.form for rise in told] == ["Lachin checkpoint"]


def test_two_articles_are_too_few_and_numbers_say_nothing() -> None:
    assert found("en", ["gas 2023 EU"] * 2 + ["EU 2023"], [NOISE] * 5, [NOISE] * 30)[0].form == "EU"
    assert len(found("en", ["gas 2023 EU"] * 2 + ["EU 2023"], [NOISE] * 5, [NOISE] * 30)) == 1


def test_a_name_no_dictionary_has_is_one_word_by_its_endings() -> None:
    now = ["Xankəndidə sakitlikdir", "Xankəndi yolu", "Xankəndinin sakinləri", "Xankəndiyə getdi"]
    told = found("az", now, [NOISE] * 5, [NOISE] * 30)
    assert [(rise.form.startswith("Xankəndi"), rise.now) for rise in told] == [(True, 4)]
