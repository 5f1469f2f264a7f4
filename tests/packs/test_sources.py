"""What the pack promises of its sources."""

import re
import tomllib
from collections import Counter
from urllib.parse import urlsplit

import pytest

from news.source import Confidence, Kind, Source, Tier
from news.urls import canonical_url
from tests.packs.pack import FOLDER, SOURCES

# What the pack was asked for; the Prime Minister's lists carry the news of the Security Council of Armenia.
SEED = {
    "mfa-az",
    "mfa-am",
    "primeminister-am",
    "president-az",
    "ria",
    "rossaprimavera",
    "ankasam",
    "state-us",
    "mod-ru",
}
# Dissolved in 2023, for back-fills; of a medium there records differ on the country.
DISSOLVED = {"nk-mfa", "nk-infocenter", "nk-ombudsman", "artsakhpress"}
KNOWN = {Confidence.AUDITED, Confidence.USED}
MEDIA = {Kind.AGENCY, Kind.BROADCASTER, Kind.NEWSPAPER, Kind.THINK_TANK}
INSTITUTIONS = {Kind.MINISTRY, Kind.GOVERNMENT, Kind.IGO}
WRITTEN = [
    block
    for file in sorted(FOLDER.glob("*.toml"))
    for block in tomllib.loads(file.read_text()).get("source", [])
]
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.slug)


def test_the_outlets_asked_for_are_there_and_tried() -> None:
    tried = [source for source in SOURCES if source.enabled and source.tier is Tier.MUST_HAVE]
    assert {source.outlet for source in tried} == SEED | {"mfa-ru"}


def test_a_guessed_address_is_must_have_only_where_an_outlet_has_no_better() -> None:
    """A must-have way that fails stands at the top of each digest: a guess would stand there for ever."""
    must_have = [source for source in SOURCES if source.enabled and source.tier is Tier.MUST_HAVE]
    known = {source.outlet for source in must_have if source.confidence in KNOWN}
    guessed = {source.outlet for source in must_have if source.confidence not in KNOWN}
    assert guessed & known == set()
    assert guessed == {"state-us", "rossaprimavera", "ankasam"}


def test_must_have_are_they_and_the_third_foreign_ministry() -> None:
    must_have = {source.outlet for source in SOURCES if source.tier is Tier.MUST_HAVE}
    assert must_have == SEED | {"mfa-ru"}


def test_what_answers_at_home_only_has_a_way_in_that_answers() -> None:
    for outlet in ("mfa-ru", "mod-ru"):
        ways = [source for source in SOURCES if source.outlet == outlet]
        assert {way.spider for way in ways if way.enabled} == {"telegram"}
        assert {way.spider for way in ways if not way.enabled} >= {"feed"}


def test_the_state_department_is_read_by_list_feed_and_account() -> None:
    ways = [source for source in SOURCES if source.outlet == "state-us" and source.enabled]
    assert {way.spider for way in ways} == {"listing", "feed", "x"}


def test_dissolved_institutions_are_for_back_fills() -> None:
    gone = [source for source in SOURCES if source.outlet in DISSOLVED]
    assert {source.outlet for source in gone} == DISSOLVED
    assert not any(source.enabled for source in gone)
    assert all(re.search(r"2020-\d\d-\d\d.* to 2023-\d\d-\d\d", source.note or "") for source in gone)


def test_forty_more_outlets_are_known_to_answer() -> None:
    known = {source.outlet for source in SOURCES if source.enabled and source.confidence in KNOWN}
    assert len(known - SEED) >= 40


def test_the_languages_of_the_region_and_of_its_mediators_are_there() -> None:
    tried = Counter(code for source in SOURCES if source.enabled for code in source.languages)
    assert set(tried) == {"en", "ru", "tr", "az", "hy", "ka", "fa", "fr"}
    assert {code for source in SOURCES for code in source.languages} - set(tried) == {"de"}


@pytest.mark.parametrize("block", WRITTEN, ids=lambda block: str(block["slug"]))
def test_nothing_is_left_to_a_default(block: dict[str, object]) -> None:
    assert {"tier", "confidence", "languages", "zone", "cadence", "silence"} <= block.keys()
    assert block["zone"] != "UTC"


@each_source
def test_an_institution_speaks_for_itself_and_a_medium_for_nobody(source: Source) -> None:
    assert source.kind in INSTITUTIONS | MEDIA
    if source.kind in INSTITUTIONS:
        assert source.speaks_for
        assert not source.owner
    else:
        assert source.speaks_for is None
        assert source.country or source.outlet in DISSOLVED
        assert source.owner or source.note


@each_source
def test_ownership_names_where_it_is_known_from(source: Source) -> None:
    if source.owner or source.control:
        assert source.note
        assert "2026" in source.note


@each_source
def test_it_is_visited_as_often_as_it_is_needed(source: Source) -> None:
    if source.tier is Tier.BACKGROUND:
        assert source.cadence == 3600
    elif source.kind in (Kind.MINISTRY, Kind.AGENCY):
        assert 300 <= source.cadence <= 900
    assert 24 <= source.silence <= 336


@each_source
def test_nobody_is_excepted_from_politeness_or_safety(source: Source) -> None:
    assert source.insecure_tls is None
    assert source.ignore_robots is None


def test_what_is_off_says_why() -> None:
    off = [source for source in SOURCES if not source.enabled]
    assert off
    assert [
        source.slug
        for source in off
        if not (source.note or "").startswith(("Off: ", "Off, for back-fills: "))
    ] == []


def test_no_address_and_no_slug_stands_twice() -> None:
    assert len({canonical_url(source.url) for source in SOURCES}) == len(SOURCES)
    assert len({source.slug for source in SOURCES}) == len(SOURCES)


def test_the_ways_into_one_outlet_agree_on_it() -> None:
    for outlet in {source.outlet for source in SOURCES}:
        ways = [source for source in SOURCES if source.outlet == outlet]
        assert (
            len({(way.name, way.kind, way.country, way.owner, way.control, way.speaks_for) for way in ways})
            == 1
        )
        assert len(ways) == 1 or all(way.slug.startswith(outlet) for way in ways)


def test_plain_http_only_where_nothing_else_answers() -> None:
    plain = {urlsplit(source.url).hostname for source in SOURCES if source.url.startswith("http:")}
    assert plain == {"en.kremlin.ru", "kremlin.ru", "ru.apa.az", "www.vestikavkaza.ru", "www.nkr.am"}
