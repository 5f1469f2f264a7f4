"""What the demonstration's sites show: feeds in three formats, list pages, articles, a consent page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from email.utils import format_datetime
from html import escape

from wirewatch.demo.outlet import INVENTED, Outlet, Text, moment

# Quadratic in text extraction: 600 kB of this run for more than a minute on one core.
RUNS_ON = f"<html><body><article><p>{'<b>x</b> y ' * 50_000}</p></article></body></html>"
MONTHS = {"en": "December", "az": "dekabr"}


def rss(outlet: Outlet, texts: Sequence[Text], base: str) -> str:
    """RSS 2.0 with titles and summaries."""
    items = "\n".join(
        f"<item><title>{escape(text.title)}</title><link>{base}{text.path}</link>"
        f'<guid isPermaLink="false">{outlet.slug}/{text.slug}</guid>'
        f"<pubDate>{format_datetime(moment(outlet, text))}</pubDate>"
        f"<description>{escape(text.summary)}</description></item>"
        for text in texts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(outlet.name)}</title><link>{base}/</link>"
        f"<description>{INVENTED[outlet.language]}</description><language>{outlet.language}</language>\n"
        f"{items}\n</channel></rss>\n"
    )


def broken(outlet: Outlet, texts: Sequence[Text], base: str) -> str:
    """The same, as no XML parser takes it: a bare ampersand, an element that is never closed, no end."""
    whole = rss(outlet, texts, base).replace("<description>", "<description><b>Roads & bridges: ")
    return whole.partition("</channel>")[0]


def atom(outlet: Outlet, texts: Sequence[Text], base: str) -> str:
    """Atom 1.0 with titles and summaries."""
    newest = max(moment(outlet, text) for text in texts).isoformat()
    entries = "\n".join(
        f"<entry><id>tag:{outlet.host},2022:{text.slug}</id><title>{escape(text.title)}</title>"
        f'<link href="{base}{text.path}"/><updated>{moment(outlet, text).isoformat()}</updated>'
        f"<published>{moment(outlet, text).isoformat()}</published>"
        f"<summary>{escape(text.summary)}</summary></entry>"
        for text in texts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">'
        f"<id>tag:{outlet.host},2022:feed</id><title>{escape(outlet.name)}</title>"
        f"<subtitle>{INVENTED[outlet.language]}</subtitle><updated>{newest}</updated>\n{entries}\n</feed>\n"
    )


def json_feed(outlet: Outlet, texts: Sequence[Text], base: str) -> str:
    """JSON Feed 1.1 with titles and summaries."""
    items = [
        {
            "id": f"{outlet.slug}/{text.slug}",
            "url": f"{base}{text.path}",
            "title": text.title,
            "summary": text.summary,
            "date_published": moment(outlet, text).isoformat(),
        }
        for text in texts
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": INVENTED[outlet.language],
        "language": outlet.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def listing(outlet: Outlet, texts: Sequence[Text], base: str) -> str:
    """A list page as ministries have it: a title, a date in words, no hour, no feed."""
    comma = "," if outlet.language == "en" else ""
    items = "\n".join(
        f'<li><div class="date">{_day(text.at, outlet.language, comma)}</div>'
        f'<a href="{text.path}">{escape(text.title)}</a></li>'
        for text in texts
    )
    return _page(outlet, outlet.name, f'<div class="news-list"><ul>\n{items}\n</ul></div>', "")


def channel(outlet: Outlet, texts: Sequence[Text], base: str) -> str:
    """A Telegram channel's preview, the oldest post first; the headline is a post's first line."""
    posts = "\n".join(
        f'<div class="tgme_widget_message js-widget_message" data-post="{text.path[1:]}">'
        f'<div class="tgme_widget_message_text js-message_text"><b>{escape(text.title)}</b><br/><br/>'
        f"{'<br/><br/>'.join(map(escape, text.paragraphs))}</div>"
        '<div class="tgme_widget_message_info"><span class="tgme_widget_message_views">1.2K</span>'
        f'<a class="tgme_widget_message_date" href="{base}{text.path}">'
        f'<time datetime="{moment(outlet, text).isoformat()}"></time></a></div></div>'
        for text in reversed(texts)
    )
    return _page(outlet, outlet.name, f'<section class="tgme_channel_history">{posts}</section>', "")


def article(outlet: Outlet, text: Text) -> str:
    """An article's page, with menus around it as pages have them."""
    body = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.paragraphs)
    content = f'<article><h1>{escape(text.title)}</h1>\n<div class="text">\n{body}\n</div></article>'
    return _page(outlet, text.title, content, '<meta property="og:type" content="article">')


def home(outlet: Outlet, kind: str) -> str:
    """A home page that names what there is to follow, a list or a feed of that media type."""
    link = f'<link rel="alternate" type="{kind.partition(";")[0]}" title="News" href="{outlet.door}">'
    feed = "" if kind.startswith("text/html") else link.replace("application/xml", "application/rss+xml")
    return _page(outlet, outlet.name, f'<p><a href="{outlet.door}">News</a></p>', feed)


def consent(outlet: Outlet) -> str:
    """What stands before the content until somebody agrees, at status 200."""
    asks = "<p>We and our partners store cookies.</p><form><button>Accept all</button></form>"
    return _page(outlet, "Before you continue", asks, "")


def _page(outlet: Outlet, title: str, content: str, head: str) -> str:
    notice = INVENTED[outlet.language]
    return (
        f'<!doctype html>\n<html lang="{outlet.language}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>{head}</head><body>\n"
        f'<header><b>{escape(outlet.name)}</b> <nav><a href="/">1</a> <a href="/about">2</a></nav></header>\n'
        f"<main>{content}</main>\n<footer><p>{escape(notice)}</p></footer>\n</body></html>\n"
    )


def _day(day: date, language: str, comma: str) -> str:
    return f"{day.day} {MONTHS[language]}{comma} {day.year}"
