"""Article pages of our own writing: what is read from them, and what never is."""

import json
import tomllib
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.reading.articles import from_feed, read_article, stand_in
from news.article import Entry, Published, Reading, TextOrigin
from news.errors import CatalogueError, Interstitial, ReadError
from news.source import Rules
from tests.crawler.reading.shingles import compare, score

ROOT = Path(__file__).parents[2]
GOLD = sorted((ROOT / "gold/pages/articles").glob("*.html"))
FLOORS = tomllib.loads((ROOT / "floors.toml").read_text("utf-8"))["articles"]
NOW = datetime(2023, 5, 1, 12, tzinfo=UTC)
URL = "https://agency.example/news/road-1234"
NO_RULES = Rules()
ENTRY = Entry(link=URL, title="From the feed")
WORDS = "The ministry said on Tuesday that the road would be opened for traffic by the end of the week. "
PARAGRAPHS = "".join(f"<p>{WORDS * 3}</p>" for _ in range(5))


def read(
    body: str | bytes, *, entry: Entry = ENTRY, rules: Rules = NO_RULES, url: str = URL, zone: str = "UTC"
) -> Reading:
    return read_article(
        body.encode() if isinstance(body, str) else body,
        url=url,
        final_url=url,
        content_type="text/html",
        rules=rules,
        zone=zone,
        languages=("en",),
        now=NOW,
        entry=entry,
    )


def page(head: str = "", top: str = "", body: str = PARAGRAPHS) -> str:
    return f"<html><head>{head}</head><body><article>{top}{body}</article></body></html>"


def gold(path: Path) -> tuple[dict[str, Any], Reading]:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    found = read_article(
        path.read_bytes(),
        url=expected["url"],
        final_url=expected["url"],
        content_type="text/html",
        rules=Rules(**expected.get("rules", {})),
        zone=expected["zone"],
        languages=tuple(expected["languages"]),
        now=NOW,
        entry=Entry(link=expected["url"], title=""),
    )
    return expected, found


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_a_page_says_what_it_is(path: Path) -> None:
    expected, found = gold(path)
    published = found.published
    assert published is not None
    told = {
        "title": found.title,
        "author": found.author,
        "day": published.day.isoformat(),
        "at": published.at.isoformat() if published.at else None,
        "language": found.language,
        "canonical": found.canonical_url,
    }
    assert told == {key: expected[key] for key in told}


def test_the_text_of_our_own_pages_is_found() -> None:
    assert len(GOLD) >= 8
    pages = [(expected["text"], found.text) for expected, found in map(gold, GOLD)]
    found = score([compare("\n".join(paragraphs), text) for paragraphs, text in pages])
    print(f"our own pages: F1 {found.f1:.4f}")
    assert found.f1 >= FLOORS["gold_f1"], found


def test_rules_decide_the_text_paragraph_by_paragraph() -> None:
    expected, found = gold(ROOT / "gold/pages/articles/ru_ruled.html")
    assert found.text.split("\n") == expected["text"]


def test_the_bytes_are_kept() -> None:
    body = page().encode()
    found = read(body)
    assert found.raw is not None
    assert zlib.decompress(found.raw) == body
    assert found.origin is TextOrigin.PAGE


def test_a_rule_that_finds_nothing_gives_way_to_general_extraction() -> None:
    found = read(page(), rules=Rules(body="div.gone p", article_title="h1.gone", article_date=".gone"))
    assert "opened for traffic" in found.text
    assert found.title == "From the feed"


def test_a_bad_rule_is_named() -> None:
    with pytest.raises(CatalogueError, match=r"rules\.body"):
        read(page(), rules=Rules(body="div["))


@pytest.mark.parametrize(
    "body", ["", "<html></html>", "<!-- -->", page(body="<img src=1.jpg>"), "<p>1 2 3</p>"]
)
def test_a_page_without_words_is_no_article(body: str) -> None:
    with pytest.raises(ReadError, match="no article text"):
        read(body)


def test_a_notice_is_no_article() -> None:
    with pytest.raises(Interstitial):
        read(f"<title>Page not found</title>{PARAGRAPHS}")


DAY = date(2023, 4, 10)
HOUR = datetime(2023, 4, 10, 9, 30, tzinfo=UTC)
PRINTED = '<meta property="article:published_time" content="2023-04-10T08:15:00Z">'


@pytest.mark.parametrize(
    ("announced", "head", "expected"),
    [
        (Published(DAY, HOUR), PRINTED, Published(DAY, HOUR)),
        (Published(DAY), PRINTED, Published(DAY, datetime(2023, 4, 10, 8, 15, tzinfo=UTC))),
        (Published(date(2023, 4, 9)), PRINTED, Published(date(2023, 4, 9))),
        (None, PRINTED, Published(DAY, datetime(2023, 4, 10, 8, 15, tzinfo=UTC))),
        (Published(DAY), "", Published(DAY)),
        (None, "", None),
    ],
)
def test_the_feeds_hour_wins_and_the_page_adds_one(
    announced: Published | None, head: str, expected: Published | None
) -> None:
    assert read(page(head), entry=replace(ENTRY, published=announced)).published == expected


def test_text_is_one_form_whatever_the_page_does() -> None:
    found = read(page(body=f"<p>Cafe\u0301 \u0000 {WORDS * 4}</p><p>Second&nbsp;  one. {WORDS * 2}</p>"))
    first, second = found.text.split("\n")
    assert first.startswith("Café The ministry")
    assert second.startswith("Second one.")


def test_a_very_long_page_is_capped() -> None:
    found = read(page(body="".join(f"<p>Number {n}. {WORDS}</p>" for n in range(8_000))))
    assert 400_000 < len(found.text) <= 500_000


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 20_000 + WORDS * 5,
        "<b><i>" * 5_000 + WORDS * 5,
        "<table><tr><td>" * 3_000 + WORDS * 5,
        "<p>" + "<a href=x>" * 20_000,
        "<script type='application/ld+json'>" + "[" * 100_000 + "</script>",
        "<script type='application/ld+json'>" + '{"@graph":[' * 5_000 + "</script>",
        "<meta name=date content='" + "9" * 100_000 + "'>",
        "<h1>" + "x" * 500_000 + "</h1>",
        "<time>" * 5_000,
        "<h1>12:00 </h1>" * 3_000,
        "<" * 300_000,
        "&" * 300_000,
        "\x00\x01\ufffe" * 10_000,
    ],
    ids=lambda body: body[:20].encode("ascii", "replace").decode(),
)
def test_a_hostile_page_is_survived(body: str) -> None:
    found = read(page(body=PARAGRAPHS + body))
    assert "opened for traffic" in found.text
    assert len(found.text) <= 500_000
    assert len(found.title) <= 1_000


def test_a_whole_article_from_the_feed() -> None:
    entry = replace(
        ENTRY, summary="Short.", content="The whole article.", published=Published(DAY), language="en"
    )
    found = from_feed(entry)
    assert (found.text, found.origin) == ("The whole article.", TextOrigin.FEED)
    assert (found.title, found.published, found.language) == (entry.title, Published(DAY), "en")
    assert found.canonical_url == URL
    assert found.raw is None


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (replace(ENTRY, summary="Short.", content="Longer."), "Short."),
        (replace(ENTRY, content="Longer."), "Longer."),
        (ENTRY, "From the feed"),
    ],
)
def test_the_feeds_words_stand_in(entry: Entry, text: str) -> None:
    found = stand_in(entry)
    assert (found.text, found.origin) == (text, TextOrigin.SUMMARY)


def test_an_entry_without_link_has_no_address() -> None:
    assert stand_in(replace(ENTRY, link=None)).canonical_url is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Details added (first version posted at 17:29)", "14 13:29"),
        ("Добавлены детали (первая версия размещена в 17:29)", "14 13:29"),
        ("Təfərrüatlar əlavə olunub (ilk versiya saat 17:29-da yerləşdirilib)", "14 13:29"),
        ("Details added (first version posted at 23:50)", "13 19:50"),
        ("Details added (first version posted at 25:90)", "14 14:05"),
        ("The bus (route 17:29) has been added", "14 14:05"),
    ],
)
def test_a_revised_article_counts_from_its_first_version(line: str, expected: str) -> None:
    at = datetime(2022, 12, 14, 14, 5, tzinfo=UTC)
    announced = replace(ENTRY, published=Published(date(2022, 12, 14), at))
    found = read(page(top=f"<p>{line}</p>"), entry=announced, zone="Asia/Baku").published
    assert found is not None
    assert found.at is not None
    assert f"{found.at:%d %H:%M}" == expected
    without_hour = replace(ENTRY, published=Published(date(2022, 12, 14)))
    assert read(page(top=f"<p>{line}</p>"), entry=without_hour).published == without_hour.published


SHORT = "The pass has been opened for lorries with trailers since noon, the road service said on Wednesday."


@pytest.mark.parametrize(
    "above",
    [
        "<h1>The pass is open</h1>",
        "<div>14.12.2022 [12:05]</div><h1>The pass is open</h1>",
        "<h1>THE PASS IS OPEN</h1><p>14 December 2022</p>",
        "<p>14 December 2022</p>",
        "<h1>The pass is open</h1><span>12:05 • 14.12.22</span>",
    ],
)
@pytest.mark.parametrize("times", [2, 6])
def test_headline_and_date_are_no_part_of_the_text(above: str, times: int) -> None:
    paragraphs = [SHORT.replace("since noon", f"since {hour} o’clock") for hour in range(1, times + 1)]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    found = read(page("<title>The pass is open</title>", f"<div>{above}", f"{body}</div>"))
    assert found.text.split("\n") == paragraphs


def test_a_headline_that_returns_in_the_text_stays_there() -> None:
    body = f"<p>{SHORT * 3}</p><p>The pass is open</p><p>{SHORT * 2}</p>"
    assert "\nThe pass is open\n" in read(page("<title>The pass is open</title>", "", body)).text


def test_the_joiners_of_persian_are_kept() -> None:
    words = "وزارت راه می‌گوید خانه‌های کنار جاده را بازسازی می‌کند و رانندگان می‌توانند از فردا عبور کنند. " * 2
    found = read(page("<title>راه‌آهن باز شد</title>", "", f"<p>{words}</p>"))
    assert (found.title, found.text) == ("راه‌آهن باز شد", words.strip())


@pytest.mark.parametrize(
    "drawn",
    [
        "<div id='app' data-page='{}'></div>",
        "<div id='__next'>Loading…</div><script id='__NEXT_DATA__' type='application/json'>{}</script>",
    ],
)
def test_a_page_drawn_from_json_is_read_in_its_json(drawn: str) -> None:
    said = {
        "props": {"style": "a{b:c}" * 900, "article": {"id": 7, "body": f"<p>{SHORT * 2}</p><p>{SHORT}</p>"}}
    }
    text = json.dumps(said)
    found = read(f"<html><head><title>The pass</title></head><body>{drawn.format(text)}</body></html>")
    assert found.text == f"{SHORT * 2}\n{SHORT}"


def test_what_a_page_shows_goes_before_its_json() -> None:
    other = json.dumps({"cookies": "We use cookies to make this site better for you and for us. " * 200})
    body = f"{PARAGRAPHS}<script id='__NEXT_DATA__'>{other}</script>"
    assert "cookies" not in read(page(body=body)).text
