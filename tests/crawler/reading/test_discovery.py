"""The feeds a page names: declared ones first, then the usual anchors."""

from crawler.reading.discovery import FeedLink, find_feeds

URL = "https://agency.example/en/"


def found(body: str) -> tuple[FeedLink, ...]:
    return find_feeds(body.encode(), URL, "text/html; charset=utf-8")


def test_declared_feeds_come_first_and_once() -> None:
    page = """<head><link rel="stylesheet" href="/a.css">
    <link rel="Alternate" type="application/rss+xml; charset=utf-8" title="All news" href="/rss">
    <link rel="alternate" type="application/atom+xml" href="https://feeds.example/atom.xml">
    <link rel="alternate" type="application/feed+json" title="JSON" href="feed.json">
    <link rel="alternate" hreflang="ru" href="/ru/"></head>
    <body><a href="http://www.agency.example/rss/">RSS</a>
    <a href="/en/rss/politics.xml">Politics</a></body>"""
    assert found(page) == (
        FeedLink("https://agency.example/rss", "All news", "rss"),
        FeedLink("https://feeds.example/atom.xml", "", "atom"),
        FeedLink("https://agency.example/en/feed.json", "JSON", "json"),
        FeedLink("https://agency.example/en/rss/politics.xml", "Politics", "rss"),
    )


def test_anchors_are_told_by_their_address() -> None:
    feeds = (
        "/feed/",
        "/rss.php",
        "/export/rss2/index.xml",
        "?format=rss",
        "/news.rss",
        "/az/rss/",
        "/api/feed.xml",
    )
    pages = (
        "/feedback/",
        "/news/rss-is-dead.html",
        "/rss.png",
        "/comments/feed/",
        "mailto:rss@x.example",
        "/about",
    )
    links = "".join(f"<a href='{href}'>x</a>" for href in (*pages, *feeds))
    assert [link.url for link in found(links)] == [
        f"{URL}{href}" if href.startswith("?") else f"https://agency.example{href}" for href in feeds
    ]


def test_links_are_joined_to_the_base_address() -> None:
    page = "<base href='https://static.example/x/'><a href='rss'>RSS</a>"
    assert [link.url for link in found(page)] == ["https://static.example/x/rss"]


def test_a_page_of_feeds_is_capped_and_nonsense_survived() -> None:
    assert len(found("".join(f"<a href='/{n}/rss'>x</a>" for n in range(200)))) == 50
    assert found("<a href='http://[/rss'>x</a><link rel=alternate type=application/rss+xml>") == ()
    assert find_feeds(b"", URL, None) == ()
