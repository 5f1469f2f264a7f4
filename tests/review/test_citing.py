"""A citation says what is known, in each format's own words, whatever a title holds."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.article import Article, ArticleState, Interval, Published
from news.source import Kind, Source
from review.citing import Citation, bibtex, citation, footnote, ris

SEEN = datetime(2022, 12, 13, 21, 30, tzinfo=UTC)
ZONE = "Asia/Yerevan"
MINISTRY = Source(
    slug="mfa-am",
    outlet="mfa-am",
    name="Foreign Ministry, news",
    kind=Kind.MINISTRY,
    url="https://mfa.example/rss",
    speaks_for="Ministry of Foreign Affairs of Armenia",
)
PAPER = Source(slug="daily", outlet="daily", name="The Daily", kind=Kind.NEWSPAPER, url="https://d.example/")
ARTICLE = Article(
    id=7,
    outlet="daily",
    source="daily",
    url="https://d.example/a_b?x=1&y=50%25#top",
    title="Talks & terms: 50% of “it” agreed",
    text="Text.",
    language="en",
    author="Anna Petrosyan",
    published=Published(date(2022, 12, 13), datetime(2022, 12, 13, 10, 5, tzinfo=UTC)),
    appeared=Interval(None, SEEN),
    state=ArticleState.READ,
    reason=None,
    backfill=False,
    revision=1,
)


def cited(source: Source = PAPER, **facts: Any) -> Citation:
    return citation(replace(ARTICLE, **facts), source, SEEN)


def test_a_footnote() -> None:
    """Read at 21:30 UTC: in Yerevan that is the next day."""
    assert footnote(cited(), ZONE) == (
        "Anna Petrosyan, “Talks & terms: 50% of “it” agreed,” The Daily, "
        "13 December 2022, 14:05 Asia/Yerevan (UTC+4), accessed 14 December 2022, "
        "https://d.example/a_b?x=1&y=50%25."
    )


def test_what_is_not_known_is_left_out() -> None:
    bare = cited(author=None, published=None, url=None, title="")
    assert footnote(bare, ZONE) == "“Untitled,” The Daily, accessed 14 December 2022."
    for record in (bibtex(bare, ZONE), ris(bare, ZONE)):
        assert not re.search(r"author|AU|year|PY|DA|url =|UR|None", record)


def test_a_date_without_an_hour_is_a_date() -> None:
    """It is the source's day, in no zone another."""
    dated = cited(published=Published(date(2022, 12, 13)))
    assert "The Daily, 13 December 2022, accessed 14" in footnote(dated, "Pacific/Kiritimati")
    assert "DA  - 2022/12/13/\r\n" in ris(dated, "Pacific/Kiritimati")
    assert "note" not in bibtex(dated, ZONE)


def test_an_hour_is_told_in_the_readers_zone() -> None:
    late = cited(published=Published(date(2022, 12, 31), datetime(2022, 12, 31, 22, tzinfo=UTC)))
    assert "1 January 2023, 02:00 Asia/Yerevan (UTC+4)" in footnote(late, ZONE)
    assert "  year = {2023},\n  month = jan,\n  day = {1},\n" in bibtex(late, ZONE)
    assert "DA  - 2023/01/01/02:00\r\n" in ris(late, ZONE)


def test_an_institution_is_the_author_of_its_own_channel() -> None:
    own = cited(MINISTRY, author="webmaster")
    assert footnote(own, ZONE).startswith("Ministry of Foreign Affairs of Armenia, “Talks")
    assert "author = {{Ministry of Foreign Affairs of Armenia}}" in bibtex(own, ZONE)
    assert ris(own, ZONE).startswith("TY  - ELEC\r\nAU  - Ministry of Foreign Affairs of Armenia\r\n")
    assert "webmaster" not in footnote(own, ZONE) + bibtex(own, ZONE) + ris(own, ZONE)


def test_whom_a_clipping_quotes_goes_first() -> None:
    clipping = cited(said_by="Foreign Minister")
    assert footnote(clipping, ZONE).startswith("Foreign Minister, quoted in Anna Petrosyan, “Talks")
    assert "AU  - Foreign Minister\r\n" in ris(clipping, ZONE)
    assert "N1  - Quoted by Anna Petrosyan. Published at" in ris(clipping, ZONE)
    nameless = cited(said_by="Foreign Minister", author=None)
    assert footnote(nameless, ZONE).startswith("Foreign Minister, quoted in “Talks")
    assert "note = {Quoted by The Daily. Published" in bibtex(nameless, ZONE)


def test_bibtex_takes_every_character_for_itself() -> None:
    hostile = cited(title=r"50% of {it} & \input{x}_#1 $y$ ~ ^ } @misc{", url="https://d.example/{a}?b=%20_{")
    record = bibtex(hostile, ZONE)
    assert (
        r"title = {{50\% of \textbraceleft{}it\textbraceright{} \& \textbackslash{}input"
        r"\textbraceleft{}x\textbraceright{}\_\#1 \$y\$ \textasciitilde{} \textasciicircum{} "
        r"\textbraceright{} @misc\textbraceleft{}}},"
    ) in record
    assert "url = {https://d.example/%7Ba%7D?b=%20_%7B}," in record


def test_letters_of_all_writings_are_kept() -> None:
    title = "Լաչինի միջանցք — Laçın dəhlizi — لاچین"
    foreign = cited(title=title, language="hy")
    assert f"title = {{{{{title}}}}}" in bibtex(foreign, ZONE)
    assert f"TI  - {title}\r\n" in ris(foreign, ZONE)
    assert "language = {hy}" in bibtex(foreign, ZONE)


def test_a_title_from_the_right_reorders_nothing_around_it() -> None:
    assert "“\u2068گفتگو\u2069,” The Daily, 13" in footnote(cited(title="گفتگو\u202e"), ZONE)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://user:word@d.example/", "//d.example/"])
def test_only_addresses_of_the_web_are_given(url: str) -> None:
    bad = cited(url=url)
    assert "alert" not in footnote(bad, ZONE) + bibtex(bad, ZONE) + ris(bad, ZONE)
    assert "word@" not in footnote(bad, ZONE)
    assert "UR  - " not in ris(bad, ZONE)


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=30))
def test_nothing_published_breaks_a_record(title: str, author: str, said_by: str) -> None:
    hostile = cited(title=f"{title}\r\nER  - \u2028TY  - NEWS", author=author, said_by=said_by)
    lines = ris(hostile, ZONE).split("\r\n")
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.fullmatch("[A-Z][A-Z0-9]  - [^\r\n\x85\u2028\u2029]*", line) for line in lines[:-1])
    assert [line[:2] for line in lines].count("TY") == [line[:2] for line in lines].count("ER") == 1
    record = bibtex(hostile, ZONE)
    depths = [0]
    for character in record:
        depths.append(depths[-1] + {"{": 1, "}": -1}.get(character, 0))
    assert depths[-1] == 0
    assert min(depths[record.index("{") + 1 : -2]) > 0
    assert "\n" not in footnote(hostile, ZONE)
