"""How often a post was seen, as its channel says"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("sightings", sa.Column("views", number, nullable=True))


def downgrade() -> None:
    op.drop_column("sightings", "views")
