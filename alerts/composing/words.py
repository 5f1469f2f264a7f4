"""Words for what sources are and for how many there are of a thing: neutral, the same in text and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alerts.composing.plain import name
from news.languages.registry import language
from news.source import Kind, Source

_KINDS = {Kind.AGENCY: "news agency", Kind.IGO: "intergovernmental organisation"}
# ISO 3166-1 short names in use, of the countries packs name; another's code stands for itself.
_COUNTRIES = {
    "AE": "the United Arab Emirates",
    "AM": "Armenia",
    "AT": "Austria",
    "AU": "Australia",
    "AZ": "Azerbaijan",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "BY": "Belarus",
    "CA": "Canada",
    "CH": "Switzerland",
    "CN": "China",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DE": "Germany",
    "EE": "Estonia",
    "EG": "Egypt",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "the United Kingdom",
    "GE": "Georgia",
    "GR": "Greece",
    "HU": "Hungary",
    "IL": "Israel",
    "IN": "India",
    "IQ": "Iraq",
    "IR": "Iran",
    "IT": "Italy",
    "JP": "Japan",
    "KG": "Kyrgyzstan",
    "KZ": "Kazakhstan",
    "LB": "Lebanon",
    "LT": "Lithuania",
    "LV": "Latvia",
    "MD": "Moldova",
    "NL": "the Netherlands",
    "NO": "Norway",
    "PK": "Pakistan",
    "PL": "Poland",
    "PT": "Portugal",
    "QA": "Qatar",
    "RO": "Romania",
    "RU": "Russia",
    "SA": "Saudi Arabia",
    "SE": "Sweden",
    "SY": "Syria",
    "TJ": "Tajikistan",
    "TM": "Turkmenistan",
    "TR": "Türkiye",
    "UA": "Ukraine",
    "US": "the United States",
    "UZ": "Uzbekistan",
}


def what(source: Source) -> str:
    """What `source` is: "ministry, speaks for Armenia"; "state news agency, published in Azerbaijan"."""
    kind = _KINDS.get(source.kind, source.kind.value)
    if source.speaks_for:
        return f"{kind}, speaks for {name(source.speaks_for, 60)}"
    parts = [kind]
    if source.control:
        control = name(source.control, 60)
        parts = [f"{control} {kind}"] if len(control.split()) <= 2 else [kind, f"control: {control}"]
    if source.country:
        parts.append(f"published in {_COUNTRIES.get(source.country.upper(), name(source.country, 20))}")
    if source.owner:
        parts.append(f"owner: {name(source.owner, 60)}")
    return ", ".join(parts)


def language_name(code: str | None) -> str:
    """The English name of a language's code, the code where it is none of ours."""
    if not code:
        return "language not known"
    known = language(code)
    return known.name if known else name(code, 20)


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: "1 article", "7 articles"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def statements_and_articles(statements: int, articles: int) -> str:
    """The press and institutions' own words, each counted once: "7 articles, 3 statements"."""
    parts = [counted(articles, "article")] if articles or not statements else []
    return ", ".join(parts + ([counted(statements, "statement")] if statements else []))


def listed(names: Iterable[str], most: int) -> str:
    """At most so many names: "A, B and 3 more"."""
    given = list(names)
    rest = len(given) - most
    return ", ".join(given) if rest <= 0 else f"{', '.join(given[:most])} and {rest:,} more"


def joined(parts: Sequence[str]) -> str:
    """All of them: "A", "A and B", "A, B and C"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
