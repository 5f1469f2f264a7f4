"""The languages wirewatch knows, by ISO 639-1 code. To add one: one file beside this one, one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from news.languages.arabic import ARABIC
from news.languages.armenian import ARMENIAN
from news.languages.azerbaijani import AZERBAIJANI
from news.languages.english import ENGLISH
from news.languages.french import FRENCH
from news.languages.georgian import GEORGIAN
from news.languages.german import GERMAN
from news.languages.language import Language
from news.languages.persian import PERSIAN
from news.languages.russian import RUSSIAN
from news.languages.turkish import TURKISH
from news.languages.ukrainian import UKRAINIAN

_KNOWN = (
    ENGLISH,
    RUSSIAN,
    UKRAINIAN,
    TURKISH,
    AZERBAIJANI,
    ARMENIAN,
    GEORGIAN,
    PERSIAN,
    ARABIC,
    FRENCH,
    GERMAN,
)

LANGUAGES: Mapping[str, Language] = MappingProxyType({known.code: known for known in _KNOWN})


def language(code: str) -> Language | None:
    """The language of an ISO 639-1 code (`ru`, also `ru-RU`), None where it is not one of ours."""
    return LANGUAGES.get(code.replace("_", "-").partition("-")[0].lower())
