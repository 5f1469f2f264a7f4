"""What Alembic runs: the migrations, on the connection that `storage.schema` hands over."""

from __future__ import annotations

from alembic import context

from storage import desk_tables, judging_tables, tables, telling_tables
from storage.columns import Base
from storage.schema import is_described

ROOMS = (desk_tables, judging_tables, tables, telling_tables)  # importing them fills the metadata


def run() -> None:
    """Run the asked-for migrations in one transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=is_described,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
