"""Lists paged back to a date; articles say how they came and whose words a clipping holds"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Document, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("articles", sa.Column("brought", sa.Text(), server_default="visit", nullable=False))
    op.add_column("articles", sa.Column("said_by", sa.Text(), nullable=True))
    op.create_table(
        "backfills",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("waiting", Document, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_try_at", Moment(), nullable=True),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("pages", NUMBER, nullable=False),
        sa.Column("listed", NUMBER, nullable=False),
        sa.Column("found", NUMBER, nullable=False),
        sa.Column("oldest", Moment(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("started", Moment(), nullable=False),
        sa.Column("ended", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_backfills_source_sources")),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_backfills")),
    )
    op.create_index(op.f("ix_backfills_next_try_at"), "backfills", ["next_try_at"])
    op.create_table(
        "backfill_pages",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url_key", sa.LargeBinary(), nullable=False),
        sa.Column("listed_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source"],
            ["backfills.source"],
            name=op.f("fk_backfill_pages_source_backfills"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("source", "url_key", name=op.f("pk_backfill_pages")),
    )
    op.create_index(op.f("ix_backfill_pages_source_listed_key"), "backfill_pages", ["source", "listed_key"])


def downgrade() -> None:
    op.drop_table("backfill_pages")
    op.drop_table("backfills")
    op.drop_column("articles", "said_by")
    op.drop_column("articles", "brought")
