"""A source's settings as fields of a form, and back: one field a key, texts as they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crawler import known
from news.errors import CatalogueError
from news.source import Confidence, Kind, Source, Tier
from review.catalogue import DEFAULTS, block_of, from_values

HERE = "form"
TEXTS = (
    *("slug", "outlet", "name", "kind", "url", "spider", "tier", "zone", "speaks_for", "country", "owner"),
    *("control", "note", "confidence", "insecure_tls", "ignore_robots"),
)
RULES = (
    *("item", "link", "title", "date", "summary", "next", "page_url", "json", "body"),
    *("article_title", "article_date"),
)
KINDS = tuple(kind for kind in Kind if kind is not Kind.CLIPPED)
TIERS, CONFIDENCES, SPIDERS = tuple(Tier), tuple(Confidence), known.names()
YES, NO = "yes", "no"
LONGEST = 4_000  # characters of a field


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in the form, by the names of its fields, and what is wrong with one of them: `wrong` is
    the name of the field ("": the whole), `problem` says what."""

    texts: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    problem: str = ""

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")


def shown(source: Source) -> Fields:
    """A source's settings as they stand in the form."""
    block = block_of(source)
    texts = {name: str(block.get(name) or "") for name in TEXTS}
    texts |= {"outlet": source.outlet, "zone": source.zone, "spider": source.spider, "tier": source.tier}
    texts["languages"] = ", ".join(source.languages)
    texts["minutes"] = f"{source.cadence / 60:g}"
    texts["silence"] = str(source.silence)
    texts["full_content"] = "" if source.full_content is None else YES if source.full_content else NO
    rules = source.rules
    texts |= {f"rules.{name}": getattr(rules, name) or "" for name in RULES}
    texts["rules.itself"] = YES if rules.link == "" else ""
    texts["rules.pages"] = str(rules.pages)
    texts["rules.paths"] = "\n".join(rules.paths)
    texts["rules.split"] = YES if rules.split else ""
    return Fields(texts)


def blank() -> Fields:
    """The form of a source nobody has described."""
    defaults = {"kind": Kind.NEWSPAPER, "tier": Tier.USEFUL, "spider": "feed", "zone": "UTC", "minutes": "15"}
    return Fields({**defaults, "silence": str(DEFAULTS["silence"]), "rules.pages": "1"})


def typed(form: Mapping[str, Any]) -> Fields:
    """What was sent, without the blanks around it."""
    texts = {name: value.strip()[:LONGEST] for name, value in form.items() if isinstance(value, str)}
    return Fields(texts)


def source_of(fields: Fields, *, enabled: bool) -> Source:
    """The source that stands in the form. Raises CatalogueError, its `where` ending with the key."""
    block: dict[str, Any] = {name: fields[name] for name in TEXTS if fields[name]}
    block["languages"] = [code.strip() for code in fields["languages"].split(",") if code.strip()]
    block["enabled"] = enabled
    if fields["minutes"]:
        block["cadence"] = _number(fields, "minutes", 60)
    if fields["silence"]:
        block["silence"] = _number(fields, "silence", 1)
    if fields["full_content"]:
        block["full_content"] = fields["full_content"] == YES
    reading = _rules(fields)
    if reading:
        block["rules"] = reading
    return from_values(block, HERE)


def without_rules(fields: Fields) -> Fields:
    """The form of a page whose rules are yet to be found."""
    kept = {name: text for name, text in fields.texts.items() if not name.startswith("rules.")}
    return Fields({**kept, "spider": "feed"})


def with_rules(fields: Fields, source: Source) -> Fields:
    """The form with the rules of that source, and the spider that reads by them."""
    found = shown(source).texts
    rules = {name: text for name, text in found.items() if name.startswith("rules.")}
    return Fields({**fields.texts, **rules, "spider": source.spider})


def refused(fields: Fields, error: CatalogueError) -> Fields:
    """The form with what is wrong with it."""
    key = str(error.where).rpartition(": ")[2]
    key = {"cadence": "minutes"}.get(key, key)
    known_field = key in TEXTS or key.startswith("rules.") or key in ("languages", "minutes", "silence")
    said = f"{error.problem}. {error.remedy}"
    return Fields(fields.texts, key if known_field else "", said if known_field else f"{key}: {said}")


def _rules(fields: Fields) -> dict[str, Any]:
    found: dict[str, Any] = {name: fields[f"rules.{name}"] for name in RULES if fields[f"rules.{name}"]}
    if fields["rules.itself"]:
        found["link"] = ""
    if fields["rules.pages"] not in ("", "1"):
        found["pages"] = _number(fields, "rules.pages", 1)
    if fields["rules.paths"]:
        found["paths"] = fields["rules.paths"].split()
    if fields["rules.split"]:
        found["split"] = True
    return found


def _number(fields: Fields, name: str, times: int) -> int | str:
    """The number that was typed, `times` over; what is none is left for the catalogue to refuse."""
    try:
        return round(float(fields[name].replace(",", ".")) * times)
    except (ValueError, OverflowError):
        return fields[name]
