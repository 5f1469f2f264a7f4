"""What health knows of a source: what its visits left, its rhythm, the state its operator was told of"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.columns import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# Rhythms are learned from at most so many days.
FURTHEST = 182
AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("sources", sa.Column("trace", DOCUMENT, server_default="{}", nullable=False))
    op.create_table(
        "arrivals",
        _slug(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hours", NUMBER, nullable=False),
        sa.Column("entries", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name="fk_arrivals_source_sources"),
        sa.PrimaryKeyConstraint("source", "day", name="pk_arrivals"),
    )
    op.create_index("ix_arrivals_day", "arrivals", ["day"])
    op.create_table(
        "rhythms",
        _slug(),
        sa.Column("learned", sa.Date(), nullable=False),
        sa.Column("rates", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, NUMBER, nullable=False) for name in ("days", "fewest", "most", "busiest")),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("beyond", "share")),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name="fk_rhythms_source_sources"),
        sa.PrimaryKeyConstraint("source", name="pk_rhythms"),
    )
    op.create_table(
        "calm_days",
        sa.Column("circle", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calm", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("circle", "day", name="pk_calm_days"),
    )
    op.create_table(
        "conditions",
        _slug(),
        sa.Column("lengths", DOCUMENT, server_default="[]", nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("since", Moment(), nullable=True),
        sa.Column("told_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name="fk_conditions_source_sources"),
        sa.PrimaryKeyConstraint("source", name="pk_conditions"),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
    )
    _fill(op.get_bind())


def downgrade() -> None:
    for name in ("marks", "conditions", "calm_days", "rhythms", "arrivals"):
        op.drop_table(name)
    op.drop_column("sources", "trace")


def _slug() -> sa.Column[str]:
    return sa.Column("source", sa.Text(), nullable=False)


def _fill(conn: sa.Connection) -> None:
    """Arrivals of the past, as far as their sightings are still there: so rhythms are known at once."""
    moments = (sa.column(name, Moment()) for name in ("first_seen", "first_after"))
    sightings = sa.table("sightings", sa.column("source"), *moments)
    latest = conn.execute(sa.select(sa.func.max(sightings.c.first_seen))).scalar()
    if latest is None:
        return
    seen = sa.select(sightings.c.source, sightings.c.first_seen)
    seen = seen.where(sightings.c.first_after.is_not(None))
    seen = seen.where(sightings.c.first_seen > latest - timedelta(days=FURTHEST))
    days: dict[tuple[str, date], list[int]] = {}
    arrived: dict[str, datetime] = {}
    for source, moment in conn.execute(seen):
        day = days.setdefault((source, moment.astimezone(UTC).date()), [0, 0])
        day[0] |= 1 << moment.astimezone(UTC).hour
        day[1] += 1
        arrived[source] = max(moment, arrived.get(source, moment))
    arrivals = sa.table("arrivals", *(sa.column(name) for name in ("source", "hours", "entries")))
    arrivals.append_column(sa.column("day", sa.Date()))
    rows = [
        {"source": source, "day": day, "hours": hours, "entries": items}
        for (source, day), (hours, items) in days.items()
    ]
    for some in _pieces(rows):
        conn.execute(sa.insert(arrivals), some)
    sources = sa.table("sources", sa.column("slug"), sa.column("trace", DOCUMENT))
    traced = sa.update(sources).where(sources.c.slug == sa.bindparam("which"))
    traces = [
        {"which": source, "trace": {"arrived": int(moment.timestamp())}} for source, moment in arrived.items()
    ]
    for some in _pieces(traces):
        conn.execute(traced, some)


def _pieces(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
