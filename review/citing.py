"""Citations of an article with the day it was read: as a footnote, as BibTeX, as RIS.

All of a citation is what was said or seen, nothing is guessed: an author who is not named is left out, a date
without an hour stays a date. The day of accession is when wirewatch read the text that is cited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from alerts.composing.moments import MONTHS, MONTHS_IN_FULL, Moments
from alerts.composing.plain import apart, plain, web_link
from news.article import Article, Published
from news.source import Source

# What TeX acts on. The longer names keep braces in pairs: BibTeX counts them, whatever stands before them.
TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "#$%&_"},
    }
)
_NO_KEY = re.compile("[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited: its author (of an institution's own channel the institution), whom it quotes where
    somebody clipped it for those words, its title, where, when as it says, its address, and when (UTC)
    wirewatch read it. None: not known. `own`: the channel is the institution's, no medium. `key` names it
    among others, in ASCII."""

    key: str
    quoted: str | None
    author: str | None
    title: str
    outlet: str
    published: Published | None
    url: str | None
    language: str | None
    accessed: datetime
    own: bool


def citation(article: Article, source: Source, accessed: datetime) -> Citation:
    """An article of `source`; its text was read at `accessed` (UTC), the moment of its latest revision."""
    year = article.published.day.year if article.published else accessed.year
    author = _line(source.speaker or article.author)
    quoted = _line(article.said_by)
    return Citation(
        key=_NO_KEY.sub("-", f"{article.outlet.lower()}-{year}-{article.id}").strip("-"),
        quoted=None if quoted == author else quoted,
        author=author,
        title=_line(article.title) or "Untitled",
        outlet=_line(source.name) or source.outlet,
        published=article.published,
        url=web_link(article.url),
        language=article.language,
        accessed=accessed,
        own=source.speaker is not None,
    )


def footnote(cited: Citation, zone: str) -> str:
    """A note as the Chicago manual has them (17th edition, 14.207), days and hours of `zone` (IANA):
    Author, “Title,” Outlet, 13 December 2022, accessed 14 December 2022, address."""
    moments = Moments(zone)
    parts = [
        f"{_whose(cited)}“{apart(cited.title.removesuffix('.'))},”",
        "" if cited.outlet == cited.author else apart(cited.outlet),
        _said(cited.published, moments),
        f"accessed {_day(cited.accessed.astimezone(moments.zone).date())}",
        cited.url or "",
    ]
    head, *rest = [part for part in parts if part]
    return f"{head} {', '.join(rest)}."


def bibtex(cited: Citation, zone: str) -> str:
    """The same as an entry for BibTeX and biblatex, in UTF-8.

    Names stand in braces of their own: how a name falls into parts, as published, is not known.
    """
    moments = Moments(zone)
    day = _day_of(cited.published, moments)
    whose = cited.quoted or cited.author
    fields = {
        "author": whose and f"{{{_tex(whose)}}}",
        "title": f"{{{_tex(cited.title)}}}",
        "howpublished": _tex(cited.outlet),
        "year": day and str(day.year),
        "month": day and MONTHS[day.month - 1].lower(),
        "day": day and str(day.day),
        "note": _tex(_note(cited, moments)),
        "language": cited.language and _tex(cited.language),
        "url": cited.url,  # verbatim; `web_link` leaves no brace or backslash in it
        "urldate": cited.accessed.astimezone(moments.zone).date().isoformat(),
    }
    # A month is one of BibTeX's own words, which each style spells its way.
    lines = [
        f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n"
        for name, value in fields.items()
        if value
    ]
    return "".join([f"@misc{{{cited.key},\n", *lines, "}\n"])


def ris(cited: Citation, zone: str) -> str:
    """The same as a record for reference managers (RIS, 2001), in UTF-8; every line ends with CR LF."""
    moments = Moments(zone)
    day = _day_of(cited.published, moments)
    hour = cited.published and cited.published.at
    fields = [
        ("TY", "ELEC" if cited.own else "NEWS"),
        ("AU", cited.quoted or cited.author),
        ("TI", cited.title),
        ("T2", cited.outlet),
        ("PY", day and str(day.year)),
        ("DA", day and f"{day:%Y/%m/%d}/{moments.hour(hour) if hour else ''}"),
        ("N1", _note(cited, moments)),
        ("LA", cited.language),
        ("UR", cited.url),
        ("Y2", f"{cited.accessed.astimezone(moments.zone):%Y/%m/%d}/"),
        ("ID", cited.key),
    ]
    lines = [f"{tag}  - {value}\r\n" for tag, value in fields if value]
    return "".join([*lines, "ER  - \r\n"])


def _whose(cited: Citation) -> str:
    """What stands before the title."""
    author = f"{apart(cited.author)}, " if cited.author else ""
    return f"{apart(cited.quoted)}, quoted in {author}" if cited.quoted else author


def _note(cited: Citation, moments: Moments) -> str:
    """What the records have no field for."""
    quoted = f"Quoted by {cited.author or cited.outlet}" if cited.quoted else None
    at = cited.published and cited.published.at
    hour = f"Published at {moments.hour(at)}, {moments.zone_words(at)}" if at else None
    return ". ".join(said for said in (quoted, hour) if said)


def _said(published: Published | None, moments: Moments) -> str:
    day = _day_of(published, moments)
    if published is None or day is None:
        return ""
    if published.at is None:
        return _day(day)
    return f"{_day(day)}, {moments.hour(published.at)} {moments.zone_words(published.at)}"


def _day_of(published: Published | None, moments: Moments) -> date | None:
    """The day in the reader's zone where the hour is known; a date alone is the source's."""
    if published is None:
        return None
    return published.at.astimezone(moments.zone).date() if published.at else published.day


def _day(day: date) -> str:
    return f"{day.day} {MONTHS_IN_FULL[day.month - 1]} {day.year}"


def _line(text: str | None) -> str | None:
    """On one line, without what reorders or breaks it; None where nothing is left."""
    return plain(text or "").strip() or None


def _tex(text: str) -> str:
    return text.translate(TEX)
