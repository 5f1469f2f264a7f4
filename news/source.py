"""A source: one way into one outlet, and how it is to be visited and read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from news.watch import Facts


class Kind(StrEnum):
    MINISTRY = "ministry"
    GOVERNMENT = "government"
    AGENCY = "agency"
    BROADCASTER = "broadcaster"
    NEWSPAPER = "newspaper"
    THINK_TANK = "think tank"
    IGO = "IGO"
    MOVEMENT = "movement"
    PERSON = "person"
    CLIPPED = "clipped"  # no way in: what was brought by hand of a site that is no source


# What these publish are their own words, also where no block says whose they are.
INSTITUTIONS = frozenset({Kind.MINISTRY, Kind.GOVERNMENT, Kind.IGO, Kind.MOVEMENT, Kind.PERSON})


class Tier(StrEnum):
    MUST_HAVE = "must-have"
    USEFUL = "useful"
    BACKGROUND = "background"


class Confidence(StrEnum):
    """How sure we are of an address: fetched and read by a dated audit or a running collector;
    used by several independent code bases, date unknown; known from one list, or inferred."""

    AUDITED = "audited"
    USED = "used"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Rules:
    """How a source's lists and pages are read, where they need it said; None: not needed.

    CSS selectors, but for the paths of a JSON list. `item`, `link`, `title`,
    `date` read a list page (the last three are looked up inside each item; an
    empty `link` means the item itself). `next` finds the link to the next list
    page, `page_url` is its address with `{page}` for its number (the source's
    own address being page 1); up to `pages` list pages are read a visit (1:
    paging off). `body`, `article_title` and `article_date` read an article
    page and go before general extraction.

    In a JSON list `json` selects the element that holds the JSON
    (`selector@attribute`; None: the body is JSON), `item` is the dotted path
    to the array; `link`, `title`, `date`, `summary` are paths inside an item,
    or templates with paths in braces. `paths` are shell patterns, one of which
    the path of an address in a sitemap must match (none: all do). `split`
    makes several articles of a post with several subjects.
    """

    item: str | None = None
    link: str | None = None
    title: str | None = None
    date: str | None = None
    summary: str | None = None
    next: str | None = None
    page_url: str | None = None
    pages: int = 1
    json: str | None = None
    paths: tuple[str, ...] = ()
    split: bool = False
    body: str | None = None
    article_title: str | None = None
    article_date: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception from a rule of politeness or safety, with its recorded reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """One way into one outlet.

    `zone` is the IANA zone of dates that name none. `cadence` is the hint for
    the seconds between visits; `silence` the hours without a new item after
    which the source counts as silent. `languages` are ISO 639-1 codes, the
    most frequent first. `speaks_for` names the institution a channel belongs
    to, only for its own channels; `country` (ISO 3166-1 alpha-2), `owner`,
    `control` and `note` describe media. `full_content` says whether the feed
    carries whole articles; None: judged entry by entry. `confidence` says how
    sure we are of `url`; None: nobody said.
    """

    slug: str
    outlet: str
    name: str
    kind: Kind
    url: str
    spider: str = "feed"
    tier: Tier = Tier.USEFUL
    languages: tuple[str, ...] = ()
    zone: str = "UTC"
    cadence: int = 900
    silence: int = 168
    rules: Rules = Rules()
    full_content: bool | None = None
    insecure_tls: Waiver | None = None
    ignore_robots: Waiver | None = None
    speaks_for: str | None = None
    country: str | None = None
    owner: str | None = None
    control: str | None = None
    note: str | None = None
    confidence: Confidence | None = None
    enabled: bool = True

    @property
    def facts(self) -> Facts:
        """What a query may ask of it."""
        return Facts(self.slug, self.kind, self.tier, self.country)

    @property
    def speaker(self) -> str | None:
        """Whose own channel this is, by name; None for what reports on others."""
        return self.speaks_for or (self.name if self.kind in INSTITUTIONS else None)
