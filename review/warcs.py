"""Pages out of WARC files (ISO 28500), plain or gzipped, as crawlers and web archives write them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from news.errors import HandedInError
from news.urls import is_web_address

# What may be an article; pictures, scripts and the like are passed over.
READABLE = ("text/html", "application/xhtml+xml", "application/pdf", "text/plain")
CHUNK = 1 << 16
# What a broken file may raise while it is read.
BROKEN = (
    ArchiveLoadFailed,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    UnicodeError,
    AttributeError,
    TypeError,
)


@dataclass(frozen=True, slots=True)
class Record:
    """A page as it was archived; `place`: so many bytes of the file were read with it."""

    url: str
    kind: str
    body: bytes
    place: int


def records(path: Path, limit: int) -> Iterator[Record | HandedInError]:
    """The pages of a WARC file that were answered with status 200, in its order; one larger than `limit`
    bytes is an error of its own. A file that breaks off or is none ends in an error that says where."""
    whole = 0
    try:
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                found = _record(record, limit, path, stream.tell())
                if not _is_complete(record):
                    raise EOFError("it breaks off within one")
                whole += 1
                if found is not None:
                    yield found
            if not whole:
                raise ValueError("it holds no record")
    except BROKEN as error:
        problem = f"broken after {whole} records ({' '.join(str(error).split())[:200]})"
        remedy = "What stood before that was taken in; have the file written again."
        yield HandedInError(place=str(path), problem=problem, remedy=remedy)


def _record(record: Any, limit: int, path: Path, place: int) -> Record | HandedInError | None:
    url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    kind = _kind(record)
    if not is_web_address(url) or not kind.startswith(READABLE):
        return None
    body = record.content_stream().read(limit + 1)
    if len(body) > limit:
        remedy = "Raise egress.max_bytes if it is to be taken in."
        return HandedInError(place=f"{path}: {url}", problem=f"more than {limit} bytes", remedy=remedy)
    return Record(url, kind, body, place) if body else None


def _is_complete(record: Any) -> bool:
    """Whether all its bytes are there: warcio takes a file that breaks off for one that ends."""
    while record.raw_stream.read(CHUNK):
        pass
    return not getattr(record.raw_stream, "limit", 0)


def _kind(record: Any) -> str:
    """The media type of what was archived; empty where it is no page that was had."""
    if record.rec_type == "resource":
        return (record.content_type or "").lower()
    http = record.http_headers
    if record.rec_type != "response" or http is None or http.get_statuscode() != "200":
        return ""
    return (http.get_header("Content-Type") or "text/html").lower()
