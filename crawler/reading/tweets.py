"""Posts of an account on X, as its API v2 gives them (https://docs.x.com/x-api/posts/recent-search)."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from crawler.reading.blocks import block_hash
from crawler.reading.dates import parse_date
from crawler.reading.entries import ListReading, Said, entry, sifted, title_of
from news.article import Entry
from news.errors import ReadError

PAGE = 100


def search_address(account: str, endpoint: str) -> str:
    """Where the posts of the last seven days of an account's page (https://x.com/NAME) are asked for."""
    name = urlsplit(account).path.strip("/")
    asked = {
        "query": f"from:{name} -is:retweet",
        "max_results": PAGE,
        "tweet.fields": "created_at,lang,note_tweet",
    }
    return f"{endpoint}?{urlencode(asked)}"


def read_tweets(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    known: frozenset[int],
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
    account: str,
) -> ListReading:
    """The posts of `account` (https://x.com/NAME) whose block is not in `known`, whole, newest first.

    A block is the hash of number and words: an edited post has a number of its own. Raises ReadError with
    what the API says against it.
    """
    return sifted(
        ((post, block_hash(f"{post['id']}\n{_words(post)}".encode())) for post in _posts(body, url)),
        known,
        lambda post, block: _entry(post, block, account, zone, now),
    )


def _posts(body: bytes, url: str) -> list[Mapping[str, Any]]:
    try:
        said = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise ReadError(url=url, reason=f"no JSON ({error})") from error
    if not isinstance(said, Mapping) or not ("data" in said or "meta" in said):
        problem = said.get("detail") or said.get("title") if isinstance(said, Mapping) else None
        raise ReadError(url=url, reason=f"X says: {problem}" if problem else "JSON, but no list of posts")
    posts = said.get("data")
    return [
        post
        for post in (posts if isinstance(posts, list) else ())
        if isinstance(post, Mapping) and isinstance(post.get("id"), str) and _words(post)
    ]


def _words(post: Mapping[str, Any]) -> str:
    """A long post's whole text stands in its note; `text` breaks off."""
    note = post.get("note_tweet")
    for part in (note, post):
        text = part.get("text") if isinstance(part, Mapping) else None
        if isinstance(text, str) and text.strip():
            return text
    return ""


def _entry(post: Mapping[str, Any], block: int, account: str, zone: str, now: datetime) -> Entry:
    link = f"{account.rstrip('/')}/status/{post['id']}"
    at, language = post.get("created_at"), post.get("lang")
    words = html.unescape(_words(post))  # the API escapes &, < and >
    return entry(
        link=link,
        title=Said(title_of(words)),
        guid=link,
        content=Said(words),
        published=parse_date(at, zone=zone, languages=("en",), now=now) if isinstance(at, str) else None,
        language=language if isinstance(language, str) and language != "und" else None,
        block=block,
    )
