"""Topics may be watched by a query and named several times; a term says how much it proves"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("topic_versions", sa.Column("query", sa.Text(), nullable=True))
    op.add_column("topic_versions", sa.Column("mentions", NUMBER, server_default="1", nullable=False))
    op.add_column("terms", sa.Column("stands", sa.Text(), server_default="alone", nullable=False))


def downgrade() -> None:
    op.drop_column("terms", "stands")
    op.drop_column("topic_versions", "mentions")
    op.drop_column("topic_versions", "query")
