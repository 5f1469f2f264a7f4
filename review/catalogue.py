"""Sources as TOML: read with every mistake named, written so that it can be read again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import tomli_w

from crawler import known
from egress.addresses import parse_url
from news.errors import Refused
from news.languages.registry import LANGUAGES
from news.source import Confidence, Kind, Rules, Source, Tier, Waiver
from review import rules
from review.blocks import (
    SLUG,
    SLUG_RULE,
    Problem,
    blocks_of,
    document_of,
    has_controls,
    known_key,
    refuse_twins,
    text_of,
)

SPIDERS = known.names()
ENUMS: Mapping[str, type[StrEnum]] = {"kind": Kind, "tier": Tier, "confidence": Confidence}
NUMBERS = {"cadence": (60, 86_400, "seconds"), "silence": (1, 8_760, "hours")}
WAIVERS = frozenset({"insecure_tls", "ignore_robots"})
DEFAULTS = {field.name: field.default for field in fields(Source) if field.default is not MISSING}


def read_file(path: Path) -> tuple[Source, ...]:
    """The `[[source]]` blocks of a file, in order. Raises CatalogueError naming file, source and key."""
    return read_text(text_of(path), str(path))


def read_text(text: str, file: str) -> tuple[Source, ...]:
    """The sources of a TOML text; `file` names it in errors."""
    blocks = blocks_of(document_of(text, file), "source", file)
    sources = tuple(_source(block, number, file) for number, block in enumerate(blocks, 1))
    refuse_twins((source.slug for source in sources), file)
    return sources


def write(sources: Iterable[Source]) -> str:
    """The sources as TOML `[[source]]` blocks; what stands at its default is left out."""
    return "\n".join(map(_written, sources))


def from_values(values: Mapping[str, Any], file: str = "command line") -> Source:
    """One source from plain values as they stand in a block."""
    return _source(values, 1, file)


def block_of(source: Source) -> dict[str, Any]:
    """The source as plain values, as they stand in a block; what stands at its default is left out."""
    block: dict[str, Any] = {}
    for field in fields(Source):
        value = getattr(source, field.name)
        if field.name == "outlet" and value == source.slug:
            continue
        if value is None or (field.name in DEFAULTS and value == DEFAULTS[field.name]):
            continue
        block[field.name] = _plain(value)
    return block


def _source(block: Mapping[str, Any], number: int, file: str) -> Source:
    where = str(block.get("slug") or f"source {number}")
    try:
        return _checked(block)
    except Problem as wrong:
        raise wrong.refusal(file, f"{where}: {wrong.key}") from None


def _checked(block: Mapping[str, Any]) -> Source:
    known = [field.name for field in fields(Source)]
    for key in block:
        known_key(key, known)
    for key in ("slug", "name", "kind", "url"):
        if not block.get(key):
            raise Problem(key, "missing", f"Every source has {key} (and slug, name, kind, url).")
    values = {key: _value(key, value) for key, value in block.items()}
    source = Source(**{"outlet": values["slug"], **values})
    _whole(source)
    return source


def _whole(source: Source) -> None:
    """What only shows in the block as a whole."""
    for key, slug in (("slug", source.slug), ("outlet", source.outlet)):
        if not SLUG.fullmatch(slug):
            raise Problem(key, f"{slug!r} is no slug", SLUG_RULE)
    rules.fit(source)


def _value(key: str, value: Any) -> Any:
    if key in ENUMS:
        return _choice(key, value, ENUMS[key])
    if key in NUMBERS:
        return _number(key, value)
    if key in WAIVERS:
        return _waiver(key, value)
    if key in ("enabled", "full_content"):
        return _boolean(key, value)
    if key == "rules":
        return rules.read(value)
    if key == "languages":
        return _languages(value)
    if not isinstance(value, str):
        raise Problem(key, f"{value!r} is no text", "Put it in quotes.")
    return _text(key, value)


def _text(key: str, value: str) -> str:
    if has_controls(value):
        raise Problem(key, "control characters", "Write it on one line, as plain text.")
    if key == "url":
        try:
            parse_url(value)
        except Refused as error:
            raise Problem(key, error.reason, "Give an http:// or https:// address.") from error
    if key == "zone" and value not in available_timezones():
        raise Problem(key, f"{value!r} is no IANA time zone", "For example Asia/Yerevan.")
    if key == "spider" and value not in SPIDERS:
        raise Problem(key, f"no spider {value!r}", f"Valid are: {', '.join(SPIDERS)}.")
    if key == "country" and not re.fullmatch("[A-Z]{2}", value):
        raise Problem(key, f"{value!r} is no country code", "Use ISO 3166-1, such as AM.")
    return value


def _choice(key: str, value: Any, choices: type[StrEnum]) -> StrEnum:
    try:
        return choices(value)
    except ValueError:
        valid = ", ".join(choice.value for choice in choices)
        raise Problem(key, f"{value!r} is not possible", f"Valid are: {valid}.") from None


def _number(key: str, value: Any) -> int:
    low, high, unit = NUMBERS[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Problem(key, f"{value!r} is not possible", f"Valid are {low} to {high} {unit}.")
    return value


def _boolean(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Problem(key, f"{value!r} is not possible", "Valid are true and false.")
    return value


def _waiver(key: str, value: Any) -> Waiver:
    if not isinstance(value, str) or not value.strip():
        raise Problem(key, "an exception needs its reason", f'Write {key} = "why it is needed".')
    return Waiver(_text(key, value.strip()))


def _languages(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise Problem("languages", f"{value!r} is no list of codes", 'For example ["hy", "en"].')
    for code in value:
        if code not in LANGUAGES:
            valid = ", ".join(sorted(LANGUAGES))
            raise Problem("languages", f"{code!r} is not read", f"Valid are: {valid}.")
    return tuple(value)


def _written(source: Source) -> str:
    """One block, under the headings people write: tomli_w puts several short ones into one array."""
    block = block_of(source)
    reading = block.pop("rules", None)
    text = f"[[source]]\n{tomli_w.dumps(block)}"
    return text if reading is None else f"{text}\n[source.rules]\n{tomli_w.dumps(reading)}"


def _plain(value: Any) -> Any:
    if isinstance(value, Waiver):
        return value.reason
    if isinstance(value, Rules):
        return rules.written(value)
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, StrEnum) else value
