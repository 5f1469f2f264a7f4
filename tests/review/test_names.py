"""The gazetteer as it is read: what it holds, what is refused, and whose name some words are."""

from datetime import date
from pathlib import Path

import pytest

from matching.keys import spelled
from matching.naming import spoken_of
from news.errors import CatalogueError
from news.names import Form, Name, NameKind, Office, Period
from news.watch import Stands
from review.names import holders_of, name_row, read, read_text

GAZETTEER = Path(__file__).parents[2] / "packs/names"
TOWN = """
[[name]]
slug = "shusha-shushi"
kind = "place"
title = "Shusha / Shushi"
care = "Two names of one town."

[name.seen]
ru = [{ text = "Шуши", used_by = "usage in Armenian" }]

[name.unchecked]
en = ["Shusha", { text = "town", stands = "phrase", since = "2020", until = "2020-11" }]
"""
MAN = """
[[name]]
slug = "{slug}"
kind = "person"
title = "{title}"
{more}
[name.seen]
en = [{{ text = "Smith", stands = "context" }}]
"""


@pytest.fixture(scope="module")
def names() -> dict[str, Name]:
    return {name.slug: name for name in read(GAZETTEER)}


def test_an_entry_is_read_with_its_marks() -> None:
    (name,) = read_text(TOWN, "names.toml")
    assert name == Name(
        "shusha-shushi",
        NameKind.PLACE,
        "Shusha / Shushi",
        (
            Form("Shusha", "en", seen=False),
            Form("town", "en", False, Stands.PHRASE, "", Period("2020", "2020-11")),
            Form("Шуши", "ru", seen=True, used_by="usage in Armenian"),
        ),
        care="Two names of one town.",
    )
    (man,) = read_text(
        MAN.format(slug="s", title="S", more='roles = [{ title = "Minister", until = "2023-06" }]'), "n"
    )
    assert man.offices == (Office("Minister", Period(None, "2023-06")),)
    assert name_row(man)["roles"] == [{"title": "Minister", "since": None, "until": "2023-06"}]


@pytest.mark.parametrize(
    ("written", "instead", "complaint"),
    [
        (
            'kind = "place"',
            'kind = "planet"',
            r"shusha-shushi: kind: 'planet' is not possible. Valid are: place",
        ),
        ('kind = "place"', "", "kind: None is not possible"),
        ('"shusha-shushi"', '"Shusha"', "slug: 'Shusha' is no slug"),
        ("title =", "titel =", "titel: no such key. Did you mean title"),
        ('title = "Shusha / Shushi"', "title = 7", "title: missing or no text"),
        ("stands", "stand", "unchecked.en town: stand: no such key. Did you mean stands"),
        ('"phrase"', '"aside"', "unchecked.en town: stands: 'aside' is not possible"),
        (
            '"2020-11"',
            "2020-11-09",
            r"unchecked.en town: until: datetime.date.* is no date. Write it in quotes",
        ),
        (
            '"2020-11"',
            '"2019"',
            r"shusha-shushi: unchecked.en town: until: it ends \(2019\) before it begins \(2020\)",
        ),
        ("ru = [", "xx = [", "seen.xx: 'xx' is no language of ours"),
        ('en = ["Shusha",', 'en = ["Shusha", "Shusha",', "en: 'Shusha' stands twice"),
        ('en = ["Shusha",', 'en = ["…",', "no letter or digit"),
        ('en = ["Shusha",', "en = [7,", "unchecked.en: 7 is no form"),
        (
            '[name.seen]\nru = [{ text = "Шуши", used_by = "usage in Armenian" }]',
            'seen = ["Шуши"]',
            "not lists",
        ),
        ("[[name]]", "[[nome]]", r"nome: no such key. Did you mean \[\[name\]\]"),
        ("care =", 'not = "shusha"\ncare =', "not: not a list of slugs"),
        ("care =", "roles = [7]\ncare =", "roles: not a list of tables"),
        ("care =", 'roles = [{ titel = "x" }]\ncare =', "roles 1: titel: no such key"),
        (
            "care =",
            'roles = [{ title = "Mayor", since = "2021", until = "2020-12" }]\ncare =',
            r"shusha-shushi: roles 1: until: it ends \(2020-12\) before it begins \(2021\)",
        ),
        (
            "care =",
            'roles = [{ title = "Mayor", since = "2012" }, { title = "Mayor", since = "2016-05" }]\ncare =',
            "shusha-shushi: roles 2: since: 'Mayor' overlaps the same role before it",
        ),
    ],
)
def test_a_mistake_is_named(written: str, instead: str, complaint: str) -> None:
    assert written in TOWN
    with pytest.raises(CatalogueError, match=f"names.toml: .*{complaint}"):
        read_text(TOWN.replace(written, instead, 1), "names.toml")


def test_an_entry_without_a_form_is_refused() -> None:
    with pytest.raises(CatalogueError, match="seen, unchecked: it has no form"):
        read_text(TOWN.partition("[name.seen]")[0], "names.toml")


def folder(path: Path, *texts: str) -> Path:
    for number, text in enumerate(texts):
        (path / f"{number}.toml").write_text(text, "utf-8")
    return path


def test_two_people_never_share_an_entry(tmp_path: Path) -> None:
    for title in ("John and Jane Smith", "J. Smith / A. Smith", "J. Smith; A. Smith"):
        with pytest.raises(CatalogueError, match="looks like two people"):
            read_text(MAN.format(slug="s", title=title, more=""), "names.toml")
    one, other = (MAN.format(slug=slug, title=slug, more="") for slug in ("john", "james"))
    with pytest.raises(CatalogueError, match=r"0.toml: john: seen.en: 'Smith' is a form of james"):
        read(folder(tmp_path, one, other))


def test_what_shares_a_form_says_on_both_sides_what_it_is_not(tmp_path: Path) -> None:
    warned = 'not = ["{}"]\ncare = "Not the other one."'
    one = MAN.format(slug="john", title="John", more=warned.format("james"))
    other = MAN.format(slug="james", title="James", more=warned.format("john"))
    assert [name.slug for name in read(folder(tmp_path, one, other))] == ["james", "john"]
    with pytest.raises(CatalogueError, match="john: not: james does not say the same of it"):
        read(folder(tmp_path, one, other.replace('not = ["john"]', "")))
    with pytest.raises(CatalogueError, match="'Smith' is a form of james, too"):
        read(folder(tmp_path, one, other.replace("care", "see = []\n#care")))
    alone = other.replace(', stands = "context"', "")
    with pytest.raises(CatalogueError, match=r"1.toml: james: seen.en: 'Smith' stands alone"):
        read(folder(tmp_path, one, alone))
    with pytest.raises(CatalogueError, match=r"john: not: no other entry 'jims'. Did you mean james"):
        read(folder(tmp_path, one.replace('"james"', '"jims"'), other))


def test_what_follows_on_within_a_month_does_not_overlap() -> None:
    roles = """roles = [
        { title = "President", since = "2000-05", until = "2008-05-07" },
        { title = "Prime Minister", since = "2008", until = "2012-05" },
        { title = "President", since = "2012-05" },
    ]"""
    (man,) = read_text(MAN.format(slug="s", title="S", more=roles), "n")
    assert len(man.offices) == 3


@pytest.mark.parametrize(
    ("period", "day", "begun", "ended"),
    [
        (Period(), date(2022, 12, 12), True, False),
        (Period("2022-12", "2023"), date(2022, 11, 30), False, False),
        (Period("2022-12", "2023"), date(2022, 12, 1), True, False),
        (Period("2022-12", "2023"), date(2023, 12, 31), True, False),
        (Period("2022-12", "2023"), date(2024, 1, 1), True, True),
        (Period(None, "2023-09-28"), date(2023, 9, 28), True, False),
        (Period(None, "2023-09-28"), date(2023, 9, 29), True, True),
    ],
)
def test_a_period_includes_all_days_of_its_dates(period: Period, day: date, begun: bool, ended: bool) -> None:
    assert (period.begun(day), period.ended(day)) == (begun, ended)
    assert period.holds(day) is (begun and not ended)


def test_a_folder_needs_entries_and_each_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no .toml file in it"):
        read(tmp_path)
    with pytest.raises(CatalogueError, match="shusha-shushi: the slug stands twice"):
        read(folder(tmp_path, TOWN, TOWN))


def test_what_comes_with_wirewatch_is_whole(names: dict[str, Name]) -> None:
    forms = [form for name in names.values() for form in name.forms]
    assert len(names) >= 60
    assert {name.kind for name in names.values()} == {*NameKind}
    assert sum(form.seen for form in forms) > 100
    assert not all(form.seen for form in forms)
    for name in names.values():
        if name.kind is NameKind.PERSON:
            assert name.offices, f"{name.slug} has no role"


def test_places_of_two_names_are_named_in_pairs_alphabetically(names: dict[str, Name]) -> None:
    for name in names.values():
        if name.kind is NameKind.PLACE and " / " in name.title:
            pair = [
                part.split()[-1 if number == 0 else 0] for number, part in enumerate(name.title.split(" / "))
            ]
            assert pair == sorted(pair), name.title
    assert names["khankendi-stepanakert"].title == "Khankendi / Stepanakert"


def test_arrangements_that_are_never_synonyms_are_three_entries(names: dict[str, Name]) -> None:
    three = {"zangezur-corridor", "syunik-road", "tripp"}
    spellings = []
    for slug in three:
        assert three - {slug} <= {*names[slug].not_}
        assert three - {slug} <= {*names[slug].see}
        assert "never synonyms" in names[slug].care
        spellings.append({spelled(form.text) for form in names[slug].forms})
    assert not spellings[0] & spellings[1]
    assert not spellings[0] & spellings[2]
    assert not spellings[1] & spellings[2]


def test_people_who_are_mistaken_for_one_another_are_told_apart(names: dict[str, Name]) -> None:
    for one, other in (
        ("arayik-harutyunyan-karabakh", "arayik-harutyunyan-yerevan"),
        ("aykhan-hajizada", "hikmet-hajiyev"),
        ("peter-stano", "toivo-klaar"),
        ("hakan-fidan", "mevlut-cavusoglu"),
    ):
        assert other in names[one].not_
        assert one in names[other].not_
        assert names[one].care
        assert names[other].care


def test_common_words_never_stand_alone(names: dict[str, Name]) -> None:
    """Those of the warnings in which the words were collected, and what else is an everyday word."""
    flooding = {
        "closure",
        "highway",
        "militants",
        "нк",
        "corridor",
        "road",
        "коридор",
        "дорога",
        "трасса",
        "yol",
    }
    flooding |= {
        "pace",
        "karabakh",
        "qarabağ",
        "aliyev",
        "harutyunyan",
        "red cross",
        "security council",
        "laçın",
    }
    met = set()
    for name in names.values():
        for form in name.forms:
            if form.text.casefold() in flooding:
                met.add(form.text.casefold())
                assert form.stands is not Stands.ALONE, f"{name.slug}: {form.text}"
    assert met == flooding


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("Stepanakert", ["khankendi-stepanakert"]),
        ("XANKENDI", ["khankendi-stepanakert"]),
        ("ստեփանակերտ", ["khankendi-stepanakert"]),
        ("stepanakert goris highway", ["stepanakert-goris-road"]),
        ("Mevlut Cavusoglu", ["mevlut-cavusoglu"]),
        ("Араик Арутюнян", ["arayik-harutyunyan-karabakh", "arayik-harutyunyan-yerevan"]),
        ("the Lachin corridor", []),
        ("Goris", []),
    ],
)
def test_words_are_looked_up_as_a_user_writes_them(
    names: dict[str, Name], words: str, slugs: list[str]
) -> None:
    assert [name.slug for name in spoken_of([words], names.values())] == slugs


def test_part_of_a_name_may_be_looked_up(names: dict[str, Name]) -> None:
    found = spoken_of(["Goris"], names.values(), whole=False)
    assert [name.slug for name in found] == ["stepanakert-goris-road"]


@pytest.mark.parametrize(
    ("office", "on", "slugs"),
    [
        ("Minister of Foreign Affairs of Türkiye", date(2022, 12, 12), ["mevlut-cavusoglu"]),
        ("Minister of Foreign Affairs of Türkiye", date(2024, 1, 1), ["hakan-fidan"]),
        ("foreign affairs of turkiye", None, ["mevlut-cavusoglu", "hakan-fidan"]),
        ("State Minister", date(2022, 12, 12), ["ruben-vardanyan"]),
        ("State Minister", date(2023, 3, 1), []),
        ("Minister of Bridges", None, []),
    ],
)
def test_who_held_an_office_on_a_day(
    names: dict[str, Name], office: str, on: date | None, slugs: list[str]
) -> None:
    assert [name.slug for name in holders_of(office, names.values(), on)] == slugs


def test_on_a_day_only_what_held_then_is_told(names: dict[str, Name]) -> None:
    putin = names["vladimir-putin"]
    assert [role["title"] for role in name_row(putin, date(2010, 1, 1))["roles"]] == [
        "Prime Minister of Russia"
    ]
    region = names["nagorno-karabakh"]
    left_out = {form.text for form in region.forms} - {
        form["text"] for form in name_row(region, date(2024, 1, 1))["forms"]
    }
    assert left_out == {"НКР", "ԼՂՀ"}
