"""The gazetteer of names as it is written, in TOML, with every mistake named; whose name some words are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from matching.keys import spelled
from matching.topics import compiled
from news.errors import CatalogueError
from news.languages.registry import LANGUAGES
from news.names import Form, Name, NameKind, Office, Period
from news.texts import one_line
from news.watch import Stands, Term, Topic
from review.blocks import (
    SLUG,
    SLUG_RULE,
    Problem,
    blocks_of,
    document_of,
    known_key,
    refuse_twins,
    text_of,
)
from review.namesakes import Together
from review.rows import Row, row

KIND = ("name",)
# Forms stand in one of two tables, in it in a list per language.
TABLES = {"seen": True, "unchecked": False}
KEYS = ("slug", "kind", "title", "roles", "not", "see", "care", *TABLES)
FORM_KEYS = ("text", "stands", "used_by", "since", "until")
OFFICE_KEYS = ("title", "since", "until")
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
SEVERAL = re.compile(r"\s/\s|;|&|\sand\s")  # what joins two people in one title


def read(folder: Path) -> tuple[Name, ...]:
    """The entries of a folder's .toml files, by slug. Raises CatalogueError naming file, entry and key."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        remedy = "The gazetteer is a folder of .toml files with [[name]] blocks."
        raise CatalogueError(file=folder, where="(folder)", problem="no .toml file in it", remedy=remedy)
    written = [(str(file), name) for file in files for name in read_text(text_of(file), str(file))]
    refuse_twins((name.slug for _, name in written), str(folder))
    check = Together(name for _, name in written)
    for file, name in written:
        try:
            check(name)
        except Problem as wrong:
            raise wrong.refusal(file, f"{name.slug}: {wrong.key}") from None
    return tuple(sorted((name for _, name in written), key=lambda name: name.slug))


def read_text(text: str, file: str) -> tuple[Name, ...]:
    """The entries of a TOML text, each checked by itself; `file` names it in errors."""
    names = []
    for number, block in enumerate(blocks_of(document_of(text, file, KIND), "name", file), 1):
        try:
            names.append(_name(block))
        except Problem as wrong:
            raise wrong.refusal(file, f"{block.get('slug') or f'name {number}'}: {wrong.key}") from None
    return tuple(names)


def holders_of(words: str, names: Iterable[Name], on: date | None = None) -> tuple[Name, ...]:
    """The people of whom a role is known whose title has these words in it; `on`: who held it that day,
    as far as dates are known. In the order in which they came to it."""
    wanted = compiled([Topic("role", "", 0, (Term(words, "en"),))])
    found = [
        (office.period.since or "", name)
        for name in names
        for office in name.offices
        if (on is None or office.period.holds(on)) and wanted.found("", office.title, "en")
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(found, key=lambda each: each[0])))


def name_row(name: Name, on: date | None = None) -> Row:
    """An entry with all that is known of it; `on`: without the roles and forms that do not hold that day."""
    return row(
        id=name.slug,
        slug=name.slug,
        title=name.title,
        kind=str(name.kind),
        roles=role_rows(name, on),
        forms=[form_row(form) for form in name.forms if on is None or form.period.holds(on)],
        care=name.care,
        see=list(name.see),
        **{"not": list(name.not_)},
    )


def role_rows(name: Name, on: date | None = None) -> list[dict[str, Any]]:
    """What a person was, and when; `on`: that day."""
    held = (office for office in name.offices if on is None or office.period.holds(on))
    return [{"title": office.title, **_dates(office.period)} for office in held]


def form_row(form: Form) -> dict[str, Any]:
    """A form with its marks."""
    return {
        "text": form.text,
        "language": form.language,
        "seen": form.seen,
        "stands": str(form.stands),
        "used_by": form.used_by,
        **_dates(form.period),
    }


def _dates(period: Period) -> dict[str, str | None]:
    return {"since": period.since, "until": period.until}


def _name(block: Mapping[str, Any]) -> Name:
    _only(block, KEYS, "")
    slug, title = _text(block, "slug"), _text(block, "title")
    if not SLUG.fullmatch(slug):
        raise Problem("slug", f"{slug!r} is no slug", SLUG_RULE)
    kind = NameKind(_choice(block, "kind", NameKind))
    if kind is NameKind.PERSON and SEVERAL.search(title):
        raise Problem("title", f"{title!r} looks like two people", "Write an entry for each.")
    forms = [form for table in TABLES for form in _forms(block, table)]
    if not forms:
        remedy = 'Write [name.unchecked] with lists of texts, such as en = ["Shusha", "Shushi"].'
        raise Problem("seen, unchecked", "it has no form", remedy)
    _refuse_twice(forms)
    languages = list(LANGUAGES)
    return Name(
        slug,
        kind,
        title,
        tuple(sorted(forms, key=lambda form: languages.index(form.language))),
        _offices(block),
        _slugs(block, "not"),
        _slugs(block, "see"),
        _text(block, "care", needed=False),
    )


def _forms(block: Mapping[str, Any], table: str) -> list[Form]:
    languages = block.get(table, {})
    if not isinstance(languages, dict) or not all(isinstance(forms, list) for forms in languages.values()):
        remedy = 'Give a list per language, such as en = ["Shusha", "Shushi"].'
        raise Problem(table, "not lists of forms", remedy)
    for code in languages:
        if code not in LANGUAGES:
            valid = ", ".join(sorted(LANGUAGES))
            raise Problem(f"{table}.{code}", f"{code!r} is no language of ours", f"Valid are: {valid}.")
    seen = TABLES[table]
    return [_form(form, f"{table}.{code}", code, seen) for code in languages for form in languages[code]]


def _form(written: Any, where: str, language: str, seen: bool) -> Form:
    """A form is its text, or a table with its text and what else is known of it."""
    block = {"text": written} if isinstance(written, str) else written
    if not isinstance(block, dict):
        raise Problem(where, f"{written!r} is no form", 'Write "text" or { text = "…", stands = "context" }.')
    text = _text(block, "text", f"{where}: ")
    _only(block, FORM_KEYS, f"{where} {text}: ")
    if not spelled(text):
        raise Problem(where, f"{text!r} has no letter or digit in it", "Leave it out.")
    where = f"{where} {text}: "
    stands = _choice(block, "stands", Stands, where) if "stands" in block else Stands.ALONE
    used_by = _text(block, "used_by", where, needed=False)
    return Form(text, language, seen, Stands(stands), used_by, _period(block, where))


def _offices(block: Mapping[str, Any]) -> tuple[Office, ...]:
    """What a person was; one office is not held twice at a time."""
    held: list[Office] = []
    for number, written in enumerate(_tables(block, "roles"), 1):
        where = f"roles {number}: "
        _only(written, OFFICE_KEYS, where)
        office = Office(_text(written, "title", where), _period(written, where))
        for other in held:
            if other.title == office.title and other.period.overlaps(office.period):
                problem = f"{office.title!r} overlaps the same role before it"
                raise Problem(f"{where}since", problem, "Say of the one before until when, or join them.")
        held.append(office)
    return tuple(held)


def _period(block: Mapping[str, Any], where: str) -> Period:
    for key in ("since", "until"):
        given = block.get(key)
        if given is not None and not (isinstance(given, str) and DATE.fullmatch(given)):
            remedy = 'Write it in quotes, as exact as it is known: "2023", "2023-06" or "2023-06-03".'
            raise Problem(f"{where}{key}", f"{given!r} is no date", remedy)
    period = Period(block.get("since"), block.get("until"))
    if period.since and period.until:
        exact = min(len(period.since), len(period.until))
        if period.since[:exact] > period.until[:exact]:
            problem = f"it ends ({period.until}) before it begins ({period.since})"
            raise Problem(f"{where}until", problem, "Mend one of the dates.")
    return period


def _refuse_twice(forms: Iterable[Form]) -> None:
    seen: set[tuple[str, str]] = set()
    for form in forms:
        if (form.language, form.text) in seen:
            raise Problem(f"{form.language}", f"{form.text!r} stands twice", "Leave one out.")
        seen.add((form.language, form.text))


def _only(block: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for key in block:
        known_key(key, known, where)


def _text(block: Mapping[str, Any], key: str, where: str = "", *, needed: bool = True) -> str:
    given = block.get(key, "")
    if not isinstance(given, str) or (needed and not given.strip()):
        raise Problem(f"{where}{key}", "missing or no text", f'Write {key} = "…".')
    return one_line(given)


def _choice(block: Mapping[str, Any], key: str, choices: type[StrEnum], where: str = "") -> str:
    given = block.get(key)
    if given not in list(choices):
        raise Problem(f"{where}{key}", f"{given!r} is not possible", f"Valid are: {', '.join(choices)}.")
    return str(given)


def _slugs(block: Mapping[str, Any], key: str) -> tuple[str, ...]:
    given = block.get(key, [])
    if not isinstance(given, list) or not all(isinstance(slug, str) for slug in given):
        raise Problem(key, "not a list of slugs", f'Write {key} = ["slug-of-an-entry"].')
    return tuple(given)


def _tables(block: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    given = block.get(key, [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise Problem(key, "not a list of tables", f'Write {key} = [{{ title = "…", since = "2021-01" }}].')
    return given
