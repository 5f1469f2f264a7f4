"""What an address lets guess about its source, for a proposal that a person will look at."""

from __future__ import annotations

import re

from news.source import Kind

# Of countries with one zone, or one most live by; ISO 3166-1 codes are the domains' but for `uk`.
ZONES = {
    "am": "Asia/Yerevan",
    "az": "Asia/Baku",
    "ge": "Asia/Tbilisi",
    "ru": "Europe/Moscow",
    "tr": "Europe/Istanbul",
    "ir": "Asia/Tehran",
    "ua": "Europe/Kyiv",
    "by": "Europe/Minsk",
    "kz": "Asia/Almaty",
    "uz": "Asia/Tashkent",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "it": "Europe/Rome",
    "es": "Europe/Madrid",
    "pl": "Europe/Warsaw",
    "gr": "Europe/Athens",
    "at": "Europe/Vienna",
    "ch": "Europe/Zurich",
    "uk": "Europe/London",
    "il": "Asia/Jerusalem",
    "ae": "Asia/Dubai",
    "iq": "Asia/Baghdad",
    "in": "Asia/Kolkata",
    "cn": "Asia/Shanghai",
    "jp": "Asia/Tokyo",
    "gov": "America/New_York",
}
BY_LANGUAGE = {"hy": "am", "az": "az", "ka": "ge", "tr": "tr", "fa": "ir", "uk": "ua"}
_OFFICE = re.compile(
    r"^(?:www\.)?(?:mfa|mod|mid|moi|min[a-z]*|president|primeminister|gov|nkr|parliament)\b|\.(?:gov|mil)\b"
)
_UNION = re.compile(r"\.int$|^(?:www\.)?(?:osce|un|nato|coe)\.")
_SECOND_LEVELS = frozenset(("com", "co", "org", "net", "gov", "edu", "mil", "gob", "gouv"))


def zone(host: str, language: str | None) -> str:
    """The IANA zone by the country's domain, else by a language that one country mostly writes, else UTC."""
    top = host.rsplit(".", 1)[-1]
    return ZONES.get(top) or ZONES.get(BY_LANGUAGE.get(language or "", ""), "UTC")


# What sites call themselves in the languages that are read.
_CALLED = {
    Kind.MINISTRY: re.compile(
        r"\b(?:ministry|ministère|ministerium|bakanlığı|nazirliyi|министерство|міністерство)\b"
        r"|նախարարություն|სამინისტრო|وزارت|وزارة",
        re.IGNORECASE,
    ),
    Kind.AGENCY: re.compile(
        r"\b(?:(?:news|press|information) agency|wire|агентство|агенція|ajansı|agentliyi|agence)\b"
        r"|գործակալություն|სააგენტო|خبرگزاری|وكالة",
        re.IGNORECASE,
    ),
    Kind.BROADCASTER: re.compile(r"\b(?:tv|radio|television|радио|телеканал|televizyon)\b", re.IGNORECASE),
}


def country(host: str) -> str | None:
    """ISO 3166-1 code by the domain; None where it tells none."""
    top = host.rsplit(".", 1)[-1]
    if top in ZONES and len(top) == 2:
        return {"uk": "GB"}.get(top, top.upper())
    return None


def kind(host: str, name: str) -> Kind:
    """By the domain, else by what the site calls itself; most are newspapers."""
    if _OFFICE.search(host):
        return Kind.MINISTRY
    if _UNION.search(host):
        return Kind.IGO
    return next((each for each, words in _CALLED.items() if words.search(name)), Kind.NEWSPAPER)


def outlet(host: str) -> str:
    """A slug of the name a site goes by: `mfa-am` of www.mfa.am, `mfa-az` of mfa.gov.az."""
    parts = [part for part in host.lower().split(".") if part != "www"]
    if len(parts) > 2 and parts[-2] in _SECOND_LEVELS:
        del parts[-2]
    text = "-".join(parts[-3:])
    slug = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in text)
    return slug.strip("-")[:40] or "source"
