"""What the gazetteer was asked to hold, whoever's word it is, and how it keeps to its own rules."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from news.names import Name, NameKind
from news.watch import Stands
from review.names import holders_of, read

NAMES = {name.slug: name for name in read(Path(__file__).parents[2] / "packs" / "names")}
PEOPLE = {
    "suren-papikyan",
    "vahagn-khachaturyan",
    "alen-simonyan",
    "hayk-konjoryan",
    "armen-grigoryan",
    "vahan-hunanyan",
    "gegham-stepanyan",
    "andrey-volkov",
}
PLACES_AND_BODIES = {"hakari-bridge", "kornidzor", "aghavno-zabukh", "icrc", "azeriqaz"}
GROWN = {"lachin-checkpoint", "border-delimitation", "crossroads-of-peace", "aghdam-road", "osce-minsk-group"}


def languages(name: Name) -> set[str]:
    return {form.language for form in name.forms}


@pytest.mark.parametrize("slug", sorted(PEOPLE | PLACES_AND_BODIES | GROWN))
def test_what_was_wanted_is_there_in_the_languages_of_both_sides_and_of_the_mediators(slug: str) -> None:
    assert {"en", "ru", "tr", "az", "hy"} <= languages(NAMES[slug])
    assert {"fr", "de"} & languages(NAMES[slug])


@pytest.mark.parametrize("name", NAMES.values(), ids=lambda name: name.slug)
def test_what_is_common_says_so_or_stands_in_context(name: Name) -> None:
    """A person's bare family name proves nobody unless the entry takes it knowingly."""
    if name.kind is NameKind.PERSON and any("frequent" in part for part in name.care.split(". ")):
        bare = [form for form in name.forms if len(form.text.split()) == 1]
        assert [form.text for form in bare if form.stands is Stands.ALONE] == []


def test_one_after_the_other_held_an_office_never_two_at_a_time() -> None:
    offices = {office.title for name in NAMES.values() for office in name.offices}
    for title in sorted(offices):
        held = [
            (office.period.since or "", office.period.until or "9999")
            for name in NAMES.values()
            for office in name.offices
            if office.title == title
        ]
        held.sort()
        for (_, ended), (begun, _) in pairwise(held):
            if begun and not title.startswith(("Spokes", "Deputy")):
                exact = min(len(ended), len(begun))
                assert ended[:exact] <= begun[:exact], f"{title}: {held}"


@pytest.mark.parametrize(
    ("office", "day", "slug"),
    [
        ("Minister of Defence of Russia", "2022-12-12", "sergei-shoigu"),
        ("Minister of Defence of Russia", "2025-01-01", "andrey-belousov"),
        ("US Secretary of State", "2024-06-01", "antony-blinken"),
        ("US Secretary of State", "2026-01-01", "marco-rubio"),
        ("President of the European Council", "2023-07-15", "charles-michel"),
        ("President of the European Council", "2025-02-01", "antonio-costa"),
    ],
)
def test_who_held_it_then(office: str, day: str, slug: str) -> None:
    assert [name.slug for name in holders_of(office, NAMES.values(), date.fromisoformat(day))] == [slug]
