"""Sources in and out: TOML and OPML, with every mistake named."""

from dataclasses import replace
from pathlib import Path

import pytest

from news.errors import CatalogueError
from news.source import Confidence, Kind, Rules, Source, Tier, Waiver
from review import catalogue, opml

MFA = Source(
    slug="mfa-am-en",
    outlet="mfa-am",
    name="Ministry of Foreign Affairs of Armenia",
    kind=Kind.MINISTRY,
    url="https://www.mfa.am/en/news",
    spider="listing",
    tier=Tier.MUST_HAVE,
    languages=("en", "hy"),
    zone="Asia/Yerevan",
    rules=Rules(item="div.news-list ul li", link="a", date="div.date", pages=2, paths=("/en/*",), split=True),
    insecure_tls=Waiver("its chain ends in a root of its own"),
    speaks_for="Armenia",
    country="AM",
    confidence=Confidence.AUDITED,
)
FEED = Source(
    slug="agency", outlet="agency", name='Agency "A" & Co', kind=Kind.AGENCY, url="https://a.org/rss"
)


def test_what_is_written_is_read_back_the_same() -> None:
    text = catalogue.write([MFA, FEED])
    assert catalogue.read_text(text, "export") == (MFA, FEED)


def test_what_is_written_stands_under_the_headings_people_write() -> None:
    assert catalogue.write([FEED, MFA]).count("[[source]]\n") == 2
    assert "\n[source.rules]\n" in catalogue.write([MFA])


def test_defaults_are_left_out_of_what_is_written() -> None:
    assert "cadence" not in catalogue.write([FEED])
    assert "outlet" not in catalogue.write([FEED])


GOOD = 'slug = "a"\nname = "A"\nkind = "agency"\nurl = "https://a.org/rss"\n'


@pytest.mark.parametrize(
    ("lines", "where", "hint"),
    [
        (GOOD + 'teir = "useful"', "a: teir", "tier"),
        (GOOD + 'tier = "top"', "a: tier", "must-have"),
        (GOOD + 'confidence = "sure"', "a: confidence", "audited, used, unverified"),
        (GOOD + "cadence = 5", "a: cadence", "60 to 86400 seconds"),
        (GOOD + 'zone = "UTC+4"', "a: zone", "Asia/Yerevan"),
        (GOOD + 'languages = "en"', "a: languages", "list"),
        (GOOD + "insecure_tls = true", "a: insecure_tls", "reason"),
        (GOOD + 'spider = "site-map"', "a: spider", "feed, jsonlist, listing"),
        (GOOD + 'spider = "jsonlist"', "a: rules.item", "dotted path"),
        (GOOD + 'spider = "telegram"', "a: url", "t.me/s/NAME"),
        (GOOD + 'spider = "x"', "a: url", "x.com/NAME"),
        (GOOD + 'rules = { page_url = "https://a.org/2" }', "a: rules.page_url", "{page}"),
        (GOOD + 'rules = { page_url = "https://a.org/{page" }', "a: rules.page_url", "braces"),
        (GOOD + 'rules = { paths = "/en/*" }', "a: rules.paths", "list of patterns"),
        (GOOD + "rules = { split = 1 }", "a: rules.split", "true and false"),
        (GOOD + 'rules = { json = "#app[" }', "a: rules.json", "CSS selector"),
        (GOOD + 'spider = "listing"', "a: rules.item", "CSS selector"),
        (GOOD + 'rules = { item = "li[" }', "a: rules.item", "no CSS selector"),
        (GOOD + 'country = "Armenia"', "a: country", "ISO 3166"),
        (GOOD.replace("https://a.org/rss", "file:///etc/passwd"), "a: url", "http"),
        (GOOD.replace("https://a.org/rss", "http://1@2/"), "a: url", "http"),
        (GOOD.replace('"A"', r'"A\u0000"'), "a: name", "control"),
        (GOOD.replace('"a"', '"A b"'), "A b: slug", "lower-case"),
        (GOOD.replace('kind = "agency"\n', ""), "a: kind", "missing"),
    ],
)
def test_a_mistake_names_file_source_and_key(lines: str, where: str, hint: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        catalogue.read_text("[[source]]\n" + lines, "pack.toml")
    said = str(caught.value)
    assert said.startswith(f"pack.toml: {where}")
    assert hint in said


def test_a_slug_that_stands_twice_is_refused() -> None:
    with pytest.raises(CatalogueError, match="twice"):
        catalogue.read_text(f"[[source]]\n{GOOD}[[source]]\n{GOOD}", "pack.toml")


def test_a_heading_that_is_misspelt_is_not_passed_over() -> None:
    with pytest.raises(CatalogueError, match="sources: no such key"):
        catalogue.read_text(f"[[sources]]\n{GOOD}", "pack.toml")


def test_topics_beside_the_sources_are_another_readers_business() -> None:
    topic = '[[topic]]\nslug = "lachin"\nname = "Lachin"\nterms.en = ["Lachin"]\n'
    (read,) = catalogue.read_text(f"{topic}[[source]]\n{GOOD}", "pack.toml")
    assert read.slug == "a"
    with pytest.raises(CatalogueError, match=r"topcs: no such key\. Did you mean \[\[topic\]\]"):
        catalogue.read_text(f"[[topcs]]\n[[source]]\n{GOOD}", "pack.toml")


def test_feeds_travel_by_opml_and_lists_stay(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(opml.write([MFA, FEED]), "utf-8")
    (read,) = opml.read_file(path, kind="agency", known=())
    assert (read.name, read.url, read.kind) == (FEED.name, FEED.url, Kind.AGENCY)


def test_feeds_with_a_known_address_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(
        opml.write([FEED, replace(FEED, slug="twice"), replace(FEED, url="https://b.org/rss")]), "utf-8"
    )
    read = opml.read_file(path, kind="agency", known=())
    assert [source.url for source in read] == ["https://a.org/rss", "https://b.org/rss"]
    assert [source.url for source in opml.read_file(path, kind="agency", known=[FEED])] == [
        "https://b.org/rss"
    ]


def test_nested_outlines_and_equal_titles_get_slugs_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(
        '<opml version="1.0"><body><outline text="Caucasus">'
        '<outline text="Новости" xmlUrl="https://ria.example/rss"/>'
        '<outline text="News" xmlUrl="https://b.example/rss"/>'
        '<outline text="News" xmlUrl="https://c.example/rss"/>'
        "</outline></body></opml>",
        "utf-8",
    )
    read = opml.read_file(path, kind="newspaper", known=[replace(FEED, slug="news")])
    assert [source.slug for source in read] == ["ria-example", "news-2", "news-3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<opml", "not OPML"),
        ("<html/>", "not OPML: its root is <html>"),
        (
            '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>&x;</body></opml>',
            "entities",
        ),
    ],
)
def test_what_is_no_opml_or_tricks_the_parser_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "feeds.opml"
    path.write_text(text, "utf-8")
    with pytest.raises(CatalogueError, match=said):
        opml.read_file(path, kind="agency", known=())
