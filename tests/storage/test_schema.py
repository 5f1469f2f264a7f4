"""The schema: up, down, up again; what a database of another age is told."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.pool import NullPool

from news.errors import StorageError
from storage import desk_tables, judging_tables, schema, tables, telling_tables  # noqa: F401 - the tables fill the metadata
from storage.address import parse
from storage.backups import writing
from storage.columns import Base
from storage.database import Database
from storage.schema import Condition, downgrade, schema_state, upgrade
from storage.sources import all_sources
from storage.topics import TOPICS
from tests.databases import SqliteDatabases


def run(url: str, *statements: str) -> list[str]:
    """Run statements past everything else; returns the names of the tables there are then."""
    engine = create_engine(parse(url).url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
        names = inspect(connection).get_table_names()
    engine.dispose()
    return names


def test_up_down_and_up_again(blank_url: str) -> None:
    assert schema_state(blank_url).condition is Condition.EMPTY
    upgrade(blank_url)
    assert schema_state(blank_url).condition is Condition.CURRENT
    made = {name for name in run(blank_url) if schema.is_described(None, name)}
    assert made == {*Base.metadata.tables, "alembic_version"}
    downgrade(blank_url, "base")
    assert run(blank_url) == ["alembic_version"]
    assert schema_state(blank_url).condition is Condition.EMPTY
    assert "is now" in upgrade(blank_url)
    assert "nothing to do" in upgrade(blank_url)
    assert schema_state(blank_url).condition is Condition.CURRENT


def test_what_is_there_goes_up_and_down_with_the_schema(blank_url: str) -> None:
    upgrade(blank_url, "0001")
    text_columns = "slug, outlet, name, kind, url, spider, tier, languages, zone, rules, host"
    run(
        blank_url,
        "INSERT INTO topics (slug, name, version, added) VALUES ('t', 'T', 0, '2026-01-01 00:00:00.000000')",
        f"INSERT INTO sources ({text_columns}, cadence, silence, enabled, origin, changed_by_hand,"
        " enabled_by_hand, added, next_visit_at, failures, held_items) VALUES ('s', 's', 'S', 'agency',"
        " 'https://s.example/', 'feed', 'useful', '[]', 'UTC', '{}', 's.example', 900, 168, true, 'pack',"
        " false, false, '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 0, false)",
    )
    for _ in range(2):
        upgrade(blank_url)
        with writing(blank_url) as conn:
            rows = conn.execute(select(TOPICS.c.pack, TOPICS.c.changed_by_hand)).all()
            assert [tuple(row) for row in rows] == [(None, True)]
            assert [source.confidence for source in all_sources(conn)] == [None]
        run(blank_url, "UPDATE sources SET pack = 'caucasus', confidence = 'used'")
        downgrade(blank_url, "0001")
        with writing(blank_url) as conn:
            assert conn.execute(text("SELECT origin FROM sources")).scalars().all() == ["pack"]


def test_the_migrations_and_the_tables_say_the_same(database_url: str) -> None:
    engine = create_engine(parse(database_url).url, poolclass=NullPool)
    options = {"compare_type": True, "include_object": schema.is_described}
    with engine.connect() as connection:
        drift = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()
    assert drift == []


def test_a_newer_schema_is_refused_with_what_to_do(database_url: str) -> None:
    run(database_url, "UPDATE alembic_version SET version_num = '8888'")
    with pytest.raises(StorageError, match=r"8888 is newer .* Run the wirewatch that made it"):
        asyncio.run(Database.open(database_url, migrate=True))
    with pytest.raises(StorageError, match="newer"):
        upgrade(database_url)


def test_tables_of_another_program_are_left_alone(blank_url: str) -> None:
    run(blank_url, "CREATE TABLE sources (id INTEGER)")
    with pytest.raises(StorageError, match="not wirewatch's"):
        asyncio.run(Database.open(blank_url))


def test_an_empty_database_is_given_the_schema(blank_url: str) -> None:
    async def opened() -> None:
        await (await Database.open(blank_url)).close()

    asyncio.run(opened())
    assert schema_state(blank_url).condition is Condition.CURRENT


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path}/new/folder/wire.db")
    assert (tmp_path / "new/folder/wire.db").exists()


class TestAnOlderSqliteSchema:
    """One more migration than there is, in a copy of the folder."""

    @pytest.fixture
    def older_url(
        self, sqlite_databases: SqliteDatabases, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> str:
        folder = tmp_path / "migrations"
        shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions/9999_later.py").write_text(
            "from alembic import op\nrevision = '9999'\ndown_revision = '0009'\n"
            "def upgrade():\n    op.execute('CREATE TABLE later (id INTEGER)')\n"
            "def downgrade():\n    op.drop_table('later')\n"
        )
        url = sqlite_databases.fresh()
        monkeypatch.setattr(schema, "MIGRATIONS", folder)
        return url

    async def test_is_refused_with_the_command(self, older_url: str) -> None:
        with pytest.raises(StorageError, match=r"0009 is older .* `wirewatch db upgrade`"):
            await Database.open(older_url)

    async def test_is_copied_and_brought_up_when_asked(self, older_url: str) -> None:
        await (await Database.open(older_url, migrate=True)).close()
        kept = Path(older_url.removeprefix("sqlite:///") + ".before-9999")
        assert "later" in run(older_url)
        assert "later" not in run(f"sqlite:///{kept}")
        assert schema_state(f"sqlite:///{kept}").current == "0009"

    def test_the_command_says_what_it_did(self, older_url: str) -> None:
        told = upgrade(older_url)
        assert "now 9999 (before: 0009)" in told
        assert ".before-9999" in told


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="its folder cannot be made"):
        upgrade(f"sqlite:///{tmp_path}/file/folder/wire.db")


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "postgresql://host:port/db", "nonsense"]
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(StorageError, match="Use sqlite:///FILE or postgresql"):
        parse(url)


def test_no_password_is_shown() -> None:
    assert "secret" not in parse("postgresql://user:secret@127.0.0.1/wire").shown
    elsewhere = parse("postgresql://user@127.0.0.1/wire?password=secret")
    assert "secret" not in elsewhere.shown
    assert elsewhere.url.password == "secret"
    with pytest.raises(StorageError) as refused:
        schema_state("postgresql://user:secret@127.0.0.1:1/wire")
    assert "secret" not in str(refused.value)
