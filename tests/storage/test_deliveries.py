"""The outbox in the database: claims are leases, lanes are fair, every end is visible."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from news.errors import NotToBeResent, UnknownDelivery
from news.telling import DeliveryState, Message, Parcel
from storage import deliveries
from storage.database import Database
from tests.storage.post import MESSAGE, plan
from tests.storage.world import NOON, after

LEASE = timedelta(minutes=15)


def claim(
    conn: Connection, minutes: float = 0, *, limit: int = 100, holder: str = "one", per_lane: int = 2
) -> tuple[Parcel, ...]:
    return deliveries.claim(
        conn, now=after(minutes), limit=limit, holder=holder, lease=LEASE, per_lane=per_lane
    )


def ids(parcels: tuple[Parcel, ...]) -> list[int]:
    return [parcel.delivery for parcel in parcels]


def test_a_body_is_kept_once(conn: Connection) -> None:
    first = deliveries.keep_body(conn, MESSAGE, now=NOON)
    assert deliveries.keep_body(conn, MESSAGE, now=after(1)) == first
    assert deliveries.message(conn, first) == MESSAGE
    # The parts are hashed apart: what moves from one to the next is another body.
    shifted = Message("A road is closedA", " road is closed.\n", MESSAGE.html)
    assert deliveries.keep_body(conn, shifted, now=NOON) != first


def test_what_is_planned_is_handed_out_with_its_words(conn: Connection) -> None:
    (made,) = plan(conn, "a@One.test")
    (parcel,) = claim(conn, 1)
    assert (parcel.delivery, parcel.recipient, parcel.message) == (made, "a@One.test", MESSAGE)
    assert (parcel.attempts, parcel.planned_at, parcel.first_try_at) == (1, NOON, after(1))
    kept = deliveries.get(conn, made)
    assert (kept.state, kept.attempts, kept.next_try_at) == (DeliveryState.SENDING, 1, None)
    assert kept.message_id == parcel.message_id
    assert kept.message_id.endswith("@wire.test>")
    assert claim(conn, 1) == ()


def test_a_message_id_is_made_once_for_each(conn: Connection) -> None:
    made = plan(conn, *(f"{n}@one.test" for n in range(50)))
    assert list(made) == sorted(made)
    kept = [deliveries.get(conn, each) for each in made]
    assert [each.recipient for each in kept] == [f"{n}@one.test" for n in range(50)]
    assert len({each.message_id for each in kept}) == 50


def test_a_full_lane_holds_up_no_other(conn: Connection) -> None:
    slow = plan(conn, *(f"{n}@slow.test" for n in range(5)))
    quick = plan(conn, "a@quick.test", "b@quick.test", minutes=1)
    assert ids(claim(conn, 2)) == [*slow[:2], *quick], "two of a lane, the longest due first"
    assert claim(conn, 2) == ()
    late = plan(conn, "c@third.test", minutes=3)
    assert ids(claim(conn, 3)) == [*late]
    assert ids(claim(conn, 3, holder="two")) == list(slow[2:4]), "each service has lanes of its own"


def test_the_longest_waiting_lanes_come_first(conn: Connection) -> None:
    second = plan(conn, "a@a.test", minutes=1)
    first = plan(conn, "b@b.test")
    assert ids(claim(conn, 2, limit=1)) == [*first]
    assert ids(claim(conn, 2, limit=1)) == [*second]


def test_a_retry_waits_for_its_time(conn: Connection) -> None:
    plan(conn, "a@one.test")
    (parcel,) = claim(conn, 0)
    assert deliveries.settle_retry(conn, parcel, holder="one", answer="450 later", at=after(5))
    kept = deliveries.get(conn, parcel.delivery)
    assert (kept.state, kept.answer, kept.next_try_at) == (DeliveryState.PENDING, "450 later", after(5))
    assert claim(conn, 4) == ()
    assert next_due(conn, 4) == after(5)
    (again,) = claim(conn, 5)
    assert (again.attempts, again.first_try_at, again.message_id) == (2, NOON, parcel.message_id)


def next_due(conn: Connection, minutes: float, holder: str = "one") -> Any:
    return deliveries.next_due(conn, now=after(minutes), holder=holder, per_lane=2)


def test_when_something_may_be_due(conn: Connection) -> None:
    assert next_due(conn, 0) is None
    plan(conn, *(f"{n}@slow.test" for n in range(3)), minutes=1)
    assert next_due(conn, 0) == after(1)
    claim(conn, 1)
    assert next_due(conn, 1) == after(1) + LEASE, "the lane is full until a lease is over"
    plan(conn, "a@quick.test", minutes=2)
    assert next_due(conn, 2) == after(2)


def test_ends_are_kept_with_their_words(conn: Connection) -> None:
    sent, failed = plan(conn, "a@one.test", "b@one.test")
    first, second = claim(conn, 1)
    deliveries.settle_sent(conn, sent, answer="250 queued", now=after(2))
    assert deliveries.settle_failed(conn, second, holder="one", answer="550 no such user")
    kept = deliveries.get(conn, sent)
    assert (kept.state, kept.sent_at, kept.answer) == (DeliveryState.SENT, after(2), "250 queued")
    assert deliveries.get(conn, failed).state == DeliveryState.FAILED
    assert next_due(conn, 5) is None
    deliveries.settle_sent(conn, sent, answer="250 again", now=after(3))
    assert deliveries.get(conn, sent) == kept, "the first acceptance stands"
    assert not deliveries.settle_retry(conn, first, holder="one", answer="late", at=after(9))
    shown = deliveries.all_deliveries(conn, limit=10)
    assert [each.id for each in shown][:2] == [failed, sent]
    assert [each.id for each in deliveries.all_deliveries(conn, state=DeliveryState.SENT)][:1] == [sent]


def test_a_lease_that_ran_out_belongs_to_whoever_claims_it(conn: Connection) -> None:
    (made,) = plan(conn, "a@one.test")
    (ours,) = claim(conn, 0)
    assert claim(conn, 14, holder="two") == ()
    (theirs,) = claim(conn, 15, holder="two")
    assert theirs.attempts == 2
    assert not deliveries.settle_failed(conn, ours, holder="one", answer="550 late news")
    assert deliveries.get(conn, made).state == DeliveryState.SENDING
    deliveries.settle_sent(conn, made, answer="250 slow but sure", now=after(16))
    assert not deliveries.settle_retry(conn, theirs, holder="two", answer="timeout", at=after(20))
    assert deliveries.get(conn, made).state == DeliveryState.SENT


def test_three_crashes_park_it(conn: Connection) -> None:
    (made,) = plan(conn, "a@one.test")
    for crash in (1, 2, 3):
        assert ids(claim(conn, crash)) == [made]
        assert deliveries.recover(conn, now=after(crash)) == 1
        assert deliveries.get(conn, made).crashes == crash
    kept = deliveries.get(conn, made)
    assert (kept.state, kept.attempts, kept.next_try_at) == (DeliveryState.PARKED, 3, None)
    assert "died" in str(kept.answer)
    assert claim(conn, 100) == ()


def test_a_try_that_ends_clears_it_of_crashes(conn: Connection) -> None:
    (made,) = plan(conn, "a@one.test")
    claim(conn, 0)
    deliveries.recover(conn, now=NOON)
    (parcel,) = claim(conn, 0)
    deliveries.settle_retry(conn, parcel, holder="one", answer="450", at=NOON)
    assert deliveries.get(conn, made).crashes == 0


def test_the_innocent_are_not_parked_with_the_guilty(conn: Connection) -> None:
    """Whoever is under way at a crash shares the blame; a second time round, each suspect goes alone."""
    made = plan(conn, *(f"{n}@{lane}.test" for lane in ("one", "two", "three") for n in range(2)))
    guilty = made[3]
    starts = 0
    while deliveries.get(conn, guilty).state != DeliveryState.PARKED:
        starts += 1
        assert starts < 20
        deliveries.recover(conn, now=NOON)
        while parcels := claim(conn, 0):
            if guilty in ids(parcels):
                break  # the process dies with all that is under way
            for parcel in parcels:
                deliveries.settle_sent(conn, parcel.delivery, answer="250", now=NOON)
    states = [deliveries.get(conn, each).state for each in made if each != guilty]
    assert set(states) <= {DeliveryState.SENT, DeliveryState.PENDING}


def test_what_failed_can_be_sent_again(conn: Connection) -> None:
    (made,) = plan(conn, "a@one.test")
    with pytest.raises(NotToBeResent, match="pending"):
        deliveries.resend(conn, made, now=NOON)
    (parcel,) = claim(conn, 0)
    deliveries.settle_failed(conn, parcel, holder="one", answer="550 no such user")
    deliveries.resend(conn, made, now=after(60))
    (again,) = claim(conn, 60)
    assert (again.message_id, again.first_try_at) == (parcel.message_id, after(60))
    with pytest.raises(UnknownDelivery):
        deliveries.get(conn, 10**9)


async def test_two_services_claim_each_delivery_once(database: Database, database_url: str) -> None:
    await database.write(plan, *(f"{n}@{n % 7}.test" for n in range(100)))

    async def work(opened: Database, holder: str) -> list[int]:
        mine: list[int] = []
        while parcels := await opened.write(claim, 1, limit=5, holder=holder):
            mine += ids(parcels)
            for parcel in parcels:
                await opened.write(deliveries.settle_sent, parcel.delivery, answer="250", now=NOON)
        return mine

    beside = await Database.open(database_url)
    try:
        first, second = await asyncio.gather(work(database, "one"), work(beside, "two"))
    finally:
        await beside.close()
    assert len(first + second) == len(set(first + second)) == 100
