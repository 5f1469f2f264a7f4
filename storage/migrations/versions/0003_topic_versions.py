"""Topic versions say which pack made them; until now a hand made them all"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("topic_versions", sa.Column("pack", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("topic_versions", "pack")
