"""Where packs are found, and how those named in the settings get into the database."""

from __future__ import annotations

from pathlib import Path

import structlog

from news.errors import CatalogueError, SettingsError
from review import packs as folders
from storage import packs
from storage.database import Database
from wirewatch.settings import Settings

# The packs that come with the program, in a checkout the repository's.
BUILT_IN = Path(__file__).parents[1] / "packs"
GAZETTEER = "names"  # a folder of names beside them, which is no pack


def find(settings: Settings, name: str) -> Path:
    """The folder of a pack: as it is where `name` is a path (it has a slash), else `packs/NAME` beside the
    settings file, else one of those that come with the program. Raises SettingsError."""
    places = [Path(name)] if "/" in name else [folder / name for folder in _shelves(settings)]
    for place in places:
        if place.is_dir():
            return place
    raise SettingsError(
        file=settings.file or "settings",
        key="packs",
        problem=f"no folder {' or '.join(map(str, places))}",
        remedy=_remedy(settings),
    )


def find_all(settings: Settings) -> dict[str, Path]:
    """The folders of the packs the settings name, by the packs' own names. Raises SettingsError."""
    found: dict[str, Path] = {}
    for name in settings.packs:
        folder = find(settings, name)
        own = folder.resolve().name
        if own in found:
            problem = f"two packs are named {own}: {found[own]} and {folder}"
            file = settings.file or "settings"
            raise SettingsError(file=file, key="packs", problem=problem, remedy="Rename one's folder.")
        found[own] = folder
    return found


async def load_packs(settings: Settings, database: Database, *, strict: bool) -> None:
    """Load those of the packs named in the settings whose files have changed since they were loaded.

    What is wrong with one is raised where `strict` (SettingsError,
    CatalogueError), else logged: what was loaded before can still be looked at.
    """
    try:
        await _load(settings, database)
    except (SettingsError, CatalogueError) as error:
        if strict:
            raise
        structlog.get_logger("packs").warning("packs are not loaded", reason=str(error))


async def _load(settings: Settings, database: Database) -> None:
    if not settings.packs:
        return
    known = await database.read(packs.digests)
    for name, folder in find_all(settings).items():
        texts = folders.texts_of(folder)
        if known.get(name) != folders.digest_of(texts):
            pack = folders.parse(folder, texts)
            loaded = await database.write(packs.load, pack, now=database.clock())
            if loaded is not None:
                _say(name, loaded)


def _say(name: str, loaded: packs.Loaded) -> None:
    log = structlog.get_logger("packs")
    log.info("pack loaded", pack=name, sources=loaded.sources, topics=loaded.topics, new=loaded.new)
    if loaded.disabled:
        log.warning("sources left the pack and are disabled", pack=name, sources=", ".join(loaded.disabled))
    if loaded.removed:
        log.warning("topics left the pack and are removed", pack=name, topics=", ".join(loaded.removed))


def _shelves(settings: Settings) -> tuple[Path, Path]:
    return settings.folder / "packs", BUILT_IN


def _remedy(settings: Settings) -> str:
    there = {
        folder.name
        for shelf in _shelves(settings)
        if shelf.is_dir()
        for folder in shelf.iterdir()
        if folder.name != GAZETTEER and any(folder.glob("*.toml"))
    }
    some = f"There are: {', '.join(sorted(there))}." if there else "There is none in either place."
    return f"{some} A pack is a folder packs/NAME beside the settings file, or a path with a slash."
