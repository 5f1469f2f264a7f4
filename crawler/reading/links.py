"""Addresses as pages write them, made absolute; nothing a page may write raises."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement


def join(base: str, href: str) -> str:
    """`href` as an absolute address, "" where it cannot be joined."""
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def base_of(root: HtmlElement, url: str) -> str:
    """The address relative links are joined to: the first <base href>, itself relative to the page."""
    href = next((element.get("href") for element in root.iter("base") if element.get("href")), "")
    return join(url, href) or url


def host_of(url: str) -> str:
    """The host an address names, in lower case; "" where it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def site_of(url: str) -> str:
    """The last two labels of its host: www.mfa.example and press.mfa.example are one site."""
    return ".".join(host_of(url).split(".")[-2:])
