"""Which of what was found is told, when: at once, when the hour ends, or with the next digest.

Hours are clock hours in UTC. The ledger says what was told; this decides what
of the rest goes now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from news.telling import Hit, Listener

HOUR = timedelta(hours=1)
# What was judged this long before the end of the last window is looked at again: a clock that was put back
# by a day gives new matches old times. What was told stands in the ledger, so looking costs time only.
LOOK_BACK = timedelta(hours=26)
# A sweep within the hour of the one before it looks back no further than a commit may take.
SHORT_LOOK_BACK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Untold:
    """An article with all that one subscription is still to be told of it, in the order of its topics."""

    article: int
    hits: tuple[Hit, ...]

    @property
    def judged_at(self) -> datetime:
        return min(hit.judged_at for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one subscription's untold articles.

    `now` are to be alerts; `overflow` are those that an hour held back, by the
    beginning of that hour, to be named in one message each; the rest waits for
    the present hour to end.
    """

    now: tuple[Untold, ...] = ()
    waiting: tuple[Untold, ...] = ()
    overflow: tuple[tuple[datetime, tuple[Untold, ...]], ...] = ()


def hour_of(moment: datetime) -> datetime:
    """The beginning of its clock hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


def untold(
    listener: Listener, hits: Mapping[str, Sequence[Hit]], told: AbstractSet[tuple[int, str, int]]
) -> tuple[Hit, ...]:
    """The hits (by topic) that the subscription listens to and was not told of, topic by topic."""
    number = listener.subscription.id
    return tuple(
        hit
        for topic, since in listener.since.items()
        for hit in hits.get(topic, ())
        if hit.judged_at >= since and (number, topic, hit.article) not in told
    )


def by_article(hits: Iterable[Hit]) -> tuple[Untold, ...]:
    """All topics of one article travel together; the article judged first comes first."""
    articles: dict[int, list[Hit]] = {}
    for hit in hits:
        articles.setdefault(hit.article, []).append(hit)
    found = [Untold(article, tuple(of_it)) for article, of_it in articles.items()]
    return tuple(sorted(found, key=lambda each: (each.judged_at, each.article)))


def hours_to_know(articles: Sequence[Untold], now: datetime) -> tuple[datetime, ...]:
    """The hours whose number of alerts `decide` must know: from the first judged in, to the present."""
    if not articles:
        return ()
    first, present = hour_of(min(each.judged_at for each in articles)), hour_of(now)
    past = max((present - first) // HOUR, 0)
    return tuple(present - number * HOUR for number in range(past, -1, -1))


def decide(
    articles: Sequence[Untold], sent: Mapping[datetime, int], *, now: datetime, per_hour: int
) -> Decision:
    """Split one subscription's untold articles. `sent` counts its alerts by hour (missing: none).

    An hour in which `per_hour` alerts were sent holds the rest of it back. It
    holds back what was judged before it too: what came late into an hour that
    then filled up must not wait from hour to hour.
    """
    present = hour_of(now)
    held: dict[datetime, list[Untold]] = {}
    fresh: list[Untold] = []
    for each in articles:
        full = _first_full_hour(hour_of(each.judged_at), present, sent, per_hour)
        (fresh if full is None else held.setdefault(full, [])).append(each)
    room = max(per_hour - sent.get(present, 0), 0)
    overflow = tuple((hour, tuple(held[hour])) for hour in sorted(held))
    return Decision(tuple(fresh[:room]), tuple(fresh[room:]), overflow)


def look_back(listener: Listener, now: datetime) -> dict[str, datetime]:
    """From which judging on, by topic, something may be left untold to a digest subscription."""
    return _not_before(listener, now, LOOK_BACK)


def sweep_from(listener: Listener, now: datetime) -> dict[str, datetime]:
    """The same for an instant one: once an hour as far, between those as far as the last sweep needs."""
    noted = listener.subscription.told_until
    again = noted is not None and hour_of(noted) == hour_of(now) and noted <= now
    return _not_before(listener, now, SHORT_LOOK_BACK if again else LOOK_BACK)


def _not_before(listener: Listener, now: datetime, span: timedelta) -> dict[str, datetime]:
    until = listener.subscription.told_until
    if until is None:
        return dict(listener.since)
    # A window that ends in the future was made by a clock that stood wrong.
    bound = min(until, now) - span
    return {topic: max(since, bound) for topic, since in listener.since.items()}


def _first_full_hour(
    hour: datetime, present: datetime, sent: Mapping[datetime, int], per_hour: int
) -> datetime | None:
    """The first hour from `hour` on, and before the present one, in which the cap was reached."""
    while hour < present:
        if sent.get(hour, 0) >= per_hour:
            return hour
        hour += HOUR
    return None
