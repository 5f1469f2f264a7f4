"""An unsaved topic tried on the archive in the judge's process: what it finds, nearly finds, gains, loses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import count

import pytest

from news.errors import ReaderUnavailable, TopicError
from news.names import Name
from news.telling import Mode
from news.watch import Role, Term, Topic
from review.matchers import SLICE, Bench, Here, slices
from review.names import read_text
from review.offers import gains
from review.preview import PAGE, Limits, days_of, preview, preview_row
from storage import matches, subscriptions
from storage.database import Database
from storage.search import Filters, candidates
from tests.review.archive import LANGUAGES, NOON, SETUP, judged, watch
from workers.judge import Judge

TEXTS = [
    "Traffic on the Lachin corridor has stopped; Shusha is cut off.",
    "The corridor of Lachin",
    "По Лачинскому коридору не проехать.",
    "A football match beside the Lachin corridor.",
    "Nothing of the kind",
]
CORRIDOR = Term("Lachin corridor", "en")
NARROW = Topic("lachin", "Lachin", 1, (CORRIDOR, Term("Лачинский коридор", "ru")))
UNSAVED = Topic("lachin", "Lachin", 0, (CORRIDOR, Term("football", "en", Role.EXCLUDED)))
NAMES: tuple[Name, ...] = read_text(
    """
[[name]]
slug = "lachin"
kind = "place"
title = "Lachin corridor"
[name.unchecked]
en = ["Lachin corridor", "Berdzor corridor", "corridor of Lachin"]
ru = ["Лачинский коридор"]
""",
    "names.toml",
)


def after() -> Limits:
    """Limits that no test reaches."""
    return Limits(clock=lambda: 0.0, days=30)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    judge = Judge(SETUP, LANGUAGES)
    yield Bench(judge)
    await judge.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with judged(database_url, TEXTS) as opened:
        opened.clock = lambda: NOON + timedelta(days=2)
        yield opened


async def test_what_is_written_is_tried_beside_what_is_saved(database: Database, bench: Bench) -> None:
    await database.write(watch, "lachin", "Lachin corridor")
    found = await preview(database, bench, UNSAVED, after(), saved=NARROW, per_hour=10, zone="Asia/Yerevan")
    assert found is not None
    row = preview_row(found, UTC)
    assert (row["articles"], row["looked_at"], row["back_to"], row["not_indexed"]) == (1, 4, None, 0)
    assert (row["by_day"], row["by_source"]) == ({"2026-03-08": 1}, {"agency": 1})
    assert (row["by_language"], row["by_form"]) == ({"en": 1}, {"Lachin corridor": 1})
    (first,) = row["first"]
    assert first["evidence"][0]["sentence"]["text"] == TEXTS[0]
    against = row["against"]
    assert (against["version"], against["gained"], against["kept"]) == (1, [], 1)
    assert {form for lost in against["lost"] for form in lost["forms"]} == {
        "Лачинскому коридору",
        "Lachin corridor",
    }
    reasons = {miss["why"] for near in row["near"] for miss in near["misses"]}
    assert {"excluded", "order"} <= reasons or {"excluded", "apart"} <= reasons
    assert [(each["mode"], each["alerts"], each["digests"]) for each in row["mails"]] == [
        ("instant", 1, 0),
        ("digest", 0, 1),
    ]
    assert row["supposed"] is True
    for item in range(1, 6):
        assert await database.read(matches.of_article, item) == ()


async def test_who_listens_is_who_would_have_had_the_mails(database: Database, bench: Bench) -> None:
    await database.write(watch, "lachin", "Lachin corridor")
    await database.write(
        subscriptions.add,
        recipient="a@example.org",
        channel="smtp",
        mode=Mode.INSTANT,
        topics=["lachin"],
        zone="UTC",
        schedule=None,
        when_empty=False,
        now=NOON,
    )
    found = await preview(database, bench, UNSAVED, after(), per_hour=10, zone="UTC")
    assert found is not None
    assert [(each.subscription.recipient, each.alerts) for each in found.mails] == [("a@example.org", 1)]
    assert not found.supposed


async def test_what_cannot_be_watched_is_refused_by_its_field(database: Database, bench: Bench) -> None:
    wrong = Topic("t", "T", 0, (), query="Lachin corridor")
    with pytest.raises(TopicError) as told:
        await preview(database, bench, wrong, after(), per_hour=10, zone="UTC")
    assert (told.value.field, told.value.place) == ("query", 8)
    dotted = Topic("t", "T", 0, (CORRIDOR, Term("...", "en")))
    with pytest.raises(TopicError) as told:
        await bench.check(dotted)
    assert (told.value.field, told.value.term) == ("terms", Term("...", "en"))


async def test_it_goes_back_as_far_as_its_limits_let_it(database_url: str, bench: Bench) -> None:
    every = [f"The Lachin corridor, {number}" for number in range(PAGE * 2 + 1)]
    async with judged(database_url, every) as opened:
        opened.clock = lambda: NOON + timedelta(days=1)
        for limits, looked_at in (
            (Limits(clock=lambda: 0.0, texts=PAGE), PAGE),
            (Limits(clock=count().__next__, seconds=2.0), PAGE * 2),
            (after(), len(every)),
        ):
            found = await preview(opened, bench, UNSAVED, limits, per_hour=10, zone="UTC")
            assert found is not None
            assert (found.looked_at, len(found.trial.caught)) == (looked_at, looked_at)
            assert (found.back_to is None) == (looked_at == len(every))


async def test_who_breaks_off_gets_nothing_and_the_judge_goes_on(database: Database, bench: Bench) -> None:
    async def nobody() -> bool:
        return False

    limits = Limits(clock=lambda: 0.0, wanted=nobody)
    assert await preview(database, bench, UNSAVED, limits, per_hour=10, zone="UTC") is None
    assert (await bench.proposed([UNSAVED]))[0]


async def test_the_judge_finds_what_this_process_finds(database: Database, bench: Bench) -> None:
    tried = (NARROW, UNSAVED)
    here = Here(tried)
    words = await here.proposed(tried)
    assert {*map(str, words)} == {*map(str, await bench.proposed(tried))}
    page = await database.read(candidates, words, Filters())
    assert await here.found(tried, page.candidates) == await bench.found(tried, page.candidates)


async def test_names_are_offered_with_what_each_would_add(database: Database, bench: Bench) -> None:
    topic = Topic("lachin", "Lachin", 0, (CORRIDOR,))
    offered = await bench.offers(topic, NAMES, NOON.date())
    since = NOON - timedelta(days=30)
    gained = await gains(database, topic, offered, since, bench=bench, most=1_000)
    assert {each.form.text: gain.articles for each, gain in zip(offered, gained, strict=True)} == {
        "Berdzor corridor": 0,
        "corridor of Lachin": 1,
        "Лачинский коридор": 1,
    }
    assert gained == await gains(database, topic, offered, since)


async def test_texts_go_in_slices_and_a_long_one_alone(database: Database) -> None:
    words = await Here([NARROW]).proposed([NARROW])
    short = (await database.read(candidates, words, Filters())).candidates
    long = [replace(each, article=replace(each.article, text="x" * SLICE)) for each in short[:1]]
    assert [len(pieces) for pieces in slices([*short, *long, *short])] == [4, 1, 4]
    assert [*slices([])] == []


async def test_without_a_judge_it_says_so(database: Database) -> None:
    judge = Judge(SETUP, LANGUAGES)
    await judge.close()
    with pytest.raises(ReaderUnavailable):
        await preview(database, Bench(judge), UNSAVED, after(), per_hour=10, zone="UTC")


def test_the_days_of_a_span_are_local() -> None:
    assert days_of(NOON, NOON + timedelta(days=1), UTC) == ["2026-03-08", "2026-03-09"]
