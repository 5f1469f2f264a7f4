"""What the retention rules let go, and what they never do."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from storage import retention
from storage.columns import Base
from storage.retention import Gone, Rules
from tests.storage.world import NOON, add, entry, keep, tell, told

DAY = 24 * 60
TABLES = Base.metadata.tables


def count(conn: Connection, table: str) -> int:
    number: int = conn.execute(select(func.count()).select_from(TABLES[table])).scalar_one()
    return number


def put(conn: Connection, table: str, **values: Any) -> None:
    """A row; what is not said is NULL or the simplest value there is."""
    simplest: dict[Any, Any] = {int: 0, str: "x", bool: False, bytes: b"x", dict: {}, list: []}
    row = {}
    for column in TABLES[table].columns:
        if column.name in values or (column.primary_key and column.name == "id"):
            continue
        if not column.nullable:
            kind = "moment" if column.type.__class__.__name__ == "Moment" else column.type.python_type
            row[column.name] = NOON if kind == "moment" else simplest.get(kind, [])
    conn.execute(insert(TABLES[table]).values(**row, **values))


def watch(conn: Connection, article: int) -> None:
    """A topic that the article's first revision matches."""
    put(conn, "topics", slug="floods", version=1)
    put(conn, "topic_versions", topic="floods", version=1)
    put(conn, "matches", topic="floods", topic_version=1, article=article, revision=1, evidence=[])


def deliver(conn: Connection, body: int, state: str, **values: Any) -> None:
    number = count(conn, "deliveries")
    put(conn, "deliveries", body=body, state=state, message_id=f"{number}@x", subscription=1, **values)


def test_an_article_goes_once_no_list_can_bring_it_back(conn: Connection) -> None:
    add(conn, "mfa")
    tell(conn, [entry("old"), entry("kept"), entry("matched"), entry("waiting")])
    old, kept, matched, waiting = (article.id for article in told(conn))
    for article in (old, kept, matched):
        keep(conn, article, raw=b"page of its own", text=f"The text of {article}.")
    watch(conn, matched)
    month = NOON + timedelta(days=40)

    def dropped() -> int:
        return retention.drop_unmatched(conn, before=month - timedelta(days=30))[0]

    assert dropped() == 0, "its list was never read without it"
    tell(conn, [entry("kept")], minutes=DAY - 1)
    assert dropped() == 0, "lists of one source may differ for a day"
    tell(conn, [entry("kept")], minutes=38 * DAY)
    assert retention.preview(conn, Rules(unmatched=30), month) == Gone(articles=1)
    assert dropped() == 1
    assert [article.id for article in told(conn)] == [kept, matched, waiting]
    assert (count(conn, "revisions"), count(conn, "revision_bytes"), count(conn, "sightings")) == (2, 2, 3)
    assert dropped() == 0
    assert retention.preview(conn, Rules(unmatched=30), month) == Gone()


def test_an_article_stays_while_any_of_its_sources_may_list_it(conn: Connection) -> None:
    add(conn, "mfa", "mfa-en")
    tell(conn, [entry("shared")])
    tell(conn, [entry("shared"), entry("other")], slug="mfa-en")
    (shared, other) = (article.id for article in told(conn))
    keep(conn, shared)
    keep(conn, other, text="Another text.")
    tell(conn, [entry("new")], minutes=30 * DAY)
    before = NOON + timedelta(days=10)
    assert retention.drop_unmatched(conn, before=before) == (0, other)
    tell(conn, [entry("other")], minutes=30 * DAY, slug="mfa-en")
    assert retention.drop_unmatched(conn, before=before)[0] == 1
    assert other in [article.id for article in told(conn)]


def test_units_are_small_and_go_on_where_the_last_ended(conn: Connection) -> None:
    add(conn, "mfa")
    names = [f"n{number}" for number in range(retention.UNIT + 20)]
    tell(conn, [entry(name) for name in names])
    for article in told(conn):
        keep(conn, article.id, text=f"The text of {article.id}.")
    tell(conn, [entry("new")], minutes=30 * DAY)
    before = NOON + timedelta(days=10)
    first, last = retention.drop_unmatched(conn, before=before)
    assert (first, last is not None) == (retention.UNIT, True)
    assert retention.drop_unmatched(conn, before=before, after=last or 0)[0] == 20


def test_page_bytes_go_and_the_text_stays(conn: Connection) -> None:
    add(conn, "mfa")
    tell(conn, [entry("a"), entry("b")])
    a, b = (article.id for article in told(conn))
    keep(conn, a, raw=b"12345")
    keep(conn, b, minutes=20 * DAY, text="Another text.", raw=b"123")
    now = NOON + timedelta(days=30)
    assert retention.preview(conn, Rules(pages=15), now) == Gone(pages=1, page_bytes=5)
    assert retention.drop_pages(conn, before=now - timedelta(days=15)) == (1, 5)
    assert retention.drop_pages(conn, before=now - timedelta(days=15)) == (0, 0)
    assert (count(conn, "revision_bytes"), count(conn, "revisions")) == (1, 2)


@pytest.mark.parametrize(
    ("states", "goes"),
    [
        ([("sent", 1)], True),
        ([("failed", None)], True),
        ([("sent", 1), ("sent", 100)], False),
        ([("sent", 1), ("pending", None)], False),
        ([("sending", None)], False),
        ([("parked", None)], False),
    ],
)
def test_a_mails_words_go_once_all_who_were_to_have_it_had_it(
    conn: Connection, states: list[tuple[str, int | None]], goes: bool
) -> None:
    put(conn, "subscriptions", id=1)
    put(conn, "bodies", id=1, key=b"k" * 16, subject="Floods", text="Words.", html="<p>Words.</p>")
    for state, day in states:
        sent = NOON + timedelta(days=day) if day else None
        deliver(conn, 1, state, sent_at=sent, planned_at=NOON)
    now = NOON + timedelta(days=110)
    assert retention.preview(conn, Rules(mails=30), now).mails == goes
    words = "(removed after 30 days)"
    assert retention.empty_mails(conn, before=now - timedelta(days=30), words=words) == goes
    assert retention.empty_mails(conn, before=now - timedelta(days=30), words=words) == 0
    body = conn.execute(select(TABLES["bodies"])).mappings().one()
    assert (body["text"] == words, body["subject"], body["key"] != b"k" * 16) == (goes, "Floods", goes)
    assert count(conn, "deliveries") == len(states)
