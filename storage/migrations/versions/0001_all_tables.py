"""All tables of collecting, judging and telling"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("visit_last", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    op.create_table(
        "sources",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("spider", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("languages", DOCUMENT, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("cadence", NUMBER, nullable=False),
        sa.Column("silence", NUMBER, nullable=False),
        sa.Column("rules", DOCUMENT, nullable=False),
        sa.Column("full_content", sa.Boolean(), nullable=True),
        sa.Column("insecure_tls", sa.Text(), nullable=True),
        sa.Column("ignore_robots", sa.Text(), nullable=True),
        sa.Column("speaks_for", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("control", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("changed_by_hand", sa.Boolean(), nullable=False),
        sa.Column("enabled_by_hand", sa.Boolean(), nullable=False),
        sa.Column("added", MOMENT, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_visit_at", MOMENT, nullable=False),
        sa.Column("etag", sa.LargeBinary(), nullable=True),
        sa.Column("last_modified", sa.LargeBinary(), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(), nullable=True),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("held_items", sa.Boolean(), nullable=False),
        sa.Column("last_good", MOMENT, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_sources")),
    )
    op.create_index(op.f("ix_sources_next_visit_at"), "sources", ["next_visit_at"], unique=False)
    op.create_index(op.f("ix_sources_outlet"), "sources", ["outlet"], unique=False)

    op.create_table(
        "subscriptions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=True),
        sa.Column("weekday", NUMBER, nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("when_empty", sa.Boolean(), nullable=False),
        sa.Column("added", MOMENT, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("told_until", MOMENT, nullable=True),
        sa.Column("paused", MOMENT, nullable=True),
        sa.Column("removed", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_table(
        "topics",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("added", MOMENT, nullable=False),
        sa.Column("removed", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_topics")),
    )
    op.create_table(
        "articles",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("published_day", sa.Date(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("appeared_after", MOMENT, nullable=True),
        sa.Column("appeared_by", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("backfill", sa.Boolean(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=True),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("crashes", NUMBER, nullable=False),
        sa.Column("fruitless", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_articles_source_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index(op.f("ix_articles_appeared_by_id"), "articles", ["appeared_by", "id"], unique=False)
    op.create_index(
        "ix_articles_waiting",
        "articles",
        ["host", "backfill", "next_try_at", "id"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
        sqlite_where=sa.text("next_try_at IS NOT NULL"),
    )

    op.create_table(
        "bodies",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bodies")),
        sa.UniqueConstraint("key", name=op.f("uq_bodies_key")),
    )
    op.create_table(
        "digests",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("subscription", NUMBER, nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("after", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("articles", NUMBER, nullable=False),
        sa.Column("body", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["body"], ["bodies.id"], name=op.f("fk_digests_body_bodies")),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_digests_subscription_subscriptions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("subscription", "slot", name=op.f("uq_digests_subscription_slot")),
    )
    op.create_index(op.f("ix_digests_body"), "digests", ["body"], unique=False)
    op.create_table(
        "subscription_topics",
        sa.Column("subscription", NUMBER, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription"],
            ["subscriptions.id"],
            name=op.f("fk_subscription_topics_subscription_subscriptions"),
        ),
        sa.ForeignKeyConstraint(["topic"], ["topics.slug"], name=op.f("fk_subscription_topics_topic_topics")),
        sa.PrimaryKeyConstraint("subscription", "topic", name=op.f("pk_subscription_topics")),
    )
    op.create_index(op.f("ix_subscription_topics_topic"), "subscription_topics", ["topic"], unique=False)

    op.create_table(
        "topic_versions",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["topic"], ["topics.slug"], name=op.f("fk_topic_versions_topic_topics")),
        sa.PrimaryKeyConstraint("topic", "version", name=op.f("pk_topic_versions")),
    )
    op.create_table(
        "visit_days",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visits", NUMBER, nullable=False),
        sa.Column("failed", NUMBER, nullable=False),
        sa.Column("blocked", NUMBER, nullable=False),
        sa.Column("blank", NUMBER, nullable=False),
        sa.Column("unchanged", NUMBER, nullable=False),
        sa.Column("new", NUMBER, nullable=False),
        sa.Column("changed", NUMBER, nullable=False),
        sa.Column("bytes", NUMBER, nullable=False),
        sa.Column("duration", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_visit_days_source_sources")),
        sa.PrimaryKeyConstraint("source", "day", name=op.f("pk_visit_days")),
    )
    op.create_table(
        "visits",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("duration", sa.Double(), nullable=False),
        sa.Column("status", NUMBER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("listed", NUMBER, nullable=False),
        sa.Column("new", NUMBER, nullable=False),
        sa.Column("changed", NUMBER, nullable=False),
        sa.Column("bytes", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_visits_source_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_day"), "visits", ["day"], unique=False)
    op.create_index(op.f("ix_visits_source_at"), "visits", ["source", "at"], unique=False)

    op.create_table(
        "article_urls",
        sa.Column("url_key", sa.LargeBinary(), nullable=False),
        sa.Column("article", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_article_urls_article_articles")),
        sa.PrimaryKeyConstraint("url_key", name=op.f("pk_article_urls")),
    )
    op.create_index(op.f("ix_article_urls_article"), "article_urls", ["article"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("subscription", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", NUMBER, nullable=True),
        sa.Column("body", NUMBER, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("next_try_at", MOMENT, nullable=True),
        sa.Column("first_try_at", MOMENT, nullable=True),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("crashes", NUMBER, nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["body"], ["bodies.id"], name=op.f("fk_deliveries_body_bodies")),
        sa.ForeignKeyConstraint(["digest"], ["digests.id"], name=op.f("fk_deliveries_digest_digests")),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name=op.f("fk_deliveries_subscription_subscriptions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("message_id", name=op.f("uq_deliveries_message_id")),
    )
    op.create_index(op.f("ix_deliveries_body"), "deliveries", ["body"], unique=False)
    op.create_index(op.f("ix_deliveries_digest"), "deliveries", ["digest"], unique=False)
    op.create_index(
        op.f("ix_deliveries_subscription_kind_planned_at"),
        "deliveries",
        ["subscription", "kind", "planned_at"],
        unique=False,
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["lane", "next_try_at", "id"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
        sqlite_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.create_index(
        "ix_deliveries_leased",
        "deliveries",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("lease_until IS NOT NULL"),
        sqlite_where=sa.text("lease_until IS NOT NULL"),
    )

    op.create_table(
        "revisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("article", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("analysis", NUMBER, nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_revisions_article_articles")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("article", "number", name=op.f("uq_revisions_article_number")),
    )
    op.create_index(op.f("ix_revisions_text_hash"), "revisions", ["text_hash"], unique=False)

    op.create_table(
        "sightings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("article", NUMBER, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("guid_key", sa.LargeBinary(), nullable=False),
        sa.Column("url_key", sa.LargeBinary(), nullable=True),
        sa.Column("title_key", sa.LargeBinary(), nullable=False),
        sa.Column("entry_hash", sa.LargeBinary(), nullable=False),
        sa.Column("block", NUMBER, nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("guid", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("published_day", sa.Date(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("first_after", MOMENT, nullable=True),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_sightings_article_articles")),
        sa.ForeignKeyConstraint(["source"], ["sources.slug"], name=op.f("fk_sightings_source_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
        sa.UniqueConstraint("guid_key", name=op.f("uq_sightings_guid_key")),
    )
    op.create_index(op.f("ix_sightings_article"), "sightings", ["article"], unique=False)
    op.create_index(op.f("ix_sightings_block"), "sightings", ["block"], unique=False)
    op.create_index(
        op.f("ix_sightings_source_first_seen"), "sightings", ["source", "first_seen"], unique=False
    )
    op.create_index(op.f("ix_sightings_source_last_seen"), "sightings", ["source", "last_seen"], unique=False)
    op.create_index(op.f("ix_sightings_source_title_key"), "sightings", ["source", "title_key"], unique=False)

    op.create_table(
        "terms",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("position", NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic", "version"],
            ["topic_versions.topic", "topic_versions.version"],
            name=op.f("fk_terms_topic_version_topic_versions"),
        ),
        sa.PrimaryKeyConstraint("topic", "version", "position", name=op.f("pk_terms")),
    )
    op.create_table(
        "ledger",
        sa.Column("subscription", NUMBER, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("article", NUMBER, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("delivery", NUMBER, nullable=True),
        sa.Column("digest", NUMBER, nullable=True),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_ledger_article_articles")),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_ledger_delivery_deliveries")),
        sa.PrimaryKeyConstraint("subscription", "topic", "article", name=op.f("pk_ledger")),
    )
    op.create_index(op.f("ix_ledger_article"), "ledger", ["article"], unique=False)
    op.create_index(op.f("ix_ledger_delivery"), "ledger", ["delivery"], unique=False)

    op.create_table(
        "matches",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("topic_version", NUMBER, nullable=False),
        sa.Column("article", NUMBER, nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("evidence", DOCUMENT, nullable=False),
        sa.Column("analysis", NUMBER, nullable=False),
        sa.Column("judged_at", MOMENT, nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article", "revision"],
            ["revisions.article", "revisions.number"],
            name=op.f("fk_matches_article_revision_revisions"),
        ),
        sa.ForeignKeyConstraint(
            ["topic", "topic_version"],
            ["topic_versions.topic", "topic_versions.version"],
            name=op.f("fk_matches_topic_topic_version_topic_versions"),
        ),
        sa.PrimaryKeyConstraint("topic", "topic_version", "article", "revision", name=op.f("pk_matches")),
    )
    op.create_index(op.f("ix_matches_article_revision"), "matches", ["article", "revision"], unique=False)
    op.create_index(op.f("ix_matches_topic_judged_at"), "matches", ["topic", "judged_at"], unique=False)

    op.create_table(
        "revision_bytes",
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision"], ["revisions.id"], name=op.f("fk_revision_bytes_revision_revisions")
        ),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_revision_bytes")),
    )

    _add_full_text()


def _add_full_text() -> None:
    """What proposes candidates by `revisions.terms`, whose words are keys: nothing in them is folded or cut.

    SQLite keeps no copy of the terms and no places, only which word stands in
    which row; the triggers are those its documentation gives for such a table
    (https://www.sqlite.org/fts5.html#external_content_tables).
    """
    if op.get_bind().dialect.name == "postgresql":
        words = "array_to_tsvector(string_to_array(terms, ' '))"
        op.execute(f"CREATE INDEX revision_terms ON revisions USING gin ({words})")
        return
    op.execute(
        "CREATE VIRTUAL TABLE revision_terms USING fts5(terms, content='revisions', content_rowid='id', "
        "detail='none', columnsize=0, tokenize=\"ascii tokenchars '''~'\")"
    )
    take = "INSERT INTO revision_terms (rowid, terms) SELECT new.id, new.terms WHERE new.terms IS NOT NULL;"
    give = (
        "INSERT INTO revision_terms (revision_terms, rowid, terms) "
        "SELECT 'delete', old.id, old.terms WHERE old.terms IS NOT NULL;"
    )
    for name, moment, statements in (
        ("added", "INSERT ON revisions", take),
        ("removed", "DELETE ON revisions", give),
        ("renewed", "UPDATE OF terms ON revisions", f"{give} {take}"),
    ):
        op.execute(f"CREATE TRIGGER revision_terms_{name} AFTER {moment} BEGIN {statements} END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE revision_terms")
    op.drop_table("revision_bytes")
    op.drop_table("matches")
    op.drop_table("ledger")
    op.drop_table("terms")

    op.drop_table("sightings")
    op.drop_table("revisions")
    op.drop_table("deliveries")
    op.drop_table("article_urls")
    op.drop_table("visits")
    op.drop_table("visit_days")
    op.drop_table("topic_versions")
    op.drop_table("subscription_topics")
    op.drop_table("digests")
    op.drop_table("bodies")
    op.drop_table("articles")
    op.drop_table("topics")
    op.drop_table("subscriptions")
    op.drop_table("sources")
    op.drop_table("hosts")
