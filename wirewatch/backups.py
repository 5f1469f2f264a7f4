"""`backup` and `restore` of everything: database, messages kept as files, settings for reference."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from alerts.channels.folder import Folder, file_name
from news.errors import BackupError
from storage import archive, backups, removals, schema
from storage.address import parse
from storage.archive import Manifest
from storage.backups import Then
from storage.database import Connection
from storage.presence import alone
from storage.removals import Traces
from wirewatch.lock import RESTORE, collecting
from wirewatch.settings import Settings

OUTBOX = "outbox"
SETTINGS = "settings.toml"


def back_up(settings: Settings, file: Path, now: datetime) -> Manifest:
    """Write a backup of everything to `file`, whole or not at all. Raises BackupError, StorageError."""
    if file.exists():
        raise BackupError(file=file, problem="it is there already", remedy="Name another file")
    with (
        _whole(file) as into,
        tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as scratch,
        ZipFile(into, "w", ZIP_DEFLATED) as backup,
    ):
        # The database first: what it says was written as a file is there by then.
        revision, tables = backups.dump(settings.database_url, backup, Path(scratch))
        manifest = Manifest(
            made_at=now.isoformat(timespec="seconds"),
            program=version("wirewatch"),
            revision=revision,
            tables=tables,
            files=_add_files(settings, backup),
        )
        archive.finish(backup, manifest)
    return manifest


@dataclass(frozen=True, slots=True)
class Restored:
    """What the backup says of itself, where what was there is kept, and how many articles of it that had
    been removed on request were removed again."""

    manifest: Manifest
    kept: list[Path]
    removed: int


def restore(settings: Settings, file: Path, *, replace: bool, now: datetime) -> Restored:
    """Bring back everything from `file`, but for what was removed on request from what is there.

    All of it is read and checked before anything is changed. Raises
    BackupError, and StorageError while a service runs.
    """
    url, kept = settings.database_url, []
    again: list[Traces] = []
    with _opened(file) as backup, _alone(settings):
        manifest = archive.verify(backup, file)
        _require_fit(file, manifest)
        if not (backups.is_empty(url) or replace):
            problem = f"{parse(url).shown} is not empty"
            remedy = "With --replace it is replaced, and a copy kept of what is there"
            raise BackupError(file=file, problem=problem, remedy=remedy)
        gone = backups.removed(url)
        mark = f"before-restore-{now:%Y%m%dT%H%M%SZ}"

        def then(connection: Connection) -> None:
            again.extend(removals.again(connection, gone))

        kept += _restore_database(settings, backup, manifest, mark, now, then)
        kept += _restore_outbox(settings, backup, manifest, mark)
        for each in again:
            for message in files_of(settings.outbox, each):
                message.unlink()
    return Restored(manifest, kept, len(again))


def files_of(outbox: Path, found: Traces) -> list[Path]:
    """The messages that were written as files and carry an article, where they are still there."""
    named = (
        outbox / file_name(each.planned_at, each.message_id)
        for each in found.carried
        if each.channel == Folder.name
    )
    return [file for file in named if file.exists()]


def _restore_database(
    settings: Settings, backup: ZipFile, manifest: Manifest, mark: str, now: datetime, then: Then
) -> list[Path]:
    url, kept = settings.database_url, []
    database = parse(url).file
    if database is not None:
        copy = database.with_name(f"{database.name}.{mark}")
        return [copy] if backups.replace_file(database, backup, manifest, copy, then) else []
    if not backups.is_empty(url):
        settings.data.mkdir(parents=True, exist_ok=True)
        kept.append(settings.data / f"{mark}.zip")
        back_up(settings, kept[0], now)
    with backups.writing(url) as connection:
        backups.load(connection, backup, manifest, then)
    return kept


def _restore_outbox(settings: Settings, backup: ZipFile, manifest: Manifest, mark: str) -> list[Path]:
    """The files anew; the folder as it was is kept beside it."""
    outbox, kept = settings.outbox, []
    if outbox.is_dir() and any(outbox.iterdir()):
        kept.append(outbox.with_name(f"{outbox.name}.{mark}"))
        outbox.rename(kept[0])
    for name in manifest.files:
        if name.startswith(f"{OUTBOX}/"):
            target = outbox / name.removeprefix(f"{OUTBOX}/")
            target.parent.mkdir(parents=True, exist_ok=True)
            with backup.open(name) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out)
    return kept


def _add_files(settings: Settings, backup: ZipFile) -> dict[str, str]:
    """The outbox's files and the settings file; what is taken away meanwhile is left out."""
    files = {}
    outbox = settings.outbox
    for path in sorted(outbox.rglob("*")) if outbox.is_dir() else []:
        if path.is_file() and not path.is_symlink():
            name = f"{OUTBOX}/{path.relative_to(outbox).as_posix()}"
            files[name] = _add(backup, name, path)
    if settings.file is not None and settings.file.is_file():
        files[SETTINGS] = _add(backup, SETTINGS, settings.file)
    return files


def _add(backup: ZipFile, name: str, path: Path) -> str:
    with path.open("rb") as source:
        return archive.add_file(backup, name, source)


def _require_fit(file: Path, manifest: Manifest) -> None:
    """This program knows its schema, and a name in it leads nowhere but into the outbox."""
    if not schema.knows(manifest.revision):
        problem = f"wirewatch {manifest.program} made it, with a schema newer than this program's"
        remedy = "Restore it with that wirewatch or a newer one"
        raise BackupError(file=file, problem=problem, remedy=remedy)
    for name in manifest.files:
        parts = PurePosixPath(name).parts
        within = len(parts) > 1 and parts[0] == OUTBOX and ".." not in parts and "\\" not in name
        if name != SETTINGS and not (within and PurePosixPath(name).as_posix() == name):
            raise archive.damaged(file, f"the member {name!r} would be written elsewhere")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    on_file = parse(settings.database_url).file is not None
    with collecting(settings.data, RESTORE) if on_file else alone(settings.database_url):
        yield


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        backup = ZipFile(file)
    except OSError as error:
        remedy = "Name a backup file"
        raise BackupError(file=file, problem=error.strerror or str(error), remedy=remedy) from error
    except BadZipFile as error:
        raise archive.damaged(file, str(error)) from error
    with backup:
        yield backup


@contextmanager
def _whole(file: Path) -> Iterator[Path]:
    """A file beside it to write to, for nobody else to read, that takes its name once all is written."""
    part = file.with_name(f".{file.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file)
    except OSError as error:
        problem = error.strerror or str(error)
        raise BackupError(file=file, problem=problem, remedy="Name a place with room") from error
    finally:
        part.unlink(missing_ok=True)
