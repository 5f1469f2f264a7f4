"""The views that other people's SQL stands on: their columns, and what a row is."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from news.judging import Says
from news.telling import Message, Told
from storage import deliveries, ledger, removals, telling, verdicts
from storage.ledger import Telling
from tests.storage.desk_world import person
from tests.storage.telling_world import matched, subscribe, topic
from tests.storage.world import NOON, add

COLUMNS = {
    "review_articles": (
        "article title text language author url published_day published_at appeared_after appeared_by state "
        "brought said_by revisions outlet source source_name kind tier country speaks_for"
    ),
    "review_matches": (
        "article topic topic_name topic_version revision judged_at silent evidence"
        " verdict verdict_at verdict_by"
    ),
    "review_deliveries": (
        "delivery kind channel recipient state planned_at sent_at attempts answer message_id subscription "
        "digest_slot article topic late"
    ),
}


@pytest.mark.parametrize("view", COLUMNS)
def test_names_and_columns_stay(conn: Connection, view: str) -> None:
    assert list(conn.execute(text(f"SELECT * FROM {view}")).keys()) == COLUMNS[view].split()


def test_what_a_row_is(conn: Connection) -> None:
    add(conn, "mfa", speaks_for="Armenia")
    topic(conn, "talks", "bridge")
    item, gone = matched(conn, "it", "talks", "bridge"), matched(conn, "gone", "talks", minutes=2)
    reader = subscribe(conn, "talks", "bridge")
    hits = telling.hits_of(conn, [item])
    ledger.plan_alerts(
        conn,
        [Telling(reader, Told.ALERT, Message("s", "t", "h"), hits)],
        now=NOON,
        per_hour=9,
        domain="wire.test",
    )
    deliveries.settle_sent(conn, deliveries.all_deliveries(conn)[0].id, answer="taken", now=NOON)
    verdicts.give(conn, item, ["talks"], Says.NOISE, account=person(conn), at=NOON)
    removals.remove(conn, gone, reason="asked", at=NOON)
    articles = conn.execute(text("SELECT article, title, text, speaks_for FROM review_articles")).all()
    assert articles == [(item, "On it", "A text about it.", "Armenia")]
    found = text("SELECT topic, verdict, verdict_by FROM review_matches ORDER BY topic")
    assert conn.execute(found).all() == [("bridge", None, None), ("talks", "noise", "Ani")]
    told = text("SELECT recipient, state, article, topic FROM review_deliveries ORDER BY topic")
    assert conn.execute(told).all() == [
        ("a@one.test", "sent", item, "bridge"),
        ("a@one.test", "sent", item, "talks"),
    ]
