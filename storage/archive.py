"""A backup's form: a zip of one JSON-lines member per table, the same from SQLite and PostgreSQL.

The manifest, written last, names every member with its SHA-256, and every
table with its columns' kinds and its rows: a backup is read by what it says of
itself, so a later wirewatch can read it into the schema it was made from and
bring that up.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from news.errors import BackupError

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20
# How a column's values stand in JSON, by kind; `plain` ones as they are.
ENCODE: dict[str, Callable[[Any], Any]] = {
    "moment": lambda value: value.astimezone(UTC).isoformat(timespec="microseconds"),
    "day": lambda value: value.isoformat(),
    "bytes": lambda value: base64.b64encode(value).decode(),
}
DECODE: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": lambda value: base64.b64decode(value, validate=True),
}
# What a broken file may raise while it is read.
BROKEN = (BadZipFile, zlib.error, OSError, EOFError, KeyError, TypeError, ValueError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class TableMember:
    """A table in the backup: its columns in order with their kinds, its rows, its member's SHA-256."""

    name: str
    columns: dict[str, str]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `files` are the further members, by name, with their SHA-256."""

    made_at: str
    program: str
    revision: str
    tables: tuple[TableMember, ...]
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def members(self) -> dict[str, str]:
        """Every member there must be, with its SHA-256."""
        return {**{table.member: table.sha256 for table in self.tables}, **self.files}


def add_table(archive: ZipFile, name: str, columns: dict[str, str], rows: Iterable[Any]) -> TableMember:
    """Write a table's rows, mappings by column, as they come."""
    digest, count = hashlib.sha256(), 0
    member = TableMember(name, columns, 0, "")
    with _opened(archive, member.member) as out:
        for row in rows:
            line = json.dumps(
                [_encoded(kind, row[column]) for column, kind in columns.items()],
                ensure_ascii=False,
                separators=(",", ":"),
                sort_keys=True,  # PostgreSQL keeps a document's keys in an order of its own
            ).encode()
            out.write(line + b"\n")
            digest.update(line + b"\n")
            count += 1
    return TableMember(name, columns, count, digest.hexdigest())


def add_file(archive: ZipFile, name: str, source: IO[bytes]) -> str:
    """Write a further member; returns its SHA-256."""
    digest = hashlib.sha256()
    with _opened(archive, name) as out:
        while chunk := source.read(CHUNK):
            out.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()


def finish(archive: ZipFile, manifest: Manifest) -> None:
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1), ZIP_DEFLATED)


def verify(archive: ZipFile, shown: object) -> Manifest:
    """Read all of it once: every member is there and whole. Raises BackupError that says what is not."""
    try:
        manifest = _manifest(archive)
    except BROKEN as error:
        raise damaged(shown, f"its manifest cannot be read ({error})") from error
    if manifest.format != FORMAT:
        raise BackupError(
            file=shown, problem=f"a backup of form {manifest.format}", remedy="Use the wirewatch that made it"
        )
    expected = {**manifest.members(), MANIFEST: ""}
    if sorted(archive.namelist()) != sorted(expected):
        raise damaged(shown, "its members are not those of its manifest")
    for name, sha256 in manifest.members().items():
        try:
            found = _digest(archive, name)
        except BROKEN as error:
            raise damaged(shown, f"{name} cannot be read ({error})") from error
        if found != sha256:
            raise damaged(shown, f"{name} is not as it was written")
    return manifest


def rows(archive: ZipFile, table: TableMember) -> Iterator[dict[str, Any]]:
    """A table's rows, as values. Raises BackupError where one is not what the manifest says."""
    with archive.open(table.member) as lines:
        for line in lines:
            try:
                values = zip(table.columns.items(), json.loads(line), strict=True)
                row = {
                    column: None if value is None else DECODE.get(kind, _same)(value)
                    for (column, kind), value in values
                }
            except BROKEN as error:
                raise damaged(table.member, f"a row that cannot be read ({error})") from error
            yield row


def damaged(shown: object, problem: str) -> BackupError:
    remedy = "Nothing was changed; take another backup"
    return BackupError(file=shown, problem=f"damaged or no backup of wirewatch: {problem}", remedy=remedy)


def _manifest(archive: ZipFile) -> Manifest:
    said = json.loads(archive.read(MANIFEST))
    tables = tuple(TableMember(**table) for table in said.pop("tables"))
    return Manifest(**said, tables=tables)


def _digest(archive: ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as member:
        while chunk := member.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _opened(archive: ZipFile, name: str) -> IO[bytes]:
    member = ZipInfo(name, datetime.now(UTC).timetuple()[:6])
    member.compress_type = ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return archive.open(member, "w", force_zip64=True)


def _encoded(kind: str, value: Any) -> Any:
    return None if value is None else ENCODE.get(kind, _same)(value)


def _same(value: Any) -> Any:
    return value
