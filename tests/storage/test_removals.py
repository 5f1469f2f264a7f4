"""What was removed on request: nothing to read is left, and nothing brings it back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select, text, update

from news.article import Article, ArticleState, Entry, IndexTerms, Judgement
from news.errors import NotToBeResent, UnknownArticle
from news.telling import DeliveryState, Message, Told, Window
from storage import analyses, articles, deliveries, ledger, removals, retention, search, telling, topics, work
from storage.address import parse
from storage.columns import Base, table
from storage.ledger import Edition, Telling
from storage.search import Filters
from storage.tables import RevisionRow
from tests.databases import Databases
from tests.storage.telling_world import DAILY, found, matched, planned, slots, subscribe, topic
from tests.storage.world import NOON, add, after, at_hour, entry, keep, tell, told

SECRET = "Zanzibar"
HASH = b"h" * 16
MESSAGE = Message(f"Talks: {SECRET}", f"{SECRET} said.", f"<p>{SECRET} said.</p>")
LATER = Message("Talks: 2 articles", f"{SECRET} and more.", f"<p>{SECRET} and more.</p>")


def listed(name: str = "it", title: str = f"On {SECRET}", **facts: Any) -> Entry:
    return entry(
        name,
        **{
            "link": f"https://mfa.example/{name}?{SECRET}",
            "guid": f"{SECRET}-{name}",
            "title": title,
            "summary": f"{SECRET} in short",
            "content": f"{SECRET} in full",
            "author": SECRET,
            "published": at_hour(11),
            **facts,
        },
    )


@pytest.fixture
def article(conn: Connection) -> int:
    """An article of one source, read and found to be about talks."""
    add(conn, "mfa", "mfa-en")
    topic(conn, "talks")
    tell(conn, [listed()])
    [item] = told(conn)
    keep(conn, item.id, f"{SECRET} said so.", text_hash=HASH, raw=b"a page", author=SECRET)
    revisions = table(RevisionRow)
    conn.execute(update(revisions).values(terms=f"on {SECRET.lower()}", analysis=1))
    return found(conn, item.id, "talks")


def everything(conn: Connection) -> Iterator[str]:
    """Every row of every table, as text; full text is asked for its own."""
    for rows in Base.metadata.sorted_tables:
        for row in conn.execute(select(rows)):
            yield f"{rows.name}: {tuple(row)}"


def words_left(conn: Connection) -> list[str]:
    terms = [[[SECRET.lower()]]]
    hits = search.candidates(conn, terms, Filters()).candidates
    assert not hits
    return [row for row in everything(conn) if SECRET.lower() in row.lower()]


def remove(conn: Connection, article: int) -> Article:
    removals.remove(conn, article, reason="the author asked", at=NOON)
    item = articles.article(conn, article)
    assert item.state is ArticleState.REMOVED
    assert not words_left(conn)
    return item


def test_no_word_of_it_is_left_and_it_says_so(conn: Connection, article: int) -> None:
    assert words_left_before(conn)
    item = remove(conn, article)
    assert item.reason == "on 2026-11-02 12:00 UTC: the author asked"
    assert removals.traces(conn, article).pages == 0
    assert removals.remove(conn, article, reason="again", at=after(9)).reason == item.reason
    with pytest.raises(UnknownArticle):
        removals.remove(conn, 999, reason="no", at=NOON)


def words_left_before(conn: Connection) -> bool:
    """The test can see words where there are some, in every table that holds them."""
    there = {row.partition(":")[0] for row in everything(conn) if SECRET.lower() in row.lower()}
    proposed = search.candidates(conn, [[[SECRET.lower()]]], Filters()).candidates
    return there == {"articles", "sightings", "revisions"} and len(proposed) == 1


@pytest.mark.parametrize(
    "again",
    [
        listed(),
        listed(title=f"On {SECRET}, updated", summary=f"{SECRET} again"),
        listed(guid=f"{SECRET}-other"),
        listed(link=f"https://mfa.example/moved?{SECRET}"),
        listed(block=7),
    ],
    ids=["unchanged", "changed", "another guid", "moved", "new markup"],
)
@pytest.mark.parametrize("slug", ["mfa", "mfa-en"])
def test_a_visit_knows_it_and_takes_none_of_its_words(
    conn: Connection, article: int, again: Entry, slug: str
) -> None:
    """In its source, and in another of its outlet that has the same link."""
    remove(conn, article)
    for minutes in (10, 20):
        tell(conn, [again], minutes, slug=slug)
    if slug == "mfa-en" and "moved" in str(again):
        assert len(told(conn)) == 2, "another source and another address: new until its text is read"
        return
    assert [item.id for item in told(conn)] == [article]
    assert not words_left(conn)
    assert work.pending(conn, ("mfa", "mfa-en"), now=after(60 * 24))[1] == 0, "nothing is to be read"


def test_the_same_text_at_another_address_of_the_outlet_is_known(conn: Connection, article: int) -> None:
    remove(conn, article)
    tell(conn, [listed("copy", title=f"Anew: {SECRET}", published=None)], 10, slug="mfa-en")
    [_, copy] = told(conn)
    assert keep(conn, copy.id, f"{SECRET} said so.", text_hash=HASH).merged
    assert [item.id for item in told(conn)] == [article]
    assert not words_left(conn)


def test_a_page_that_claims_its_address_and_title_is_known(conn: Connection, article: int) -> None:
    remove(conn, article)
    tell(conn, [listed("copy", published=None)], 10, slug="mfa-en")
    copy = told(conn)[-1].id
    claimed: dict[str, Any] = {"canonical_url": f"https://mfa.example/it?{SECRET}", "title": f"On {SECRET}"}
    assert keep(conn, copy, f"{SECRET} said more.", **claimed).merged
    assert not words_left(conn)


def test_what_was_under_way_when_it_was_removed_is_not_kept(conn: Connection, article: int) -> None:
    texts = analyses.outdated(conn, 2)
    assert [text.article for text in texts] == [article]
    remove(conn, article)
    assert not keep(conn, article, f"{SECRET} said more.").revision
    articles.postpone(conn, article, next_try_at=after(1), reason="busy", crashed=False)
    judged = Judgement("en", HASH, IndexTerms(2, (SECRET.lower(),)), edition=topics.edition(conn))
    assert analyses.renew(conn, [(texts[0], judged)], at=NOON)
    assert analyses.back_fill(conn, [(article, 1, judged)], "talks", at=NOON) == 0
    assert analyses.outdated(conn, 2) == () == tuple(told(conn, state=ArticleState.READ))
    assert analyses.count_outdated(conn, 2) == 0
    assert not words_left(conn)


def test_retention_keeps_what_recognises_it(conn: Connection) -> None:
    add(conn, "mfa")
    tell(conn, [listed(), entry("other")])
    item = told(conn)[0].id
    remove(conn, item)
    tell(conn, [entry("new")], 60 * 24 * 30)
    retention.drop_unmatched(conn, before=NOON + timedelta(days=10))
    assert item in [each.id for each in told(conn)]


class TestMessages:
    def ring(self, conn: Connection, article: int, state: DeliveryState) -> int:
        reader = subscribe(conn, "talks")
        [hit] = [each for each in telling.hits_of(conn, [article]) if each.article == article]
        rung = [Telling(reader, Told.ALERT, MESSAGE, (hit,))]
        assert ledger.plan_alerts(conn, rung, now=NOON, per_hour=9, domain="wire.test") == 1
        number = deliveries.all_deliveries(conn)[0].id
        if state is DeliveryState.SENT:
            deliveries.settle_sent(conn, number, answer="taken", now=NOON)
        return number

    def test_one_that_was_sent_keeps_who_was_told_and_when(self, conn: Connection, article: int) -> None:
        number = self.ring(conn, article, DeliveryState.SENT)
        remove(conn, article)
        assert deliveries.get(conn, number).state is DeliveryState.SENT
        assert telling.told(conn, [1], telling.hits_of(conn, [article])) == set()
        assert not telling.hits_of(conn, [article])

    def test_an_alert_that_waits_is_given_up(self, conn: Connection, article: int) -> None:
        number = self.ring(conn, article, DeliveryState.PENDING)
        remove(conn, article)
        left = deliveries.get(conn, number)
        assert (left.state, left.answer) == (DeliveryState.FAILED, deliveries.WITHDRAWN)
        with pytest.raises(NotToBeResent, match="words were removed"):
            deliveries.resend(conn, number, now=NOON)

    def test_a_try_that_was_under_way_and_failed_is_the_last(self, conn: Connection, article: int) -> None:
        number = self.ring(conn, article, DeliveryState.PENDING)
        claiming: dict[str, Any] = {"limit": 9, "holder": "us", "lease": timedelta(minutes=9), "per_lane": 4}
        [parcel] = deliveries.claim(conn, now=NOON, **claiming)
        remove(conn, article)
        assert deliveries.settle_retry(conn, parcel, holder="us", answer="busy", at=NOON)
        assert deliveries.claim(conn, now=after(1), **claiming) == ()
        left = deliveries.get(conn, number)
        assert (left.state, left.answer) == (DeliveryState.FAILED, deliveries.WITHDRAWN)

    def test_nothing_is_planned_that_was_composed_before(self, conn: Connection, article: int) -> None:
        reader = subscribe(conn, "talks")
        hits = telling.hits_of(conn, [article])
        remove(conn, article)
        rung = [Telling(reader, Told.ALERT, MESSAGE, hits)]
        assert ledger.plan_alerts(conn, rung, now=NOON, per_hour=9, domain="wire.test") == 0
        daily = subscribe(conn, "talks", schedule=DAILY)
        window = Window("2026-11-02", NOON, after(-60), NOON)
        edition = Edition((daily,), window, LATER, hits, frozenset())
        assert ledger.plan_digest(conn, edition, now=NOON, domain="wire.test") == 0
        assert (slots(conn, daily.id), planned(conn)) == ([], [])
        assert not words_left(conn)


def test_others_of_the_archive_stay_as_they_are(conn: Connection, article: int) -> None:
    other = matched(conn, "other", "talks", minutes=3)
    before = articles.article(conn, other)
    remove(conn, article)
    assert articles.article(conn, other) == before
    assert [hit.article for hit in telling.hits_of(conn, [article, other])] == [other]


def test_who_plans_and_who_removes_wait_for_each_other(postgresql_databases: Databases) -> None:
    """A message planned beside a removal, and not committed yet, is seen by it all the same."""
    engine = create_engine(parse(postgresql_databases.fresh()).url)
    with engine.begin() as conn:
        add(conn, "mfa")
        topic(conn, "talks")
        article = matched(conn, SECRET, "talks")
        reader = subscribe(conn, "talks")

    def remove_it() -> None:
        with engine.begin() as conn:
            removals.remove(conn, article, reason="asked", at=NOON)

    with ThreadPoolExecutor(1) as beside:
        with engine.begin() as conn:
            rung = [Telling(reader, Told.ALERT, MESSAGE, telling.hits_of(conn, [article]))]
            assert ledger.plan_alerts(conn, rung, now=NOON, per_hour=9, domain="wire.test") == 1
            removing = beside.submit(remove_it)
            wait_for_a_waiter(conn)
        removing.result(timeout=60)
    with engine.connect() as conn:
        [left] = deliveries.all_deliveries(conn)
        assert (left.state, left.answer) == (DeliveryState.FAILED, deliveries.WITHDRAWN)
        assert not words_left(conn)
    engine.dispose()


def wait_for_a_waiter(conn: Connection) -> None:
    """Until another connection to this database waits for a lock of ours."""
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    deadline = time.monotonic() + 60
    while not conn.execute(waiting).scalar_one():
        assert time.monotonic() < deadline, "nobody waits"
