"""Which addresses are the same article: the one rule, in full in docs/canonical-urls.md."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import SplitResult, unquote_plus, urlsplit, urlunsplit

# Parameters that name the reader's way to the page, never the page. Sources: Google Analytics, Google Ads,
# Microsoft, Meta, Yandex, Mailchimp, HubSpot, Matomo, AT Internet and BBC documentation; compared with the
# lists of ClearURLs and of Firefox's query stripping.
_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "matomo_", "piwik_", "hsa_", "at_custom", "at_bbc_", "__hs")
_TRACKING_NAMES = (
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ymclid ysclid _openstat twclid ttclid igsh igshid"
    " li_fat_id epik srsltid mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking vero_id vero_conv oly_anon_id"
    " oly_enc_id rb_clickid s_cid sc_cid wickedid wt_mc wt_zmc xtor ocid cmpid ref_src ref_url trk"
    " trkcampaign at_medium at_campaign at_campaign_type at_format at_link_id at_link_origin at_link_type"
    " at_ptr_name ns_mchannel ns_source ns_campaign ns_linkname ns_fee fb_action_ids fb_action_types fb_ref"
    " fb_source ga_source ga_medium ga_term ga_content ga_campaign ga_place"
    " guccounter guce_referrer guce_referrer_sig __twitter_impression __tn__ _ga _gl"
)
_SESSION_NAMES = "jsessionid phpsessid cfid cftoken aspsessionid session_id sessionid"
_DROPPED = frozenset(f"{_TRACKING_NAMES} {_SESSION_NAMES}".split())
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_SESSION_VALUE = re.compile(r"[0-9a-fA-F]{26,64}")

_EDGES = "".join(map(chr, range(33))) + "\x7f"
_INNER = re.compile(r"[\t\n\r]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_KEPT_IN_PATH = _UNRESERVED | frozenset("!$&'()*+,;=:@/%")
_KEPT_IN_QUERY = _UNRESERVED | frozenset("!$'()*,;=:@/?%[]")
_PORTS = {None, 80, 443}


def canonical_url(url: str) -> str:
    """The identity of a web address: two links to one article give the same string.

    It is for comparing, never for fetching (it says https and leaves out `www.` whatever the site
    does). Idempotent. What is no absolute http(s) address comes back stripped, else unchanged.
    """
    url = _INNER.sub("", url).strip(_EDGES)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return url
    host = _host(parts.hostname)
    if not host:
        return url
    authority = host if port in _PORTS else f"{host}:{port}"
    fragment = _encoded(parts.fragment, _KEPT_IN_QUERY | {"&", "+"}) if parts.fragment[:1] == "!" else ""
    return urlunsplit(SplitResult("https", authority, _path(parts.path), _query(parts.query), fragment))


def is_web_address(url: str) -> bool:
    """Whether `url` is an absolute http or https address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _host(name: str) -> str:
    """The host in ASCII without `www.`; one step can make room for another ("www..2.рф")."""
    name = name.lower().strip(".")
    if ":" in name:  # an IPv6 literal
        return f"[{name}]"
    while (simpler := _simpler_host(name)) != name:
        name = simpler
    return name


def _simpler_host(name: str) -> str:
    if not name.isascii() and len(name) <= 253:
        with suppress(UnicodeError):
            name = name.encode("idna").decode("ascii").lower().strip(".")
    if name.startswith("www.") and "." in name[4:].strip("."):
        name = name[4:].lstrip(".")
    return name


def _path(path: str) -> str:
    path = _encoded(_SESSION_IN_PATH.sub("", path), _KEPT_IN_PATH)
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept).strip("/")


def _query(query: str) -> str:
    pairs = [pair for pair in query.split("&") if pair and not _is_noise(pair)]
    encoded = [_encoded(pair.replace("+", "%20"), _KEPT_IN_QUERY) for pair in pairs]
    return "&".join(sorted(encoded, key=lambda pair: pair.partition("=")[0]))


def _is_noise(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name = unquote_plus(name).strip().lower()
    if name in _DROPPED or name.startswith(_TRACKING_PREFIXES):
        return True
    return not name or (name in ("sid", "s") and _SESSION_VALUE.fullmatch(value) is not None)


def _encoded(text: str, kept: frozenset[str]) -> str:
    """Percent-encoding in its one form (RFC 3986, 6.2.2): needless escapes resolved, hex in capitals,
    everything outside `kept` escaped as UTF-8, a stray "%" as %25."""

    def normal(escape: re.Match[str]) -> str:
        character = chr(int(escape[1], 16))
        return character if character in _UNRESERVED else escape[0].upper()

    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    text = _ESCAPE.sub(normal, text)
    return "".join(
        character
        if character in kept
        else "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
        for character in text
    )
