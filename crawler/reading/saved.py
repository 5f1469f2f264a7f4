"""Pages that somebody has kept as files: which address they were, and what kind of file they are."""

from __future__ import annotations

import re

from crawler.reading.html import parse_html
from news.urls import is_web_address

# Browsers and SingleFile write where a page was saved from into a comment before it.
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)\s*(https?://\S+?)\s*-->", re.IGNORECASE)
_SINGLE_FILE = re.compile(rb"<!--\s*Page saved with SingleFile\s+url:\s*(https?://\S+)", re.IGNORECASE)
_HEAD = 64 * 1024
# How files begin, and what they are (https://mimesniff.spec.whatwg.org/ and PKWARE's APPNOTE).
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
)
_MARKUP = re.compile(rb"\s*(?:<!doctype|<html|<!--|<\?xml|<head|<body)", re.IGNORECASE)


def kind_of(body: bytes) -> str:
    """The media type of a file's bytes: PDF, docx, HTML, or else plain text."""
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    return "text/html" if _MARKUP.match(body.removeprefix(b"\xef\xbb\xbf")[:1_000]) else "text/plain"


def address_of(body: bytes, content_type: str | None = None) -> str | None:
    """The address a saved HTML page says it had: in the comment of the program that saved it, else as its
    canonical one or `og:url`. None where it says none."""
    for comment in (_SAVED_FROM, _SINGLE_FILE):
        found = comment.search(body[:_HEAD])
        if found:
            return _address(found[1].decode("utf-8", "replace"))
    root = parse_html(body, content_type)
    claims = [
        link.get("href") for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower()
    ]
    claims += [
        meta.get("content")
        for meta in root.iter("meta")
        if "og:url" in ((meta.get("property") or "").lower(), (meta.get("name") or "").lower())
    ]
    return next((address for claim in claims if (address := _address(claim))), None)


def _address(claim: str | None) -> str | None:
    claim = (claim or "").strip()
    return claim if is_web_address(claim) and len(claim) <= 2_048 else None
