"""The desk's own words in other languages: gettext catalogues, read from their sources when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"
# By its tag: how a language calls itself, and the locale its dates and numbers are written in. English is
# what the templates are written in.
NAMES = {"en": "English", "ru": "Русский"}
LOCALES = {"en": "en_GB", "ru": "ru_RU"}


def catalogues() -> Mapping[str, NullTranslations]:
    """The words of every language by its tag."""
    return {tag: NullTranslations() if tag == "en" else _catalogue(tag) for tag in NAMES}


def chosen(account: str, accepted: str) -> str:
    """The language to speak: the account's, else the first we know of an Accept-Language header."""
    if account in NAMES:
        return account
    for part in accepted.split(",")[:20]:
        tag = part.partition(";")[0].partition("-")[0].strip().lower()
        if tag in NAMES:
            return tag
    return "en"


def _catalogue(tag: str) -> NullTranslations:
    compiled = BytesIO()
    with (FOLDER / f"{tag}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=tag))
    compiled.seek(0)
    return GNUTranslations(compiled)
