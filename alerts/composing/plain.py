"""Foreign words among ours: without what reorders or breaks a line, kept apart if they run from the right."""

from __future__ import annotations

import re
import unicodedata

from egress.addresses import parse_url
from news.errors import Refused
from news.texts import clipped

FIRST_STRONG_ISOLATE, POP_ISOLATE, LEFT_TO_RIGHT = "\u2068", "\u2069", "\u200e"
# Embeddings, overrides and isolates reorder what stands around them (CVE-2021-42574); the marks U+200E,
# U+200F and U+061C act on their own place only and stay, as the joiners do: Persian is misspelt without.
_TAKEN_OUT = re.compile(
    "[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_BLANKS = re.compile(r"\s+")
# Hebrew, Arabic and their neighbours, presentation forms, the two planes' right-to-left blocks (UAX 9, 3.2).
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def plain(text: str) -> str:
    """`text` on one line, without controls, surrogates and reordering; blanks at its ends stay."""
    return _BLANKS.sub(" ", _TAKEN_OUT.sub("", text))


def direction(text: str) -> str:
    """Whether the first letter with a direction runs from the right: "rtl" or "ltr" (UAX 9, P2 and P3)."""
    for character in text:
        bidi = unicodedata.bidirectional(character)
        if bidi in ("R", "AL"):
            return "rtl"
        if bidi == "L":
            return "ltr"
    return "ltr"


def apart(text: str) -> str:
    """`text` as an isolate where it holds letters that run from the right: it reorders nothing around it."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if _FROM_THE_RIGHT.search(text) else text


def left_to_right(line: str) -> str:
    """A line of ours, with a mark where one with isolates might be taken to run from the right as a whole.

    By UAX 9 isolates do not count for a line's direction; Chromium, for one, counts them all the same.
    """
    return LEFT_TO_RIGHT + line if FIRST_STRONG_ISOLATE in line else line


def name(text: str, limit: int = 80) -> str:
    """A name that others gave (source, topic, author), fit to stand in a line of ours."""
    return apart(clipped(plain(text).strip(), limit))


def web_link(url: str | None) -> str | None:
    """`url` as a link that is safe to offer, ASCII; None where it is none: http and https, no user names."""
    try:
        return parse_url(url).url if url else None
    except (Refused, ValueError):
        return None
