"""What is offered to a topic, what each form would have added, and which forms are taken."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from matching.naming import Offer, offers
from news.errors import TopicError
from news.watch import Role, Stands, Term, Topic
from review.choosing import asked, chosen
from review.names import read, read_text
from review.offers import Gain, gains, offer_row
from storage.database import Database
from tests.review.archive import NOON, judged

NAMES = read(Path(__file__).parents[2] / "packs/names")
SMALL = read_text(
    """
[[name]]
slug = "khankendi-stepanakert"
kind = "place"
title = "Khankendi / Stepanakert"
[name.seen]
ru = ["Ханкенди"]
[name.unchecked]
en = [
    "Stepanakert", "Khankendi",
    { text = "the town", stands = "context" }, { text = "town", stands = "phrase" },
]
ru = ["Степанакерт"]
""",
    "names.toml",
)
DAY = NOON.date()
TOWN = Topic("town", "Town", 1, (Term("Stepanakert", "en"),))
IN_CONTEXT = Topic(
    "town",
    "Town",
    1,
    (*TOWN.terms, Term("ministry", "en", Role.REQUIRED), Term("football", "en", Role.EXCLUDED)),
)
TEXTS = [
    "Stepanakert, which is Khankendi to others: nothing new.",
    "The road to Khankendi is open, the ministry says.",
    "В Ханкенди и в Степанакерт пришла зима.",
    "Nobody came to Khankendi.",
    "The ministry speaks of the town, and of football in Khankendi.",
    "The town is quiet, the ministry says.",
]


def texts(offered: tuple[Offer, ...]) -> list[tuple[str, str, bool]]:
    return [(each.form.language, each.form.text, each.takable) for each in offered]


def test_the_other_forms_are_offered_and_taken_as_they_stand() -> None:
    assert texts(offers(TOWN, SMALL, DAY)) == [
        ("en", "Khankendi", True),
        ("en", "the town", True),
        ("en", "town", True),
        ("ru", "Ханкенди", True),
        ("ru", "Степанакерт", True),
    ]
    assert [each.term.stands for each in offers(TOWN, SMALL, DAY)[:3]] == [*Stands]


def test_what_proves_nothing_alone_needs_another_term_to_be_taken() -> None:
    only = Topic("t", "T", 1, (Term("Town", "tr", stands=Stands.CONTEXT),))
    assert ("en", "town", False) in texts(offers(only, SMALL, DAY))
    assert ("en", "the town", True) in texts(offers(only, SMALL, DAY))
    query = Topic("t", "T", 1, (), query="Stepanakert AND road")
    assert texts(offers(query, SMALL, DAY))[:2] == [("en", "Khankendi", True), ("en", "the town", False)]


def test_a_topic_without_a_name_of_the_gazetteer_is_offered_nothing() -> None:
    for words in ("Goris", "road to Stepanakert", "Stepanakertian"):
        assert offers(Topic("t", "T", 1, (Term(words),)), SMALL, DAY) == ()
    required = Topic("t", "T", 1, (Term("Goris"), Term("Stepanakert", "en", Role.REQUIRED)))
    assert offers(required, SMALL, DAY) == ()


def test_what_the_terms_find_already_or_exclude_is_not_offered() -> None:
    any_language = Topic("t", "T", 1, (Term("Степанакерт"), Term("Khankendi"), Term("stepanakert")))
    assert [each[1] for each in texts(offers(any_language, SMALL, DAY))] == ["the town", "town", "Ханкенди"]
    banned = Topic("t", "T", 1, (*TOWN.terms, Term("Ханкенди", None, Role.EXCLUDED)))
    assert "Ханкенди" not in [each[1] for each in texts(offers(banned, SMALL, DAY))]


def test_the_issue_s_example() -> None:
    offered = offers(TOWN, NAMES, DAY)
    assert {each.name.slug for each in offered} == {"khankendi-stepanakert"}
    assert {"Khankendi", "Xankəndi", "Степанакерт", "Ստեփանակերտ"} <= {each.form.text for each in offered}
    assert {"official usage in Azerbaijan", "usage in Armenian"} <= {each.form.used_by for each in offered}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with judged(database_url, TEXTS) as opened:
        yield opened


async def test_each_form_says_what_it_would_have_added(database: Database) -> None:
    async def gained(topic: Topic, days: int = 30) -> dict[str, Gain]:
        offered = offers(topic, SMALL, DAY)
        found = await gains(database, topic, offered, NOON + timedelta(days=1 - days))
        return {each.form.text: gain for each, gain in zip(offered, found, strict=True)}

    assert await gained(TOWN) == {
        "Khankendi": Gain(3, NOON, NOON),
        "the town": Gain(),
        "town": Gain(),
        "Ханкенди": Gain(1, NOON, NOON),
        "Степанакерт": Gain(1, NOON, NOON),
    }
    towns = replace(TOWN, terms=(*TOWN.terms, Term("nobody", "en", stands=Stands.CONTEXT)))
    assert (await gained(towns))["Khankendi"].articles == 3
    said_twice = await gained(replace(TOWN, mentions=2))
    assert (said_twice["Khankendi"].articles, said_twice["Ханкенди"].articles) == (1, 0)
    in_context = await gained(IN_CONTEXT)
    assert in_context["Khankendi"].articles == 1, "one without the context, one with what rules it out"
    assert in_context["the town"].articles == 1
    assert all(gain == Gain() for gain in (await gained(TOWN, days=1 - 1)).values())


DATED = """
[[name]]
slug = "khankendi-stepanakert"
kind = "place"
title = "Khankendi / Stepanakert"
[name.unchecked]
en = [
    "Stepanakert", { text = "Khankendi", until = "2026-03-07" }, { text = "the town", until = "2026-03" },
    { text = "Nobody", since = "2026-03-09" },
]
"""


async def test_a_form_that_does_not_hold_is_not_taken_by_default_and_counts_only_in_its_time(
    database: Database,
) -> None:
    async def gained(until: str) -> list[int]:
        offered = offers(TOWN, read_text(DATED.replace("2026-03-07", until), "names.toml"), DAY)
        found = await gains(database, TOWN, offered, NOON - timedelta(days=1))
        return [gain.articles for gain in found]

    offered = offers(TOWN, read_text(DATED, "names.toml"), DAY)
    assert [(each.form.text, each.takable, each.holds) for each in offered] == [
        ("Khankendi", True, False),
        ("the town", True, True),
        ("Nobody", True, False),
    ]
    assert chosen("town", offered, take_all="all") == [1]
    assert chosen("town", offered, take=["Khankendi"], take_all="all") == [0, 1], "by name it may be had"
    assert await gained("2026-03-07") == [0, 2, 0], "the articles are of the eighth"
    assert await gained("2026-03-08") == [3, 2, 0]
    assert offer_row(1, offered[0], Gain(), taken=False)["holds"] is False


def test_an_offer_as_a_row() -> None:
    offer, common = (offers(TOWN, SMALL, DAY)[number] for number in (0, 2))
    made = offer_row(1, offer, Gain(2, NOON, NOON + timedelta(days=1)), taken=True)
    assert (made["id"], made["slug"], made["language"], made["form"]) == (
        *(1, "khankendi-stepanakert", "en"),
        "Khankendi",
    )
    assert (made["articles"], made["first"], made["last"], made["taken"]) == (
        *(2, "2026-03-08T12:00:00+00:00", "2026-03-09T12:00:00+00:00"),
        True,
    )
    made = offer_row(3, replace(common, takable=False), Gain(), taken=False)
    assert (made["articles"], made["stands"]) == (None, "phrase")


def test_forms_are_chosen_by_number_text_and_language() -> None:
    offered = offers(TOWN, SMALL, DAY)
    assert chosen("town", offered) == []
    assert chosen("town", offered, take=["1, 4"]) == [0, 3]
    assert chosen("town", offered, take=["ханкенди", "en:khankendi"]) == [0, 3]
    assert chosen("town", offered, take=["\u2068Ханкенди\u2069"]) == [3], "as a terminal's line is copied"
    assert chosen("town", offered, take_all="en,ru") == [0, 1, 2, 3, 4]
    assert chosen("town", offered, take_all="all", leave=["ru:Степанакерт", "1,2"]) == [2, 3]
    assert chosen("town", offered, take=["1"], take_all="ru", leave=["4"]) == [0, 4]


NOT_TAKABLE = tuple(replace(each, takable=each.form.text != "town") for each in offers(TOWN, SMALL, DAY))


@pytest.mark.parametrize(
    ("how", "complaint"),
    [
        ({"take": ["9"]}, "topic 'town': no form is numbered 9.*shows 1 to 5"),
        ({"take": ["0"]}, "no form is numbered 0"),
        ({"take": ["Goris"]}, "'Goris' is not offered"),
        ({"take": ["hy:Khankendi"]}, "is not offered"),
        ({"take": ["3"]}, "'town' cannot be taken: alone it proves nothing"),
        ({"take_all": "en,xx"}, "'xx' is no language of ours"),
        ({"leave": ["7"]}, "no form is numbered 7"),
    ],
)
def test_a_choice_that_cannot_be_is_named(how: dict[str, list[str]], complaint: str) -> None:
    with pytest.raises(TopicError, match=complaint):
        chosen("town", NOT_TAKABLE, **how)  # type: ignore[arg-type]


def test_forms_are_taken_one_by_one_until_the_user_quits() -> None:
    assert asked(4, lambda place: "tlqt"[place]) == [0]
    assert asked(3, lambda place: "ttl"[place]) == [0, 1]
