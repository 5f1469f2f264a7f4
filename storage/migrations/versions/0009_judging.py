"""The inbox, what the team and each person say of articles, saved searches; views for other people's SQL"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    *("saved_searches", "uses", "assignments", "article_tags", "notes", "readings", "verdicts"),
    *("inbox_topics", "inbox"),
)
LIST = """
    INSERT INTO inbox (article, appeared_by, source, language, matched_at)
    SELECT a.id, a.appeared_by, a.source, a.language,
           (SELECT min(m.judged_at) FROM matches m WHERE m.article = a.id AND NOT m.silent)
    FROM articles a
    WHERE a.state <> 'removed' AND EXISTS (
        SELECT 1 FROM matches m JOIN topics t ON t.slug = m.topic
        WHERE m.article = a.id AND t.removed IS NULL
    )
"""
LIST_TOPICS = """
    INSERT INTO inbox_topics (article, topic, appeared_by)
    SELECT DISTINCT i.article, m.topic, i.appeared_by
    FROM inbox i JOIN matches m ON m.article = i.article JOIN topics t ON t.slug = m.topic
    WHERE t.removed IS NULL
"""

REVIEW_ARTICLES = """
    SELECT a.id AS article, a.title, r.text, a.language, a.author, a.url,
           a.published_day, a.published_at, a.appeared_after, a.appeared_by,
           a.state, a.brought, a.said_by, a.revision AS revisions,
           a.outlet, a.source, s.name AS source_name, s.kind, s.tier, s.country, s.speaks_for
    FROM articles a
    JOIN sources s ON s.slug = a.source
    LEFT JOIN revisions r ON r.article = a.id AND r.number = a.revision
    WHERE a.state <> 'removed'
"""
REVIEW_MATCHES = """
    SELECT m.article, m.topic, t.name AS topic_name, m.topic_version, m.revision, m.judged_at, m.silent,
           m.evidence, v.says AS verdict, v.at AS verdict_at, c.name AS verdict_by
    FROM matches m
    JOIN topics t ON t.slug = m.topic
    JOIN articles a ON a.id = m.article
    LEFT JOIN verdicts v ON v.article = m.article AND v.topic = m.topic AND v.undone IS NULL
    LEFT JOIN accounts c ON c.id = v.account
    WHERE a.state <> 'removed'
"""
REVIEW_DELIVERIES = """
    SELECT d.id AS delivery, d.kind, d.channel, d.recipient, d.state, d.planned_at, d.sent_at, d.attempts,
           d.answer, d.message_id, d.subscription, g.slot AS digest_slot, l.article, l.topic, l.late
    FROM deliveries d
    LEFT JOIN digests g ON g.id = d.digest
    LEFT JOIN ledger l ON l.delivery = d.id
"""
VIEWS = {
    "review_articles": REVIEW_ARTICLES,
    "review_matches": REVIEW_MATCHES,
    "review_deliveries": REVIEW_DELIVERIES,
}


def upgrade() -> None:
    _inbox()
    _verdicts()
    _readings()
    _remarks()
    _saved_searches()
    op.execute(LIST)
    op.execute(LIST_TOPICS)
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
    for name in TABLES:
        op.drop_table(name)


def _inbox() -> None:
    op.create_table(
        "inbox",
        _article(),
        _moment("appeared_by"),
        _text("source"),
        _text("language", nullable=True),
        _moment("matched_at", nullable=True),
        _text("verdict", nullable=True),
        _of_article("inbox"),
        sa.PrimaryKeyConstraint("article", name="pk_inbox"),
    )
    walked = ["appeared_by", "article"]
    op.create_index("ix_inbox_appeared_by_article", "inbox", walked)
    for first in ("source", "language", "verdict"):
        op.create_index(f"ix_inbox_{first}_appeared_by_article", "inbox", [first, *walked])
    unjudged = sa.text("verdict IS NULL")
    op.create_index("ix_inbox_unjudged", "inbox", walked, postgresql_where=unjudged, sqlite_where=unjudged)
    op.create_index("ix_inbox_matched_at", "inbox", ["matched_at"])
    op.create_table(
        "inbox_topics",
        _article(),
        _text("topic"),
        _moment("appeared_by"),
        _text("verdict", nullable=True),
        sa.ForeignKeyConstraint(
            ["article"], ["inbox.article"], name="fk_inbox_topics_article_inbox", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic"], ["topics.slug"], name="fk_inbox_topics_topic_topics"),
        sa.PrimaryKeyConstraint("article", "topic", name="pk_inbox_topics"),
    )
    op.create_index("ix_inbox_topics_topic_appeared_by_article", "inbox_topics", ["topic", *walked])


def _verdicts() -> None:
    op.create_table(
        "verdicts",
        _number("id"),
        _article(),
        _text("topic"),
        _text("says"),
        _number("account"),
        _moment("at"),
        _moment("undone", nullable=True),
        _number("undone_by", nullable=True),
        _of_article("verdicts"),
        sa.ForeignKeyConstraint(["topic"], ["topics.slug"], name="fk_verdicts_topic_topics"),
        _of_account("verdicts"),
        _of_account("verdicts", "undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
    )
    op.create_index("ix_verdicts_article", "verdicts", ["article"])
    op.create_index("ix_verdicts_topic_at", "verdicts", ["topic", "at"])
    stands = sa.text("undone IS NULL")
    op.create_index(
        "uq_verdicts_standing",
        "verdicts",
        ["article", "topic"],
        unique=True,
        postgresql_where=stands,
        sqlite_where=stands,
    )


def _readings() -> None:
    op.create_table(
        "readings",
        _number("account"),
        _article(),
        _moment("read_at", nullable=True),
        _moment("starred_at", nullable=True),
        _of_account("readings"),
        _of_article("readings"),
        sa.PrimaryKeyConstraint("account", "article", name="pk_readings"),
    )
    op.create_index("ix_readings_article", "readings", ["article"])
    starred = sa.text("starred_at IS NOT NULL")
    op.create_index(
        "ix_readings_starred",
        "readings",
        ["account", "article"],
        postgresql_where=starred,
        sqlite_where=starred,
    )


def _remarks() -> None:
    for name, line in (("notes", "text"), ("uses", "line")):
        op.create_table(
            name,
            _number("id"),
            *(_article(), _number("account"), _moment("at"), _text(line)),
            *(_of_article(name), _of_account(name)),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        )
        op.create_index(f"ix_{name}_article", name, ["article"])
    op.create_table(
        "article_tags",
        *(_article(), _text("tag"), _number("account"), _moment("at")),
        *(_of_article("article_tags"), _of_account("article_tags")),
        sa.PrimaryKeyConstraint("article", "tag", name="pk_article_tags"),
    )
    op.create_index("ix_article_tags_tag_article", "article_tags", ["tag", "article"])
    op.create_table(
        "assignments",
        *(_article(), _number("assignee"), _number("account"), _moment("at")),
        *(_of_article("assignments"), _of_account("assignments", "assignee"), _of_account("assignments")),
        sa.PrimaryKeyConstraint("article", name="pk_assignments"),
    )
    op.create_index("ix_assignments_assignee_article", "assignments", ["assignee", "article"])


def _saved_searches() -> None:
    op.create_table(
        "saved_searches",
        *(_number("id"), _number("account"), _text("name"), _text("page"), _text("address")),
        _text("token", nullable=True),
        _moment("added"),
        _of_account("saved_searches"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
        sa.UniqueConstraint("account", "name", name="uq_saved_searches_account_name"),
        sa.UniqueConstraint("token", name="uq_saved_searches_token"),
    )


def _article() -> sa.Column[int]:
    return sa.Column("article", NUMBER, nullable=False, autoincrement=False)


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, NUMBER, nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Moment(), nullable=nullable)


def _of_article(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["article"], ["articles.id"], name=f"fk_{table}_article_articles")


def _of_account(table: str, column: str = "account") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["accounts.id"], name=f"fk_{table}_{column}_accounts")
