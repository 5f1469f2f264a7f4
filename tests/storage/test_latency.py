"""How long from published to seen, and from seen to told, by source."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, insert, update

from news.article import Published
from news.telling import Message, Planned, Told
from storage import deliveries
from storage.deliveries import DELIVERIES
from storage.latency import LEDGER, Latency, latencies
from tests.storage.telling_world import subscribe, topic
from tests.storage.world import NOON, add, after, entry, tell, told


def test_medians_of_what_came_since(conn: Connection) -> None:
    add(conn, "mfa", "agency")
    topic(conn, "talks")
    one = subscribe(conn, "talks")
    for number, late in enumerate((2, 4, 90)):
        at = after(number * 10 - late)
        tell(conn, [entry(str(number), published=Published(at.date(), at))], minutes=number * 10)
    tell(conn, [entry("undated")], minutes=40)
    alerted, digested = told(conn)[:2]
    for article, kind, seconds in ((alerted, Told.ALERT, 30), (digested, Told.DIGEST, 9000)):
        body = deliveries.keep_body(conn, Message("s", "t", "h"), now=NOON)
        [sent] = deliveries.add_all(conn, [Planned(one, kind, body)], now=NOON, domain="wire.test")
        when = article.appeared.by + timedelta(seconds=seconds)
        conn.execute(update(DELIVERIES).where(DELIVERIES.c.id == sent).values(sent_at=when))
        row = {
            "subscription": one.id,
            "topic": "talks",
            "article": article.id,
            "revision": 1,
            "delivery": sent,
        }
        conn.execute(insert(LEDGER).values(**row, digest=None, told_at=NOON, late=False))
    found = latencies(conn, ["agency", "mfa"], after(-5))
    assert found == {"mfa": Latency(seen=240.0, items=3, told=30.0, alerts=1)}
    assert latencies(conn, ["mfa"], after(15))["mfa"] == Latency(seen=5400.0, items=1)
