"""Sitemaps: plain, news, index, text, gzip; order, patterns, what they do not say; hostile ones."""
# ruff: noqa: E501 - documents as they come

import gzip
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawler.reading.entries import ListReading
from crawler.reading.sitemaps import read_sitemap
from news.article import Published
from news.errors import Interstitial, ReadError

NOW = datetime(2022, 12, 14, 12, tzinfo=UTC)
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://agency.example/en/news/1</loc><news:news><news:publication><news:name>Agency</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2022-12-13T10:00:00+04:00</news:publication_date>
<news:title>Talks &amp; visits</news:title></news:news>
<image:image><image:loc>https://agency.example/1.jpg</image:loc><image:title>A picture</image:title></image:image></url>
<url><loc>https://agency.example/en/news/2</loc><news:news><news:publication_date>2022-12-14</news:publication_date>
<news:title>The road</news:title></news:news></url>
</urlset>"""


def urlset(*places: tuple[str, str]) -> bytes:
    urls = "".join(
        f"<url><loc>{loc}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
        for loc, changed in places
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


def read(body: bytes, known: frozenset[int] = frozenset(), **more: Any) -> ListReading:
    return read_sitemap(
        body,
        url="https://agency.example/sitemap.xml",
        content_type="application/xml",
        known=known,
        zone="Asia/Yerevan",
        languages=("en",),
        now=NOW,
        **more,
    )


def links(found: ListReading) -> list[str]:
    return [entry.link or "" for entry in found.entries]


def test_a_news_sitemap_gives_titles_and_dates() -> None:
    found = read(NEWS.encode())
    assert [(entry.title, entry.published) for entry in found.entries] == [
        ("The road", Published(date(2022, 12, 14))),
        ("Talks & visits", Published(date(2022, 12, 13), datetime(2022, 12, 13, 6, tzinfo=UTC))),
    ]
    assert found.entries[1].language == "en"


def test_a_plain_one_gives_addresses_the_latest_changed_first_and_no_date_of_publication() -> None:
    body = urlset(
        ("https://agency.example/a", "2022-12-01"),
        ("https://agency.example/b", "2022-12-14T08:00:00+00:00"),
        ("https://agency.example/c", ""),
    )
    found = read(body)
    assert links(found) == [f"https://agency.example/{name}" for name in "bac"]
    assert {entry.published for entry in found.entries} == {None}
    assert links(read(body, newest=1)) == ["https://agency.example/b"]
    assert links(read(body, since=datetime(2022, 12, 10, tzinfo=UTC))) == [
        "https://agency.example/b",
        "https://agency.example/c",
    ]


def test_only_paths_that_are_asked_for() -> None:
    body = urlset(
        *((f"https://agency.example{path}", "") for path in ("/en/news/1", "/hy/news/1", "/en/about"))
    )
    assert links(read(body, paths=("/en/news/*",))) == ["https://agency.example/en/news/1"]


def test_what_is_known_is_cut_and_a_page_that_was_changed_is_listed_again() -> None:
    first = read(
        urlset(("https://agency.example/a", "2022-12-01"), ("https://agency.example/b", "2022-12-02"))
    )
    known = frozenset(entry.block for entry in first.entries if entry.block is not None)
    later = read(
        urlset(("https://agency.example/a", "2022-12-13"), ("https://agency.example/b", "2022-12-02")), known
    )
    assert (links(later), later.listed, len(later.blocks)) == (["https://agency.example/a"], 2, 1)


def test_an_index_leads_on_to_what_may_list_articles_the_latest_first() -> None:
    parts = {
        "post-sitemap1.xml": "2020-01-01",
        "post-sitemap2.xml": "2022-12-14",
        "category-sitemap.xml": "2022-12-14",
        "news_2022_12.xml.gz": "2022-12-13",
        "image-sitemap-1.xml": "2022-12-14",
    }
    body = "".join(
        f"<sitemap><loc>https://agency.example/{name}</loc><lastmod>{changed}</lastmod></sitemap>"
        for name, changed in parts.items()
    )
    found = read(
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</sitemapindex>'.encode()
    )
    assert found.entries == ()
    assert found.onward == tuple(
        f"https://agency.example/{name}"
        for name in ("post-sitemap2.xml", "news_2022_12.xml.gz", "post-sitemap1.xml")
    )


def test_gzip_text_and_a_truncated_one() -> None:
    assert len(read(gzip.compress(NEWS.encode())).entries) == 2
    assert links(read(b"https://agency.example/a\nhttps://agency.example/b\n")) == [
        "https://agency.example/a",
        "https://agency.example/b",
    ]
    assert links(read(NEWS.encode()[: NEWS.index("<url><loc>https://agency.example/en/news/2") + 20])) == [
        "https://agency.example/en/news/1"
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body>Welcome</body></html>", "its root is html"),
        (b"<rss></rss>", "its root is rss"),
        (b"", "no sitemap"),
        (b"\x1f\x8bnothing", "begins like gzip"),
        (gzip.compress(b"<urlset>" + b" " * (51 << 20)), "more than 50 MB"),
    ],
    ids=["page", "feed", "empty", "broken", "bomb"],
)
def test_what_is_no_sitemap_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read(body)


def test_a_notice_in_its_place_is_one() -> None:
    with pytest.raises(Interstitial):
        read(
            b"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>"
        )


def test_entities_are_not_expanded_nor_files_read() -> None:
    body = b"""<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<urlset><url><loc>https://agency.example/&b;&x;</loc></url><url><loc>https://agency.example/a</loc></url></urlset>"""
    assert all("root:" not in link and "aaaa" not in link for link in links(read(body)))
