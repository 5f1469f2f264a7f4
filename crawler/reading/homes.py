"""What a site's home page tells of ways in: feeds, WordPress, Telegram channels, lists, other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.reading.discovery import FeedLink, feeds_in
from crawler.reading.html import parse_html
from crawler.reading.links import base_of, host_of, join, site_of
from crawler.reading.selectors import text_of
from news.texts import clipped, one_line
from news.urls import canonical_url, is_web_address

MOST = 8  # of each kind
ANCHORS = 3_000  # links that are looked at
WORDPRESS = "https://api.w.org/"  # https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/

_TELEGRAM = re.compile(r"(https?://(?:t|telegram)\.me(?::\d+)?)/(?:s/)?([A-Za-z]\w{4,31})/?(?:[?#].*)?")
SHOWN = 20_000  # characters whose script is looked at
# What letters tell of a language; of several that share them the one most pages are in.
_SCRIPTS = {
    "hy": re.compile("[Ա-ֆև]"),
    "ka": re.compile("[ა-ჿ]"),
    "ru": re.compile("[А-яЁё]"),
    "ar": re.compile("[ء-يآ-ۓ]"),
}
_SAME_SCRIPT = {"ru": ("ru", "uk", "be", "bg", "sr", "kk"), "ar": ("ar", "fa", "ur", "ps")}
_NAMED = ("og:site_name", "application-name")
_NO_CHANNEL = frozenset(("share", "joinchat", "proxy", "socks", "addstickers", "contact", "login", "addlist"))
# What switches of language say, beside the codes themselves.
_LANGUAGE_NAMES = {
    "english": "en eng english",
    "russian": "ru rus рус русский по-русски русская",
    "armenian": "hy am arm հայ հայերեն",
    "azerbaijani": "az aze azə azərbaycan azərbaycanca azerbaijani",
    "turkish": "tr tur türkçe turkish",
    "georgian": "ka ge geo ქარ ქართული georgian",
    "persian": "fa per فارسی persian",
    "arabic": "ar ara العربية عربي arabic",
    "french": "fr fra fre français french",
    "german": "de deu ger deutsch german",
    "ukrainian": "uk ua ukr укр українська ukrainian",
}
_SWITCHES = {name: names.split()[0] for names in _LANGUAGE_NAMES.values() for name in names.split()}
# Where lists of news, statements and interviews stand: in the address, or in the words of the link.
_SECTION_PATH = re.compile(
    r"(?:^|[/_-])(?:news|newsroom|press|presscenter|press-?(?:releases?|room|cent(?:er|re)|office)|"
    r"statements?|speeches|briefings?|announcements?|media|latest|articles?|publications?|novosti|"
    r"zayavleniya|x[eə]b[eə]rl[eə]r|haberler|aciklamalar|lratvakan|lurer|aktuelles|actualites)(?:[/_.-]|$)",
    re.IGNORECASE,
)
_SECTION_WORDS = re.compile(
    r"\b(?:news|press|statements?|speeches|briefings?|announcements?|новост\w*|пресс\w*|заявлени\w*|"
    r"выступлени\w*|брифинг\w*|նորություն\w*|լուրեր\w*|մամուլ\w*|հայտարարություն\w*|xəbər\w*|açıqlama\w*|"
    r"bəyanat\w*|mətbuat|haber\w*|açıklama\w*|duyuru\w*|basın|სიახლე\w*|განცხადება\w*|اخبار|بیانیه|"
    r"actualités|communiqués|nachrichten|pressemitteilungen|новин\w*|заяв\w*)\b",
    re.IGNORECASE,
)
_ONE_ARTICLE = re.compile(r"\d{4,}|[^/]{40,}|\.(?:pdf|docx?|jpe?g|png|zip)$")


@dataclass(frozen=True, slots=True)
class Home:
    """What a page names; addresses are absolute.

    `wordpress` is the root of its REST interface, `telegram` channels' previews, `versions` pairs of an
    ISO 639-1 code and the address of the site in that language, `sections` pages that should be lists, the
    likeliest first, `onward` where the page sends its readers at once. `language` (ISO 639-1) is the page's
    own claim where its letters bear it out, else what they tell; `name` is the site's.
    """

    name: str
    language: str | None
    feeds: tuple[FeedLink, ...] = ()
    wordpress: str | None = None
    telegram: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    sections: tuple[str, ...] = ()
    onward: str | None = None


def read_home(body: bytes, url: str, content_type: str | None) -> Home:
    """What the HTML page at `url` tells of ways into its site. Never raises on what a page may hold."""
    root = parse_html(body, content_type)
    base = base_of(root, url)
    return Home(
        name=_name(root, url),
        language=_language(root),
        feeds=feeds_in(root, base)[:MOST],
        wordpress=_wordpress(root, base),
        telegram=tuple(dict.fromkeys(_channels(root, base)))[:MOST],
        versions=_versions(root, base, url),
        sections=_sections(root, base, url),
        onward=_onward(root, base, url),
    )


def _language(root: HtmlElement) -> str | None:
    """Templates claim a language whatever the page is in: a claim in another script is passed over."""
    claim = (root.get("lang") or "")[:2].lower()
    claimed = claim if re.fullmatch("[a-z]{2}", claim) else None
    # Tails are left out: what stands in elements is enough to tell letters by.
    parts = (one.text or "" for one in root.iter() if one.tag not in ("script", "style", "noscript"))
    text = "".join("".join(islice(parts, SHOWN)).split())[:SHOWN]
    counts = {code: len(letters.findall(text)) for code, letters in _SCRIPTS.items()}
    code = max(counts, key=lambda each: counts[each])
    if counts[code] * 3 <= len(text):  # digits, signs, or Latin letters, which many languages share
        return claimed
    alike = _SAME_SCRIPT.get(code, (code,))
    return claimed if claimed in alike else code


def _onward(root: HtmlElement, base: str, url: str) -> str | None:
    """Where a page that is but a door leads at once (`<meta http-equiv="refresh" content="0; url=/en/">`)."""
    for element in root.iter("meta"):
        if (element.get("http-equiv") or "").lower() == "refresh":
            found = re.match(
                r"\s*[0-5]\s*[;,]\s*url\s*=\s*['\"]?([^'\"]+)", element.get("content") or "", re.I
            )
            address = join(base, found[1]) if found else ""
            if is_web_address(address) and canonical_url(address) != canonical_url(url):
                return address
    return None


def _name(root: HtmlElement, url: str) -> str:
    for element in root.iter("meta"):
        if (element.get("property") or element.get("name") or "").lower() in _NAMED:
            named = one_line(element.get("content") or "")
            if named:
                return clipped(named, 120)
    title = next((one_line(element.text or "") for element in root.iter("title")), "")
    return clipped(title, 120) or (host_of(url) or "source")


def _wordpress(root: HtmlElement, base: str) -> str | None:
    for element in root.iter("link"):
        if WORDPRESS in (element.get("rel") or "").split():
            address = join(base, element.get("href") or "")
            return address if is_web_address(address) else None
    return None


def _channels(root: HtmlElement, base: str) -> Iterator[str]:
    for element in islice(root.iter("a"), ANCHORS):
        found = _TELEGRAM.fullmatch(join(base, element.get("href") or ""))
        if found and found[2].lower() not in _NO_CHANNEL:
            yield f"{found[1]}/s/{found[2]}"


def _versions(root: HtmlElement, base: str, url: str) -> tuple[tuple[str, str], ...]:
    """By `hreflang` as declared, then by links that say nothing but a language."""
    found: dict[str, str] = {}
    for element in islice(root.iter("link", "a"), ANCHORS):
        declared = (element.get("hreflang") or "").split("-")[0].lower()
        code = declared if len(declared) == 2 else _SWITCHES.get(_words(element).casefold(), "")
        address = join(base, element.get("href") or "")
        elsewhere = canonical_url(address) != canonical_url(url) and site_of(address) == site_of(url)
        if code and elsewhere and is_web_address(address):
            found.setdefault(code, address)
    return tuple(found.items())[:MOST]


def _sections(root: HtmlElement, base: str, url: str) -> tuple[str, ...]:
    likely: dict[str, tuple[int, str]] = {}
    for element in islice(root.iter("a"), ANCHORS):
        address = join(base, element.get("href") or "")
        if not is_web_address(address) or site_of(address) != site_of(url) or len(likely) > 200:
            continue
        path, words = urlsplit(address).path, _words(element)
        sure = bool(_SECTION_PATH.search(path)) + 2 * (
            len(words) <= 40 and bool(_SECTION_WORDS.search(words))
        )
        if sure and not _ONE_ARTICLE.search(path):
            key = canonical_url(address)
            kept = likely.get(key, (0, address))
            likely[key] = max(sure, kept[0]), kept[1]
    likely.pop(canonical_url(url), None)
    ranked = sorted(likely.values(), key=lambda each: (-each[0], each[1].count("/"), len(each[1])))
    return tuple(address for _, address in ranked[:MOST])


def _words(element: HtmlElement) -> str:
    if element.tag == "link":
        return ""
    return one_line(text_of(element)) or one_line(element.get("title") or "")
