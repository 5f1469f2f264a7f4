"""Whose an address is."""

from __future__ import annotations

import pytest

from news.source import Kind, Source
from review.belonging import own, owner


def source(slug: str, url: str) -> Source:
    return Source(slug, slug, slug, Kind.MINISTRY, url)


SOURCES = [
    source("mfa-en", "https://www.mfa.example/en/news"),
    source("mfa-ru", "https://www.mfa.example/ru/news"),
    source("feed", "https://agency.example/rss"),
    source("port", "http://host.test:8080/rss"),
]


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://mfa.example/ru/statement/1", "mfa-ru"),
        ("http://www.mfa.example/en/news/2", "mfa-en"),
        ("https://www.mfa.example/about", "mfa-en"),
        ("https://agency.example/2022/12/1", "feed"),
        ("http://host.test:8080/1", "port"),
        ("http://host.test/1", None),
        ("https://sub.agency.example/1", None),
        ("https://another.example/1", None),
        ("nonsense", None),
    ],
)
def test_owner(url: str, slug: str | None) -> None:
    found = owner(url, SOURCES)
    assert (found.slug if found else None) == slug


def test_one_of_its_own() -> None:
    made = own("https://www.Another-Site.example/a/b?c")
    assert (made.slug, made.outlet, made.name) == (
        ("clipped-another-site-example",) * 2 + ("another-site.example",)
    )
    assert (made.kind, made.enabled, owner("https://another-site.example/x", [made])) == (
        Kind.CLIPPED,
        False,
        made,
    )


def test_a_source_that_is_visited_goes_before_what_was_brought_by_hand() -> None:
    url = "https://agency.example/rss/1"
    assert owner(url, [own(url), *SOURCES]) == SOURCES[2]


def test_a_host_of_other_letters_has_a_slug_too() -> None:
    assert own("https://пример.example/1").slug == "clipped-xn-e1afmkfd-example"
    assert own(f"https://{'ж' * 70}.example/1").slug.startswith("clipped-436-436-")
