"""What packs brought: sources with their confidence, topics, and which packs were loaded"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "packs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("loaded", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_packs")),
    )
    op.add_column("sources", sa.Column("confidence", sa.Text(), nullable=True))
    # Which pack brought a source was not kept; the packs' first loading says it again.
    op.add_column("sources", sa.Column("pack", sa.Text(), nullable=True))
    op.drop_column("sources", "origin")
    op.add_column("topics", sa.Column("pack", sa.Text(), nullable=True))
    # The default is for topics that are there already, all brought by hand.
    op.add_column(
        "topics", sa.Column("changed_by_hand", sa.Boolean(), nullable=False, server_default=sa.true())
    )


def downgrade() -> None:
    op.drop_column("topics", "changed_by_hand")
    op.drop_column("topics", "pack")
    op.add_column("sources", sa.Column("origin", sa.Text(), nullable=False, server_default="hand"))
    op.execute("UPDATE sources SET origin = 'pack' WHERE pack IS NOT NULL")
    op.drop_column("sources", "pack")
    op.drop_column("sources", "confidence")
    op.drop_table("packs")
