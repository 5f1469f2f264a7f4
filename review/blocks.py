"""TOML files that are lists of blocks with a slug each, `[[source]]` and `[[topic]]`, as they are written."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from news.errors import CatalogueError

KINDS = ("source", "topic")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
SLUG_RULE = "Use lower-case letters a-z, digits and hyphens, at most 64."


class Problem(ValueError):
    """What is wrong with one key of a block, and what to do; whoever knows the file says where."""

    def __init__(self, key: str, problem: str, remedy: str) -> None:
        super().__init__(key)
        self.key, self.problem, self.remedy = key, problem, remedy

    def refusal(self, file: str, where: str) -> CatalogueError:
        return CatalogueError(file=file, where=where, problem=self.problem, remedy=self.remedy)


def has_controls(value: object) -> bool:
    """Whether it is a text with control characters or halves of pairs: no database or page takes them."""
    return isinstance(value, str) and any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value)


def text_of(path: Path) -> str:
    """What a file holds. Raises CatalogueError where it cannot be read."""
    try:
        return text_in(path.read_bytes(), str(path))
    except OSError as error:
        raise CatalogueError(
            file=path, where="(file)", problem=str(error), remedy="Name a readable UTF-8 file."
        ) from error


def text_in(body: bytes, file: str) -> str:
    """The text of a file's bytes; `file` names it in errors. Raises CatalogueError where it is not UTF-8."""
    try:
        return body.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        remedy = "Save it as UTF-8."
        raise CatalogueError(file=file, where="(file)", problem=str(error), remedy=remedy) from error


def document_of(text: str, file: str, kinds: Sequence[str] = KINDS) -> dict[str, Any]:
    """A TOML text of blocks of these kinds; `file` names it in errors. Raises CatalogueError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(
            file=file, where="(file)", problem=f"not TOML: {error}", remedy="Mend that line."
        ) from error
    for key in document:
        if key not in kinds:
            near = get_close_matches(key, kinds, n=1)
            valid = " or ".join(f"[[{kind}]]" for kind in kinds)
            remedy = f"Did you mean [[{near[0]}]]?" if near else f"Write {valid}."
            raise CatalogueError(file=file, where=key, problem="no such key", remedy=remedy)
    return document


def blocks_of(document: dict[str, Any], kind: str, file: str) -> list[dict[str, Any]]:
    """The `[[kind]]` blocks of a document, in order, perhaps none. Raises CatalogueError."""
    blocks = document.get(kind, [])
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise CatalogueError(
            file=file, where=kind, problem="not a list of tables", remedy=f"Write [[{kind}]]."
        )
    return blocks


def known_key(key: str, known: Iterable[str], where: str = "") -> None:
    """Raises Problem for a key that is none of the `known`; `where` is what stands before it."""
    names = list(known)
    if key not in names:
        near = get_close_matches(key, names, n=1)
        remedy = f"Did you mean {near[0]}?" if near else f"Valid are: {', '.join(names)}."
        raise Problem(f"{where}{key}", "no such key", remedy)


def refuse_twins(slugs: Iterable[str], file: str) -> None:
    """Raises CatalogueError for the first slug that stands twice."""
    for slug, times in Counter(slugs).items():
        if times > 1:
            problem = "the slug stands twice"
            raise CatalogueError(file=file, where=slug, problem=problem, remedy="Rename one.")
