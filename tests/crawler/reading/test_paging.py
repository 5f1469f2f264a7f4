"""Where feeds say that their older entries are."""

import pytest

from crawler.reading.paging import older_page

URL = "https://site.example/feed/"
GENERATOR = b"<generator>https://wordpress.org/?v=6.1.1</generator>"


@pytest.mark.parametrize(
    ("body", "url", "older"),
    [
        (b"<rss><channel>" + GENERATOR, URL, "https://site.example/feed/?paged=2"),
        (b"<rss><channel>" + GENERATOR, f"{URL}?paged=7", "https://site.example/feed/?paged=8"),
        (b"<rss><channel>" + GENERATOR, f"{URL}?cat=3&paged=x", "https://site.example/feed/?cat=3&paged=2"),
        (
            b'<feed><generator uri="https://wordpress.org/" version="6.1">WordPress</generator>',
            URL,
            "https://site.example/feed/?paged=2",
        ),
        (b'<feed><link rel="self" href="/feed/"/><link href="/feed/?p=2&amp;n=9" rel="next"/>', URL,
         "https://site.example/feed/?p=2&n=9"),
        (b"<channel><atom:link rel='prev-archive' href='https://site.example/2022'/>" + GENERATOR, URL,
         "https://site.example/2022"),
        (b'<feed><link rel="next" href="javascript:void(0)"/>', URL, None),
        (b'<feed><link rel="next" href="/feed/"/>', URL, None),
        (b'<feed><link rel="next" href="https://[bad/"/>', URL, None),
        (b"<rss><channel><generator>Drupal 9 (https://www.drupal.org)</generator>", URL, None),
        (b"<rss><channel><item>we use wordpress.org</item>", URL, None),
        (b"", URL, None),
    ],
)  # fmt: skip
def test_older_page(body: bytes, url: str, older: str | None) -> None:
    assert older_page(body, url) == older
