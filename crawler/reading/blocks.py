"""Telling the items of a feed apart before it is parsed, so that only new ones are.

A block is the bytes from `<item` (or `<entry`) to its end tag. In well-formed XML such a stretch, outside
comments and CDATA and with none inside another, is exactly one element, so cutting it out leaves a document
that says the same of the others. Wherever that cannot be told from the bytes, the answer is "no blocks" and
the document is parsed whole. One pass, linear also on hostile bytes: a scan never goes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from xxhash import xxh3_64_intdigest

# Charsets in which the bytes of markup mean markup and nothing else.
_PLAIN_CHARSET = re.compile(
    rb"utf-?8|us-ascii|ascii|iso-?8859-\d\d?|windows-125\d|cp125\d|koi8-[ru]", re.IGNORECASE
)
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([^\"'>]{1,40})[\"']")
_HTTP_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)
_NAME = rb"(?:item|entry)(?=[\s/>])"
_TOKEN = re.compile(
    rb"<!--|<!\[CDATA\[|<\?|<!|<(?P<open>" + _NAME + rb")|</(?P<close>" + _NAME + rb")"
    rb"|</?[\w.-]+:(?P<prefixed>" + _NAME + rb")",
    re.IGNORECASE,
)
_REST_OF_TAG = re.compile(rb"[^<>\"']*+(?:\"[^\"<]*+\"[^<>\"']*+|'[^'<]*+'[^<>\"']*+)*+>")
_END_TAG = re.compile(rb"\s*+>")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[<>]*+>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Blocks:
    """The item blocks of one document, in order: where each begins and ends, and its hash (`block_hash`)."""

    spans: tuple[tuple[int, int], ...]
    hashes: tuple[int, ...]

    def without(self, body: bytes, known: Set[int]) -> bytes:
        """The document without the blocks whose hash is in `known`."""
        kept, position = [], 0
        for (start, end), digest in zip(self.spans, self.hashes, strict=True):
            if digest in known:
                kept.append(body[position:start])
                position = end
        return b"".join([*kept, body[position:]])


def find_blocks(body: bytes, content_type: str | None = None) -> Blocks | None:
    """The item blocks of a feed, None where they cannot be told with certainty (or there are none)."""
    if not _markup_is_plain(body, content_type):
        return None
    spans: list[tuple[int, int]] = []
    opened: tuple[int, bytes] | None = None
    for start, end, name, closing in _tags(body):
        if start < 0:
            return None
        if not closing and opened is None:
            opened = start, name
        elif closing and opened is not None and opened[1] == name:
            spans.append((opened[0], end))
            opened = None
        else:
            return None
    if opened is not None or not spans:
        return None
    return Blocks(tuple(spans), tuple(block_hash(body[start:end]) for start, end in spans))


def block_hash(raw: bytes) -> int:
    """xxh3 of an item's bytes as a signed 64-bit number, which every database holds."""
    digest = xxh3_64_intdigest(raw)
    return digest - 2**64 if digest >= 2**63 else digest


def _markup_is_plain(body: bytes, content_type: str | None) -> bool:
    """False for UTF-16 and its like, for charsets whose second bytes look like markup, and for entities."""
    charsets = [match[1] for match in (_DECLARED.match(body.lstrip()[:300]),) if match]
    if http := _HTTP_CHARSET.search(content_type or ""):
        charsets.append(http[1].encode("utf-8", "replace"))
    if not all(_PLAIN_CHARSET.fullmatch(charset) for charset in charsets):
        return False
    return b"\x00" not in body and not body.startswith((b"\xfe\xff", b"\xff\xfe", b"Lo\xa7\x94"))


def _tags(body: bytes) -> Iterator[tuple[int, int, bytes, bool]]:
    """The tags of items: start, end, name, whether it closes. A start of -1 stands for something doubtful."""
    doubtful = -1, -1, b"", False
    position = 0
    while token := _TOKEN.search(body, position):
        position = token.end()
        if terminator := _ENDS.get(token[0].upper()):
            found = body.find(terminator, position)
            if found < 0:
                yield doubtful
                return
            position = found + len(terminator)
        elif token[0] == b"<!":
            if not (doctype := _DOCTYPE.match(body, token.start())):
                yield doubtful  # entity declarations, or something unheard of
                return
            position = doctype.end()
        elif token["prefixed"]:
            yield doubtful
            return
        else:
            closing = token["close"] is not None
            tag = (_END_TAG if closing else _REST_OF_TAG).match(body, position)
            if not tag or tag[0].endswith(b"/>"):
                yield doubtful
                return
            position = tag.end()
            yield token.start(), position, token["close"] or token["open"], closing
