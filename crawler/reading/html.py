"""HTML to trees and to plain text: bytes of any origin in, never an exception out.

The charset order is that of the HTML standard (byte order mark, HTTP, meta), then UTF-8, then the single-byte
code page the bytes look like. A declaration the bytes contradict is passed over: the next one is tried.
"""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

from news.texts import clean_text

FRAGMENT_LIMIT = 256 * 1024
# A tag longer than this holds an inlined image or an attack: libxml2 needs 5.5 s for 30,000 attributes on one
# element (277 kB), quadratic. Neither gives text. One pass: a match never runs past the next "<".
_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{8192,}>?")
_LONG_TAG_BYTES = re.compile(rb"<[A-Za-z][^<>]{262144,}>?")
_HIGH = re.compile(rb"[\x80-\xff]")
_TAG = re.compile(r"<[^<>]*>")

_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol option p pre section select"
    " summary table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset(("td", "th"))
# Not embed and object: publishers leave them open, and what follows would be lost with them.
_SILENT_NAMES = "script style template noscript iframe svg math"
_SILENT = frozenset(_SILENT_NAMES.split())

# What the web is written in (the names Python gives the encodings of https://encoding.spec.whatwg.org/).
# Python's own inventions (punycode, unicode_escape, utf_7) are no charsets of pages, and some are quadratic.
_CHARSET_NAMES = (
    "utf-8 utf-16-le utf-16-be utf-16 utf-32 utf-32-le utf-32-be cp866 iso8859-2 iso8859-3 iso8859-4"
    " iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 koi8-r"
    " koi8-u mac-roman mac-cyrillic cp874 tis-620 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256"
    " cp1257 cp1258 gbk gb18030 big5 big5hkscs euc_jp iso2022_jp shift_jis cp932 cp949"
)
_CHARSETS = frozenset(_CHARSET_NAMES.split())


def plain_text(fragment: str) -> str:
    """An HTML fragment as plain text: entities resolved, markup out, blocks on lines of their own.

    At most the first 256 Ki characters (without overlong tags) are read. Text inside scripts, styles and
    frames is left out. The result is `clean_text`; it may hold "<" as a character.
    """
    if "<" not in fragment and "&" not in fragment:
        return clean_text(fragment)
    fragment = _LONG_TAG.sub(" ", fragment)[:FRAGMENT_LIMIT]
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    markup = f"<html><body><div>{fragment}".replace("\x00", "")
    root = etree.fromstring(markup.encode("utf-8", "ignore"), parser)
    # libxml2 gives up at a depth of 256 and drops the rest: then the tags are cut out instead.
    if root is None or any("depth" in (error.message or "") for error in parser.error_log):
        return clean_text(html.unescape(_TAG.sub(" ", fragment)))
    return clean_text("".join(_texts(root)))


def _texts(root: etree._Element) -> list[str]:
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag
        if event == "start":
            if name in _SILENT:
                walk.skip_subtree()
                continue
            if element.text:
                parts.append(("\n" if name in _BLOCKS else "") + " ".join(_spaced(element.text)))
            elif name in _BLOCKS:
                parts.append("\n")
            continue
        if name in _BLOCKS:
            parts.append("\n")
        elif name in _CELLS:
            parts.append(" ")
        if element.tail:
            parts.append(" ".join(_spaced(element.tail)))
    return parts


def _spaced(text: str) -> list[str]:
    """The words of a text node; an empty one stands for blanks at an end, which join to a blank."""
    words = text.split()
    if not words:
        return ["", ""]
    return [""] * text[0].isspace() + words + [""] * text[-1].isspace()


def decode_html(body: bytes, content_type: str | None = None) -> str:
    """A page's bytes as text. `content_type` is the HTTP header's value, None where there was none."""
    charset, mark = read_bom(body)
    if charset and mark:
        return body[len(mark) :].decode(charset, "replace")
    names = http_content_type_encoding(content_type or ""), html_body_declared_encoding(body)
    codecs = (resolve_encoding(name) for name in names if name)
    declared = [codec for codec in codecs if codec and codec in _CHARSETS]
    for name in [*declared, "utf-8"]:
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    text = body.decode(declared[0] if declared else "utf-8", "replace")
    # A stray bad byte keeps the declaration; text that is mostly bad shows it was wrong.
    if text.count("\ufffd") * 4 > len(_HIGH.findall(body)):
        return body.decode(single_byte_charset(body), "replace")
    return text


def single_byte_charset(body: bytes) -> str:
    """Windows-1251 where most letters above ASCII stand beside another such letter, as in a Cyrillic word;
    windows-1252 where they stand alone among ASCII letters, as accents do."""
    high = len(_HIGH.findall(body))
    in_words = sum(map(len, re.findall(rb"[\x80-\xff]{2,}", body)))
    return "windows-1251" if in_words * 2 > high else "windows-1252"


def parse_html(body: bytes, content_type: str | None = None) -> HtmlElement:
    """A page's bytes as an lxml tree, root `html`; an empty page gives an empty root.

    Depth is capped at 256 by libxml2 (what lies deeper is missing), and tags over 256 kB are cut out: both
    guard what walks the tree afterwards. Comments and processing instructions are not in the tree.
    """
    text = decode_html(_LONG_TAG_BYTES.sub(b" ", body), content_type).replace("\x00", "")
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    if text.strip():
        try:
            return document_fromstring(text.encode("utf-8", "ignore"), parser=parser)
        except etree.ParserError:  # nothing but comments
            pass
    return document_fromstring(b"<html></html>", parser=parser)
