"""Accounts of the desk, their sessions and tokens, and the audit log"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Document, Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _accounts()
    _keys()
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("account", NUMBER, nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor", "action", "noun", "key")),
        sa.Column("before", Document, nullable=True),
        sa.Column("after", Document, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name="fk_audit_account_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_noun_key", "audit", ["noun", "key"])
    op.create_index("ix_audit_account", "audit", ["account"])


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", NUMBER, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("name", "folded", "role", "email", "zone", "language", "theme")
        ),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("added", Moment(), nullable=False),
        sa.Column("disabled", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("folded", name="uq_accounts_folded"),
    )
    op.create_table(
        "invitations",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("expires", Moment(), nullable=False),
        _of_account("invitations"),
        sa.PrimaryKeyConstraint("key", name="pk_invitations"),
    )
    op.create_index("ix_invitations_account", "invitations", ["account"])


def _keys() -> None:
    op.create_table(
        "sessions",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        *(sa.Column(name, Moment(), nullable=False) for name in ("began", "last_seen", "expires")),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        _of_account("sessions"),
        sa.PrimaryKeyConstraint("key", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_table(
        "tokens",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("added", Moment(), nullable=False),
        sa.Column("expires", Moment(), nullable=True),
        sa.Column("last_used", Moment(), nullable=True),
        _of_account("tokens"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("key", name="uq_tokens_key"),
    )
    op.create_index("ix_tokens_account", "tokens", ["account"])
    op.create_table(
        "sign_in_failures",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_key_at", "sign_in_failures", ["key", "at"])
    op.create_index("ix_sign_in_failures_at", "sign_in_failures", ["at"])


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_account_accounts"
    return sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("audit", "sign_in_failures", "tokens", "sessions", "invitations", "accounts"):
        op.drop_table(table)
