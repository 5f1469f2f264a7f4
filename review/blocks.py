"""TOML files that are lists of blocks with a slug each, `[[source]]` and `[[topic]]`, as they are written."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from news.errors import CatalogueError

KINDS = ("source", "topic")


def text_of(path: Path) -> str:
    """What a file holds. Raises CatalogueError where it cannot be read."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            file=path, where="(file)", problem=str(error), remedy="Name a readable UTF-8 file."
        ) from error


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


def refuse_twins(slugs: Iterable[str], file: str) -> None:
    """Raises CatalogueError for the first slug that stands twice."""
    for slug, times in Counter(slugs).items():
        if times > 1:
            problem = "the slug stands twice"
            raise CatalogueError(file=file, where=slug, problem=problem, remedy="Rename one.")
