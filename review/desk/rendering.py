"""Pages from templates: one environment a language, everything escaped that no template marks as ours."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts.composing.plain import direction, plain, web_link
from review.desk.admission import visitor_of
from review.desk.languages import LOCALES, NAMES, catalogues, chosen
from review.desk.parts import desk_of

HERE = Path(__file__).parent
STATIC = HERE / "static"


class Pages:
    """The templates in every language. `words` are a language's, `render` makes an answer."""

    def __init__(self) -> None:
        self._words = catalogues()
        versions = {file.name: _version(file) for file in STATIC.iterdir() if file.is_file()}
        self._environments = {tag: _environment(tag, words, versions) for tag, words in self._words.items()}

    def words(self, request: Request) -> NullTranslations:
        """What speaks the visitor's language: `pages.words(request).gettext("Saved")`."""
        return self._words[language(request)]

    def render(self, request: Request, name: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
        """The template `name` with what it is given, and with what every template knows of the visitor."""
        desk, visitor = desk_of(request), visitor_of(request)
        zone = (visitor.account.zone if visitor.account else "") or desk.zone
        tag = language(request)
        template = self._environments[tag].get_template(name)
        known = {
            "visitor": visitor,
            "csrf": visitor.csrf,
            "path": request.url.path,
            "query": request.url.query,
            "language": tag,
            "zone": zone,
            "now": desk.clock(),
            "times": Times(zone, tag),
        }
        return HTMLResponse(template.render(known | context), status)


class Times:
    """Moments (aware UTC) and days as a visitor reads them, in their zone and language."""

    def __init__(self, zone: str, tag: str) -> None:
        self._zone = ZoneInfo(zone)
        self._locale = LOCALES[tag]

    def at(self, moment: datetime) -> str:
        """Day and hour: "13 Dec 2022, 14:05"."""
        local = moment.astimezone(self._zone)
        return format_datetime(local, "d MMM y, HH:mm", tzinfo=self._zone, locale=self._locale)

    def hour(self, moment: datetime) -> str:
        """The hour alone: "14:05"."""
        return format_time(moment, "HH:mm", tzinfo=self._zone, locale=self._locale)

    def day(self, day: date | datetime) -> str:
        """A day: "13 Dec 2022"."""
        if isinstance(day, datetime):
            day = day.astimezone(self._zone).date()
        return format_date(day, "d MMM y", locale=self._locale)

    def brief(self, moment: datetime, beside: date) -> str:
        """A moment beside a day: "14:05" of that day, "13 Dec, 14:05" of its year, else in full."""
        local = moment.astimezone(self._zone)
        if local.date() == beside:
            return self.hour(moment)
        pattern = "d MMM, HH:mm" if local.year == beside.year else "d MMM y, HH:mm"
        return format_datetime(local, pattern, tzinfo=self._zone, locale=self._locale)

    def weekday(self, day: date) -> str:
        """A day in full: "Tuesday, 13 December 2022"."""
        return format_date(day, "full", locale=self._locale)

    def lasting(self, seconds: float) -> str:
        """A span in its largest unit: "5 min", "2 hours"."""
        return format_timedelta(timedelta(seconds=seconds), threshold=2, format="short", locale=self._locale)

    def local(self, moment: datetime) -> datetime:
        """The moment in the visitor's zone, for `<time datetime>` and for fields of forms."""
        return moment.astimezone(self._zone)


def pages_of(request: Request) -> Pages:
    """The templates of the desk that answers."""
    found = request.app.state.pages
    assert isinstance(found, Pages)
    return found


def render(request: Request, name: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """`Pages.render` for this request."""
    return pages_of(request).render(request, name, status=status, **context)


def words(request: Request) -> NullTranslations:
    """`Pages.words` for this request."""
    return pages_of(request).words(request)


def language(request: Request) -> str:
    """The tag of the language to answer in."""
    account = visitor_of(request).account
    return chosen(account.language if account else "", request.headers.get("accept-language", ""))


def wants_part(request: Request) -> bool:
    """Whether htmx asks for a part of the page only."""
    headers = request.headers
    return headers.get("hx-request") == "true" and "hx-history-restore-request" not in headers


def _environment(tag: str, words: NullTranslations, versions: Mapping[str, str]) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    made.globals["languages"] = NAMES
    made.globals["static"] = lambda name: f"/static/{name}?v={versions[name]}"
    made.filters["number"] = lambda value: format_decimal(value, locale=LOCALES[tag])
    made.filters["plain"] = plain
    made.filters["direction"] = direction
    made.filters["web_link"] = web_link
    return made


def _version(file: Path) -> str:
    """Changes with the file, so that browsers may keep it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
