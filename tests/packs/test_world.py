"""The pack world: what it promises of its sources, and its sample topics on sentences of our own writing."""

import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from matching.keys import Analysis
from matching.topics import CompiledTopics
from news.source import INSTITUTIONS, Confidence, Kind, Source, Tier
from news.urls import canonical_url
from review import packs
from tests.packs.pack import SOURCES as REGION

FOLDER = Path(__file__).parents[2] / "packs" / "world"
OURS = Path(__file__).parent / "world"
PACK = packs.read(FOLDER)
SOURCES = PACK.sources
TRIED = [source for source in SOURCES if source.enabled]
MEDIA = {Kind.AGENCY, Kind.BROADCASTER, Kind.NEWSPAPER, Kind.THINK_TANK}
# The region the other pack is of, its neighbours whose media and ministries are there.
AT_HOME = {"AM", "AZ", "GE", "RU", "TR", "IR"}
WRITTEN = [
    block
    for file in sorted(FOLDER.glob("*.toml"))
    for block in tomllib.loads(file.read_text("utf-8")).get("source", [])
]
SENTENCES = [
    (language, text, set(wanted.split()))
    for language, rows in tomllib.loads((OURS / "sentences.toml").read_text("utf-8")).items()
    for text, wanted in rows
]
COMPILED = CompiledTopics(Analysis(), PACK.topics)
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.slug)


def ways() -> dict[str, list[Source]]:
    """The sources of both packs, by outlet."""
    found: dict[str, list[Source]] = {}
    for source in (*SOURCES, *REGION):
        found.setdefault(source.outlet, []).append(source)
    return found


def test_sixty_agencies_ministries_and_organisations_beyond_the_region_are_tried() -> None:
    asked_for = {source.outlet for source in TRIED if source.kind in INSTITUTIONS | {Kind.AGENCY}}
    assert len(asked_for) >= 60
    assert len({source.outlet for source in TRIED}) >= 110
    assert not {source.country for source in SOURCES} & AT_HOME


def test_it_is_of_the_whole_world() -> None:
    countries = {source.country for source in TRIED if source.country}
    assert len(countries) >= 45
    continents = Counter(source.zone.partition("/")[0] for source in TRIED)
    assert min(continents[name] for name in ("Africa", "America", "Asia", "Europe")) >= 10
    assert continents["Australia"] + continents["Pacific"] >= 4


def test_every_kind_of_outlet_but_a_person_is_there() -> None:
    assert {source.kind for source in TRIED} == {*Kind} - {Kind.PERSON, Kind.CLIPPED}


def test_it_reads_more_languages_than_english() -> None:
    languages = Counter(code for source in TRIED for code in source.languages)
    assert {"en", "fr", "de", "ru", "uk", "ar"} <= set(languages)
    assert min(languages[code] for code in ("fr", "de", "ru", "uk", "ar")) >= 5


@pytest.mark.parametrize("block", WRITTEN, ids=lambda block: str(block["slug"]))
def test_nothing_is_left_to_a_default(block: dict[str, object]) -> None:
    assert {"tier", "confidence", "languages", "zone", "cadence", "silence", "note"} <= block.keys()
    assert block["zone"] != "UTC"


@each_source
def test_an_institution_speaks_for_itself_and_a_medium_for_nobody(source: Source) -> None:
    assert source.kind in INSTITUTIONS | MEDIA
    if source.kind in INSTITUTIONS:
        assert source.speaks_for
        assert not source.owner
        assert not source.control
    else:
        assert source.speaks_for is None
        assert source.country
        assert source.owner or source.control


@each_source
def test_a_note_says_what_stands_behind_an_address(source: Source) -> None:
    assert source.note
    if source.confidence is Confidence.AUDITED:
        assert "2026" in source.note
    if source.owner or source.control:
        assert "Ownership: public record, 2026, not checked here." in source.note


@each_source
def test_nothing_is_a_must_have_and_background_comes_hourly(source: Source) -> None:
    assert source.tier in (Tier.USEFUL, Tier.BACKGROUND)
    assert source.cadence == (3600 if source.tier is Tier.BACKGROUND else 900)
    assert 24 <= source.silence <= 720


@each_source
def test_nobody_is_excepted_from_politeness_or_safety(source: Source) -> None:
    assert source.insecure_tls is None
    assert source.ignore_robots is None


def test_what_is_off_says_why() -> None:
    off = [source for source in SOURCES if not source.enabled]
    assert off
    assert [source.slug for source in off if not (source.note or "").startswith("Off: ")] == []
    assert [source.slug for source in TRIED if (source.note or "").startswith("Off: ")] == []


def test_no_address_and_no_slug_stands_twice_in_this_pack_or_in_both() -> None:
    both = (*SOURCES, *REGION)
    addresses = Counter(canonical_url(source.url) for source in both)
    assert [address for address, times in addresses.items() if times > 1] == []
    slugs = Counter(source.slug for source in both)
    assert [slug for slug, times in slugs.items() if times > 1] == []


def test_the_ways_into_one_outlet_agree_on_it_across_both_packs() -> None:
    shared = {source.outlet for source in SOURCES} & {source.outlet for source in REGION}
    assert {"bbc", "dw", "un-news"} <= shared
    for outlet, found in ways().items():
        told = {(way.name, way.kind, way.country, way.owner, way.control, way.speaks_for) for way in found}
        assert len(told) == 1, outlet
        assert all(way.slug.startswith(outlet) for way in found) or len(found) == 1


def test_plain_http_only_where_lists_have_nothing_else() -> None:
    plain = {urlsplit(source.url).hostname for source in SOURCES if source.url.startswith("http:")}
    assert plain == {"www.xinhuanet.com"}


def test_the_sample_topics_bring_nothing_the_other_pack_has() -> None:
    assert {topic.slug for topic in PACK.topics} == {"ceasefire-talks", "sanctions"}


@pytest.mark.parametrize(
    ("language", "text", "wanted"),
    SENTENCES,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(SENTENCES)],
)
def test_a_sentence_is_about_what_it_says(language: str, text: str, wanted: set[str]) -> None:
    assert {match.topic for match in COMPILED.found("", text, language)} == wanted
    assert {match.topic for match in COMPILED.found("", text, None)} == wanted, (
        "where the language is not known"
    )


def test_the_sentences_cover_both_topics_in_each_of_their_languages() -> None:
    about = {(language, topic) for language, _, wanted in SENTENCES for topic in wanted}
    of = {(term.language, topic.slug) for topic in PACK.topics for term in topic.terms}
    assert about == of
    assert {language for language, _, wanted in SENTENCES if not wanted} == {code for code, _ in of}
