"""Pages that stand in front of the content or in its place, at whatever status they come.

A page is called an interstitial only on marks its generator leaves and no article carries: a script of the
protection itself, or a title that is nothing but the notice. Words in the text alone never suffice, for
articles are written about captchas, logins and errors too. Whatever says of itself that it is an article,
or carries an article's length of text, passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from lxml import etree

from crawler.reading.html import decode_html, parse_html
from crawler.reading.notices import NOTICES, OPENINGS
from news.errors import Interstitial

# Marks stand in the head or at the top of a small page; notices of whole sites (soft 404) in the title.
HEAD_BYTES = 65_536
# Protections' pages are small; the longest known to us are cookie stubs of some ten kilobytes of script.
# Nearly half of the benchmark's articles' pages are larger than this, and so are spared the search.
SIGN_BYTES = 120_000
# A missing page comes in the site's whole template, so its title is looked at in larger ones too.
TITLE_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Sign:
    """Byte strings (lower case) that together give a kind away.

    `words`: the page has at most so many characters of visible text; None: the marks alone suffice.
    """

    kind: str
    reason: str
    marks: tuple[bytes, ...]
    words: int | None = None


SIGNS = (
    Sign("challenge", "Cloudflare", (b"_cf_chl_opt",), 2000),
    Sign("challenge", "Cloudflare", (b"cf-browser-verification",), 2000),
    Sign("challenge", "Cloudflare", (b'id="challenge-form"', b"cdn-cgi"), 2000),
    Sign("too many requests", "Cloudflare 1015", (b"cf-error-details", b"being rate limited"), 3000),
    Sign("challenge", "Cloudflare block", (b"cf-error-details", b"cf-wrapper"), 3000),
    Sign("challenge", "DDoS-Guard", (b"<title>ddos-guard</title>",), 2000),
    Sign("challenge", "DDoS-Guard", (b"/.well-known/ddos-guard/",), 600),
    Sign("challenge", "F5 cookie stub", (b"bobcmn",), 600),
    Sign("challenge", "F5 block", (b"the requested url was rejected", b"support id"), 1000),
    Sign("challenge", "Incapsula", (b"_incapsula_resource",), 600),
    Sign("challenge", "Akamai", (b"sec-if-cpt-container",), 1000),
    Sign("challenge", "Akamai", (b"/_sec/cp_challenge/",), 600),
    Sign("challenge", "Akamai block", (b"<title>access denied</title>", b"reference"), 1000),
    Sign("challenge", "AWS WAF", (b"gokuprops",), 1000),
    Sign("challenge", "AWS WAF", (b".token.awswaf.com/", b"challenge.js"), 600),
    Sign("challenge", "Sucuri", (b"sucuri_cloudproxy_js",), 600),
    Sign("challenge", "Sucuri block", (b"<title>sucuri website firewall",), 3000),
    Sign("challenge", "Anubis", (b"anubis_challenge",), 3000),
    Sign("challenge", "Vercel", (b"<title>vercel security checkpoint",), 1000),
    Sign("challenge", "Qrator", (b"__qrator/",), 600),
    Sign("challenge", "Imunify360", (b"imunify360",), 1000),
    Sign("challenge", "cookie script", (b"document.cookie", b"location.reload"), 60),
    Sign("challenge", "cookie script", (b"document.cookie", b"location.href"), 60),
    Sign("captcha", "DataDome", (b"captcha-delivery.com",), 600),
    Sign("captcha", "PerimeterX", (b'id="px-captcha"',), 2000),
    Sign("captcha", "PerimeterX", (b"_pxappid", b"px-captcha"), 2000),
    Sign("captcha", "Yandex", (b"smart-captcha", b"<form"), 800),
    Sign("captcha", "reCAPTCHA", (b"g-recaptcha", b"<form"), 300),
    Sign("captcha", "hCaptcha", (b"h-captcha", b"<form"), 300),
    Sign("captcha", "Turnstile", (b"cf-turnstile", b"<form"), 300),
    Sign("consent", "Yahoo", (b"consent-form", b"collectconsent"), 6000),
    Sign("consent", "privacy gate", (b"privacy-gate",), 2000),
    Sign("parked domain", "Sedo", (b"sedoparking.com",), 3000),
    Sign("parked domain", "ParkingCrew", (b"parkingcrew.net",), 3000),
    Sign("parked domain", "Bodis", (b"bodis.com", b"parking"), 3000),
    Sign("parked domain", "for sale", (b"hugedomains.com/domain_profile",), 6000),
    Sign("parked domain", "for sale", (b"afternic.com/forsale",), 3000),
    Sign("parked domain", "for sale", (b"dan.com/buy-domain",), 3000),
    Sign("parked domain", "default lander", (b'window.location.href="/lander"',), 60),
    Sign("parked domain", "GoDaddy", (b"img1.wsimg.com/parking-lander",), 3000),
    Sign("parked domain", "Namecheap", (b"parkingpage.namecheap.com",), 3000),
    Sign("parked domain", "REG.RU", (b"parking.reg.ru",), 3000),
    Sign("parked domain", "nic.ru", (b"parking-static.nic.ru",), 3000),
    Sign("parked domain", "Above", (b"parked.above.com",), 3000),
    Sign("barred by an authority", "Iran", (b'src="http://10.10.34.3',), 600),
    Sign("barred by an authority", "Russia", (b"eais.rkn.gov.ru", b"149-"), 3000),
    Sign("barred by an authority", "Turkey", (b"btk.gov.tr", b"5651"), 3000),
    Sign("site down", "suspended account", (b"/cgi-sys/suspendedpage.cgi",), 2000),
    Sign("site down", "suspended account", (b"account suspended</title>",), 2000),
    Sign("site down", "no database", (b"error establishing a database connection",), 600),
    Sign("script needed", "empty shell", (b"you need to enable javascript to run this app",), 200),
    Sign("script needed", "empty shell", (b"work properly without javascript enabled",), 300),
    Sign(
        "script needed", "empty shell", (b"please enable javascript to continue using this application",), 200
    ),
    Sign("site down", "maintenance", (b"briefly unavailable for scheduled maintenance",), 600),
)

# What an article's page says of itself; such a page is none of the notices below.
_ARTICLE = re.compile(
    rb"""newsarticle["']|article:published_time|["']og:type["']\s+content=["']article|"@type"\s*:\s*"article"|"""
    rb"""itemtype=["']https?://schema\.org/(?:news)?article|"datepublished\""""
)
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)
_PARTS = re.compile(r"\s+[-–—·:/]+\s+|\s*[|•»«‹›]+\s*")
_NOISE = re.compile(r"[\W_]+")
# Visible characters (menus included) up to which a page so titled is the notice. A missing page keeps the
# site's menus and teasers; what stands in front of a site has next to nothing.
NOTICE_TEXT = {
    "challenge": 2_000,
    "captcha": 2_000,
    "consent": 6_000,
    "login": 2_500,
    "soft 404": 8_000,
    "parked domain": 3_000,
    "site down": 1_500,
    "default page": 3_000,
    "barred by an authority": 3_000,
    "not for this country": 2_000,
    "too many requests": 1_000,
}
# "Access denied | TASS" is a notice, "Access denied - observers turned back at bridge" a headline: beside
# words that also open headlines stands at most a site's short name.
NAMED_BESIDE = frozenset(("soft 404", "parked domain"))
SITE_NAME_WORDS = 3

_LOGIN_PATH = re.compile(
    r"/(?:wp-login\.php|log-?in|sign-?in|auth|sso|giris|vhod|anmelden|connexion)(?:[/.?]|$)", re.IGNORECASE
)
_CONSENT_PATH = re.compile(
    r"/(?:consent|cookie-?consent|collectconsent|privacy-gate)(?:[/.?]|$)", re.IGNORECASE
)
_CAPTCHA_PATH = re.compile(r"/(?:showcaptcha|sorry/index|captcha)(?:[/.?]|$)", re.IGNORECASE)
_MISSING_PATH = re.compile(r"/(?:404|error-?404|not-?found|page-not-found|errors?)(?:[/.]|$)", re.IGNORECASE)
_MOVED = (
    ("login", _LOGIN_PATH),
    ("consent", _CONSENT_PATH),
    ("captcha", _CAPTCHA_PATH),
    ("soft 404", _MISSING_PATH),
)
_FRONT = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:index\.\w{3,5}|home/?)?", re.IGNORECASE)
_SILENT = frozenset(("script", "style", "noscript", "template", "title", "option", "textarea", "svg"))


def recognise(
    body: bytes, *, status: int, url: str, content_type: str | None, final_url: str | None = None
) -> Interstitial | None:
    """What stands here in place of the content, or None where this may be the content.

    `final_url` is where redirects led; a page asked for that ends at a login, a notice or the front page was
    not had. Returns the error (not raised); its `kind` is challenge, captcha, consent, login, soft 404,
    parked domain, site down, barred by an authority, not for this country or too many requests.
    """
    kind_reason = _by_address(url, final_url or url)
    if kind_reason is None and 0 < len(body) <= TITLE_BYTES and _is_markup(body, content_type):
        kind_reason = _by_signs(body, content_type) or _by_title(body, status, content_type)
    if kind_reason is None:
        return None
    return Interstitial(url=url, kind=kind_reason[0], reason=kind_reason[1])


def _by_address(url: str, final_url: str) -> tuple[str, str] | None:
    """A redirect away from what was asked for: to a login, a notice, the front page."""
    if final_url == url:
        return None
    try:
        asked, came = urlsplit(url), urlsplit(final_url)
        host = came.hostname or ""
    except ValueError:
        return None
    for kind, path in _MOVED:
        if path.search(came.path) and not path.search(asked.path):
            return kind, f"redirected to {came.path[:80]}"
    if host.startswith(("consent.", "guce.", "myprivacy.")) and host != asked.hostname:
        return "consent", f"redirected to {host}"
    deep = not _FRONT.fullmatch(asked.path) or asked.query
    if deep and _FRONT.fullmatch(came.path) and not came.query:
        return "soft 404", "redirected to the front page"
    return None


def _is_markup(body: bytes, content_type: str | None) -> bool:
    """Whether the bytes can be an HTML page: feeds and JSON are read by those who asked for them."""
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n\x00").lower()
    if start.startswith((b"{", b"[", b"<rss", b"<feed", b"<rdf")):
        return False
    if start.startswith(b"<?xml"):
        return b"<html" in body[:4096].lower()
    return "image/" not in (content_type or "")


def _by_signs(body: bytes, content_type: str | None) -> tuple[str, str] | None:
    if len(body) > SIGN_BYTES:
        return None
    head = body[:HEAD_BYTES].lower()
    found = [sign for sign in SIGNS if all(mark in head for mark in sign.marks)]
    if not found or _ARTICLE.search(head):
        return None
    text = visible_length(body, content_type)
    for sign in found:
        if sign.words is None or text <= sign.words:
            return sign.kind, sign.reason
    return None


def _by_title(body: bytes, status: int, content_type: str | None) -> tuple[str, str] | None:
    match = _TITLE.search(body, 0, HEAD_BYTES)
    if match is None:
        return None
    title = unescape(_decoded(match[1], body, content_type)).strip()
    kind = _kind_of_title(title)
    if kind is None or _ARTICLE.search(body[:HEAD_BYTES].lower()):
        return None
    if visible_length(body, content_type) > NOTICE_TEXT[kind]:
        return None
    if kind == "login" and b"password" not in body.lower():
        return None
    return kind, f"titled {title[:80]!r}" if status == 200 else f"titled {title[:80]!r}, status {status}"


def _kind_of_title(title: str) -> str | None:
    """The notice a title consists of, beside the site's name; None for any other title."""
    whole = _worded(title)
    if whole in NOTICES:
        return NOTICES[whole]
    parts = [_worded(part) for part in _PARTS.split(title)]
    for part in parts:
        kind = NOTICES.get(part)
        beside = len(whole.split()) - len(part.split())
        if kind and (kind in NAMED_BESIDE or beside <= SITE_NAME_WORDS):
            return kind
    return next((kind for opening, kind in OPENINGS if whole.startswith(opening)), None)


def _worded(title: str) -> str:
    return _NOISE.sub(" ", title).strip().casefold()


def _decoded(title: bytes, body: bytes, content_type: str | None) -> str:
    try:
        return title.decode("utf-8")
    except UnicodeDecodeError:
        head = decode_html(body[:HEAD_BYTES], content_type)
        match = re.search(r"<title[^>]{0,200}>([^<]{1,400})", head, re.IGNORECASE)
        return match[1] if match else ""


def visible_length(body: bytes, content_type: str | None = None) -> int:
    """Characters of text a reader sees on an HTML page, blanks folded, scripts and options left out."""
    walk = etree.iterwalk(parse_html(body, content_type), events=("start", "end"))
    return sum(map(len, _visible(walk)))


def _visible(walk: etree.iterwalk) -> Iterable[str]:
    for event, element in walk:
        if event == "end":
            yield " ".join((element.tail or "").split())
        elif element.tag in _SILENT:
            walk.skip_subtree()
        else:
            yield " ".join((element.text or "").split())
