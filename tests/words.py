"""The desk's words as its code has them: `make words` brings the catalogues up to date, a test compares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from news.errors import WirewatchError
from review.desk.languages import FOLDER, NAMES

ROOT = Path(__file__).parents[1]
SPOKEN = {"_": None, "gettext": None, "ngettext": (1, 2), "words": None, "pgettext": ((1, "c"), 2)}
# Sentences made where nobody is spoken to: news/phrases.py.
KEYWORDS = SPOKEN | {"Phrase": None, "several": (1, 2)}
PAGES = "review/desk/templates/**.html"
METHODS = [(PAGES, "jinja2"), ("review/**.py", "python"), ("news/*.py", "python")]
# What the extractor of templates needs to know of them, and that it is not to pass over what it cannot read.
OPTIONS = {PAGES: {"trim_blocks": "true", "silent": "false"}}
# Where facts stand in a message.
PLACE = re.compile(r"%\((\w+)\)s|%%|\{(\w*)[^}]*\}")
LETTERS = re.compile(r"[A-Za-z]")


def wanted() -> Catalog:
    """Every message of templates and code, not translated, each with the files it stands in."""
    made = Catalog(charset="utf-8")
    for file, _, message, _, context in extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS):
        made.add(message, locations=[(file, 0)], context=context)
    for template in errors():
        made.add(template, locations=[("news/errors.py", 0)])
    return made


def errors() -> Iterator[str]:
    """What the expected errors say, where it is more than their facts."""
    kinds = [WirewatchError]
    for kind in kinds:
        kinds += kind.__subclasses__()
        if LETTERS.search(PLACE.sub("", kind.template)):
            yield kind.template


def catalogue(tag: str) -> Path:
    return FOLDER / f"{tag}.po"


def translated() -> Iterator[str]:
    """The tags of the languages that have a catalogue."""
    return (tag for tag in NAMES if tag != "en")


def updated(text: str, tag: str, template: Catalog) -> str:
    """A catalogue with new messages empty and those gone left out; what was translated stays as it is.

    The header is kept to the letter: dates and tools in it would change each time.
    """
    had = read_po(BytesIO(text.encode()), locale=tag)
    had.update(template, no_fuzzy_matching=True)
    written = BytesIO()
    write_po(
        written, had, width=0, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    return text.partition("\n\n")[0].strip() + "\n\n" + written.getvalue().decode().strip() + "\n"


if __name__ == "__main__":
    for language in translated():
        page = catalogue(language)
        page.write_text(updated(page.read_text("utf-8"), language, wanted()), "utf-8")
