"""The desk's words as its code has them: `make words` brings the catalogues up to date, a test compares."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from review.desk.languages import FOLDER, NAMES

CODE = Path(__file__).parents[1] / "review"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "words": None, "pgettext": ((1, "c"), 2)}
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
# What the extractor of templates needs to know of them, and that it is not to pass over what it cannot read.
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "silent": "false"}}


def wanted() -> Catalog:
    """Every message of templates and code, not translated, each with the files it stands in."""
    made = Catalog(charset="utf-8")
    for file, _, message, _, context in extract_from_dir(CODE, METHODS, OPTIONS, KEYWORDS):
        made.add(message, locations=[(f"{CODE.name}/{file}", 0)], context=context)
    return made


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
