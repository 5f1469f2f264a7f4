"""The feeds and pages of the bench: made up, the same in every run, as heavy as real ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from random import Random

from benchmarks.scenarios import ITEMS

PAGE_BYTES = 164_000
START = datetime(2022, 12, 12, 6, 0, tzinfo=UTC)
WORDS = """
agreement air ambassador announced annual appeal assembly bank border bridge budget cabinet capital ceasefire
central chairman citizens coast commission committee conference constitution corridor council country court
customs decision delegation demand deputy development diplomat discussed district economic election embassy
emergency energy envoy export farmers finance foreign forum freedom fuel gas government governor grain harbour
health highway hospital humanitarian hundred import independent industry inflation inspection institute
international investment joint journalists judge justice labour language law leaders legal letter local market
mayor meeting members military minister ministry mission monitoring motion mountain national negotiations
neighbouring observers official opened opposition parliament parties passed peace pipeline planned police
policy port power president press prime prison programme proposal prosecutor protest province public questions
railway region relations report republic request residents resolution resources river road rural safety school
secretary security senior session settlement signed soldiers spokesman statement station strategic summit
support supreme tariff territory trade transit transport treaty tunnel union university valley village visit
vote water weapons weather week western winter witnesses workers
""".split()  # noqa: SIM905
SMALL = (
    "the of and to in for on with by from at that which after before under between said was were has".split()  # noqa: SIM905
)


def sentence(random: Random, words: int) -> str:
    """`words` words, every other one a small one, with a capital and a full stop."""
    chosen = [random.choice(SMALL if place % 2 else WORDS) for place in range(words)]
    return " ".join(chosen).capitalize() + "."


def published(serial: int) -> datetime:
    return START + timedelta(minutes=7 * serial)


def title(feed: int, serial: int) -> str:
    return sentence(Random(f"title {feed} {serial}"), 9)[:-1]


def lead(feed: int, serial: int) -> str:
    return sentence(Random(f"lead {feed} {serial}"), 26)


@lru_cache(100_000)
def item(feed: int, serial: int, root: str) -> str:
    """One RSS item of about 530 bytes."""
    link = f"{root}/{feed}/news/{serial}.html"
    return (
        f"<item>\n<title>{title(feed, serial)}</title>\n<link>{link}</link>\n"
        f'<guid isPermaLink="true">{link}</guid>\n<category>Politics</category>\n'
        f"<pubDate>{format_datetime(published(serial))}</pubDate>\n"
        f"<description><![CDATA[<p>{lead(feed, serial)} "
        f'<a href="{link}">Read more</a></p>]]></description>\n</item>\n'
    )


@lru_cache(2_000)
def feed_document(feed: int, newest: int, root: str) -> bytes:
    """An RSS 2.0 document of 30 items, about 16 kB; `newest` is the serial number at the top."""
    items = "".join(item(feed, newest - place, root) for place in range(ITEMS))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>\n'
        f"<title>News of the day {feed}</title><link>{root}/{feed}/</link>\n"
        f"<description>All news</description><language>en</language>\n{items}</channel></rss>\n"
    ).encode()


def page(feed: int, serial: int, root: str) -> bytes:
    """An article's page of 164 kB: about 600 words of text amid menus, scripts and links to other news.

    Scripts are a third of it and there are about 1,100 elements: the medians of 63 pages
    of 110 to 230 kB in a public benchmark of article extraction are a third and 980.
    """
    heading, text = title(feed, serial), _text(feed, serial, root)
    address = f"{root}/{feed}/news/{serial}.html"
    document = (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{heading} | Daily {feed}</title>\n"
        f"{_head(feed, serial, heading, address)}{_scripts(feed)}</head>\n<body class='single post'>\n"
        f"{_menu(feed, root)}<main><article class='post' id='post-{serial}'>\n<header><h1>{heading}</h1>"
        f"<div class='meta'><span class='author'>By Anna Petrosyan</span> <time datetime="
        f"'{published(serial).isoformat()}'>{published(serial):%d %B %Y %H:%M}</time></div></header>\n"
        f"<div class='entry-content'>{text}</div></article>\n"
        f"{_related(feed, serial, root)}{_remarks(feed)}</main>\n"
        f"{_footer(feed, root)}"
    ).encode()
    ending = b"'></body></html>"
    picture = b"<img class='logo' alt='' src='data:image/png;base64,"
    rest = PAGE_BYTES - len(document) - len(picture) - len(ending)
    return document + picture + (b"iVBOR0KGgo" * 16_400)[:rest] + ending


def _text(feed: int, serial: int, root: str) -> str:
    """The article itself: the lead, 26 paragraphs with links and names set off, a picture, a quotation."""
    random = Random(f"text {feed} {serial}")
    tag = f"<a href='{root}/{feed}/tag/{serial}'>{random.choice(WORDS)}</a>"
    paragraphs = [
        f"<p>{sentence(random, 11)} {sentence(random, 6)[:-1]} {tag} "
        f"<strong>{random.choice(WORDS)}</strong>.</p>"
        for _ in range(26)
    ]
    paragraphs[6] += (
        f"<figure><img src='{root}/{feed}/i/{serial}.jpg' alt=''><figcaption>Archive</figcaption></figure>"
    )
    paragraphs[12] = f"<blockquote>{paragraphs[12]}</blockquote>"
    paragraphs[18] = f"<h2>{sentence(random, 6)}</h2>{paragraphs[18]}"
    return "\n".join([f"<p><em>{lead(feed, serial)}</em></p>", *paragraphs])


def _head(feed: int, serial: int, heading: str, address: str) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": heading,
        "mainEntityOfPage": address,
        "datePublished": published(serial).isoformat(),
        "author": {"@type": "Person", "name": "Anna Petrosyan"},
        "publisher": {"@type": "Organization", "name": f"Daily {feed}"},
        "articleSection": "Politics",
    }
    properties = {
        "og:type": "article",
        "og:title": heading,
        "og:url": address,
        "og:description": lead(feed, serial),
        "og:site_name": f"Daily {feed}",
        "article:published_time": published(serial).isoformat(),
        "article:section": "Politics",
    }
    metas = "".join(f'<meta property="{name}" content="{value}">\n' for name, value in properties.items())
    return (
        f'<link rel="canonical" href="{address}">\n<meta name="description" content="{lead(feed, serial)}">\n'
        f'{metas}<script type="application/ld+json">{json.dumps(facts)}</script>\n'
    )


@lru_cache(1_000)
def _scripts(feed: int) -> str:
    """Styles and 40 pieces of code, as content systems put them into the head: about 52 kB."""
    random = Random(f"scripts {feed}")
    rules = "".join(f".{_name(random)} {{ margin: {n % 9}px; color: #{n:06x}; }}\n" for n in range(200))
    pieces = "".join(f"<script>{_code(random)}</script>\n" for _ in range(40))
    return f"<style>\n{rules}</style>\n{pieces}"


def _code(random: Random) -> str:
    return "".join(f"window.{_name(random)} = {{id: {n}, on: {n % 2}, at: 'x{n}'}};\n" for n in range(21))


@lru_cache(1_000)
def _menu(feed: int, root: str) -> str:
    """A menu of 12 sections with five entries each."""
    random = Random(f"menu {feed}")
    sections = "".join(
        f"<li class='menu-item'><a href='{root}/{feed}/section/{section}/'>{sentence(random, 2)}</a><ul>"
        + "".join(
            f"<li class='menu-item menu-item-type-taxonomy menu-item-{section}{entry}'>"
            f"<a href='{root}/{feed}/section/{section}/{entry}/'>{sentence(random, 3)}</a></li>\n"
            for entry in range(5)
        )
        + "</ul></li>\n"
        for section in range(12)
    )
    return f"<header class='site'><nav class='main-menu'><ul>{sections}</ul></nav></header>\n"


@lru_cache(1_000)
def _teasers(feed: int, root: str) -> str:
    random = Random(f"teasers {feed}")
    return "".join(
        f"<div class='teaser teaser--small col-xs-12 col-md-4' data-id='{n}'><figure>"
        f"<img alt='' class='lazy' width=300 height=200 "
        f"data-src='{root}/{feed}/i/{n}.jpg' srcset='{_sizes(feed, n, root)}'></figure>"
        f"<a class='teaser__link' href='{root}/{feed}/old/{n}.html'><h3>{sentence(random, 9)}</h3></a>"
        f"<p class='teaser__text'>{sentence(random, 22)}</p>"
        f"<div class='teaser__meta'><span class='date'>11.12.2022</span><span class='section'>Politics</span>"
        f"<i class='icon icon-share'></i></div></div>\n"
        for n in range(60)
    )


def _sizes(feed: int, picture: int, root: str) -> str:
    return ", ".join(
        f"{root}/{feed}/i/{picture}-{width}x{width * 2 // 3}.jpg {width}w" for width in range(200, 900, 100)
    )


def _related(feed: int, serial: int, root: str) -> str:
    teasers = _teasers(feed, root)
    return f"<aside class='related'><h2>More news</h2><p>After {serial} others</p>{teasers}</aside>\n"


@lru_cache(1_000)
def _remarks(feed: int) -> str:
    """What 20 readers said."""
    random = Random(f"remarks {feed}")
    said = "".join(
        f"<li class='comment' id='comment-{n}'><div class='comment-body'><b class='fn'>Reader {n}</b> "
        f"<time>11 December 2022</time><p>{sentence(random, 14)}</p><p>{sentence(random, 9)}</p></div></li>\n"
        for n in range(20)
    )
    return f"<section id='comments'><h3>Comments</h3><ol class='comment-list'>{said}</ol></section>\n"


@lru_cache(1_000)
def _footer(feed: int, root: str) -> str:
    random = Random(f"footer {feed}")
    links = "".join(
        f"<li><a href='{root}/{feed}/about/{n}/'>{sentence(random, 3)}</a></li>\n" for n in range(40)
    )
    return f"<footer><ul>{links}</ul><p>All rights reserved. Daily {feed}, 2022</p></footer>\n"


def _name(random: Random) -> str:
    return f"{random.choice(WORDS)}_{random.choice(WORDS)}"
