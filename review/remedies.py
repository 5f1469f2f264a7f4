"""What to do about a source that cannot be collected, by what its visit met with."""

from __future__ import annotations

from http import HTTPStatus

from news.errors import (
    Interstitial,
    NameNotResolved,
    NotAFeed,
    Refused,
    RobotsDenied,
    RobotsUnavailable,
    TlsError,
    WirewatchError,
)
from news.source import Source

LATER = "Try again later; if it stays so, look for its new address or disable it."
# The first kind that fits; kinds of errors before those they are kinds of.
BY_ERROR: tuple[tuple[type[WirewatchError], str], ...] = (
    (RobotsUnavailable, "Try again later: while its robots.txt cannot be had, nothing is fetched there."),
    (RobotsDenied, "Look for another way in, or ask the site and give ignore_robots with the reason."),
    (
        TlsError,
        "Try again later; where its certificate is known to be bad, give insecure_tls, a reason.",
    ),
    (NameNotResolved, "Look for the site's new name, or disable it."),
    (Refused, "Give an address that is public, or list it in egress.allow."),
    (Interstitial, "Look for a feed or another address of the site, or ask it to let wirewatch in."),
    (NotAFeed, 'Look for the feed\'s address on the site, or read its list page (spider = "listing").'),
)
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


def for_error(error: WirewatchError) -> str:
    return next((remedy for kind, remedy in BY_ERROR if isinstance(error, kind)), LATER)


def for_status(status: int) -> str:
    """What to do about an answer that is no success."""
    if status in GONE:
        return "Look for its new address on the site."
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return LATER
    return "Look whether a browser gets it; if so, the site keeps programs out: ask it, or disable it."


def for_nothing(source: Source) -> str:
    """What to do about a page that could be read but lists nothing."""
    if source.spider == "listing":
        return "Look at rules.item: the page may have another form now, or be filled by scripts."
    return "Look whether the site still fills this feed."
