"""A text that should be JSON, as its values; what stands in its place is named."""

from __future__ import annotations

import codecs
import json
from typing import Any

from crawler.reading.interstitials import recognise
from news.errors import ReadError


def text_of_body(body: bytes) -> str:
    """A body as text: JSON is UTF-8 (RFC 8259), with a mark before it at times."""
    return body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")


def json_of(text: str, *, body: bytes, url: str, content_type: str | None, where: str = "") -> Any:
    """What `text`, found in `body`, says. Raises Interstitial where the body is a notice, else ReadError;
    `where` says in its message in what part of the body it was looked for."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        if notice := recognise(body, status=200, url=url, content_type=content_type):
            raise notice from error
        raise ReadError(url=url, reason=f"no JSON{where} ({error})") from error
