"""Backup and restore of everything, on both databases and from one to the other."""

import threading
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Connection, Date, Float, Integer, LargeBinary, Text, func, select
from sqlalchemy import insert as insert_into
from sqlalchemy.types import JSON, BigInteger

from news.errors import BackupError, StorageError
from storage import archive, backups
from storage.backups import writing
from storage.columns import Base, Moment
from storage.presence import alone, present
from tests.databases import Databases, PostgresqlDatabases, SqliteDatabases
from wirewatch.backups import back_up, restore
from wirewatch.lock import SERVICE, collecting
from wirewatch.settings import Settings

NOW = datetime(2026, 11, 3, 12, 30, 15, 123456, tzinfo=UTC)
LATER = datetime(2026, 11, 4, tzinfo=UTC)


def value(column: Column[Any], number: int) -> Any:
    """A value of the column's type, the same in every table, so that all references hold."""
    kinds: list[tuple[Any, Any]] = [
        (Moment, NOW.replace(hour=number)),
        (Boolean, number % 2 == 0),
        (Integer, number),
        (BigInteger, number),
        (Float, 0.1 * number),
        (Date, date(2026, 11, number)),
        (LargeBinary, bytes([0, 255, 10, number])),
        (JSON, {"b": [number, "ə"], "a": None}),
        (Text, f"Նոր\n\t\"{number}\" \u2028 'ünlü'"),
    ]
    return next(made for kind, made in kinds if isinstance(column.type, kind))


def fill(conn: Connection, *numbers: int) -> None:
    """A row for each number in every table there is; every third leaves out what may be left out."""
    for number in numbers:
        for table in Base.metadata.sorted_tables:
            row = {
                column.name: None
                if number % 3 == 0 and column.nullable and not column.foreign_keys
                else value(column, number)
                for column in table.columns
            }
            conn.execute(insert_into(table).values(row))


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(data=folder, database=url)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A wirewatch with rows in every table and a message kept as a file."""
    with writing(database_url) as conn:
        fill(conn, 1, 2, 3)
    made = settings_for(database_url, tmp_path / "data")
    (made.outbox / "2026").mkdir(parents=True)
    (made.outbox / "2026" / "1.eml").write_bytes(b"Subject: x\r\n\r\nwords\r\n")
    return made


def digests(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as backup:
        return archive.verify(backup, file).members()


@pytest.fixture
def others(sqlite_databases: SqliteDatabases, request: pytest.FixtureRequest) -> dict[str, Databases]:
    return {"sqlite": sqlite_databases, "postgresql": request.getfixturevalue("postgresql_databases")}


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_everything_comes_back_on_either_database(
    settings: Settings, others: dict[str, Databases], target: str, tmp_path: Path
) -> None:
    file, again = tmp_path / "backup.zip", tmp_path / "again.zip"
    manifest = back_up(settings, file, NOW)
    assert {table.rows for table in manifest.tables} == {3}
    assert file.stat().st_mode & 0o777 == 0o600
    other = settings_for(others[target].blank(), tmp_path / "other")
    kept = restore(other, file, replace=False, now=LATER).kept
    assert kept == []
    assert (other.outbox / "2026" / "1.eml").read_bytes() == b"Subject: x\r\n\r\nwords\r\n"
    back_up(other, again, LATER)
    hosts = "tables/hosts.jsonl"  # leases of the former life are given back
    assert {**digests(again), hosts: ""} == {**digests(file), hosts: ""}
    with writing(other.database_url) as conn:
        table = Base.metadata.tables["visits"]
        row = {column.name: value(column, 1) for column in table.columns if column.name != "id"}
        assert conn.execute(insert_into(table).values(row).returning(table.c.id)).scalar_one() == 4


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_of_an_older_schema_is_brought_up(
    others: dict[str, Databases], target: str, tmp_path: Path
) -> None:
    """Topics had no columns about packs in schema 0001, and there was no table of packs."""
    columns = {"slug": "plain", "name": "plain", "version": "plain", "added": "moment", "removed": "moment"}
    row = {"slug": "lachin", "name": "Lachin", "version": 0, "added": NOW, "removed": None}
    file, settings = tmp_path / "older.zip", settings_for(others[target].blank(), tmp_path / "data")
    with zipfile.ZipFile(file, "w") as made:
        topics = archive.add_table(made, "topics", columns, [row])
        archive.finish(made, archive.Manifest(NOW.isoformat(), "0.1.0", "0001", (topics,)))
    restore(settings, file, replace=False, now=LATER)
    with writing(settings.database_url) as conn:
        table = Base.metadata.tables["topics"]
        restored = dict(conn.execute(select(table)).mappings().one())
    assert restored == {**row, "pack": None, "changed_by_hand": True}


def test_what_is_there_is_replaced_only_when_asked_and_kept(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    back_up(settings, file, NOW)
    with writing(settings.database_url) as conn:
        fill(conn, 4)
    with pytest.raises(BackupError, match="is not empty"):
        restore(settings, file, replace=False, now=LATER)
    kept = restore(settings, file, replace=True, now=LATER).kept
    assert [path.name.partition("before-restore-")[2][:16] for path in kept] == ["20261104T000000Z"] * 2
    visits = select(func.count()).select_from(Base.metadata.tables["visits"])
    with writing(settings.database_url) as conn:
        assert conn.execute(visits).scalar_one() == 3
    if settings.database_url.startswith("sqlite"):
        with writing(f"sqlite:///{kept[0]}") as conn:
            assert conn.execute(visits).scalar_one() == 4
    else:
        restore(settings, kept[0], replace=True, now=NOW)
        with writing(settings.database_url) as conn:
            assert conn.execute(visits).scalar_one() == 4


def test_a_backup_while_writes_go_on_is_of_one_moment(settings: Settings, tmp_path: Path) -> None:
    """Each unit writes one row to every table: a backup of one moment has as many of each."""
    stop = threading.Event()

    def write() -> None:
        number = 4
        while not stop.is_set() and number < 24:
            with writing(settings.database_url) as conn:
                fill(conn, number)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = []
        for number in range(3):
            manifest = back_up(settings, tmp_path / f"{number}.zip", NOW)
            assert len({table.rows for table in manifest.tables}) == 1
            counts.append(manifest.tables[0].rows)
    finally:
        stop.set()
        writer.join()
    assert counts[-1] > 3


def damages(whole: bytes) -> dict[str, bytes]:
    middle = whole.index(b"tables/articles.jsonl") + 60
    return {
        "empty": b"",
        "cut": whole[: len(whole) // 2],
        "cut a little": whole[:-10],
        "a byte": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "no backup": b"Subject: x\r\n\r\n",
    }


def test_a_damaged_backup_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    file, before, after = (tmp_path / f"{name}.zip" for name in ("backup", "before", "after"))
    back_up(settings, before, NOW)
    for damage, torn in damages(before.read_bytes()).items():
        file.write_bytes(torn)
        with pytest.raises(BackupError, match="damaged or no backup of wirewatch"):
            restore(settings, file, replace=True, now=LATER)
        assert (settings.outbox / "2026" / "1.eml").exists(), damage
    back_up(settings, after, NOW)
    assert digests(before) == digests(after)


def test_a_backup_whose_files_would_lie_elsewhere_is_refused(
    sqlite_databases: SqliteDatabases, tmp_path: Path
) -> None:
    settings = settings_for(sqlite_databases.fresh(), tmp_path / "data")
    file, bad = tmp_path / "backup.zip", tmp_path / "bad.zip"
    manifest = back_up(settings, file, NOW)
    for name in ("outbox/../../x", "/x", "outbox/", "outbox//x", "else/x", "outbox/..\\x"):
        with zipfile.ZipFile(file) as good, zipfile.ZipFile(bad, "w") as made:
            for table in manifest.tables:
                made.writestr(table.member, good.read(table.member))
            made.writestr(name, b"")
            empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
            archive.finish(
                made,
                archive.Manifest(
                    manifest.made_at, manifest.program, manifest.revision, manifest.tables, {name: empty}
                ),
            )
        with pytest.raises(BackupError, match="would be written elsewhere"):
            restore(settings, bad, replace=True, now=LATER)


def test_restore_refuses_while_a_service_runs(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    back_up(settings, file, NOW)
    on_file = settings.database_url.startswith("sqlite")
    running = collecting(settings.data, SERVICE) if on_file else present(settings.database_url)
    with running, pytest.raises(StorageError, match="service"):
        restore(settings, file, replace=True, now=LATER)
    restore(settings, file, replace=True, now=LATER)


def test_a_backup_never_overwrites_and_says_where_it_cannot_be_written(
    sqlite_databases: SqliteDatabases, tmp_path: Path
) -> None:
    settings = settings_for(sqlite_databases.fresh(), tmp_path / "data")
    file = tmp_path / "backup.zip"
    file.write_bytes(b"precious")
    with pytest.raises(BackupError, match="is there already"):
        back_up(settings, file, NOW)
    with pytest.raises(BackupError, match="No such file or directory"):
        back_up(settings, tmp_path / "nowhere" / "backup.zip", NOW)
    assert file.read_bytes() == b"precious"


def test_a_damaged_sqlite_file_is_noticed(sqlite_databases: SqliteDatabases, tmp_path: Path) -> None:
    url = sqlite_databases.fresh()
    with writing(url) as conn:
        fill(conn, *range(1, 23))
    file = Path(url.removeprefix("sqlite:///"))
    assert backups.quick_check(file) is None
    torn = bytearray(file.read_bytes())
    for at in range(8192, len(torn), 4096):
        torn[at : at + 64] = b"\xff" * 64
    file.write_bytes(torn)
    assert backups.quick_check(file) is not None
    with pytest.raises(StorageError):
        back_up(settings_for(url, tmp_path / "data"), tmp_path / "backup.zip", NOW)
    assert not list(tmp_path.glob("*.zip*"))


def test_no_service_starts_while_a_restore_is_under_way(postgresql_databases: PostgresqlDatabases) -> None:
    url = postgresql_databases.shared()
    with alone(url), pytest.raises(StorageError, match="is being restored"), present(url):
        pass
