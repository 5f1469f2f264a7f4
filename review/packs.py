"""Packs as they stand on the disk: every .toml file of a folder, with `[[source]]` and `[[topic]]` blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from news.errors import CatalogueError
from news.pack import Pack
from review.blocks import text_of


def read(folder: Path) -> Pack:
    """The pack in a folder, named as the folder is. Raises CatalogueError naming file, block and key."""
    return parse(folder, texts_of(folder))


def texts_of(folder: Path) -> dict[str, str]:
    """What the folder's .toml files hold, by their names, in order.

    Raises CatalogueError where one cannot be read or there is none.
    """
    files = sorted(folder.glob("*.toml"))
    if not files:
        remedy = "A pack is a folder of .toml files with [[source]] and [[topic]] blocks."
        raise CatalogueError(file=folder, where="(folder)", problem="no .toml file in it", remedy=remedy)
    return {file.name: text_of(file) for file in files}


def digest_of(texts: Mapping[str, str]) -> bytes:
    """The SHA-256 by which a pack's files are known to be the same, names included."""
    digest = sha256()
    for name, text in texts.items():
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()


def parse(folder: Path, texts: Mapping[str, str]) -> Pack:
    """The pack these texts make. Raises CatalogueError; it names the folder's file."""
    # Every command looks whether a pack changed; hardly any finds that one did, and what reads it
    # takes a tenth of such a command to import.
    from review import catalogue, topics

    sources = {name: catalogue.read_text(text, str(folder / name)) for name, text in texts.items()}
    watched = {name: topics.read_text(text, str(folder / name)) for name, text in texts.items()}
    for blocks in (sources, watched):
        _refuse_twins(folder, {name: [each.slug for each in found] for name, found in blocks.items()})
    return Pack(
        folder.resolve().name,
        digest_of(texts),
        tuple(source for found in sources.values() for source in found),
        tuple(topic for found in watched.values() for topic in found),
    )


def _refuse_twins(folder: Path, slugs: Mapping[str, Iterable[str]]) -> None:
    """Within one file they are refused where it is read."""
    seen: dict[str, str] = {}
    for name, found in slugs.items():
        for slug in found:
            if slug in seen:
                problem = f"the slug stands in {seen[slug]} too"
                raise CatalogueError(
                    file=folder / name, where=slug, problem=problem, remedy="Rename or remove one."
                )
            seen[slug] = name
