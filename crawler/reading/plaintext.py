"""A plain text as an article: what was pasted, or kept as a file."""

from __future__ import annotations

import zlib
from datetime import datetime

from crawler.reading.documents import TEXT_CHARS
from crawler.reading.html import decode_html
from crawler.reading.metadata import TITLE_CHARS
from news.article import Entry, Reading, TextOrigin
from news.errors import ReadError
from news.source import Rules
from news.texts import clean_text, clipped, one_line

# A first line longer than this is no headline; of it so much stands for one.
HEADLINE = 200
STAND_IN = 100


def read_article(
    body: bytes,
    *,
    url: str,
    final_url: str,
    content_type: str | None,
    rules: Rules,
    zone: str,
    languages: tuple[str, ...],
    now: datetime,
    entry: Entry,
) -> Reading:
    """The text as it stands, as `crawler.reading.articles.read_article` gives a page's. Its first line is the
    title, unless `entry` names one. Raises ReadError where there are no words."""
    text = clean_text(decode_html(body, content_type))[:TEXT_CHARS]
    if not any(letter.isalpha() for letter in text):
        raise ReadError(url=url, reason="no words in it")
    first, _, rest = text.partition("\n")
    if len(first) > HEADLINE or not rest.strip():
        first, rest = clipped(one_line(first), STAND_IN), text
    return Reading(
        title=clipped(entry.title or one_line(first), TITLE_CHARS),
        text=text if entry.title else rest.strip(),
        origin=TextOrigin.PAGE,
        author=entry.author,
        published=entry.published,
        language=entry.language,
        raw=zlib.compress(body, 1),
    )
