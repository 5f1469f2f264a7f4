"""The tables of the desk: what is listed in the inbox, and what the team and each person say of an article.

The team's judgement (verdicts, notes, tags, assignments, uses) is one for all; a reading is a person's own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base


class InboxRow(Base):
    """An article in which some watched topic was found: what the inbox is sorted and sifted by.

    It repeats the article's columns, so that a page is one walk along an index whatever it is sifted by.
    `matched_at` is when it was first found to be told of; None: silent matches only. `verdict` is the
    strongest that stands for one of its topics.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index(None, "appeared_by", "article"),
        Index(None, "source", "appeared_by", "article"),
        Index(None, "language", "appeared_by", "article"),
        Index(None, "verdict", "appeared_by", "article"),
        Index(
            "ix_inbox_unjudged",
            "appeared_by",
            "article",
            postgresql_where=text("verdict IS NULL"),
            sqlite_where=text("verdict IS NULL"),
        ),
        Index(None, "matched_at"),
    )

    article: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    appeared_by: Mapped[datetime]
    source: Mapped[str]
    language: Mapped[str | None]
    matched_at: Mapped[datetime | None]
    verdict: Mapped[str | None]


class InboxTopicRow(Base):
    """A topic of a listed article, with the verdict that stands. A removed topic's are not listed."""

    __tablename__ = "inbox_topics"
    __table_args__ = (Index(None, "topic", "appeared_by", "article"),)

    article: Mapped[int] = mapped_column(ForeignKey("inbox.article", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[str] = mapped_column(ForeignKey("topics.slug"), primary_key=True)
    appeared_by: Mapped[datetime]
    verdict: Mapped[str | None]


class VerdictRow(Base):
    """What the team said of an article under a topic. It stands until `undone`, or until another is given."""

    __tablename__ = "verdicts"
    __table_args__ = (
        Index(
            "uq_verdicts_standing",
            "article",
            "topic",
            unique=True,
            postgresql_where=text("undone IS NULL"),
            sqlite_where=text("undone IS NULL"),
        ),
        Index(None, "article"),
        Index(None, "topic", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    topic: Mapped[str] = mapped_column(ForeignKey("topics.slug"))
    says: Mapped[str]
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    undone: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


class ReadingRow(Base):
    """A person's own: when they read an article, and when they starred it."""

    __tablename__ = "readings"
    __table_args__ = (
        Index(None, "article"),
        Index(
            "ix_readings_starred",
            "account",
            "article",
            postgresql_where=text("starred_at IS NOT NULL"),
            sqlite_where=text("starred_at IS NOT NULL"),
        ),
    )

    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    article: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    read_at: Mapped[datetime | None]
    starred_at: Mapped[datetime | None]


class NoteRow(Base):
    """What somebody wrote beside an article, for all to read."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "article"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    text: Mapped[str]


class TagRow(Base):
    """A tag on an article, as it was written."""

    __tablename__ = "article_tags"
    __table_args__ = (Index(None, "tag", "article"),)

    article: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]


class AssignmentRow(Base):
    """Who is to see to an article (`assignee`), and who said so."""

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "assignee", "article"),)

    article: Mapped[int] = mapped_column(ForeignKey("articles.id"), primary_key=True, autoincrement=False)
    assignee: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]


class UseRow(Base):
    """Where an article was cited, in a line of who did it."""

    __tablename__ = "uses"
    __table_args__ = (Index(None, "article"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    line: Mapped[str]


class SavedSearchRow(Base):
    """A person's list under a name: `address` is the filters as they stand in the page's address.

    `token` opens its feed to whoever has it; None: it has none.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("account", "name"), UniqueConstraint("token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str]
    page: Mapped[str]  # inbox or search
    address: Mapped[str]
    token: Mapped[str | None]
    added: Mapped[datetime]
