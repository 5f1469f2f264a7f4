"""Topics found in other people's sentences, by the measure of the corpora's own description.

The floors stand in `floors.toml`; `benchmarks/matching_quality.py` measures what they are made of.
"""

import tomllib
from pathlib import Path

import pytest

from matching.keys import Analysis
from tests.corpora import corpus
from tests.matching.scoring import Scored, score
from tests.matching.treebanks import Score, Treebank, read

FLOORS = tomllib.loads((Path(__file__).parents[1] / "floors.toml").read_text("utf-8"))["matching"]
ANALYSIS = Analysis()
CLOSE = {"ru": "uk", "uk": "ru", "tr": "az", "az": "tr"}


@pytest.fixture(scope="module")
def banks() -> dict[str, Treebank]:
    return read(corpus("treebanks"))


def said(name: str, scored: Scored) -> str:
    phrases, written = scored.phrases, scored.written
    return (
        f"{name}: phrases {phrases.precision:.3f}/{phrases.recall:.3f} of {phrases.true}, as written "
        f"{written.precision:.3f}/{written.recall:.3f} of {written.true}, "
        f"words {scored.precision:.3f}/{scored.recall:.3f} of {len(scored.words)}"
    )


@pytest.mark.parametrize("name", FLOORS["treebanks"])
def test_phrases_and_words_in_a_treebank(banks: dict[str, Treebank], name: str) -> None:
    if name not in banks:
        pytest.skip(f"no treebank of {name}")
    code = "hy" if name == "hyw" else name
    scored = score(banks[name], code, ANALYSIS)
    print(said(name, scored))
    reached = [scored.phrases.precision, scored.phrases.recall, scored.precision, scored.recall]
    floors = FLOORS["treebanks"][name]
    assert all(share >= floor for share, floor in zip(reached, floors, strict=True)), (reached, floors)


@pytest.mark.parametrize("code", CLOSE)
def test_a_wrong_guess_between_close_languages_changes_nothing(banks: dict[str, Treebank], code: str) -> None:
    bank = Treebank(banks[code].sentences[:300])
    assert score(bank, code, ANALYSIS, CLOSE[code]) == score(bank, code, ANALYSIS)


def test_azerbaijani_tables_of_inflection() -> None:
    rows = [line.split("\t") for line in (corpus("unimorph") / "aze.tsv").read_text("utf-8").splitlines()]
    forms: dict[str, set[str]] = {}
    for lemma, form, *_ in rows:
        if " " not in form and "-" not in form:
            forms.setdefault(lemma, set()).add(form)
    keys = ANALYSIS.keys("az")
    read_as = {form: {*keys[form]} for each in forms.values() for form in each}
    total = Score()
    for lemma, true in forms.items():
        if len(paths := ANALYSIS.paths(lemma, "az")) == 1 and len(paths[0]) == 1:
            [[wanted]] = paths
            total.add({form for form, held in read_as.items() if held & {*wanted}}, true)
    print(f"az, UniMorph: {total.precision:.4f}/{total.recall:.4f} of {total.true} forms")
    assert total.precision >= FLOORS["unimorph_az"][0]
    assert total.recall >= FLOORS["unimorph_az"][1]
