"""What a page says of itself, in the shapes pages say it."""

from datetime import UTC, date, datetime

import pytest

from crawler.reading.html import parse_html
from crawler.reading.jsonld import read_jsonld
from crawler.reading.metadata import Metadata, is_believable, read_metadata

URL = "https://agency.example/news/2023/04/10/road-1234"
NOW = datetime(2023, 5, 1, 12, tzinfo=UTC)


def read(page: str, url: str = URL) -> Metadata:
    root = parse_html(page.encode(), "text/html; charset=utf-8")
    return read_metadata(root, url=url, zone="Asia/Baku", languages=("en", "az", "ru"), now=NOW)


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Road opens | Agency</title><h1>Road opens</h1>", "Road opens"),
        ("<title>Road opens – Agency</title>", "Road opens"),
        (
            "<title>Agency: news</title><meta property='og:title' content='Road &amp;amp; bridge'>",
            "Road & bridge",
        ),
        (
            "<meta property='og:site_name' content='The Wire'><title>Road opens - The Wire</title>",
            "Road opens",
        ),
        (
            "<meta property='og:site_name' content='The Wire'><title>The Wire | Road opens</title>",
            "Road opens",
        ),
        ("<title>Talks in Baku - day two</title>", "Talks in Baku - day two"),
        (
            "<title>September thread - The Wire Blog</title><h1>The Wire Blog</h1>",
            "September thread - The Wire Blog",
        ),
        ("<h1>Road<br>opens <b>again</b></h1>", "Road opens again"),
        ("<title></title><h1> </h1>", None),
    ],
)
def test_the_title_is_the_headline_without_the_sites_name(page: str, title: str | None) -> None:
    assert read(page).title == title


@pytest.mark.parametrize(
    ("page", "author"),
    [
        ("<meta name=author content='By Ann Writer'>", "Ann Writer"),
        ("<meta property='article:author' content='https://facebook.example/ann'>", None),
        ("<meta name=author content='@ann'><a rel=author href=/ann>Ann Writer</a>", "Ann Writer"),
        ("<span itemprop=author><span itemprop=name>Ann Writer</span></span>", "Ann Writer"),
        ("<p>nothing</p>", None),
    ],
)
def test_the_author_is_a_name(page: str, author: str | None) -> None:
    assert read(page).author == author


@pytest.mark.parametrize(
    ("page", "day", "at"),
    [
        ("<meta property='article:published_time' content='2023-04-10T09:00:00+04:00'>", 10, 5),
        ("<meta property='article:published_time' content='2023-04-10T00:00:00+04:00'>", 10, None),
        ("<meta property='article:modified_time' content='2023-04-11T09:00:00+04:00'>", 10, None),
        ("<meta name=date content='2023-04-09'><p itemprop=datePublished content='2023-04-09T08:00Z'>", 9, 8),
        ("<h1>Road</h1><time datetime='2023-04-09T08:00:00Z'>then</time>", 9, 8),
        (
            "<time datetime='2023-04-28T08:00Z'>x</time><h1>Road</h1><time datetime='2023-04-09T08:00Z'>",
            9,
            8,
        ),
        ("<h1>Road</h1><p>Posted: 9 April 2023, 12:00 | Updated: 11 April 2023, 13:00</p>", 9, 8),
        ("<h1>Road</h1><p>Tarix: 09-04-2023, 12:00</p>", 9, 8),
        ("<p>no date but the address</p>", 10, None),
    ],
)
def test_the_date_is_the_publications(page: str, day: int, at: int | None) -> None:
    published = read(page).published
    assert published is not None
    assert published.day == date(2023, 4, day)
    assert published.at == (datetime(2023, 4, day, at, tzinfo=UTC) if at is not None else None)


@pytest.mark.parametrize(
    ("claim", "url", "believed"),
    [
        ("/news/2023/04/10/road-1234", URL + "?amp=1", True),
        ("https://www.agency.example/news/2023/04/10/road-1234", URL, True),
        ("https://m.agency.example/news/2023/04/10/road-1234", URL, True),
        ("https://other.example/news/2023/04/10/road-1234", URL, False),
        ("https://agency.example/", URL, False),
        ("https://agency.example/news", URL, False),
        ("https://agency.example/news/2023", URL, False),
        ("https://agency.example/news.php", "https://agency.example/news.php?id=5", False),
        ("https://agency.example/news.php?id=5", "https://agency.example/news.php?id=5&from=rss", True),
        ("https://agency.example/road-1234", "https://agency.example/road-1234?from=rss", True),
        ("/2023/04/10/the-road-has-been-opened", "https://agency.example/?p=1234", True),
        ("/2023/04/the-road-has-been-opened-now", URL + "/amp", True),
        ("javascript:void(0)", URL, False),
        ("http://[", URL, False),
    ],
)
def test_a_claimed_address_is_weighed(claim: str, url: str, believed: bool) -> None:
    assert is_believable(claim, url) is believed


def test_the_canonical_address_is_in_its_one_form() -> None:
    page = "<link rel=canonical href='http://www.agency.example/news/2023/04/10/road-1234/?utm_source=x'>"
    assert read(page).canonical == URL


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"NewsArticle","headline":"Road opens","datePublished":"2023-04-09"}',
        '[{"@type":"Organization"},{"@type":["Thing","https://schema.org/NewsArticle"],'
        '"headline":"Road opens","datePublished":"2023-04-09"}]',
        '{"@graph":[{"@type":"WebPage","name":"Agency","datePublished":"2020-01-01"},'
        '{"@type":"BlogPosting","headline":"Road opens","datePublished":"2023-04-09"}]}',
        '{"@type":"WebPage","mainEntity":'
        '{"@type":"Article","headline":"Road opens","datePublished":"2023-04-09"}}',
        '<!--\n{"@type":"NewsArticle","headline":"Road opens","datePublished":"2023-04-09",}\n-->',
        '/*<![CDATA[*/{"@type":"NewsArticle","headline":"Road opens","datePublished":"2023-04-09"}/*]]>*/',
        '{"@type":"NewsArticle","headline":"Road opens","datePublished":"2023-04-09","x":"a "quoted" b"}',
        '{"@type":"NewsArticle","headline":"Road opens","about":"two\nlines","datePublished":"2023-04-09"};',
        '{"@type":"NewsArticle","headline":["Road opens"],"datePublished":"2023-04-09","author":[null,5,{}]}',
    ],
)
def test_an_article_in_json_ld_is_found_however_it_is_written(script: str) -> None:
    said = read_jsonld([script], URL)
    assert said is not None
    assert (said.is_article, said.headline, said.published) == (True, "Road opens", "2023-04-09")


def test_the_article_at_the_pages_own_address_goes_first() -> None:
    other = '{"@type":"NewsArticle","headline":"Other","url":"https://agency.example/other"}'
    own = f'{{"@type":"NewsArticle","headline":"Own","mainEntityOfPage":{{"@id":"{URL}"}}}}'
    said = read_jsonld([other, own], URL)
    assert said is not None
    assert said.headline == "Own"


@pytest.mark.parametrize("script", ["", "null", "5", "[]", '"text"', "{", "[" * 100_000, '{"@type":5}', "\\"])
def test_json_ld_without_an_article_says_nothing(script: str) -> None:
    assert read_jsonld([script], URL) is None


# How outlets of the region show a date beside the headline; the zone is the outlet's.
SHOWN = [
    ("13 December, 2022", "Asia/Yerevan", "en", "2022-12-13"),
    ("13 декабрь, 2022", "Asia/Yerevan", "ru", "2022-12-13"),
    ("13.12.2022", "Asia/Yerevan", "hy", "2022-12-13"),
    ("13 December 2022", "Asia/Baku", "en", "2022-12-13"),
    ("14:07 13.12.2022", "Europe/Moscow", "ru", "2022-12-13 11:07"),
    ("13.12.2022 (14:07)", "Europe/Moscow", "ru", "2022-12-13 11:07"),
    ("29 дек 2022, 12:38", "Europe/Moscow", "ru", "2022-12-29 09:38"),
    ("11 марта 2023, 20:09", "Europe/Moscow", "ru", "2023-03-11 17:09"),
    ("13:07 , 15 декабря, 2022", "Asia/Yerevan", "ru", "2022-12-15 09:07"),
    ("Пятница, 30 Декабря, 2022 года, 18:30", "Asia/Yerevan", "ru", "2022-12-30 14:30"),
    ("Baku/14.12.22/Turan:", "Asia/Baku", "en", "2022-12-14"),
    ("11 Nov 2022, 10:29", "Asia/Baku", "en", "2022-11-11 06:29"),
    ("23 February 2023 18:49 (UTC+04:00)", "Asia/Baku", "en", "2023-02-23 14:49"),
    ("10 Aprel 2023 04:56", "Asia/Baku", "az", "2023-04-10 00:56"),
    ("Bugün, 06:39", "Asia/Baku", "az", "2023-05-01 02:39"),
    ("Dünən, 14:05", "Asia/Baku", "az", "2023-04-30 10:05"),
    ("Вчера, 14:05", "Europe/Moscow", "ru", "2023-04-30 11:05"),
    ("Երեկ, 14:05", "Asia/Yerevan", "hy", "2023-04-30 10:05"),
    ("Tarix: 21-02-2023, 09:26", "Asia/Baku", "az", "2023-02-21 05:26"),
    ("18.12.2022 | 01:35", "Asia/Yerevan", "hy", "2022-12-17 21:35"),
    ("2022-05-31 11:20:00", "Asia/Yerevan", "hy", "2022-05-31 07:20"),
    ("Stand: 16.12.2022 14:47 Uhr", "Europe/Berlin", "de", "2022-12-16 13:47"),
    ("۲۰ آبان ۱۳۹۹", "Asia/Tehran", "fa", "2020-11-10"),
    ("22 დეკემბერი, 2022 • 16:30", "Asia/Tbilisi", "ka", "2022-12-22 12:30"),
    ("28 Aralık 2022 09:30", "Europe/Istanbul", "tr", "2022-12-28 06:30"),
    ("Publié le 15 décembre 2022 à 18h30", "Europe/Paris", "fr", "2022-12-15 17:30"),
]


@pytest.mark.parametrize(("shown", "zone", "language", "expected"), SHOWN)
@pytest.mark.parametrize(
    "place", ["<h1>Road opens</h1><div>{}</div>", "<div class=x>{}</div><h1>Road opens</h1>"]
)
def test_a_date_is_read_beside_the_headline(
    shown: str, zone: str, language: str, expected: str, place: str
) -> None:
    page = f"<p>Copyright 2019</p>{place.format(shown)}<p>{'Traffic goes on as before. ' * 20}</p>"
    root = parse_html(page.encode(), "text/html; charset=utf-8")
    found = read_metadata(
        root, url="https://a.example/news/1", zone=zone, languages=(language,), now=NOW
    ).published
    assert found is not None
    assert (f"{found.at:%Y-%m-%d %H:%M}" if found.at else str(found.day)) == expected
