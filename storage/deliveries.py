"""The outbox in the database: bodies kept once, deliveries planned, claimed by lane, settled.

A delivery is pending (due at `next_try_at`), sending (leased to a holder), or at its
end: sent, failed, parked. Every function belongs in a unit of work of the writer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import aliased

from news.errors import NotToBeResent, UnknownDelivery
from news.telling import Delivery, DeliveryState, Message, Parcel, Planned, Told
from storage.changes import notify
from storage.columns import table, upsert
from storage.telling_tables import BodyRow, DeliveryRow

BODIES, DELIVERIES = table(BodyRow), table(DeliveryRow)
FIELDS = tuple(Delivery.__dataclass_fields__)
COLUMNS = [DELIVERIES.c[name] for name in FIELDS]
# A message over which the process died this often is parked.
CRASHES = 3
WITHDRAWN = "what it tells of was removed on request before it was sent"
DIED = "the process died while it was being sent"
# The key of a body whose words went begins so: no message has one like it, so none is ever taken for it.
EMPTIED = b"removed:"
# All that a delivery's end or a new wait takes away from a claim.
UNHELD: dict[str, Any] = {"holder": None, "lease_until": None}
FOREVER = datetime.max.replace(tzinfo=UTC)
MOMENT = DELIVERIES.c.planned_at.type
NOW = bindparam("now", type_=MOMENT)
LAST_CRASH = DELIVERIES.c.crashes + 1 >= CRASHES
SUSPECT = DELIVERIES.c.crashes >= CRASHES - 1
LEASED, WAITING = DELIVERIES.c.lease_until.is_not(None), DELIVERIES.c.next_try_at.is_not(None)

BODY_KEY = (
    select(BODIES.c.key)
    .join(DELIVERIES, DELIVERIES.c.body == BODIES.c.id)
    .where(DELIVERIES.c.id == bindparam("which"))
)

# Statements for every message are built once: building one costs more than running it.
SETTLE_CRASHES = (
    update(DELIVERIES)
    .where(LEASED, DELIVERIES.c.lease_until <= bindparam("ended_by", type_=MOMENT))
    .values(
        crashes=DELIVERIES.c.crashes + 1,
        state=case((LAST_CRASH, DeliveryState.PARKED.value), else_=DeliveryState.PENDING.value),
        next_try_at=case((LAST_CRASH, None), else_=NOW),
        answer=DIED,
        **UNHELD,
    )
)
UNDER_WAY = (
    select(DELIVERIES.c.lane, func.count(), func.sum(case((SUSPECT, 1), else_=0)))
    .where(LEASED, DELIVERIES.c.holder == bindparam("ours"), DELIVERIES.c.lease_until > NOW)
    .group_by(DELIVERIES.c.lane)
)
FIRST_LEASE_TO_END = select(func.min(DELIVERIES.c.lease_until)).where(LEASED)
LEASE = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=DeliveryState.SENDING.value,
        attempts=DELIVERIES.c.attempts + 1,
        first_try_at=func.coalesce(DELIVERIES.c.first_try_at, NOW),
        next_try_at=None,
        holder=bindparam("ours"),
        lease_until=bindparam("until", type_=MOMENT),
    )
    .returning(*DELIVERIES.c)
)
WORDS = select(BODIES).where(BODIES.c.id.in_(bindparam("ids", expanding=True)))
WITHDRAW = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("which"))
    .values(state=DeliveryState.FAILED.value, answer=WITHDRAWN, next_try_at=None, **UNHELD)
)
SETTLE_SENT = (
    update(DELIVERIES)
    .where(DELIVERIES.c.id == bindparam("which"), DELIVERIES.c.state != DeliveryState.SENT.value)
    .values(state=DeliveryState.SENT.value, sent_at=NOW, answer=bindparam("said"), next_try_at=None, **UNHELD)
)


def keep_body(conn: Connection, message: Message, *, now: datetime) -> int:
    """Keep a message's words, once for all who are told the same; returns the body's id."""
    words = (message.subject, message.text, message.html)
    digest = hashlib.sha256()
    for part in words:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8) + encoded)
    values = dict(zip(("subject", "text", "html"), words, strict=True))
    kept = upsert(conn, BODIES).values(key=digest.digest(), made_at=now, **values)
    # The words again: housekeeping may have removed them since.
    again = {"made_at": now, **values}
    kept = kept.on_conflict_do_update(index_elements=["key"], set_=again)
    number: int = conn.execute(kept.returning(BODIES.c.id)).scalar_one()
    return number


def add_all(conn: Connection, planned: Sequence[Planned], *, now: datetime, domain: str) -> tuple[int, ...]:
    """Plan deliveries, due now; returns their ids in the same order.

    Their Message-IDs end in `domain` and never change.
    """
    if not planned:
        return ()
    rows = [_planned_row(each, now, domain) for each in planned]
    added = insert(DELIVERIES).returning(DELIVERIES.c.id, sort_by_parameter_order=True)
    return tuple(conn.execute(added, rows).scalars())


def claim(
    conn: Connection, *, now: datetime, limit: int, holder: str, lease: timedelta, per_lane: int
) -> tuple[Parcel, ...]:
    """Lease at most `limit` due deliveries to `holder`, each for one try; the attempt is counted here.

    A holder has at most `per_lane` under way in a lane, so that a slow domain
    holds up no other; in a lane the longest due goes first. Leases that are
    over count as crashes first (see `recover`). Who has crashed all but once
    goes alone: what is under way beside it would share the blame.
    """
    conn.execute(SETTLE_CRASHES, {"ended_by": now, "now": now})
    taken: list[int] = []
    busy, suspect_free = _under_way(conn, holder, now)
    full = [lane for lane, held in busy.items() if held >= per_lane]
    for lane in conn.execute(_lanes_due(), {"now": now, "limit": limit, "full": full}).scalars().all():
        room = min(per_lane - busy.get(lane, 0), limit - len(taken))
        if room <= 0:
            break
        due = {"lane": lane, "now": now, "limit": room}
        for row in conn.execute(_due_in_lane(suspect_free), due).all():
            suspect = row.crashes >= CRASHES - 1
            if suspect and not suspect_free:
                continue
            suspect_free = suspect_free and not suspect
            taken.append(row.id)
    return _lease(conn, taken, now, holder, now + lease)


def next_due(conn: Connection, *, now: datetime, holder: str, per_lane: int) -> datetime | None:
    """When `claim` may next give something, now at the earliest; None: never as it stands."""
    busy, _ = _under_way(conn, holder, now)
    full = [lane for lane, held in busy.items() if held >= per_lane]
    waiting = conn.execute(_first_due(), {"full": full}).scalar()
    leases = conn.execute(FIRST_LEASE_TO_END).scalar()
    moments = [moment for moment in (waiting, leases) if moment is not None]
    return max(now, min(moments)) if moments else None


def settle_sent(conn: Connection, delivery: int, *, answer: str, now: datetime) -> None:
    """It was accepted. True whoever holds it by now: a lease may have run out over a slow answer."""
    conn.execute(SETTLE_SENT, {"which": delivery, "said": answer, "now": now})


def settle_retry(conn: Connection, parcel: Parcel, *, holder: str, answer: str, at: datetime) -> bool:
    """This try failed; the next is at `at`. False: the claim is not ours any more, nothing changed."""
    return _settle(conn, parcel, holder, answer, state=DeliveryState.PENDING, next_try_at=at)


def settle_failed(conn: Connection, parcel: Parcel, *, holder: str, answer: str) -> bool:
    """This try failed and there is to be no other. False: the claim is not ours any more."""
    return _settle(conn, parcel, holder, answer, state=DeliveryState.FAILED, next_try_at=None)


def recover(conn: Connection, *, now: datetime) -> int:
    """For a start that knows to be the only service: whatever was being sent, its sender died over.

    Each is due again now, or parked after three crashes. Returns how many there were.
    """
    return conn.execute(SETTLE_CRASHES, {"ended_by": FOREVER, "now": now}).rowcount


def withdraw(conn: Connection, withdrawn: Collection[int]) -> None:
    """Give up deliveries whose words were removed on request: failed, with the reason."""
    if withdrawn:
        conn.execute(WITHDRAW, [{"which": each} for each in withdrawn])


def resend(conn: Connection, delivery: int, *, now: datetime) -> None:
    """Put a failed or parked delivery back, due now, with five days and three crashes ahead of it.

    The Message-ID stays. Raises UnknownDelivery, NotToBeResent.
    """
    known = get(conn, delivery)
    if known.state not in (DeliveryState.FAILED, DeliveryState.PARKED):
        raise NotToBeResent(id=delivery, reason=f"it is {known.state}, neither failed nor parked")
    if conn.execute(BODY_KEY, {"which": delivery}).scalar_one().startswith(EMPTIED):
        raise NotToBeResent(id=delivery, reason="its words were removed")
    values = {"state": DeliveryState.PENDING, "next_try_at": now, "first_try_at": None, "crashes": 0}
    conn.execute(update(DELIVERIES).where(DELIVERIES.c.id == delivery).values(values))
    notify(conn)


def get(conn: Connection, delivery: int) -> Delivery:
    """One delivery. Raises UnknownDelivery."""
    row = conn.execute(select(*COLUMNS).where(DELIVERIES.c.id == delivery)).mappings().one_or_none()
    if row is None:
        raise UnknownDelivery(id=delivery)
    return delivery_of(row)


def all_deliveries(
    conn: Connection, *, limit: int = 50, state: DeliveryState | None = None
) -> tuple[Delivery, ...]:
    """The latest deliveries (in that state), newest first."""
    query = select(*COLUMNS).order_by(DELIVERIES.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(DELIVERIES.c.state == state)
    return tuple(delivery_of(row) for row in conn.execute(query).mappings())


def message(conn: Connection, body: int) -> Message:
    """The words of a kept body."""
    return _messages(conn, [body])[body]


def lane_of(recipient: str) -> str:
    """The queue a recipient waits in: the domain of the address."""
    return recipient.rpartition("@")[2].lower()


def _planned_row(planned: Planned, now: datetime, domain: str) -> dict[str, Any]:
    return {
        "subscription": planned.subscription.id,
        "kind": planned.kind,
        "digest": planned.digest,
        "body": planned.body,
        "recipient": planned.subscription.recipient,
        "channel": planned.subscription.channel,
        "lane": lane_of(planned.subscription.recipient),
        "message_id": f"<{uuid4().hex}@{domain}>",
        "state": DeliveryState.PENDING,
        "planned_at": now,
        "next_try_at": now,
        "attempts": 0,
        "crashes": 0,
    }


def _under_way(conn: Connection, holder: str, now: datetime) -> tuple[dict[str, int], bool]:
    """How many `holder` has under way by lane, and whether none of them has crashed all but once."""
    rows = conn.execute(UNDER_WAY, {"ours": holder, "now": now}).all()
    return {lane: held for lane, held, _ in rows}, not any(suspects for _, _, suspects in rows)


def _oldest_by_lane() -> Select[Any]:
    """Each lane with something waiting, without those that are `full`, and when its first is due.

    Steps from lane to lane through the index: a scan would read all that is due each time.
    """
    lanes = select(func.min(DELIVERIES.c.lane).label("lane")).where(WAITING).cte("lanes", recursive=True)
    following = aliased(DeliveryRow)
    step = select(func.min(following.lane)).where(
        following.next_try_at.is_not(None), following.lane > lanes.c.lane
    )
    lanes = lanes.union_all(select(step.scalar_subquery()).where(lanes.c.lane.is_not(None)))
    first = select(func.min(DELIVERIES.c.next_try_at)).where(WAITING, DELIVERIES.c.lane == lanes.c.lane)
    due = first.correlate(lanes).scalar_subquery().label("due")
    not_full = lanes.c.lane.not_in(bindparam("full", expanding=True))
    return select(lanes.c.lane, due).where(lanes.c.lane.is_not(None), not_full)


@cache
def _first_due() -> Select[Any]:
    return select(func.min(_oldest_by_lane().subquery().c.due))


@cache
def _lanes_due() -> Select[Any]:
    oldest = _oldest_by_lane().subquery()
    query = select(oldest.c.lane).where(oldest.c.due <= NOW).order_by(oldest.c.due, oldest.c.lane)
    return query.limit(bindparam("limit"))


@cache
def _due_in_lane(suspects: bool) -> Select[Any]:
    """The longest due of one lane that no other service is claiming at this moment."""
    query = select(DELIVERIES.c.id, DELIVERIES.c.crashes)
    query = query.where(DELIVERIES.c.lane == bindparam("lane"), DELIVERIES.c.next_try_at <= NOW)
    if not suspects:
        query = query.where(~SUSPECT)
    query = query.order_by(DELIVERIES.c.next_try_at, DELIVERIES.c.id).limit(bindparam("limit"))
    return query.with_for_update(skip_locked=True)


def _lease(
    conn: Connection, ids: Sequence[int], now: datetime, holder: str, until: datetime
) -> tuple[Parcel, ...]:
    """Count the attempts and hand out what they carry, in the order of `ids`."""
    if not ids:
        return ()
    leased = conn.execute(LEASE, {"ids": ids, "now": now, "ours": holder, "until": until})
    rows = {row["id"]: row for row in leased.mappings()}
    words = _messages(conn, {row["body"] for row in rows.values()})
    # A try was under way when they were removed, and failed.
    withdraw(conn, [each for each in ids if rows[each]["body"] not in words])
    return tuple(
        _parcel(rows[each], words[rows[each]["body"]]) for each in ids if rows[each]["body"] in words
    )


def _messages(conn: Connection, bodies: Iterable[int]) -> dict[int, Message]:
    """Apart from the deliveries: a thousand who are told the same carry one body.

    Bodies whose words were removed are not among them.
    """
    rows = conn.execute(WORDS, {"ids": list(bodies)}).mappings()
    return {
        row["id"]: Message(row["subject"], row["text"], row["html"])
        for row in rows
        if not row["key"].startswith(EMPTIED)
    }


def _settle(
    conn: Connection,
    parcel: Parcel,
    holder: str,
    answer: str,
    *,
    state: DeliveryState,
    next_try_at: datetime | None,
) -> bool:
    """End the try that `parcel` is. It survived, so earlier crashes were not its doing."""
    ours = and_(
        DELIVERIES.c.id == parcel.delivery,
        DELIVERIES.c.state == DeliveryState.SENDING,
        DELIVERIES.c.holder == holder,
        DELIVERIES.c.attempts == parcel.attempts,
    )
    values = {"state": state, "next_try_at": next_try_at, "answer": answer, "crashes": 0, **UNHELD}
    return conn.execute(update(DELIVERIES).where(ours).values(values)).rowcount > 0


def _parcel(row: RowMapping, words: Message) -> Parcel:
    return Parcel(
        delivery=row["id"],
        kind=Told(row["kind"]),
        recipient=row["recipient"],
        channel=row["channel"],
        message_id=row["message_id"],
        planned_at=row["planned_at"],
        first_try_at=row["first_try_at"],
        attempts=row["attempts"],
        message=words,
    )


def delivery_of(row: RowMapping) -> Delivery:
    """The delivery that a row with COLUMNS is."""
    values = {name: row[name] for name in FIELDS}
    return Delivery(**{**values, "kind": Told(values["kind"]), "state": DeliveryState(values["state"])})
